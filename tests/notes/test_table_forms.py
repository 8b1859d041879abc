"""Tables whose columns or rows are of another kind than they seem: splits, variants, statistics, classes."""

import pytest

from fcosreport.notes import Note, outcomes
from tests.notes.test_experiments import FENCE, note, values
from tests.notes.test_results import rows
from tests.notes.test_rows import told


def numbers(found: Note) -> list[tuple[str, dict[str, float | None]]]:
    """The name of each experiment, and its metrics, those of a split with it."""
    return [
        (each.name, {f"{r.split} {m.name}".strip(): m.value for r in each.evaluations for m in r.metrics})
        for each in found.experiments
    ]


def test_rows_of_splits_are_one_run() -> None:
    rows = "| Train | 0.91 |\n| Val | 0.84 |\n| Test | 0.81 |\n"
    found = numbers(note(f"# Roads\n| Split | mIoU |\n|--|--|\n{rows}"))
    assert found == [("Roads", {"test mIoU": 0.81, "train mIoU": 0.91, "mIoU": 0.84})]


def test_rows_of_splits_beside_names_are_runs() -> None:
    text = "# Roads\n| Split | Model | mIoU |\n|--|--|--|\n| Val | a | 0.84 |\n| Test | b | 0.81 |\n"
    assert [each.name for each in note(text).experiments] == ["a", "b"]


def test_columns_with_a_metric_in_brackets_are_the_runs_before_it() -> None:
    text = "# Data\n| Epoch | Raw set (mAP) | Cleaned (mAP) |\n|--|--|--|\n| last | 0.31 | 0.62 |\n"
    assert told(note(text)) == [("Raw set", "finished", 0.31), ("Cleaned", "finished", 0.62)]


def test_splits_before_a_metric_in_brackets_are_no_runs() -> None:
    text = "# Data\n| Model | Val (mAP) | Test (mAP) |\n|--|--|--|\n| a | 0.31 | 0.29 |\n"
    assert [each.name for each in note(text).experiments if each.name in ("Val", "Test")] == []


def test_two_numbers_of_a_cell_are_of_the_two_runs_that_its_head_names() -> None:
    rows = "| voc | 71.2 / 66.3 | 30 |\n| own | 61.2 / 56.3 | 30 |\n"
    assert told(note(f"# Sizes\n| Data | mAP (Pro / Fast) | FPS |\n|--|--|--|\n{rows}")) == [
        ("voc, Pro", "finished", 0.712),
        ("voc, Fast", "finished", 0.663),
        ("own, Pro", "finished", 0.612),
        ("own, Fast", "finished", 0.563),
    ]


def test_a_number_alone_below_two_names_is_of_neither() -> None:
    text = "# Sizes\n| Data | mAP (Pro / Fast) |\n|--|--|\n| voc | 71.2 |\n"
    assert told(note(text)) == []


def test_an_iou_beside_a_dice_is_the_mean() -> None:
    text = "# Cells\n| Metric | Mean | Std. dev. |\n|--|--|--|\n| Dice | 0.91 | 0.01 |\n| IoU | 0.83 | 0.02 |\n"
    assert numbers(note(text)) == [("Cells", {"Dice": 0.91, "mIoU": 0.83})]


def test_an_iou_beside_boxes_may_be_a_threshold() -> None:
    text = "# Boxes\n| Model | IoU | mAP |\n|--|--|--|\n| a | 0.5 | 0.61 |\n"
    assert numbers(note(text)) == [("a", {"AP": 0.61})]


def test_a_score_beside_the_one_metric_is_not_that_metric_again() -> None:
    text = "# Masks\n| Model | Dice | Clean | Score |\n|--|--|--|--|\n| unet r34 | 0.51 | 0.92 | 0.71 |\n"
    assert numbers(note(text)) == [("unet r34", {"Dice": 0.51})]


def test_commas_part_the_digits_of_a_table_that_has_no_point() -> None:
    text = "# A\n| Modell | mAP50 | mAP50-95 |\n|--|--|--|\n| n | 71,3 | 44,1 |\n| s | 75,0 | 47,2 |\n"
    assert told(note(text)) == [("n", "finished", 0.441), ("s", "finished", 0.472)]


def test_commas_beside_points_part_other_things() -> None:
    text = "# A\n| Model | mAP50 | sizes |\n|--|--|--|\n| n | 0.713 | 19,39 |\n| s | 0.75 | 20,40 |\n"
    assert numbers(note(text)) == [("n", {"AP50": 0.713}), ("s", {"AP50": 0.75})]


def test_a_first_column_that_links_nothing_names_its_rows() -> None:
    text = "# Loss\n| Box Weight | mAP50 | Conclusion |\n|--|--|--|\n| 6.5 | 0.412 | worse |\n| 7.5 | 0.433 | best |\n"
    assert [each.name for each in note(text).experiments] == ["Box Weight 6.5", "Box Weight 7.5"]


def test_what_is_but_a_span_is_of_no_run() -> None:
    text = "# Birds\n| Project | mAP50 |\n|--|--|\n| ours | 88.8% |\n| faces | 50-60% |\n"
    assert [each.name for each in note(text).experiments] == ["ours"]


@pytest.mark.parametrize("cell", ["97.1% @ 0.55", "97.1 %"])
def test_a_threshold_may_stand_behind_a_score(cell: str) -> None:
    text = f"# Birds\n| Metric | Value |\n|--|--|\n| mAP50 | 88.8% |\n| Precision | {cell} |\n"
    assert numbers(note(text)) == [("Birds", {"AP50": 0.888, "P": 0.971})]


def test_precision_and_recall_in_other_languages() -> None:
    text = "# Placas\n- mAP50: 0.951\n- Precisión: 0.933\n- Rappel: 0.912\n"
    assert numbers(note(text)) == [("Placas", {"AP50": 0.951, "P": 0.933, "R": 0.912})]


@pytest.mark.parametrize(("said", "claims"), [("-10.0%", 0), ("-4.0%", 1), ("-4.0 AP", 1)])
def test_percents_of_the_baselines_number_are_no_points(said: str, claims: int) -> None:
    text = f"# Loss\n| Run | AP | vs base |\n|--|--|--|\n| base | 40.0 | 0.0% |\n| low | 36.0 | {said} |\n"
    assert len([each for each in note(text).claims if "low" in each.text]) == claims


def test_backbones_to_choose_from_are_none() -> None:
    rows = "| run | mAP |\n|--|--|\n| a | 0.91 |\n| b | 0.92 |\n"
    assert [values(each) for each in note(f"# A\n- backbone: R50 / R101\n\n{rows}").experiments] == [{}, {}]
    assert values(note(f"# A\n- backbone: R50\n\n{rows}").experiments[0]) == {"backbone": "R-50"}


def test_the_best_of_two_metrics_is_one_result() -> None:
    found = note("# B\n- lr: 0.01\n- Best mAP@0.5: 0.712 (epoch 4)\n- Best mAP: 0.413\n").experiments[0]
    assert [(each.epoch, len(each.metrics)) for each in found.evaluations] == [(4, 2)]


def test_the_same_metric_of_two_epochs_is_two_results() -> None:
    found = note("# B\n- lr: 0.01\n- mAP: 0.712 (epoch 4)\n- mAP: 0.413 (epoch 2)\n").experiments[0]
    assert [each.epoch for each in found.evaluations] == [4, 2]


def test_a_number_quoted_in_a_fence_is_told_once() -> None:
    table = "| Run | mAP50 | mAP |\n|--|--|--|\n| low | 0.4123 | 0.2101 |\n| high | 0.4331 | 0.2334 |\n"
    text = f"# Study\n{table}\n## Why\n**Evidence**:\n```\nlow:\n- mAP50: 0.4123 (-5%)\n```\n"
    assert [each.name for each in note(text).experiments] == ["low", "high"]


def test_a_length_among_sentences_makes_no_run() -> None:
    step = (
        "- We predicted the images without labels, and took those of which the scores were high enough to be trusted.\n"
    )
    text = "# Cup\n| Run | mAP |\n|--|--|\n| single | 0.712 |\n\n## Pseudo labels\n"
    assert [each.name for each in note(f"{text}{step}- 1 epoch\n- score threshold: 0.4\n").experiments] == ["single"]
    assert [each.name for each in note(f"{text}- 1 epoch, lr 0.01\n").experiments] == ["single", "Pseudo labels"]


def test_what_one_can_get_are_the_results_of_the_author_but_not_the_output() -> None:
    assert told(note(f"# SSD\nYou can get the results as follows:\n\n{FENCE}")) == [("SSD", "finished", 0.1)]
    assert told(note(f"# SSD\nYou can get an output like this:\n\n{FENCE}")) == []


@pytest.mark.parametrize(("head", "names"), [("Class", []), ("Model", ["car", "bus"])])
def test_columns_that_are_classes_are_no_runs(head: str, names: list[str]) -> None:
    text = f"# Cars\n| {head} | car | bus |\n|--|--|--|\n| mAP50 | 0.71 | 0.64 |\n| mAP | 0.41 | 0.34 |\n"
    assert [each.name for each in note(text).experiments] == names


@pytest.mark.parametrize(("head", "names"), [("Loss (per class)", ["a", "b"]), ("Class", [])])
def test_how_something_was_averaged_is_no_class(head: str, names: list[str]) -> None:
    text = f"# Roads\n| Model | {head} | mAP |\n|--|--|--|\n| a | low | 0.64 |\n| b | high | 0.65 |\n"
    assert [each.name for each in note(text).experiments] == names


def test_the_sign_of_percent_may_stand_before_a_number() -> None:
    text = "# Nesne\n| Metrik | Değer |\n|--|--|\n| Precision (Kesinlik) | %97.3 |\n| mAP50 | %96 |\n"
    assert numbers(note(text)) == [("Nesne", {"P": 0.973, "AP50": 0.96})]


def test_letters_beside_each_other_are_of_sizes() -> None:
    text = "# A\n| Model | AP | AP (M) | AP (L) |\n|--|--|--|--|\n| a | 40.1 | 42.2 | 51.3 |\n"
    assert numbers(note(text)) == [("a", {"AP": 0.401, "APm": 0.422, "APl": 0.513})]


def test_a_letter_alone_is_of_a_task() -> None:
    text = "# A\n| Model | AP (B) | AP (M) |\n|--|--|--|\n| a | 40.1 | 42.2 |\n"
    assert [each.task for each in note(text).experiments[0].evaluations] == ["bbox", "segm"]


def test_numbers_that_stand_together_in_a_row_are_of_its_metrics() -> None:
    rows = "| mAP50 | 0.91 |\n| Precision / Recall (conf 0.5) | 0.88 / 0.83 |\n"
    assert numbers(note(f"# Hands\n| Metric | Value |\n|--|--|\n{rows}")) == [
        ("Hands", {"AP50": 0.91, "P": 0.88, "R": 0.83})
    ]


def test_a_slash_in_a_row_of_one_metric_parts_none() -> None:
    rows = "| mAP50 | 0.91 |\n| images / s | 30 / 20 |\n"
    assert numbers(note(f"# Hands\n| Metric | Value |\n|--|--|\n{rows}")) == [("Hands", {"AP50": 0.91})]


def test_a_reproduced_number_is_the_runs_own() -> None:
    text = "# A\n| Model | Reproduced mAP | lr |\n|--|--|--|\n| a | 40.1 | 0.01 |\n| b | 41.1 | 0.02 |\n"
    assert told(note(text)) == [("a", "finished", 0.401), ("b", "finished", 0.411)]


def test_who_hosts_a_file_names_no_row() -> None:
    link = "| R50 | 40.1 | [Google Drive](https://drive.google.com/file/d/1/view) |\n"
    text = f"# Zoo\n| Backbone | mAP | Weights |\n|--|--|--|\n{link}"
    assert [(row.label, len(row.results)) for row in rows(text)] == [("R50", 1)]


def test_the_mean_is_the_result_and_not_the_median() -> None:
    found = note("# Log\n\n## E1 - U-Net\n\n### Best validation result\n- mean Dice: 0.912\n- median Dice: 0.934\n")
    assert numbers(found) == [("E1 - U-Net", {"Dice": 0.912})]


def test_a_loss_of_dice_is_no_result() -> None:
    assert note("# Log\n\n## E1 - U-Net\n\n### Best validation result\n- Dice loss: 0.412\n").experiments == ()


def test_what_was_timed_out_has_failed() -> None:
    assert outcomes.failure("timed out after 9 h")
    assert not outcomes.failure("we set a timeout of 9 h")


@pytest.mark.parametrize(("head", "name"), [("oLRP ↓", "a, epochs 12"), ("Fold", "a, Fold 4")])
def test_a_number_that_may_be_better_names_no_row(head: str, name: str) -> None:
    text = f"# A\n| Model | Epoch | {head} | AP |\n|--|--|--|--|\n| a | 12 | 4 | 0.41 |\n| a | 37 | 3 | 0.43 |\n"
    assert note(text).experiments[0].name == name


@pytest.mark.parametrize(
    ("said", "own"), [("the paper's batch of 40 does not fit", True), ("the paper's result", False)]
)
def test_what_is_not_as_in_the_paper_is_the_authors_result(said: str, own: bool) -> None:
    text = f"| Run | AP | Notes |\n|--|--|--|\n| a | 38.7 | {said} |\n"
    assert [row.is_own for row in rows(text)] == [own]


@pytest.mark.parametrize(
    ("item", "steps"),
    [("[Models](models.md): evaluate the boxes", 0), ("evaluate the boxes of [the model](models.md)", 1)],
)
def test_a_page_to_read_next_is_no_step(item: str, steps: int) -> None:
    assert len(note(f"# Boxes\n\n## Next steps\n\n- {item}\n").steps) == steps


SIDE_BY_SIDE = "## {}\n| {} | Images | {} | {} | Δ |\n|--|--|--|--|--|\n"
OF_DATA = "| Urban | 200 | 71.2 | 73.5 | +2.3 |\n| Rural | 90 | 61.2 | 63.4 | +2.2 |\n"
OF_CLASSES = (
    "| road | 200 | 91.2 | 93.5 | +2.3 |\n| tree | 200 | 51.2 | 53.4 | +2.2 |\n| mean | | 71.2 | 73.4 | +2.2 |\n"
)


@pytest.mark.parametrize(
    "runs", [("Baseline", "+HL"), ("w/o HL", "with HL"), ("YOLOv8s", "RetinaNet"), ("基线", "改进")]
)
def test_runs_side_by_side_have_the_metric_of_the_title_on_each_data_set(runs: tuple[str, str]) -> None:
    found = note(SIDE_BY_SIDE.format("mIoU on each set", "Dataset", *runs) + OF_DATA).experiments
    told = [(each.name, [(e.data_set, e["mIoU"]) for e in each.evaluations]) for each in found]
    assert told == [
        (runs[0], [("Urban", 0.712), ("Rural", 0.612)]),
        (runs[1], [("Urban", 0.735), ("Rural", 0.634)]),
    ]


def test_columns_of_data_sets_have_the_metric_of_the_title() -> None:
    text = "## mAP\n\n| | COCO | VOC07 |\n|--|--|--|\n| YOLOv3 | 33.0 | 80.1 |\n| RetinaNet | 41.2 | 84.3 |\n"
    found = [(e.name, [(r.data_set, r["AP"]) for r in e.evaluations]) for e in note(text).experiments]
    assert found == [("YOLOv3", [("COCO", 0.33), ("VOC07", 0.801)]), ("RetinaNet", [("COCO", 0.412), ("VOC07", 0.843)])]
    for other in (text.replace("mAP", "Speed"), text.replace("COCO", "person").replace("VOC07", "car")):
        assert note(other).experiments == ()


def test_of_classes_the_row_of_all_tells_of_runs_side_by_side() -> None:
    text = SIDE_BY_SIDE.format("mAP of each class", "Class", "Baseline", "+HL")
    assert numbers(note(text + OF_CLASSES)) == [("Baseline", {"AP": 0.712}), ("+HL", {"AP": 0.734})]
    assert note(text + OF_CLASSES.partition("| mean")[0]).experiments == ()


@pytest.mark.parametrize(
    ("title", "first", "runs"),
    [
        ("Speed on each set", "Dataset", ("Baseline", "+HL")),
        ("mIoU", "Dataset", ("Day", "Night")),
        ("mIoU", "Class", ("Urban", "Rural")),
        ("mIoU", "NFE", ("Baseline", "+HL")),
    ],
)
def test_columns_that_nothing_calls_runs_are_none(title: str, first: str, runs: tuple[str, str]) -> None:
    assert note(SIDE_BY_SIDE.format(title, first, *runs) + OF_DATA).experiments == ()


@pytest.mark.parametrize(("title", "count"), [("Introduction", 2), ("Overview", 2), ("Expected results", 0)])
def test_rows_that_the_author_calls_his_own_count_in_an_introduction(title: str, count: int) -> None:
    text = (
        "# Tiny net\n## {}\nWe train on our own images.\n\n| Model | mAP50 |\n|--|--|\n| {} | 0.71 |\n| {} | 0.74 |\n"
    )
    assert len(note(text.format(title, "ours-s", "ours-m")).experiments) == count
    assert note(text.format(title, "net-s", "net-m")).experiments == ()


def test_boxes_in_space_and_from_above_are_tasks_of_their_own() -> None:
    text = "| Run | mAP_3D | BEV mAP |\n|--|--|--|\n| a | 50.6 | 55.1 |\n"
    (run,) = note(text).experiments
    assert [(each.task, each["AP"]) for each in run.evaluations] == [("3d", 0.506), ("bev", 0.551)]


@pytest.mark.parametrize(
    "table",
    [
        "## AP (easy/moderate/hard)\n\n| Net | Car | Ped |\n|--|--|--|\n| tall | 86.6/76.7/74.1 | 51.4/47.9/43.8 |\n",
        "## KITTI val\n\n| Net | Car | Cyclist |\n|--|--|--|\n| tall | 86.6 / 76.7 / 74.1 | 51.4 / 47.9 / 43.8 |\n",
    ],
)
def test_three_numbers_of_a_class_are_those_of_its_difficulties(table: str) -> None:
    (row,) = rows(f"# Nets\n{table}")
    names = [[(m.name, m.text) for m in each.metrics] for each in row.results]
    assert names[0] == [("APeasy", "86.6"), ("APmoderate", "76.7"), ("APhard", "74.1")]
    assert row.results[0].data_set == "car"


def test_three_numbers_of_one_metric_and_of_other_things() -> None:
    (row,) = rows("# Nets\n| Net | AP (easy/mod/hard) |\n|--|--|\n| tall | 86.6/76.7/74.1 |\n")
    assert [(m.name, m.text) for m in row.results[0].metrics][1] == ("APmoderate", "76.7")
    assert not rows("# Nets\n| Net | Sizes |\n|--|--|\n| tall | 8.6/7.7/7.1 |\n")
