"""Results in words: a name of a metric with a number, and nothing that is hoped for, quoted or a difference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.notes.markup import Line
from fcosreport.notes.said import results
from tests.notes.test_experiments import note


def said(text: str) -> dict[str, float | None]:
    found = results(Line(1, "item", text), "note.md")
    return {f"{each.task}.{m.name}".removeprefix("bbox."): m.value for each in found for m in each.metrics}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("结果: mAP = 0.374", {"AP": 0.374}),
        ("mAP: 37.9, AP50: 58.1", {"AP": 0.379, "AP50": 0.581}),
        ("最终 AP 38.2", {"AP": 0.382}),
        ("mAP50: 0,843", {"AP50": 0.843}),
        ("mAP50 84,3 %, mAP50-95 50,4%", {"AP50": 0.843, "AP": 0.504}),
        ("mAP 37.9,AP50 58.1", {"AP": 0.379, "AP50": 0.581}),
        ("box AP 36.4 / mask AP 33.2", {"AP": 0.364, "segm.AP": 0.332}),
        ("AP 35.9 (+0.5)", {"AP": 0.359}),
        ("mAP 从 36.1 提升到 36.9，比baseline高0.8个点", {"AP": 0.369}),
        ("AP improved from 0.292 to 0.339", {"AP": 0.339}),
        ("bbox AP: 37.5 -> 38.1", {"AP": 0.381}),
        ("got 38.2 mAP after 12 epochs", {"AP": 0.382}),
        ("mAP@0.5: 0.712, mAP@0.5:0.95: 0.45", {"AP50": 0.712, "AP": 0.45}),
        ("AP/AP50/AP75: 36.4/55.1/38.9", {"AP": 0.364, "AP50": 0.551, "AP75": 0.389}),
        ("AP_s 20.1 AP_m 41.0", {"APs": 0.201, "APm": 0.41}),
        ("COCO精度（mAP）: 41.2", {"AP": 0.412}),
        ("**mAP of 45.3%**", {"AP": 0.453}),
        ("mean_mAP_box_50       0.8421", {"AP50": 0.8421}),
        ("mean_mAP_range_mask   0.612", {"segm.AP": 0.612}),
        ("mean_mAP_mask_85 0.401", {"segm.AP85": 0.401}),
        ("MeanIU: 0.702, Pixel_Acc: 0.95", {"sem_seg.mIoU": 0.702}),
        ("Best val IoU: 61.5%", {"sem_seg.mIoU": 0.615}),
        ("FROC: 0.71", {"FROC": 0.71}),
        ("map ~0.62 after the second night", {"AP": 0.62}),
        ("Map@0.5 = 58.1%", {"AP50": 0.581}),
        ("mAP peaked at ~0.31", {"AP": 0.31}),
        ("最好mAP37.4", {"AP": 0.374}),
    ],
)
def test_a_result_in_words_is_read_with_its_unit(text: str, numbers: dict[str, float]) -> None:
    assert said(text) == pytest.approx(numbers)


@pytest.mark.parametrize(
    "text",
    [
        "we hope for AP 40",
        "the paper has AP 38.7",
        "目标 mAP 40",
        "+0.5 AP over the baseline",
        "GIoU 涨 0.6 AP",
        "AP 提高了 1.2",
        "AP 3 runs",
        "APIs 3.0",
        "1e-4的AP最好",
        "is AP 0.4?",
        "see MAP 45.1",
        "a map of 45.1 km",
        "IoU: 0.5",
        "IoU threshold: 0.45",
        "AP20 is that at a low IoU",
        "On the three most frequent classes it reaches mAP50 0.951",
        "The rare classes reach mAP50 0.412 and mAP50-95 0.251.",
        "少数类 mAP50 0.412",
    ],
)
def test_what_is_hoped_for_quoted_a_difference_or_of_some_classes_is_no_result(text: str) -> None:
    assert said(text) == {}


def test_a_result_of_all_classes_beside_words_on_some_of_them_is_one() -> None:
    assert said("mAP50 0.755 over all classes, less for the rare classes") == {"AP50": 0.755}


def test_a_letter_before_a_fraction_is_precision_or_recall_beside_a_result() -> None:
    (run,) = note("## tall lr 0.01\n- best validation: P 0.739, R 0.786, mAP50 0.801\n").experiments
    assert {m.name: m.value for e in run.evaluations for m in e.metrics} == {"P": 0.739, "R": 0.786, "AP50": 0.801}
    assert not note("## tall\n- group P 12, R 3\n").experiments


def test_the_epoch_beside_a_result_is_its_epoch() -> None:
    assert [each.epoch for each in results(Line(1, "item", "mAP: 0.41（第8个epoch）"), "n.md")] == [8]
    assert [each.epoch for each in results(Line(1, "item", "mAP 41.2 at epoch 11"), "n.md")] == [11]
    assert [each.epoch for each in results(Line(1, "item", "mAP 55.4 epoch 12"), "n.md")] == [12]


@given(st.text(alphabet="mAP0123456789.:=%/ ,从到boxmask@[]", max_size=200))
def test_any_text_gives_only_fractions(text: str) -> None:
    assert all(value is not None and 0 <= value <= 1 for value in said(text).values())


def test_a_range_of_thresholds_is_no_number() -> None:
    assert said("`mAP50`/`mAP50_95` are the only metrics of detection") == {}


def test_the_number_of_a_model_is_no_result() -> None:
    assert not note("# Sizes\n### YOLOv8 vs YOLO11 AP\ntext\n").experiments
    (run,) = note("# Sizes\n### YOLO11, 39.2 AP\n- lr = 0.01\n").experiments
    assert run.evaluations[0]["AP"] == 0.392


def test_a_threshold_that_is_glued_to_a_name_is_no_number() -> None:
    assert not said("The best checkpoint is saved by `coco/mAP_40`, then `mAP_45`.")
    assert said("mAP_50: 0.41, _mAP_ 0.25") == {"AP50": 0.41, "AP": 0.25}
