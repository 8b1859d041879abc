"""The logs of the TensorFlow Object Detection API. The samples are written by hand."""

import time
from pathlib import Path

import pytest

from fcosreport.dialects.tf_object_detection import TfObjectDetection
from fcosreport.records import Evaluation
from tests.dialects.feeding import curve, differences, entries, evaluations, events, expected, feed, issues, settings

NAMES = (
    "Precision/mAP",
    "Precision/mAP@.50IOU",
    "Precision/mAP@.75IOU",
    "Precision/mAP (small)",
    "Precision/mAP (medium)",
    "Precision/mAP (large)",
    "Recall/AR@1",
    "Recall/AR@10",
    "Recall/AR@100",
    "Recall/AR@100 (small)",
    "Recall/AR@100 (medium)",
    "Recall/AR@100 (large)",
)
COCO = "AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl".split()


def logged(text: str) -> str:
    """A line, or several, as both loggers print it."""
    return f"INFO:tensorflow:{text}\nI0831 08:02:46.018646 1405 x.py:275] {text}\n"


def version2(step: int, first: float = 0.25, group: str = "DetectionBoxes") -> str:
    lines = [logged(f"Eval metrics at step {step}")]
    lines += [logged(f"\t+ {group}_{name}: {first + 0.01 * at:.6f}") for at, name in enumerate(NAMES)]
    return "".join([*lines, logged("\t+ Loss/total_loss: 0.944400")])


def version1(step: int, first: float = 0.25) -> str:
    pairs = ", ".join(f"DetectionBoxes_{name} = {first + 0.01 * at:.8g}" for at, name in enumerate(sorted(NAMES)))
    return logged(f"Saving dict for global step {step}: {pairs}, Loss/total_loss = 1.5, global_step = {step}")


def losses(*steps: int) -> str:
    return "".join(
        logged(
            f"Step {step} per-step time 0.500s\n"
            "{'Loss/box_loss': 0.25,\n 'Loss/total_loss': 1.5,\n 'learning_rate': 0.04}"
        )
        for step in steps
    )


LOG = (
    logged("Maybe overwriting train_steps: 5000") + losses(100, 200) + version2(200) + losses(300) + version1(300, 0.3)
)
SAMPLES = {"log.txt": LOG.encode()}
PREFIXES = ("2024-05-01T08:00:00Z stderr F ", "    ")


def test_the_twelve_numbers_of_version_2_are_one_result() -> None:
    (one,) = evaluations(feed(TfObjectDetection, version2(90000)))
    assert [metric.name for metric in one.metrics] == COCO
    assert (one["AP"], one["ARl"], one.metrics[0].text) == (0.25, 0.36, "0.250000")
    assert (one.task, one.iteration, one.where.line) == ("bbox", 90000, 3)
    assert [place.line for place in one.also] == [4]


def test_the_line_of_version_1_is_one_result() -> None:
    (one,) = evaluations(feed(TfObjectDetection, version1(4572)))
    assert {metric.name for metric in one.metrics} == set(COCO)
    assert (one["AP"], one.iteration, one.where.line, [place.line for place in one.also]) == (0.25, 4572, 1, [2])


def test_masks_are_a_task_of_their_own() -> None:
    bbox, segm = evaluations(feed(TfObjectDetection, version2(100) + version2(100, 0.2, "DetectionMasks")))
    assert (bbox.task, bbox["AP"], segm.task, segm["AP"]) == ("bbox", 0.25, "segm", 0.2)


def test_categories_and_pascal_metrics_are_read() -> None:
    text = "PascalBoxes_Precision/mAP@0.5IOU: 0.617\nPascalBoxes_PerformanceByCategory/AP@0.5IOU/fire truck: 0.5\n"
    records = feed(TfObjectDetection, text)
    (one,) = evaluations(records)
    (by_category,) = evaluations(records, by_category=True)
    assert (one["AP50"], by_category.category, by_category["AP50"]) == (0.617, "fire truck", 0.5)
    assert one.family == by_category.family == "voc"


def test_the_metrics_of_open_images_are_of_its_own_family() -> None:
    text = "OpenImages{}_Precision/mAP@0.5IOU: 0.541\n"
    found = evaluations(feed(TfObjectDetection, f"{text.format('V2')}DetectionBoxes_Precision/mAP: 0.3\n"))
    assert [(each.task, each.family, each["AP50"], each["AP"]) for each in found] == [
        ("bbox", "coco", None, 0.3),
        ("bbox", "openimages", 0.541, None),
    ]
    (masks,) = evaluations(feed(TfObjectDetection, text.format("InstanceSegmentationChallenge")))
    assert (masks.task, masks.family, masks["AP50"]) == ("segm", "openimages", 0.541)


def test_results_that_follow_each_other_are_kept_apart() -> None:
    found = evaluations(feed(TfObjectDetection, version1(1000, 0.0) + version1(2000, 0.0) + version1(3000, 0.1)))
    assert [each.iteration for each in found] == [1000, 2000, 3000]
    plain = "DetectionBoxes_Precision/mAP: 0.1\nDetectionBoxes_Recall/AR@1: 0.2\n"
    found = evaluations(feed(TfObjectDetection, plain + plain.replace("0.2", "0.3")))
    assert [(each["AP"], each["AR1"], each.where.line) for each in found] == [(0.1, 0.2, 1), (0.1, 0.3, 3)]


def test_minus_one_stays_and_nan_is_told() -> None:
    records = feed(
        TfObjectDetection, "DetectionBoxes_Precision/mAP: nan\nDetectionBoxes_Precision/mAP (large): -1.000000\n"
    )
    (one,) = evaluations(records)
    assert (one["AP"], one["APl"]) == (None, -1.0)
    assert issues(records) == [1]


def test_losses_of_all_versions_become_curves() -> None:
    records = feed(TfObjectDetection, losses(100, 200))
    assert curve(records, "loss") == [(100, 1.5), (200, 1.5)]
    assert curve(records, "lr") == [(100, 0.04), (200, 0.04)]
    assert curve(records, "box_loss") == [(100, 0.25), (200, 0.25)]
    early = logged("Step 100 per-step time 0.601s loss=1.250") + logged("Step 200 per-step time 0.601s loss=1.000")
    assert curve(feed(TfObjectDetection, early), "loss") == [(100, 1.25), (200, 1.0)]
    slim = logged("global step 7: loss = 1.2500 (0.500 sec/step)")
    assert curve(feed(TfObjectDetection, slim), "time") == [(7, 0.5)]
    estimator = logged("loss = 2.5, step = 0") + logged("loss = 1.25, step = 100 (45.2 sec)")
    assert curve(feed(TfObjectDetection, estimator), "loss") == [(0, 2.5), (100, 1.25)]


def test_starts_ends_and_what_is_said_of_them() -> None:
    end = logged("Performing evaluation on 4 images.") + logged("Loss for final step: 0.5.")
    records = feed(TfObjectDetection, LOG + LOG + end)
    second = len(LOG.splitlines()) + 1
    assert events(records)[:2] == [("started", 1, None), ("started", second, None)]
    assert {kind for kind, _, _ in events(records)[2:]} == {"finished"}
    assert settings(records) == {"framework": "TensorFlow Object Detection API", "iterations": 5000, "val_images": 4}


def test_in_a_note_only_results_count() -> None:
    records = feed(TfObjectDetection, LOG, "note")
    assert len(records) == 2
    assert all(isinstance(record, Evaluation) for record in records)


def test_quotes_around_names_change_nothing() -> None:
    quoted = LOG.replace("DetectionBoxes", "'DetectionBoxes").replace("(large):", "(large)':")
    assert evaluations(feed(TfObjectDetection, quoted)) == evaluations(feed(TfObjectDetection, LOG))


@pytest.mark.parametrize("text", ["DetectionBoxes_Precision/mAP is what counts.\n", "mAP: 0.3\nlr = 1e-4, step = 3\n"])
def test_other_text_holds_nothing(text: str) -> None:
    assert feed(TfObjectDetection, text) == []


@pytest.mark.parametrize(
    "piece",
    ["Restoring parameters from ", "Step 1 per-step time 1s{", "Maybe overwriting train_steps: None ", "loss = 1"],
)
def test_hostile_repetition_costs_no_more_than_its_length(piece: str) -> None:
    begin = time.process_time()
    feed(TfObjectDetection, piece * (200_000 // len(piece)))
    assert time.process_time() - begin < 20


def test_real_files_give_what_they_hold(corpus: Path) -> None:
    for entry in entries(corpus, "tfod"):
        records = feed(TfObjectDetection, (corpus / entry["file"]).read_bytes(), "note")
        (one,) = evaluations(records)
        first, _ = expected(entry, "tfod")
        assert differences(first, one) == [], entry["file"]


def test_results_below_the_names_of_models_are_of_these() -> None:
    blocks = ["".join(f"DetectionBoxes_{name}: {ap:.6f}\n" for name in NAMES) for ap in (0.25, 0.3)]
    named = [f"{name}\n{block}" for name, block in zip(("ssd mobilenet v2", "Faster R-CNN"), blocks, strict=True)]
    found = evaluations(feed(TfObjectDetection, "".join(named).encode()))
    assert {each.weights for each in found} == {"ssd mobilenet v2", "Faster R-CNN"}
    told = f"{blocks[0]}Evaluating\n{blocks[1]}".encode()
    assert {each.weights for each in evaluations(feed(TfObjectDetection, told))} == {""}
