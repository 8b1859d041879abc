"""CSV for spreadsheets: one row an experiment."""

import re

from fcosreport.report import choosing, frames
from fcosreport.report.report import Report, renderer
from fcosreport.wording import plain

# At the start of a cell, also of one that a spreadsheet parts at semicolons; the last four are full width.
_FORMULA = re.compile("(^|;)(?= ?[-=+@\uff1d\uff0b\uff0d\uff20])")
_LONGEST = 32_000  # characters; a cell of Excel holds 32,767


@renderer("csv", "CSV for spreadsheets", "runs.csv")
def render(report: Report) -> str:
    """The experiments as a table. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    frame = frames.spoken(choosing.frame(report), report.view.language)
    frame = frame.rename(columns=_safe)
    for name in frame.select_dtypes(object).columns:
        frame[name] = frame[name].map(_safe).astype(object)
    return frame.to_csv(index=False, lineterminator="\n")


def _safe(cell: object) -> object:
    return _FORMULA.sub(r"\1'", plain(cell, _LONGEST)) if isinstance(cell, str) else cell
