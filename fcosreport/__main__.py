"""The command `fcosreport`, which `python -m fcosreport` is as well."""

import sys
from collections.abc import Callable
from pathlib import Path

from fcosreport.cli import streams
from fcosreport.errors import FcosreportError
from fcosreport.version import __version__


def main() -> None:
    """Run the command line, or tell a text without it: to import it takes most of the time of a short command."""
    match sys.argv[1:]:
        case ["--version"]:
            _tell(lambda: __version__)
        case ["explain", code] if not (code.startswith("-") or _has_settings()):
            from fcosreport.judging.explaining import explain

            _tell(lambda: explain(code))
        case _:
            from fcosreport.cli import app

            app.main()


def _has_settings() -> bool:
    """Whether a file may say the language: `settings` knows what it says, and takes its time."""
    here = Path.cwd()
    return any(_speaks(folder) for folder in (here, *here.parents))


def _speaks(folder: Path) -> bool:
    if (folder / "fcosreport.toml").exists():
        return True
    try:
        return b"tool.fcosreport" in (folder / "pyproject.toml").read_bytes()
    except OSError:
        return False


def _tell(text: Callable[[], str]) -> None:
    try:
        with streams.guarded():
            sys.stdout.write(f"{text()}\n")
    except FcosreportError as error:
        sys.stderr.write(f"fcosreport: {error}\n")
        sys.exit(2)


if __name__ == "__main__":  # further processes import this module too
    main()
