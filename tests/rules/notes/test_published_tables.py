"""Published tables held against what stands beside them, from files to findings."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.rule import find
from fcosreport.records import Finding, Link, Records
from fcosreport.settings import Settings
from tests.conftest import block
from tests.rules.asking import found, reported

CODES = ("FR505", "FR511", "FR512", "FR513", "FR514", "FR515")
BLOCK = block("0.387 0.575 0.417 0.226 0.427 0.499 0.320 0.534 0.570 0.364 0.617 0.720").partition("\n")[2]
INDEX = """\
Models:
  - Name: fcos_r50_1x_coco
    Config: configs/fcos/fcos_r50_1x_coco.py
    Results:
      - Task: Object Detection
        Dataset: COCO
        Metrics:
          box AP: 36.6
"""


def findings(folder: Path, **files: str) -> list[Finding]:
    for name, text in files.items():
        path = folder / "work" / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [each for each in reported(folder / "work") if each.code in CODES]


def page(numbers: str) -> str:
    head = f"# fcos.res50\n\n## Evaluation results for bbox:\n\n```\n{BLOCK}```\n"
    return f"{head}| AP | AP50 | AP75 | APs | APm | APl |\n|:--:|:--:|:--:|:--:|:--:|:--:|\n{numbers}\n"


def table(*rows: str, header: str = "| Backbone | Lr schd | box AP | Config | Download |") -> str:
    return "\n".join(["# FCOS", "", header, "|" + "--|" * (header.count("|") - 1), *rows, ""])


def test_columns_of_other_metrics_are_found_and_told_once(tmp_path: Path) -> None:
    text = page("| 38.719 | 57.490 | 53.539 | 46.949 | 41.692 | 35.188 |")
    (finding,) = findings(tmp_path, README_DOT_md=text)
    assert (finding.code, finding.severity) == ("FR512", "error")
    assert [where.line for where in finding.where] == [21, 6]
    assert "41.692 is its AP75" in finding.message


def test_a_table_that_agrees_with_its_block_is_quiet(tmp_path: Path) -> None:
    assert not findings(tmp_path, README_DOT_md=page("| 38.719 | 57.490 | 41.692 | 22.581 | 42.722 | 49.944 |"))


def test_one_number_that_differs_is_another_fault(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, README_DOT_md=page("| 37.819 | 57.490 | 41.692 | 22.581 | 42.722 | 49.944 |"))
    assert finding.code == "FR511"
    assert "AP 37.819" in finding.message


@pytest.mark.parametrize(("ap", "codes"), [("36.6", []), ("0.366", []), ("37", []), ("38.6", ["FR511"])])
def test_a_row_is_held_against_the_index_of_models_beside_it(tmp_path: Path, ap: str, codes: list[str]) -> None:
    text = table(f"| R-50 | 1x | {ap} | [config](./fcos_r50_1x_coco.py) | |")
    found = findings(tmp_path, README_DOT_md=text, metafile_DOT_yml=INDEX)
    assert [each.code for each in found] == codes


@pytest.mark.parametrize(
    ("head", "cell", "codes"),
    [
        ("TRT-FP16-Latency", "0.98", ["FR511"]),
        ("Box APtest", "38.9", ["FR511"]),
        ("TTA", "yes", []),
        ("Test", "test-dev", []),
        ("box AP (test-dev)", "36.6", []),
    ],
)
def test_a_word_in_a_header_speaks_of_its_column_and_of_the_row_only_where_it_is_ticked(
    tmp_path: Path, head: str, cell: str, codes: list[str]
) -> None:
    header = f"| Model | box AP | {head} | Config |"
    text = table(f"| A | 38.6 | {cell} | [config](./fcos_r50_1x_coco.py) |", header=header)
    found = findings(tmp_path, README_DOT_md=text, metafile_DOT_yml=INDEX)
    assert [each.code for each in found] == codes


def test_one_unit_of_the_last_digit_is_a_note_and_rounding_none(tmp_path: Path) -> None:
    for folder, ap, severities in (("1", "36.7", ["info"]), ("2", "36.62", []), ("3", "37", [])):
        text = table(f"| R-50 | 1x | {ap} | [config](./fcos_r50_1x_coco.py) | |")
        found = findings(tmp_path / folder, README_DOT_md=text, metafile_DOT_yml=INDEX)
        assert [each.severity for each in found] == severities


def test_an_index_in_another_folder_is_not_meant(tmp_path: Path) -> None:
    text = table("| R-50 | 1x | 38.6 | [config](./fcos_r50_1x_coco.py) | |")
    assert not findings(tmp_path, a__README_DOT_md=text, b__metafile_DOT_yml=INDEX)


def test_a_row_is_held_against_the_log_of_its_name(tmp_path: Path) -> None:
    header = "| Name | AP | AP50 |"
    good, bad = "| fcos_r50_a | 38.7 | 57.5 |", "| fcos_r50_a | 39.7 | 57.5 |"
    assert not findings(tmp_path / "1", n_DOT_md=table(good, header=header), fcos_r50_a_DOT_log=BLOCK)
    assert not findings(tmp_path / "2", n_DOT_md=table(bad, header=header), fcos_r50_a_DOT_log=BLOCK)
    (finding,) = [each for each in reported(tmp_path / "2" / "work") if each.code == "FR501"]
    assert (finding.code, [Path(where.path).suffix for where in finding.where]) == ("FR501", [".md", ".log"])


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (
            "| R-50 | 1x | 36.6 | [config](./fcos_r50_fpn_1x_coco.py) | [model](h/fcos_r50_fpn_1x-0a2e9f11.pth) |",
            [],
        ),
        ("| R-101 | 1x | 36.6 | [config](./fcos_r50_fpn_1x_coco.py) | |", ["FR513"]),
        ("| R-50 | 2x | 36.6 | | [model](https://h/fcos_r50_fpn_1x-0a2e9f11.pth) |", ["FR513"]),
        ("| R-50 | 1x | 36.6 | [paper](https://arxiv.org/abs/r101) | [teacher](https://h/gfl_r101_2x.pth) |", []),
        ("| [R-50](https://h/resnet101-imagenet.pth) | 1x | 36.6 | | |", []),
        ("| [R-50](./fcos_r101_fpn_1x_coco.py) | 1x | 36.6 | | |", ["FR513"]),
        ("| R-50 | 2x | 36.6 | [a](./gfl_r50_1x.py), [b](./gfl_r101_cwd.py) | |", []),
    ],
)
def test_a_row_is_held_against_its_own_links(tmp_path: Path, row: str, codes: list[str]) -> None:
    assert [each.code for each in findings(tmp_path, README_DOT_md=table(row))] == codes


def test_rows_of_one_table_that_are_a_copy_are_found(tmp_path: Path) -> None:
    header = "| Method | AP | AP50 | AP75 | APs |"
    same = ("| lr 1e-3 | 29.2 | 47.0 | 30.8 | 16.3 |", "| lr 5e-3 | 29.2 | 47.0 | 30.8 | 16.3 |")
    other = ("| lr 1e-3 | 29.2 | 47.0 | 30.8 | 16.3 |", "| lr 5e-3 | 29.2 | 47.0 | 30.9 | 16.3 |")
    (finding,) = findings(tmp_path / "1", n_DOT_md=table(*same, header=header))
    assert (finding.code, [where.line for where in finding.where]) == ("FR505", [5, 6])
    assert not findings(tmp_path / "2", n_DOT_md=table(*other, header=header))


def test_one_run_may_stand_in_two_comparisons_of_a_table(tmp_path: Path) -> None:
    header = "| Study | Setting | AP | AP50 | AP75 | APs |"
    rows = ("| size | 640 | {} |", "| size | 320 | {} |", "| optimizer | SGD | {} |", "| optimizer | Adam | {} |")
    same, one, other = "29.2 | 47.0 | 30.8 | 16.3", "21.2 | 37.1 | 21.3 | 9.4", "28.1 | 46.2 | 29.9 | 15.1"
    apart = [row.format(text) for row, text in zip(rows, (same, one, same, other), strict=True)]
    grid = [row.replace("Adam", "640").format(text) for row, text in zip(rows, (same, one, same, other), strict=True)]
    for lines, severity in ((apart, "info"), (grid, "error")):
        (finding,) = findings(tmp_path / severity, n_DOT_md=table(*lines, header=header))
        assert (finding.code, finding.severity) == ("FR505", severity)


@pytest.mark.parametrize(
    ("targets", "count"),
    [(("configs/mobilenet_v2", "configs/mobilenet_v3"), 0), (("mobilenet_v2.py", "mobilenet_v3.pth"), 1)],
)
def test_a_cell_that_lists_the_folders_of_many_models_is_of_none(targets: tuple[str, str], count: int) -> None:
    links = tuple(Link("Model", "model", target) for target in targets)
    (row,) = records_of([{"row": "MobileNet", "bbox": "% 30.0"}]).tables
    found = list(find("FR513").run(Records(tables=(replace(row, links=links),)), Settings()))
    assert sum(isinstance(each, Finding) for each in found) == count


def test_a_teacher_is_not_the_model_of_the_row(tmp_path: Path) -> None:
    header = "| Teacher | Student | AP (val) | Download |"
    row = "| R-101 | R-18 | 36.5 | [model](h/ld_r18_gflv1_coco_1x.pth) |"
    assert not findings(tmp_path, README_DOT_md=table(row, header=header))


def test_in_the_corpus_only_what_is_known_to_be_wrong_is_found(corpus: Path) -> None:
    found = [each for each in reported(*sorted(corpus.rglob("*.md"))) if each.code in CODES]
    assert [(each.code, Path(each.where[0].path).name[:3]) for each in found] == [("FR512", "116")]


def index(ap: str) -> str:
    return INDEX.replace("box AP: 36.6", f"box AP: {ap}")


def of_fcos(row: str, header: str) -> str:
    return table(row.replace("CONFIG", "[config](./fcos_r50_1x_coco.py)"), header=header)


@pytest.mark.parametrize(
    ("row", "header"),
    [
        ("| FCOS | 38.6 | 0.98 | CONFIG |", "| Model | box AP | TRT-FP16-Latency(ms) | Config |"),
        ("| FCOS | 38.6 | 40.1 | CONFIG |", "| Model | box AP | AP (TTA) | Config |"),
        ("| FCOS | 38.6 | no | CONFIG |", "| Model | box AP | TTA | Config |"),
        ("| [R-50](./fcos_r50_1x_coco.py) | 1x | 38.6 |", "| Backbone | Lr schd | box AP |"),
    ],
)
def test_a_word_in_a_header_excludes_its_column_and_not_the_table(tmp_path: Path, row: str, header: str) -> None:
    (finding,) = findings(tmp_path, README_DOT_md=of_fcos(row, header), metafile_DOT_yml=index("36.6"))
    assert (finding.code, finding.severity) == ("FR511", "error")


@pytest.mark.parametrize(
    ("row", "header"),
    [
        ("| FCOS | 38.6 | yes | CONFIG |", "| Model | box AP | TTA | Config |"),
        ("| FCOS + TTA | 38.6 | CONFIG |", "| Model | box AP | Config |"),
        ("| FCOS | 38.6 | CONFIG |", "| Model | test-dev AP | Config |"),
        ("| FCOS | 36.9 | 36.6 | CONFIG |", "| Model | AP | test-dev AP | Config |"),
    ],
)
def test_a_row_of_another_protocol_is_not_compared(tmp_path: Path, row: str, header: str) -> None:
    assert not findings(tmp_path, README_DOT_md=of_fcos(row, header), metafile_DOT_yml=index("36.6"))


@pytest.mark.parametrize(("ap", "severity"), [("36.7", "info"), ("36.8", "error")])
def test_one_unit_of_equal_precision_is_a_difference(tmp_path: Path, ap: str, severity: str) -> None:
    row = of_fcos(f"| FCOS | {ap} | CONFIG |", "| Model | box AP | Config |")
    (finding,) = findings(tmp_path, README_DOT_md=row, metafile_DOT_yml=index("36.6"))
    assert finding.severity == severity


def test_rounding_is_no_difference(tmp_path: Path) -> None:
    row = of_fcos("| FCOS | 36.6 | CONFIG |", "| Model | box AP | Config |")
    assert not findings(tmp_path, README_DOT_md=row, metafile_DOT_yml=index("36.55"))


def test_a_row_above_another_is_no_block_of_it(tmp_path: Path) -> None:
    header, detector = "| Method | AP | AP50 | AP75 | APs | APm | APl |", "61.2 | 45.7 | 26.7 | 44.6 | 57.6 |"
    first = table(
        "| RetinaNet | 38.7 | 58.0 | 41.5 | 23.3 | 42.3 | 50.3 |", f"| FCOS | 42.8 | {detector}", header=header
    )
    second = table("| one | 21.7 | 36.9 | 22.0 | 12.9 | 24.5 | 27.1 |", f"| FCOS | 42.3 | {detector}", header=header)
    assert not findings(tmp_path, README_DOT_md=f"{first}\n{second}")


def test_a_table_that_hardly_fits_its_logs_is_of_other_images() -> None:
    logged = ("0.323 0.527 0.341", "0.346 0.548 0.365", "0.321 0.524 0.333", "0.318 0.520 0.330")
    told: list[dict[str, object]] = [{"name": f"seed{n}", "bbox": numbers} for n, numbers in enumerate(logged)]
    rows: list[dict[str, object]] = [{"row": f"seed{n}", "bbox": f"0.2{n}9 0.4{n}1 0.2{n}4"} for n in range(4)]
    assert [each.severity for each in found([*told, *rows], "FR511")] == ["info"]
    one = [{**rows[0], "bbox": logged[0]}, *rows[1:]]
    assert [each.severity for each in found([*told, *one], "FR511")] == ["info"]
    two = [*({**row, "bbox": numbers} for row, numbers in zip(rows[:2], logged, strict=False)), *rows[2:]]
    assert [each.severity for each in found([*told, *two], "FR511")] == ["error", "error"]
