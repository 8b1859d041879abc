"""Outputs for papers and hubs: what Excel, readers of Parquet and CSV, and Hugging Face make of them."""

import csv
import io
import re
import sys
import zipfile
from dataclasses import replace

import pytest
import yaml

from fcosreport.errors import OutputError, UsageError
from fcosreport.records import Evaluation, Experiment, Metric, Setting, State, Where
from fcosreport.renderers import model_index, xlsx
from fcosreport.report.choosing import choose
from fcosreport.report.report import Report, renderers
from tests.baseline import baseline
from tests.hostile import hostile

HERE = Where("runs/a.log", 1)
EMPTY = Report(title="Experiments", version="0.1.0", experiments=(), findings=(), issues=(), sources=())
OUTPUTS = {each.name: each for each in renderers()}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def text_of(name: str, report: Report) -> str:
    content = OUTPUTS[name].render(report)
    assert isinstance(content, str)
    return content


def bytes_of(name: str, report: Report) -> bytes:
    content = OUTPUTS[name].render(report)
    assert isinstance(content, bytes)
    return content


def run(name: str, ap: str, *, state: State = "finished", percent: bool = False, **declared: str | int) -> Experiment:
    value = float(ap) / (100 if percent else 1)
    metrics = (Metric("AP", value, ap, percent), Metric("APs", -1.0, "-1.000"))
    return Experiment(
        id=name,
        name=name,
        state=state,
        where=HERE,
        settings=tuple(Setting(key, setting, str(setting), HERE) for key, setting in declared.items()),
        evaluations=(Evaluation("bbox", metrics, HERE),),
    )


def report_of(*experiments: Experiment) -> Report:
    return replace(EMPTY, experiments=experiments)


@pytest.mark.parametrize("report", [EMPTY, baseline(), hostile()], ids=["empty", "baseline", "hostile"])
def test_a_workbook_holds_numbers_texts_and_no_formula(report: Report) -> None:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("openpyxl")
    import pandas as pd

    data = bytes_of("xlsx", report)
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
    data = bytes_of("xlsx", report)
    table = pd.read_excel(io.BytesIO(data), dtype=object)
    assert table["seed"].tolist() == [str(2**60 + 1), 7]
    assert table["gpus"][0] == 8
    assert table["experiment"][1] == "=1+1"

    assert bytes_of("xlsx", report) == data
    book = zipfile.ZipFile(io.BytesIO(data))
    assert book.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2
    assert {each.date_time for each in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_more_than_a_sheet_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xlsxwriter")
    monkeypatch.setattr(xlsx, "_ROWS", 6)
    with pytest.raises(OutputError, match="7 rows and 21 columns are more than a sheet of Excel holds"):
        xlsx.render(baseline())


@pytest.mark.parametrize("report", [EMPTY, baseline(), hostile()], ids=["empty", "baseline", "hostile"])
def test_parquet_holds_one_type_a_column(report: Report) -> None:
    pytest.importorskip("pyarrow")
    import pandas as pd

    output = OUTPUTS["parquet"]
    assert output.beside
    table = pd.read_parquet(io.BytesIO(bytes_of("parquet", report)))
    assert len(table) == len(report.experiments)
    assert {str(kind) for kind in table.dtypes} <= {"float64", "Int64", "boolean", "string"}
    contents = {name: content for name, content in output.beside(report).items() if isinstance(content, bytes)}
    beside = {name: pd.read_parquet(io.BytesIO(content)) for name, content in contents.items()}
    assert len(beside["findings.parquet"]) == len(report.findings)
    assert len(beside["evaluations.parquet"]) == sum(len(e.evaluations) for e in report.experiments)
    assert bytes_of("parquet", report) == bytes_of("parquet", report)


@pytest.mark.parametrize(("name", "package"), [("xlsx", "xlsxwriter"), ("parquet", "pyarrow")])
def test_a_missing_extra_is_told_with_the_line_that_installs_it(
    name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=re.escape(f"pip install 'fcosreport[{name}]'")):
        OUTPUTS[name].render(baseline())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_text_of_the_csv_is_a_formula_in_any_country(delimiter: str) -> None:
    texts = ("a;=1+1", "a; -1+1;@SUM(A1)", 'a";=1', "\t=1", "\r=1", "; ＝1", "-x", "+x", " @x", "'=1")
    short = tuple(text for text in hostile().passed if len(text) < 1000)
    report = hostile((*texts, *short))
    for row in csv.reader(io.StringIO(text_of("csv", report)), delimiter=delimiter):
        assert not [cell for cell in row if cell.strip().startswith(FORMULA)]


def test_numbers_of_the_csv_stay_numbers() -> None:
    below = run("a", "-0.5", momentum=-1)
    row = next(csv.DictReader(io.StringIO(text_of("csv", report_of(below, run("a-b; c", "0.5", momentum=2))))))
    assert (row["AP"], row["momentum"]) == ("-0.5", "-1")
    assert "a-b; c" in text_of("csv", report_of(run("a-b; c", "0.5")))


def test_hugging_face_reads_the_model_index_and_writes_it_again() -> None:
    hub = pytest.importorskip("huggingface_hub.repocard_data")
    for report in (baseline(), hostile(), report_of(run("a", "38.7", percent=True), *two_tasks())):
        index = yaml.safe_load(text_of("model_index", report))["model-index"]
        assert len(index) == sum(each.state == "finished" for each in report.experiments)
        for entry in index:
            name, results = hub.model_index_to_eval_results([entry])
            assert name
            assert hub.eval_results_to_model_index(name, results) == [entry]


def two_tasks() -> list[Experiment]:
    both = run("b", "0.4", val_data="/data/coco/annotations/instances_val2017.json")
    segm = Evaluation("segm", (Metric("AP", 0.35, "0.350"), Metric("AP50", None, "nan")), HERE)
    return [replace(both, evaluations=(*both.evaluations, segm))]


def test_the_model_index_is_the_head_of_a_model_card() -> None:
    hub = pytest.importorskip("huggingface_hub")
    card = hub.ModelCard(f"---\n{text_of('model_index', report_of(*two_tasks()))}---\n# b\n")
    assert card.data.model_name == "b"
    told = [
        (e.task_type, e.dataset_type, e.dataset_name, e.metric_name, e.metric_value) for e in card.data.eval_results
    ]
    assert told == [
        ("object-detection", "coco", "instances_val2017", "box AP", 0.4),
        ("instance-segmentation", "coco", "instances_val2017", "mask AP", 0.35),
    ]


def test_the_model_index_claims_only_what_is_finished() -> None:
    text = text_of("model_index", baseline())
    names = [each["name"] for each in yaml.safe_load(text)["model-index"]]
    assert names == ["downloaded FCOS", "Baseline_lr1en4_191209"]
    assert "in doubt: 2 experiments" in text
    assert "keep the entry of yours" in text
    one = text_of("model_index", choose(baseline(), where="AP>0.3"))
    assert not [line for line in one.splitlines() if line.startswith("#")]
    assert yaml.safe_load(text_of("model_index", EMPTY)) == {"model-index": []}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", ("unknown", "unknown")),
        ("coco_2017_val", ("coco", "coco_2017_val")),
        ("C:\\data\\person_keypoints_val2017.json", ("coco", "person_keypoints_val2017")),
        ("../data/TCT/val10000-cat10.json", ("unknown", "val10000-cat10")),
        ("skyeye_cocostyle_test", ("unknown", "skyeye_cocostyle_test")),
    ],
)
def test_a_data_set_is_coco_only_where_it_is_said_to_be(said: str, told: tuple[str, str]) -> None:
    (entry,) = yaml.safe_load(model_index.render(report_of(run("a", "0.3", val_data=said))))["model-index"]
    data = entry["results"][0]["dataset"]
    assert (data["type"], data["name"]) == told
