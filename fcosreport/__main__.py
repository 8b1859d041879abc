"""The command `fcosreport`, which `python -m fcosreport` is as well."""

import sys

from fcosreport.cli import streams
from fcosreport.errors import FcosreportError
from fcosreport.version import __version__


def main() -> None:
    """Run the command line, or tell the version without it: to import it takes most of the time of a short command."""
    if sys.argv[1:] == ["--version"]:
        _tell_version()
    else:
        from fcosreport.cli import app

        app.main()


def _tell_version() -> None:
    try:
        with streams.guarded():
            sys.stdout.write(f"{__version__}\n")
    except FcosreportError as error:
        sys.stderr.write(f"fcosreport: {error}\n")
        sys.exit(2)


if __name__ == "__main__":  # further processes import this module too
    main()
