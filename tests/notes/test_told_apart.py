"""What tells the numbers of a table apart: data sets, tasks, levels, conditions, headings, and who measured them."""

import pytest

from tests.notes.test_diaries import results
from tests.notes.test_experiments import note

TURNED = "# {0}\n| | vgg16 | res50 |\n|--|--|--|\n| VOC-mAP | 7{1}.5% | 7{1}.9% |\n| COCO-mAP | x | 2{1}.4% |\n"


def on(text: str) -> list[tuple[str, list[tuple[str, str, str, float | None]]]]:
    """The name of each experiment with the task, the data and the first number of each result."""
    return [
        (each.name, [(e.task, e.data_set, e.metrics[0].name, e.metrics[0].value) for e in each.evaluations])
        for each in note(text).experiments
    ]


def test_a_metric_named_of_several_data_sets_is_of_each_and_runs_below_two_headings_are_two() -> None:
    assert on(TURNED.format("SSD", 1) + TURNED.format("RFB", 2)) == [
        ("SSD (vgg16)", [("bbox", "VOC", "AP", 0.715)]),
        ("SSD (res50)", [("bbox", "VOC", "AP", 0.719), ("bbox", "COCO", "AP", 0.214)]),
        ("RFB (vgg16)", [("bbox", "VOC", "AP", 0.725)]),
        ("RFB (res50)", [("bbox", "VOC", "AP", 0.729), ("bbox", "COCO", "AP", 0.224)]),
    ]
    assert [name for name, _ in on(TURNED.format("SSD", 1))] == ["vgg16", "res50"]


def test_the_year_of_a_data_set_is_no_threshold() -> None:
    for head in ("VOC2007 test (mAP)", "mAP VOC07", "mAP(mine)"):
        assert results(f"# A\n| Model | {head} |\n|-|-|\n| tiny | 0.7796 |\n") == [("tiny", {"AP": 0.7796})]
    assert results("# A\n| Model | mAP@0.7 |\n|-|-|\n| tiny | 0.7796 |\n") == [("tiny", {"AP70": 0.7796})]


def test_a_plain_metric_is_of_masks_where_boxes_have_it_beside() -> None:
    head = "| Model | AP | AP$\\mathbf{_{50}}$ | AP$\\mathbf{^{bb}}$ | AP$\\mathbf{_{50}^{bb}}$ |"
    assert on(f"# A\n{head}\n|-|-|-|-|-|\n| tiny | 33.1 | 56.1 | 37.1 | 58.1 |\n") == [
        ("tiny", [("segm", "", "AP", 0.331), ("bbox", "", "AP", 0.371)])
    ]
    head = "| Model | AP50 | AP$\\mathbf{^{bb}}$ |"
    assert on(f"# A\n{head}\n|-|-|-|\n| tiny | 56.1 | 37.1 |\n") == [("tiny", [("bbox", "", "AP50", 0.561)])]


def test_columns_of_all_levels_of_kitti_are_of_ap() -> None:
    rows = "| wide | 87.05 | 77.49 | 75.85 |\n"
    told = {"APeasy": 0.8705, "APmoderate": 0.7749, "APhard": 0.7585}
    for head in ("| Model | Car-Easy | Car-Moderate | Car-Hard |", "| Model | Easy | Mod. | Hard |"):
        assert results(f"# A\n{head}\n|-|-|-|-|\n{rows}") == [("wide", told)]
    assert results(f"# A\n| Model | Easy | Hard | Time |\n|-|-|-|-|\n{rows}") == []


@pytest.mark.parametrize(
    ("title", "first"), [("By weather", "Weather"), ("各场景结果", "场景"), ("Theo thời tiết", "Thời tiết")]
)
def test_conditions_that_the_title_takes_a_result_apart_by_are_no_runs(title: str, first: str) -> None:
    rows = f"| {first} | mAP50 | mAP50-95 |\n|-|-|-|\n| dense | 0.687 | 0.434 |\n| sparse | 0.637 | 0.405 |\n"
    assert results(f"# Log\n## Run 3\n- mAP: 0.42\n### {title}\n{rows}") == [("Run 3", {"AP": 0.42})]
    assert len(results(f"# Log\n## Runs\n{rows}")) == 2


@pytest.mark.parametrize(
    "rows", [("Fog 🌫️", "Rain"), ("夜间", "白天"), ("0.5m (strict)", "1.0m"), ("0-30 m", "30-50 m")]
)
def test_weather_the_time_of_day_and_distance_are_conditions_whatever_the_title_says(rows: tuple[str, str]) -> None:
    table = "| Condition | mAP50 |\n|-|-|\n| {} | 0.687 |\n| {} | 0.637 |\n"
    assert results(f"# Log\n## Runs\n{table.format(*rows)}") == []
    assert len(results(f"# Log\n## Runs\n{table.format('snowy augmentation of all training images', 'plain')}")) == 2


def test_a_column_of_gains_is_no_run_though_one_of_them_is_none() -> None:
    table = "| Metric | base | wide | Δ |\n|-|-|-|-|\n| AP | 51.5 | 52.1 | +0.6 |\n| APs | 33.2 | 33.2 | 0.00 |\n"
    assert [name for name, _ in results(f"# Log\n{table}")] == ["base", "wide"]


def test_a_metric_before_each_number_may_be_called_by_two_names() -> None:
    table = (
        "| Task | mAP/AP | FPS |\n|-|-|-|\n| eye | **mAP 0.569** (DOTA) | 35 |\n| radar | **AP 0.817** (ship) | 49 |\n"
    )
    assert results(f"# Log\n{table}") == [("eye", {"AP": 0.569}), ("radar", {"AP": 0.817})]


def test_benchmark_results_are_the_authors_own_and_those_of_a_benchmark_are_not() -> None:
    table = "| Configuration | mAP50 |\n|-|-|\n| onnx_640 | 0.4257 |\n"
    assert [name for name, _ in results(f"# A\n## Benchmark Results\n{table}")] == ["onnx_640"]
    assert results(f"# A\n## Benchmarks\n{table}") == []


def test_rows_by_model_are_runs_whatever_the_title_says() -> None:
    rows = "| Model | mAP50 |\n|-|-|\n| tiny | 0.687 |\n| wide | 0.637 |\n"
    assert [name for name, _ in results(f"# Log\n## By model\n{rows}")] == ["tiny", "wide"]


def test_runs_beside_a_metric_that_each_row_names_are_told_apart() -> None:
    table = "| Benchmark | Metric | Plain | Ours | Gain |\n|-|-|-|-|-|\n| Foggy | mAP@0.5 | 51.4% | 56.3%* | +4.9 |\n"
    assert results(f"# A\n{table}") == [("Plain", {"AP50": 0.514}), ("Ours", {"AP50": 0.563})]
    told = "| Run | Metric | Value | Status |\n|-|-|-|-|\n| tiny | mAP50 | 87.2% | done |\n"
    assert results(f"# A\n{told}") == [("tiny", {"AP50": 0.872})]


def test_official_data_are_what_the_author_tested_on() -> None:
    table = "| Experiment | mAP50 |\n|-|-|\n| YOLOv8n official {} | 0.859 |\n"
    assert [row.is_own for row in note(f"# A\n{table.format('test')}").tables] == [True]
    assert [row.is_own for row in note(f"# A\n{table.format('model')}").tables] == [False]


def test_results_below_an_introduction_are_told_and_below_usage_they_are_examples() -> None:
    table = "| model | mAP50 |\n|-|-|\n| tiny | 0.747 |\n"
    assert [name for name, _ in results(f"# Introduction\nA net.\n## Results\n{table}")] == ["tiny"]
    assert results(f"# Usage\nRun it.\n## Results\n{table}") == []


def test_the_name_of_a_row_is_no_number_of_devices_and_says_what_was_set() -> None:
    table = "| Implementation | #Batches/GPU | mAP |\n|-|-|-|\n| theirs | 2 | 0.752 |\n| mine | 4 | 0.7562 |\n"
    assert [name for name, _ in results(f"# A\n{table}")] == ["theirs", "mine"]
    table = "| Model | mAP | Others |\n|-|-|-|\n| r50 | 0.71 | None |\n| r50 | 0.72 | weight_decay=0.0001 |\n"
    assert [name for name, _ in results(f"# A\n{table}")] == ["r50", "r50, weight_decay=0.0001"]


def test_a_list_of_documents_is_no_run_that_failed() -> None:
    text = "# 检测\n- mAP: 0.45\n\n## 📖 详细文档\n- **[a.md](a.md)** - 网络失败原因分析\n"
    assert [each.state for each in note(text).experiments] == ["finished"]


@pytest.mark.parametrize(
    ("heads", "names"),
    [
        ("Baseline mAP@0.5 | Optimized mAP@0.5", ("Baseline", "Optimized")),
        ("mAP50 before pruning | mAP50 after pruning", ("before pruning", "after pruning")),
        ("无 LoRA mAP50 | 有 LoRA mAP50", ("无 LoRA", "有 LoRA")),
    ],
)
def test_one_metric_of_a_model_before_and_after_is_of_two_runs(heads: str, names: tuple[str, str]) -> None:
    table = f"| Model | {heads} | Size |\n|-|-|-|-|\n| tiny | 0.563 | 0.693 | 10M |\n| wide | 0.599 | 0.652 | 20M |\n"
    assert [name for name, _ in results(f"# A\n{table}")] == [
        f"{m}, {name}" for m in ("tiny", "wide") for name in names
    ]
    assert results("# A\n| Model | Baseline mAP | mAP50 |\n|-|-|-|\n| tiny | 0.563 | 0.693 |\n") == [
        ("tiny", {"AP50": 0.693})
    ]


def test_a_result_of_a_size_that_is_unknown_names_no_row() -> None:
    head = "| Method | mAP | AP<sub>vt</sub> |\n|-|-|-|\n"
    rows = "| FR | 12.8 | 0.1 |\n| DR | 16.1 | 0.2 |\n| FR | 14.8 | 0.3 |\n"
    assert [name for name, _ in results(f"# A\n{head}{rows}")] == ["FR", "DR", "FR"]


def test_a_link_whose_target_stands_elsewhere_is_its_text() -> None:
    table = "| Model | mAP |\n|-|-|\n| [tiny][assets] | 28.0 |\n"
    assert [name for name, _ in results(f"# A\n{table}\n[assets]: https://a.example\n")] == ["tiny"]


def test_a_summary_of_coco_in_a_table_below_each_split_is_of_one_run() -> None:
    table = "| Metric | IoU Thresholds | Scales | maxDets | AP/AR values |\n|-|-|-|-|-|\n"
    table += "| Average Precision (AP) | 0.50:0.95 | all | 100 | 0.{0}81 |\n"
    table += "| **Average Precision (AP)** | **0.50** | all | 100 | 0.9{0} |\n"
    (run,) = note(
        f"# A\n## R50\nOn validation set:\n\n{table.format(6)}\nOn test set:\n\n{table.format(7)}"
    ).experiments
    assert run.state == "finished"
    assert [(e.split, {m.name: m.value for m in e.metrics}) for e in run.evaluations] == [
        ("", {"AP": 0.681, "AP50": 0.96}),
        ("test", {"AP": 0.781, "AP50": 0.97}),
    ]


def test_the_gains_beside_two_runs_of_a_row_are_claimed_of_neither() -> None:
    table = "| Step | with X mAP | without X mAP | Delta |\n|-|-|-|-|\n| a | 0.6797 | 0.6694 | +0.0103 |\n"
    found = note(f"# A\n{table}| b | 0.6794 | 0.6706 | +0.0088 |\n")
    assert [each.name for each in found.experiments] == ["a, with X", "a, without X", "b, with X", "b, without X"]
    assert not found.claims


@pytest.mark.parametrize("mark", ["- {}: {}\n", "- **{}: {}**\n", "- **{}**: {}\n", "{} = {}\n\n"])
@pytest.mark.parametrize(("val", "test"), [("Validation mAP", "Test mAP"), ("val mAP", "test mAP")])
def test_the_split_before_a_metric_counts_however_it_is_written(mark: str, val: str, test: str) -> None:
    (run,) = note("# E1\n\nWe got:\n\n" + mark.format(val, "0.4525") + mark.format(test, "0.3628")).experiments
    assert [(e.split, e.metrics[0].value) for e in run.evaluations] == [("", 0.4525), ("test", 0.3628)]


def test_numbers_of_two_sentences_that_differ_in_one_are_not_mixed() -> None:
    text = "# Sum\n\nBest result: mAP50 = 0.375, mAP50-95 = 0.199\n\nFinal result: mAP50-95 = 0.190\n"
    assert results(text) == [("Sum", {"AP": 0.190})]
    assert results(text.replace("0.190", "0.20")) == [("Sum", {"AP50": 0.375, "AP": 0.20})]


def test_a_hyphen_at_which_no_line_is_broken_is_one() -> None:
    assert results("# A\n\nResult: mAP50‑95 = 0.199\n") == [("A", {"AP": 0.199})]


def test_an_adjective_before_a_result_leaves_it_one() -> None:
    assert results("# A\n\n**YOLOv8m honest result: mAP@0.5 = 0.475**, R 0.44\n") == [("A", {"AP50": 0.475, "R": 0.44})]


@pytest.mark.parametrize("word", ["Exemple", "Exemplo", "Esempio", "Beispiel", "Ejemplo"])
def test_an_example_is_no_run_in_any_language(word: str) -> None:
    assert not note(f"## mAP\n\n**{word} :**\n\nYOLO / COCO :\n- mAP@0.5 = 0.65\n").experiments


def test_a_sign_at_the_end_of_a_heading_with_words_says_the_state_and_is_no_part_of_the_name() -> None:
    text = "## Runs\n### E1: base ✅ Done\n- mAP@0.5: 0.7555\n\n### E2: 轻量化 ⏳ 微调训练中\n- from best.pt\n\n"
    text += "### E3: neck 🔄 training\n- x\n"
    found = [(each.name, each.state) for each in note(text).experiments]
    assert found == [("E1: base", "finished"), ("E2: 轻量化", "running"), ("E3: neck", "running")]
    assert not note(text.replace("- mAP@0.5: 0.7555\n", "")).experiments  # a plan of work, as far as anybody can tell
    assert [each.name for each in note("### E1 ✅ best so far\n- mAP@0.5: 0.7555\n").experiments] == [
        "E1 ✅ best so far"
    ]
