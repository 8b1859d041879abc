"""What is read from published tables, in Markdown and in HTML."""

import time
from pathlib import Path

import pytest

from fcosreport.notes import results
from fcosreport.notes.markup import parse
from fcosreport.records import Link, Metric, TableRow

ZOO = """\
# FCOS

## Results

| Backbone | Lr schd | Mem (GB) | Inf time (fps) | box AP | mask AP | Config | Download |
|:--------:|:-------:|:--------:|:--------------:|:------:|:-------:|:------:|:--------:|
| R-50-FPN | 1x | 3.6 | 22.7 | **36.6** | 33.1 | [config](./r50.py) | [model](h/a.pth) &#124; [log](h/a.json) |
| R-101 | 24e | - | - | 39.1 | - | | |
| R-152 | 1x | - | - | | | | |
"""
HTML = """\
<table><tbody>
<th>Name</th>
<th>lr<br/>sched</th>
<th>box<br/>AP</th>
<th>download</th>
<tr><td><a href="configs/fcos_R_50_1x.yaml">R50-FPN</a></td>
<td>1x</td>
<td>37.9</td>
<td><a href="https://h/fcos_R_50_1x/1/model_final.pkl">model</a>&nbsp;|&nbsp;<a href="https://h/m.json">metrics</a></td>
</tr>
</tbody></table>
"""


def rows(text: str) -> tuple[TableRow, ...]:
    return results.read(parse(text), "README.md")[0]


def metrics(row: TableRow) -> dict[tuple[str, str], float | None]:
    return {(each.task, m.name): m.value for each in row.results for m in each.metrics}


def values(row: TableRow) -> dict[str, object]:
    return {each.name: each.value for each in row.settings}


def test_a_row_says_its_label_settings_results_measures_links_and_place() -> None:
    first, second = rows(ZOO)
    assert (first.label, first.title, first.section, first.where.line) == ("R-50-FPN", "Results", 3, 7)
    assert values(first) == {"backbone": "R-50-FPN", "schedule": "1x"}
    assert metrics(first) == {("bbox", "AP"): pytest.approx(0.366), ("segm", "AP"): pytest.approx(0.331)}
    assert first.results[0].metrics[0].text == "36.6"
    assert first.measures == (("Mem (GB)", "3.6"), ("Inf time (fps)", "22.7"))
    assert first.links[0] == Link("Config", "config", "./r50.py")
    assert [link.text for link in first.links] == ["config", "model", "log"]
    assert values(second) == {"backbone": "R-101", "epochs": 24}
    assert second.where.line == 8
    assert first.table == second.table


def test_html_is_read_as_well_and_on_its_lines() -> None:
    (row,) = rows(HTML)
    assert (row.label, row.where.line) == ("R50-FPN", 6)
    assert metrics(row) == {("bbox", "AP"): pytest.approx(0.379)}
    assert values(row) == {"schedule": "1x", "backbone": "R-50-FPN"}
    assert [link.target for link in row.links] == [
        "configs/fcos_R_50_1x.yaml",
        "https://h/fcos_R_50_1x/1/model_final.pkl",
        "https://h/m.json",
    ]


def test_html_cells_that_span_stand_in_each_row_and_column() -> None:
    text = (
        "<table><tr><th rowspan=2>model</th><th colspan=2>box</th></tr><tr><th>AP</th><th>AP50</th></tr>"
        "<tr><td rowspan=2>a</td><td>0.387</td><td>0.575</td></tr><tr><td>0.391</td><td>0.581</td></tr></table>"
    )
    first, second = rows(text)
    assert first.label == second.label == "a"
    assert metrics(second) == {("bbox", "AP"): 0.391, ("bbox", "AP50"): 0.581}


def test_fractions_stay_and_percent_is_told_by_size_or_sign() -> None:
    (row,) = rows("| m | AP | AP50 |\n|--|--|--|\n| a | 0.387 | .575 |\n")
    assert row.results[0].metrics == (Metric("AP", 0.387, "0.387"), Metric("AP50", 0.575, ".575"))
    (row,) = rows("| m | AP | APs |\n|--|--|--|\n| a | 38.7% | 0.9 |\n")
    assert metrics(row) == {("bbox", "AP"): pytest.approx(0.387), ("bbox", "APs"): pytest.approx(0.009)}


@pytest.mark.parametrize(
    ("header", "split"),
    [
        ("box AP (test-dev)", "test-dev"),
        ("best_test_mAP", "test"),
        ("Public LB mAP", "public"),
        ("리더보드 mAP", "public"),
        ("线上mAP", "public"),
        ("Private LB mAP", "private"),
    ],
)
def test_the_column_for_validation_counts_beside_one_for_other_images(header: str, split: str) -> None:
    (row,) = rows(f"| m | {header} | val mAP |\n|--|--|--|\n| a | 38.8 | 38.7 |\n")
    assert [(each.split, each.metrics[0].text) for each in row.results] == [("", "38.7"), (split, "38.8")]
    (row,) = rows(f"| m | {header} |\n|--|--|\n| a | 38.8 |\n")
    assert [(each.split, each.metrics[0].text) for each in row.results] == [(split, "38.8")]


@pytest.mark.parametrize("head", ["AP (easy) | AP (medium) | AP (hard)", "Easy AP | Medium AP | Hard AP"])
def test_easy_medium_and_hard_are_difficulties_and_no_sizes(head: str) -> None:
    (row,) = rows(f"| m | {head} |\n|--|--|--|--|\n| a | 94.0 | 92.1 | 80.2 |\n")
    assert metrics(row) == {("bbox", name): pytest.approx(v) for name, v in LEVELS.items()}
    assert row.results[0].family == "widerface"


LEVELS = {"APeasy": 0.94, "APmedium": 0.921, "APhard": 0.802}


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|--|--|\n| 1 | 2 |\n",
        "| category | AP | category | AP |\n|--|--|--|--|\n| cat | 53.2 | dog | 29.2 |\n",
        "| m | AP-E | AP-M | AP-H |\n|--|--|--|--|\n| a | 96.9 | 87.8 | 79.2 |\n",
        "```\n| m | AP |\n|--|--|\n| a | 38.7 |\n```\n",
        "```html\n<table><tr><th>AP</th></tr><tr><td>38.7</td></tr></table>\n```\n",
        "| m | AP | model |\n|--|--|--|\n| a | soon | [model](https://h/a.pth) |\n",
        "AP | 38.7\n",
    ],
)
def test_what_is_no_table_of_results_gives_nothing(text: str) -> None:
    assert rows(text) == ()


def test_an_escaped_mark_is_part_of_the_label_and_another_is_not() -> None:
    (row,) = rows("| m | AP |\n|--|--|\n| [net\\_r50\\_1x](a.sh), **new** | 38.7 |\n")
    assert row.label == "net_r50_1x, new"


def test_the_heading_names_the_task_where_no_column_does() -> None:
    (row,) = rows("## Results for segm\n\n| AP | AP50 |\n|--|--|\n| 33.1 | 54.5 |\n")
    assert [each.task for each in row.results] == ["segm"]


@pytest.mark.parametrize(
    "text",
    [
        "| m | AP |\n|--|--|\n| " + "[" * 20_000 + " | 38.7 |\n",
        "| m | AP |\n|--|--|\n| " + "<a href=" * 5_000 + " | 38.7 |\n",
        "<table>" * 20_000,
        "<table><tr>" + "<td rowspan=40 colspan=40>1" * 3_000,
        "<table><th>AP</th><tr><td>1" + "<!" * 50_000,
        "|" * 100_000 + "\n" + "|-" * 50_000 + "\n",
        "| AP |\n|--|\n" + "| 38.7 |\n" * 20_000,
        "| AP |\n|--|\n| 9" + "9" * 5_000 + " |\n\0\x1b[2J\ud800",
    ],
    ids=["links", "anchors", "nested", "spans", "declarations", "wide", "long", "numbers"],
)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    began = time.monotonic()
    assert len(rows(text)) <= results.MOST_ROWS
    assert time.monotonic() - began < 20


def test_every_note_of_the_corpus_is_read(corpus: Path) -> None:
    for path in corpus.rglob("*.md"):
        for row in results.read(parse(path.read_text(errors="replace")), path.name)[0]:
            assert row.results or row.is_own
            assert all(m.value is not None and 0 <= m.value <= 1 for each in row.results for m in each.metrics)


@pytest.mark.parametrize(
    "link",
    [
        "[model](https://example.org/fcos_r50.pth)",
        "[模型](https://example.org/faster_r50.tar)",
        "[weights (160 MB)](https://example.org/2)",
        "[cfg](configs/fcos_r50.yaml)",
    ],
)
def test_a_table_whose_weights_or_configurations_are_linked_is_published(link: str) -> None:
    assert [
        row.is_own for row in rows(f"| name | AP | files |\n|--|--|--|\n| a | 38.7 | {link} |\n| b | 39 | |\n")
    ] == [
        False,
        False,
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "[FCOS](https://arxiv.org/abs/1904.01355)",
        "[best](runs/a/best.pt)",
        "[pre-trained model](https://example.org/imagenet_r50.pth)",
        "[log](https://example.org/log.txt)",
        "[a](work_dirs/a)",
    ],
)
def test_a_table_with_papers_logs_and_the_own_disk_is_of_the_authors_runs(cell: str) -> None:
    assert [row.is_own for row in rows(f"| name | AP | notes |\n|--|--|--|\n| a | 38.7 | {cell} |\n")] == [True]
    assert [row.is_own for row in rows(f"| name | AP | |\n|--|--|--|\n| as in the paper | 38.7 | {cell} |\n")] == [
        False
    ]


def test_of_two_columns_that_are_alike_the_one_counts_that_says_validation() -> None:
    row = "| A | 32.8 | 33.2 | [model](https://h/a.pth) |"
    (found,) = rows(f"| model | AP<sup>val</sup> | AP | weights |\n|-|-|-|-|\n{row}\n")
    assert [(each["AP"], each.split) for each in found.results] == [(0.328, "")]


def test_a_metric_that_each_cell_says_before_its_number_is_that_of_the_column() -> None:
    head = "| model | accuracy |\n|-|-|\n"
    one, other = rows(f"{head}| [a](https://h/a.tgz) | Box AP 42.6% |\n| [b](https://h/b.tgz) | Box AP 51.4% |\n")
    assert [metrics(each) for each in (one, other)] == [{("bbox", "AP"): 0.426}, {("bbox", "AP"): 0.514}]
    assert rows(f"{head}| a | Box AP 42.6% |\n| b | Top-1 71.4% |\n") == ()


def test_a_row_of_a_metric_that_is_not_known_counts_where_it_links_its_model() -> None:
    head = "| Arch | Input Size | MPJPE | ckpt |\n|-|-|-|-|\n"
    (row,) = rows(f"{head}| [A](./a_h36m.py) | 256x256 | 34.5 | [ckpt](https://h/a_h36m.pth) |\n")
    assert (row.label, row.results, row.is_own) == ("A", (), False)
    assert ("MPJPE", "34.5") in row.others
    assert rows(f"{head}| A | 256x256 | 34.5 | soon |\n") == ()
