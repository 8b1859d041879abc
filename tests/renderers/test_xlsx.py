"""The workbook as Excel's readers take it."""

import io
import zipfile

import pytest

from fcosreport.errors import OutputError
from fcosreport.renderers import xlsx
from fcosreport.report.report import Report
from tests.baseline import baseline
from tests.hostile import hostile
from tests.renderers.rendering import EMPTY, render_bytes, report_of, run


@pytest.mark.parametrize("report", [EMPTY, baseline(), hostile()], ids=["empty", "baseline", "hostile"])
def test_a_workbook_holds_numbers_texts_and_no_formula(report: Report) -> None:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("openpyxl")
    import pandas as pd

    data = render_bytes("xlsx", report)
    book = zipfile.ZipFile(io.BytesIO(data))
    sheets = [book.read(name) for name in book.namelist() if "worksheets" in name]
    assert len(sheets) == 3
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)
    tables = pd.read_excel(io.BytesIO(data), sheet_name=None)
    assert [len(table) for table in tables.values()] == [
        len(report.experiments), sum(len(e.evaluations) for e in report.experiments), len(report.findings)
    ]  # fmt: skip
    if report.experiments:
        assert tables["Experiments"]["AP"].dropna().between(0, 1).all()


def test_a_workbook_keeps_all_digits_and_is_the_same_again() -> None:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("openpyxl")
    import pandas as pd

    report = report_of(run("a", "0.387", seed=2**60 + 1, gpus=8), run("=1+1", "0.4", seed=7))
    data = render_bytes("xlsx", report)
    table = pd.read_excel(io.BytesIO(data), dtype=object)
    assert table["seed"].tolist() == [str(2**60 + 1), 7]
    assert table["gpus"][0] == 8
    assert table["experiment"][1] == "=1+1"

    assert render_bytes("xlsx", report) == data
    book = zipfile.ZipFile(io.BytesIO(data))
    assert book.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2
    assert {each.date_time for each in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_more_than_a_sheet_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xlsxwriter")
    monkeypatch.setattr(xlsx, "_ROWS", 6)
    with pytest.raises(OutputError, match="7 rows and 23 columns are more than a sheet of Excel holds"):
        xlsx.render(baseline())
