"""`python -m fcosreport` is the command `fcosreport`."""

from fcosreport.cli.app import main

if __name__ == "__main__":  # further processes import this module too
    main()
