"""The logs and result files of NanoDet. The sample is written by hand."""

from pathlib import Path

import pytest

from fcosreport.dialects.coco_summary import CocoSummary
from fcosreport.dialects.nanodet import Nanodet
from fcosreport.records import Evaluation
from tests.conftest import FAIR, GOOD, block
from tests.dialects.feeding import feed, kinds, points, results, settings

NANODET = """\
[NanoDet][01-28 10:42:45]INFO: Setting up data...
[NanoDet][01-28 10:42:47]INFO: Train|Epoch1/50|Iter0(1/5)| mem:3.00G| lr:1.00e-07| loss_qfl:0.1220| loss_bbox:0.8690|
[NanoDet][01-28 10:42:48]INFO: Train|Epoch1/50|Iter1(2/5)| mem:3.06G| lr:2.10e-06| loss_qfl:0.0963| loss_bbox:0.8707|
[NanoDet][01-28 10:42:50]INFO: Val|Epoch1/50|Iter5(1/1)| mem:0.229G| lr:8.21e-06| loss_qfl:0.1918| loss_bbox:0.5223|
| class | AP50 | mAP | class | AP50 | mAP |
|:------|:-----|:----|:------|:-----|:----|
| cat   | 75.8 | 24.8| dog   | 41.0 | 22.4|
| emu   | 70.0 | 20.0|       |      |     |
[NanoDet][01-28 10:45:13]INFO: Val_metrics: {'mAP': 0.3414945780292315, 'AP_50': 0.7818953323903818, \
'AP_75': 0.27392739273927386, 'AP_small': -1.0, 'AP_m': 0.32649801926005406, 'AP_l': 0.4}
"""
SAMPLES = {"log.txt": NANODET.encode()}
PREFIXES = ("2025-01-28T10:35:00.000000001Z stdout F ",)


def test_nanodet_tells_the_precise_result_and_each_category() -> None:
    records = feed(Nanodet, NANODET)
    assert results(records) == [
        (7, 1, "cat", {"AP50": 0.758, "AP": 0.248}),
        (7, 1, "dog", {"AP50": 0.41, "AP": 0.224}),
        (8, 1, "emu", {"AP50": 0.7, "AP": 0.2}),
        (
            9,
            1,
            None,
            {
                "AP": 0.3414945780292315,
                "AP50": 0.7818953323903818,
                "AP75": 0.27392739273927386,
                "APs": -1.0,
                "APm": 0.32649801926005406,
                "APl": 0.4,
            },
        ),
    ]
    assert points(records)["lr by iteration"] == [(0, 1e-07), (1, 2.1e-06)]
    assert points(records)["memory by iteration"] == [(0, 3072), (1, 3133.44)]
    assert settings(records)["epochs"] == 50
    assert kinds(records) == [("started", 1)]


def test_the_whole_schedule_is_told_where_no_evaluation_tells_how_far_it_came() -> None:
    untold = "".join(NANODET.splitlines(keepends=True)[:4])
    texts = (NANODET, untold, untold + NANODET, NANODET + untold)
    assert [settings(feed(Nanodet, text)).get("iterations") for text in texts] == [None, 250, 250, 250]


def test_nanodet_result_file_beside_the_best_model() -> None:
    pairs = "mAP: 0.25\nAP_50: 0.5\nAP_75: 0.1\nAP_small: -1.0\nAP_m: 0.2\nAP_l: 0.3\n"
    found = results(feed(Nanodet, f"Epoch:10\n{pairs}Epoch:20\n{pairs}", size=60))
    assert [each[:3] for each in found] == [(2, 10, None), (9, 20, None)]


def test_nanodet_results_are_those_of_the_blocks_that_it_prints_before() -> None:
    train = "[NanoDet][01-28 10:42:47]INFO: Train|Epoch{0}/50|Iter{0}0(1/5)| mem:3.00G| lr:1.00e-07| loss_qfl:0.1220|\n"
    metrics = "[NanoDet][01-28 10:45:13]INFO: Val_metrics: {{'mAP': {}, 'AP_50': {}, 'AP_75': 0.4}}\n"
    text = "".join(
        train.format(epoch) + block(numbers) + metrics.format(*precise)
        for epoch, numbers, precise in ((10, FAIR, (0.2919581, 0.46953)), (20, GOOD, (0.3874534, 0.57312)))
    )
    found = [each for each in feed(Nanodet, text) if isinstance(each, Evaluation)]
    blocks = [each for each in feed(CocoSummary, text) if isinstance(each, Evaluation)]
    assert [(each["AP"], each["AP50"]) for each in found] == [(0.2919581, 0.46953), (0.3874534, 0.57312)]
    assert all(abs((one["AP"] or 0) - (other["AP"] or 0)) <= 0.0005 for one, other in zip(found, blocks, strict=True))
    assert [(each.epoch, each.iteration) for each in found] == [(10, 100), (20, 200)]


@pytest.mark.parametrize("number", ["148", "149", "150", "151", "152"])
def test_nanodet_results_are_those_of_the_blocks(corpus: Path, number: str) -> None:
    path = next(corpus.glob(f"06_cvpods_yolox/{number}__*"))
    blocks = [each for each in feed(CocoSummary, path.read_bytes()) if isinstance(each, Evaluation)]
    found = [each for each in feed(Nanodet, path.read_bytes()) if isinstance(each, Evaluation) and not each.category]
    some = [each for each in found if each["AP50"]]
    near = [each for each in some if any(abs((each["AP"] or 0) - (block["AP"] or 0)) <= 0.0005 for block in blocks)]
    assert len(near) == len(some) >= len(blocks) - 1
    assert all(each.epoch is not None and each.iteration is not None for each in found)
