"""An Excel workbook: sheets of experiments, evaluations and findings.

That needs an optional package: `pip install xlsxwriter`.
"""

import io
import math
from datetime import datetime
from numbers import Integral
from typing import TYPE_CHECKING

from fcosreport.errors import OutputError, UsageError
from fcosreport.report import choosing, frames
from fcosreport.report.report import Report, renderer
from fcosreport.wording import plain

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_ROWS, _COLUMNS, _LONGEST = 1_048_575, 16_384, 32_000  # rows below the heading, columns, characters of a cell
_EXACT = 10**15  # Excel keeps 15 digits
_WIDEST = 300  # pixels of a column
_MADE = datetime(2000, 1, 1)  # of the file; the same data gives the same bytes


@renderer("xlsx", "Excel workbook", "runs.xlsx")
def render(report: Report) -> bytes:
    """The workbook, in which a text is never a formula or a link.

    Raises UsageError where XlsxWriter is not installed, OutputError for more than a sheet holds.
    """
    try:
        from xlsxwriter import Workbook  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError("--xlsx needs XlsxWriter. Install it: pip install xlsxwriter.") from error

    _ = report.view.language
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": plain(report.title), "created": _MADE})
        bold = book.add_format({"bold": True})
        for name, frame in (
            (_("Experiments"), choosing.frame(report)),
            (_("Evaluations"), frames.evaluations(report.experiments)),
            (_("Findings"), frames.findings(report.findings)),
        ):
            _fill(book.add_worksheet(name), frames.spoken(frame, _), bold)
    return file.getvalue()


def _fill(sheet: "Worksheet", frame: "pd.DataFrame", bold: "Format") -> None:
    if len(frame) > _ROWS or len(frame.columns) > _COLUMNS:
        size = f"{len(frame):,} rows and {len(frame.columns):,} columns"
        raise OutputError(f"--xlsx: {size} are more than a sheet of Excel holds. Use --csv, or show less by --where.")
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, plain(name, _LONGEST), bold)
    for row, values in enumerate(frame.itertuples(index=False, name=None), 1):
        for column, value in enumerate(values):
            _write(sheet, row, column, value)
    sheet.freeze_panes(1, 1)
    sheet.autofit(_WIDEST)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _write(sheet: "Worksheet", row: int, column: int, value: object) -> None:
    import pandas as pd

    if value is None or value is pd.NA or value != value:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
        return
    is_exact = isinstance(value, Integral) and abs(int(value)) < _EXACT
    if is_exact or (isinstance(value, float) and math.isfinite(value)):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, plain(str(value), _LONGEST))
