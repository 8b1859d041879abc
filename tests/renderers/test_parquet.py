"""The Parquet files as pandas takes them."""

import io

import pytest

from fcosreport.report.report import Report
from tests.baseline import baseline
from tests.hostile import hostile
from tests.renderers.rendering import EMPTY, OUTPUTS, render_bytes


@pytest.mark.parametrize("report", [EMPTY, baseline(), hostile()], ids=["empty", "baseline", "hostile"])
def test_parquet_holds_one_type_a_column(report: Report) -> None:
    pytest.importorskip("pyarrow")
    import pandas as pd

    output = OUTPUTS["parquet"]
    assert output.beside
    table = pd.read_parquet(io.BytesIO(render_bytes("parquet", report)))
    assert len(table) == len(report.experiments)
    assert {str(kind) for kind in table.dtypes} <= {"float64", "Int64", "boolean", "string"}
    contents = {name: content for name, content in output.beside(report).items() if isinstance(content, bytes)}
    beside = {name: pd.read_parquet(io.BytesIO(content)) for name, content in contents.items()}
    assert len(beside["findings.parquet"]) == len(report.findings)
    assert len(beside["evaluations.parquet"]) == sum(len(e.evaluations) for e in report.experiments)
    assert render_bytes("parquet", report) == render_bytes("parquet", report)
