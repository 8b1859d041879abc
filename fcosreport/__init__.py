"""Reads what detection experiments leave behind, and tells what is true in it.

>>> import fcosreport
>>> report = fcosreport.load("runs/")
>>> report.frame("experiments")[["experiment", "state", "lr", "AP"]]
"""

from typing import TYPE_CHECKING

from fcosreport.version import __version__

if TYPE_CHECKING:
    from os import PathLike

    from fcosreport.errors import FcosreportError
    from fcosreport.records import Experiment, Finding
    from fcosreport.report.report import Report

__all__ = ["Experiment", "FcosreportError", "Finding", "Report", "__version__", "load"]

_HOMES = {
    "Experiment": "fcosreport.records",
    "Finding": "fcosreport.records",
    "FcosreportError": "fcosreport.errors",
    "Report": "fcosreport.report.report",
}


def __getattr__(name: str) -> object:
    """The records and the report, loaded when they are asked for: a short command does without them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def load(*paths: "str | PathLike[str]", store: "str | PathLike[str] | None" = None) -> "Report":
    """The report of folders, logs and notes, with the points of all curves; of the whole store where no path is given.

    Without `store` the paths are read into one that is forgotten. `report.frame(...)` gives pandas frames, and a
    notebook shows the report as a page. Raises FcosreportError, whose text says what to do.
    """
    import sys
    import tempfile
    from pathlib import Path
    from warnings import warn

    from fcosreport.pipeline import Screen, report_of

    given = [Path(path) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(store) if store is not None else Path(folder) / "store.sqlite" if given else None
        return report_of(given, kept, Screen(say=warn), curves=sys.maxsize)
