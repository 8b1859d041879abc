"""The summary block in all its forms. The samples here are generated; tests/test_corpus.py reads real files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fcosreport.dialects.coco_summary import CocoSummary
from fcosreport.reading.file import Reading, read
from fcosreport.records import COCO_METRICS, Evaluation, Issue, Origin
from tests.conftest import FAIR, GOOD, block
from tests.dialects.feeding import evaluations, feed

Read = Callable[..., Reading]
Found = Callable[..., list[Evaluation]]
Change = Callable[[str], str | bytes]

KEYPOINTS = "".join(
    f" Average {kind} @[ IoU={iou} | area={area} | maxDets= 20 ] = {value}\n"
    for (kind, iou, area), value in zip(
        [
            (kind, iou, area)
            for kind in ("Precision  (AP)", "Recall     (AR)")
            for iou, area in (
                ("0.50:0.95", "   all"),
                ("0.50     ", "   all"),
                ("0.75     ", "   all"),
                ("0.50:0.95", "medium"),
                ("0.50:0.95", " large"),
            )
        ],
        "0.505 0.799 0.541 0.431 0.623 0.579 0.854 0.621 0.488 0.705".split(),
        strict=True,
    )
)
SAMPLES = {"log.txt": f"Epoch: [1]\n{block(GOOD)}Epoch: [2]\n{block(FAIR, 'segm')}{KEYPOINTS}".encode()}


@pytest.fixture
def reading(tmp_path: Path) -> Read:
    def reading(text: str | bytes, origin: Origin = "log") -> Reading:
        path = tmp_path / "file"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read(path, "file", origin)

    return reading


@pytest.fixture
def found(reading: Read) -> Found:
    def found(text: str | bytes, origin: Origin = "log") -> list[Evaluation]:
        records = reading(text, origin).records
        return [r for r in records if isinstance(r, Evaluation) and r.form == "coco-summary"]

    return found


def rows(numbers: str = GOOD) -> str:
    return block(numbers).partition("\n")[2]


def printed(evaluation: Evaluation) -> str:
    return " ".join(metric.text for metric in evaluation.metrics)


def test_the_twelve_numbers_have_their_names_text_and_max_dets(found: Found) -> None:
    (one,) = found("\n\n" + block())
    assert tuple(metric.name for metric in one.metrics) == COCO_METRICS
    assert printed(one) == GOOD
    assert one["AP"] == 0.387
    assert [metric.max_dets for metric in one.metrics] == [100] * 6 + [1, 10, 100] + [100] * 3
    assert (one.where.line, one.task, one.task_stated) == (4, "bbox", True)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "".join(f"2024-05-01T08:00:00.1Z stdout F {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"[1,0]<stderr>:{line}\n" for line in text.splitlines()),
        lambda text: "".join(f"\x1b[32m[05/01 08:00:00 d2]:\x1b[0m {line}\n" for line in text.splitlines()),
        lambda text: text.replace("] = ", "] = \x1b[1m").replace("\n", "\x1b[0m\n"),
        lambda text: "".join(f"{' ' * 3 * number}{line}\n" for number, line in enumerate(text.splitlines())),
        lambda text: text.replace(" Average", "=Average"),
        lambda text: text.replace("] = ", "] =  "),
        lambda text: text.replace("  (A", " (A"),
        lambda text: text.replace("|", "&#124;"),
        lambda text: text.replace("|", "\\|").replace("\n", "<br>"),
        lambda text: "".join(f'      "{line}\\n",\n' for line in text.splitlines()),
        lambda text: '{"text": "' + text.replace("\n", "\\n") + '"}',
        lambda text: text.replace(" Average", "\r[>>>>  ] 3/5\r[>>>>>>] 5/5\r Average"),
        lambda text: text.replace("] = ", "] = ").rstrip("\n"),
        lambda text: "\0" * 4096 + text,
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: ("训练日志\n" + text).encode("gbk"),
        lambda text: b"\xff broken\n" + text.encode(),
    ],
)
@pytest.mark.parametrize("origin", ["log", "note"])
def test_the_block_is_read_in_every_wrapping(found: Found, change: Change, origin: Origin) -> None:
    one, two = found(change(block(GOOD) + "\n" * 3 + block(FAIR, "segm")), origin)
    assert (printed(one), one.task) == (GOOD, "bbox")
    assert (printed(two), two.task) == (FAIR, "segm")


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("Precision  (AP) @[ IoU=0.25      | area=   all | maxDets=1500 ]", "AP25"),
        ("Precision  (AP) @[ IoU=0.50:0.95 | area=verytiny | maxDets=1500 ]", "APvt"),
        ("Precision  (AP) @[ IoU=0.50:0.95 | area=  tiny | maxDets=1500 ]", "APt"),
        ("Precision  (AP) @[ IoU=0.50      | area= tiny1 | maxDets=200 ]", "AP50tiny1"),
        ("Precision  (AP) @[ IoU=0.50:0.95 | height= large | maxDets=1000 ]", "APl@1000"),
        ("Precision  (AP) @[ IoU=0.50:0.95 | area=     l | maxDets=300 catIds=all]", "APl@300"),
        ("Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=300 catIds=  r]", "APr"),
        ("Precision  (AP) @[ IoU=0.50:0.95 | type=  easy | maxDets= 20 ]", "APeasy"),
        ("Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=1000 ]", "AR1000"),
        ("Recall     (AR) @[ IoU=0.50      | area=   all | maxDets=100 ]", "AR50"),
        ("Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets= 50 ]", "AR@50"),
        ("Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=all ]", "AR"),
        ("Precision  (AP) @[ IoU=0.50 | area= small | maxDets=100 ]", "AP50s"),
    ],
)
def test_rows_beyond_the_twelve_are_named_as_printed(found: Found, row: str, name: str) -> None:
    (one,) = found(rows() + f" Average {row} = 0.123\n")
    assert one.metrics[-1].name == name
    assert one[name] == 0.123
    assert printed(one).startswith(GOOD)


def test_all_types_of_images_are_the_whole_as_all_areas_are(found: Found) -> None:
    row = " Average Precision  (AP) @[ IoU={} | type={:>6} | maxDets= 20 ] = {}\n"
    rows = (("0.50:0.95", "all", 0.681), ("0.50     ", "all", 0.871), ("0.50:0.95", "easy", 0.771))
    (one,) = found("Evaluate annotation type *keypoints*\n" + "".join(row.format(*each) for each in rows))
    assert {each.name: each.value for each in one.metrics} == {"AP": 0.681, "AP50": 0.871, "APeasy": 0.771}


def test_rows_without_areas_in_percent_as_the_toolkit_of_visdrone_prints_them_are_a_block(found: Found) -> None:
    rows = (("Precision  (AP)", "0.50:0.95", "500", "21.3417"), ("Precision  (AP)", "0.50     ", "500", "37.1052"))
    recall = ("Recall     (AR)", "0.50:0.95", "  1", "0.8432")
    text = "".join(f"Average {what} @[ IoU={iou} | maxDets={n} ] = {ap}%.\n" for what, iou, n, ap in (*rows, recall))
    (one,) = found(text)
    told = [(metric.name, metric.value, metric.max_dets) for metric in one.metrics]
    assert told == [("AP", 0.213417, 500), ("AP50", 0.371052, 500), ("AR1", 0.008432, 1)]
    table = text.replace("[", "(").replace(" | maxDets", ") | maxDets").replace(" ] = ", "  | ")
    (same,) = found(table, "note")
    assert same.metrics == one.metrics


def test_order_and_other_max_dets_do_not_matter(found: Found) -> None:
    first, *others = rows().replace("maxDets=100", "maxDets=1000").splitlines(keepends=True)
    (one,) = found(first + "".join(reversed(others)))
    assert {metric.name: metric.text for metric in one.metrics}["AR1000"] == "0.572"
    assert one["APl"] == 0.502


def test_a_height_is_an_area(found: Found) -> None:
    (one,) = found(rows().replace("area", "height"))
    assert tuple(metric.name for metric in one.metrics) == COCO_METRICS


def test_keypoints_are_known_by_their_rows(found: Found) -> None:
    one, two = found("Evaluate annotation type *bbox*\n" + rows() + KEYPOINTS)
    assert (one.task, two.task, two.task_stated) == ("bbox", "keypoints", True)
    assert [metric.name for metric in two.metrics] == "AP AP50 AP75 APm APl AR AR50 AR75 ARm ARl".split()


def test_minus_one_stays_and_nan_is_missing_with_an_issue(reading: Read) -> None:
    records = reading(rows(GOOD.replace("0.226", "-1.000").replace("0.502", "nan"))).records
    (one,) = (record for record in records if isinstance(record, Evaluation))
    (issue,) = (record for record in records if isinstance(record, Issue))
    assert (one["APs"], one["APl"]) == (-1.0, None)
    assert "nan" in issue.message
    assert issue.where.line == 6


def test_percent_becomes_a_fraction(found: Found) -> None:
    (one,) = found(rows("38.7 57.3 41.9 -1.000 42.4 50.2 32.5 53.6 57.2 36.7 61.7 72.6"))
    assert one["AP"] == pytest.approx(0.387)
    assert one["APs"] == -1.0
    assert all(metric.percent for metric in one.metrics)


@pytest.mark.parametrize(
    ("before", "task", "stated"),
    [
        ("IoU metric: segm\n", "segm", True),
        ("mmdet - INFO - Evaluating segm...\n", "segm", True),
        ("# results\n## Evaluation results for segm:  \n```\n", "segm", True),
        ("type=segm\n", "segm", True),
        ("### segm\n\n```\n", "segm", True),
        ("在COCO2017验证集上的mAP(实例分割任务)：\n```\n", "segm", True),
        ("Evaluate annotation type *segm*\nEvaluate annotation type *bbox*\n", "bbox", True),
        ("## Mask R-CNN\n```\n", "bbox", False),
        ("loss_segm: 1.2\n", "bbox", False),
        ("COCO results:\n", "bbox", False),
    ],
)
def test_the_task_is_what_the_nearest_line_says(found: Found, before: str, task: str, stated: bool) -> None:
    (one,) = found(before + rows(), "note")
    assert (one.task, one.task_stated) == (task, stated)


def test_a_task_of_one_section_is_not_that_of_the_next(found: Found) -> None:
    text = "## one\n### segm\n" + rows() + "```\n## two\n- lr: 0.1\n" + rows(FAIR)
    assert [(one.task, one.task_stated) for one in found(text, "note")] == [("segm", True), ("bbox", False)]


@pytest.mark.parametrize(
    ("before", "epoch", "iteration"),
    [
        ("Epoch: [3]  [7320/7329]  eta: 0:00:01\nTest:  [  0/5000]\n", 3, None),
        ("2023 - mmengine - INFO - Epoch(val) [12][625/625]\n", 12, None),
        ("2023 - mmengine - INFO - Epoch(test) [110/116]  eta: 0:00:01\n", None, None),
        ("mmdet - INFO - Epoch [7][50/7330] lr: 0.02\n", 7, None),
        ("Epoch 12\n", 12, None),
        ("epoch:3 0.0206\n", 3, None),
        ("INFO: Val|Epoch10/30|Iter1830(1/8)| mem:3.41G|\n", 10, 1830),
        (
            "d2.utils.events: eta: 0:00:00  iter: 2999  total_loss: 1.5\nInference done 11/50. 0.05 s/iter. ETA=1\n",
            None,
            2999,
        ),
        ("Iter(train) [ 1000/90000]\n", None, 1000),
        ("INFO: iter: 30000, loss: 1.1\nINFO: Test iter 400\nINFO: Test finish iter 484\n", None, 30000),
        ("Test Epoch: 3\nval iter: 20\n", 3, None),
        ('{"epoch": 32, "iteration": 400}\n', 32, 400),
        ("max_epochs: 12\nepochs: 12\nbest epoch: 7\nmax_iter: 90000\nIter(val) [5/5]\n", None, None),
        ("total epoch 12\n0.1 s / iter 5.5\nepoch 1.5\n", None, None),
        ("mmdet - INFO - Epoch(val) [12][3750]  bbox_mAP: 0.2720\njob 2\n", None, None),
        ("", None, None),
    ],
)
def test_epoch_and_iteration_come_from_the_nearest_line(
    found: Found, before: str, epoch: int | None, iteration: int | None
) -> None:
    one, two = found(before + block() + block(FAIR, "segm"))
    assert (one.epoch, one.iteration) == (epoch, iteration)
    assert (two.epoch, two.iteration) == (epoch, iteration)


def test_the_epoch_of_an_earlier_evaluation_is_not_that_of_a_later_one(found: Found) -> None:
    _, later = found("Epoch: [3]\n" + block() + "waiting\n" * 100 + block(FAIR))
    assert later.epoch is None


def test_in_a_note_an_epoch_is_a_setting(found: Found) -> None:
    (one,) = found("- epoch: 12\n- iter: 90000\n" + rows(), "note")
    assert (one.epoch, one.iteration) == (None, None)


def test_blocks_of_categories_carry_their_names(found: Found) -> None:
    text = "".join(f"======\nEvaluating category {name}\n{block(GOOD)}" for name in ("person", "traffic light"))
    assert [one.category for one in found(text + "done\n" + block(FAIR))] == ["person", "traffic light", None]


def test_equal_blocks_one_after_the_other_are_two_evaluations(found: Found) -> None:
    assert len(found(block() + block())) == 2


def test_a_block_that_ranks_print_at_the_same_time_is_one_evaluation(found: Found) -> None:
    lines = rows().splitlines(keepends=True)
    mixed = [line for pair in zip(lines, ["DONE\n", *lines[:-1]], strict=True) for line in pair] + lines[-1:]
    (one,) = found("".join(mixed))
    assert printed(one) == GOOD
    assert [where.line for where in one.also] == [4]


def test_two_blocks_cut_at_their_ends_do_not_mix(found: Found) -> None:
    head = "".join(rows().splitlines(keepends=True)[:7])
    tail = "".join(rows(FAIR).splitlines(keepends=True)[7:])
    assert [printed(one) for one in found(tail + head + rows(FAIR))] == [
        " ".join(FAIR.split()[7:]),
        " ".join(GOOD.split()[:7]),
        FAIR,
    ]


def test_a_cut_row_is_an_issue_and_the_rest_is_kept(reading: Read) -> None:
    for text in (rows()[:-2], rows()[:-6], rows()[:-20]):
        records = reading(text).records
        assert [printed(one) for one in records if isinstance(one, Evaluation)] == [" ".join(GOOD.split()[:11])]
        assert [issue.where.line for issue in records if isinstance(issue, Issue)] == [12]


def test_a_row_at_an_overlap_above_one_is_an_issue_and_no_metric(reading: Read) -> None:
    slips = (("IoU=0.50      |", "IoU=1.50      |"), ("IoU=0.50:0.95 |", "IoU=0.50:9.5 |"))
    for printed_so, slip in slips:
        records = reading(rows().replace(printed_so, slip, 1)).records
        assert len([issue for issue in records if isinstance(issue, Issue)]) == 1
        assert len([m for one in records if isinstance(one, Evaluation) for m in one.metrics]) == 11


def test_countless_garbled_rows_are_counted_not_listed(reading: Read) -> None:
    records = reading(" Average Precision  (AP) @[ IoU=0.50:0.95 | broken\n" * 5000).records
    messages = [record.message for record in records if isinstance(record, Issue)]
    assert len(messages) == 101
    assert "4,900" in messages[-1]


RETYPED = [
    "Average Precision (AP) @[ IoU=0. 50: 0. 95 area- all maxDits-=100 ] = 0. 387",
    "Average Precision（AP）＠［IoU＝0.50：0.95｜area＝all｜maxDets＝100］＝0.387",
    "average precision(AP)@[IoU=0.50:0.95|area=all|maxDets=100]=0.387",
]


@pytest.mark.parametrize("row", RETYPED)
def test_what_people_retype_is_read_in_notes_only(found: Found, row: str) -> None:
    (one,) = found(f"# run\n{row}\n", "note")
    assert (one["AP"], one.where.line) == (0.387, 2)
    assert found(f"# run\n{row}\n", "log") == []


def test_prose_about_the_metric_is_no_evaluation(reading: Read) -> None:
    text = "Average Precision (AP) @ IoU=0.50 is 0.5; ask me@home.org about Average Recall (AR).\n| AP | AP50 |\n"
    assert reading(text, "note").records == ()
    assert reading(text, "log").records == ()


def test_blocks_without_a_line_between_that_name_no_task_are_of_unknown_tasks(found: Found) -> None:
    two = rows(GOOD) + rows(FAIR)
    assert [(each.task, each["AP"]) for each in found(two)] == [("unknown 1", 0.387), ("unknown 2", 0.292)]
    assert [each.task for each in found(two + rows(GOOD))] == ["unknown 1", "unknown 2", "unknown 3"]


@pytest.mark.parametrize(
    "text",
    [
        rows(GOOD),
        rows(GOOD) + rows(GOOD),
        rows(GOOD) + "Accumulating evaluation results...\n" + rows(FAIR),
        f"Evaluate annotation type *bbox*\n{rows(GOOD)}{rows(FAIR)}",
        f"Epoch: [3]\n{rows(GOOD)}{rows(FAIR)}",
    ],
)
def test_a_block_alone_or_behind_other_lines_is_of_boxes(found: Found, text: str) -> None:
    assert {each.task for each in found(text)} == {"bbox"}


def _blocks(*titles: str) -> str:
    rows = " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.{}28\n"
    return "\n".join(f"{title}\nDONE (t=0.02s).\n{rows.format(at + 1)}" for at, title in enumerate(titles))


def test_a_banner_names_the_model_of_the_blocks_below_it() -> None:
    rule = "#" * 30
    text = _blocks(f"{rule}\n     EfficientDet-D0\n{rule}", "", "=== Evaluating: YOLOX-s ===")
    assert [each.weights for each in evaluations(feed(CocoSummary, text))] == [
        *("EfficientDet-D0", "EfficientDet-D0"),
        "YOLOX-s",
    ]


@pytest.mark.parametrize(
    "title", ["=== Results ===", "YOLOX-s", "=== YOLOX-s ===\nEpoch: 3", "=== Training YOLOX-s now at last ==="]
)
def test_other_titles_and_those_of_a_training_name_no_model(title: str) -> None:
    assert [each.weights for each in evaluations(feed(CocoSummary, _blocks(title)))] == [""]


def test_banners_that_differ_name_what_each_block_is_of() -> None:
    text = _blocks("=== baseline ===", "=== with mosaic ===", "=== ours ===")
    assert [each.weights for each in evaluations(feed(CocoSummary, text))] == ["baseline", "with mosaic", "ours"]


@pytest.mark.parametrize(
    "titles",
    [("=== baseline ===",), ("=== baseline ===", ""), ("", "=== ours ==="), ("=== Epoch 1 done ===", "=== ours ===")],
)
def test_a_banner_without_another_beside_it_names_nothing(titles: tuple[str, ...]) -> None:
    assert {each.weights for each in evaluations(feed(CocoSummary, _blocks(*titles)))} == {""}


def test_banners_that_name_splits_tell_these() -> None:
    found = evaluations(feed(CocoSummary, _blocks("=== Validation set ===", "=== Test ===")))
    assert [(each.split, each.weights) for each in found] == [("val", ""), ("test", "")]
