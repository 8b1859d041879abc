"""CSV for spreadsheets: one row an experiment."""

from fcosreport import frames
from fcosreport.renderer import Report, plain, renderer

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # four are full width
_LONGEST = 32_000  # characters; a cell of Excel holds 32,767


@renderer("csv", "CSV for spreadsheets", "runs.csv")
def render(report: Report) -> str:
    """The experiments as a table. Text that a spreadsheet would take for a formula gets a leading apostrophe."""
    frame = frames.experiments(report.experiments)
    frame = frame.rename(columns=_safe)
    for name in frame.select_dtypes(object).columns:
        frame[name] = frame[name].map(_safe).astype(object)
    return frame.to_csv(index=False, lineterminator="\n")


def _safe(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    text = plain(cell, _LONGEST)
    return f"'{text}" if text.startswith(_FORMULA) else text
