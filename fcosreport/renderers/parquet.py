"""Parquet for data frames: the experiments, and beside them their evaluations and the findings.

That needs an optional package: `pip install pyarrow`.
"""

from typing import TYPE_CHECKING, Any

from fcosreport.errors import UsageError
from fcosreport.report import choosing, frames
from fcosreport.report.report import Report, renderer

if TYPE_CHECKING:
    import pandas as pd


def _beside(report: Report) -> dict[str, bytes]:
    return {
        "evaluations.parquet": _bytes(frames.evaluations(report.experiments)),
        "findings.parquet": _bytes(frames.findings(report.findings)),
    }


@renderer("parquet", "Parquet for data frames", "runs.parquet", beside=_beside, for_programs=True)
def render(report: Report) -> bytes:
    """The experiments, one a row. Raises UsageError where pyarrow is not installed."""
    return _bytes(choosing.frame(report))


def _bytes(frame: "pd.DataFrame") -> bytes:
    typed = frame.copy()
    for name in frame.columns:
        typed[name] = _typed(frame[name])
    try:
        return typed.rename(columns=_whole).to_parquet(None, engine="pyarrow", index=False)
    except ImportError as error:
        raise UsageError("--parquet needs pyarrow. Install it: pip install pyarrow.") from error


def _typed(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column of one type: a setting that is now text, now number, becomes text."""
    if column.dtype != object:
        return column
    if {type(value) for value in column.dropna()} == {bool}:
        return column.astype("boolean")
    return column.map(lambda value: _whole(str(value)), na_action="ignore").astype("string")


def _whole(text: str) -> str:
    """The text without half characters, which are bytes of a file name that is no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
