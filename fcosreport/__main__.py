"""`python -m fcosreport` is the command `fcosreport`."""

from fcosreport.cli import main

main()
