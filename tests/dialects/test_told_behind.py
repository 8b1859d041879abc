"""The epoch of a COCO block, where a line behind it tells that."""

from fcosreport.dialects.told_behind import ToldBehind
from tests.dialects.feeding import feed, results

BLOCK = " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.067\n"
BEHIND = "Results saved to runs/train/exp\nEpoch: 20 | mAP@0.5: 0.17931 | mAP@0.50:0.95: 0.0669\n"
SAMPLES = {"train.log": (BLOCK + BEHIND).encode()}


def test_a_line_behind_a_block_tells_its_epoch() -> None:
    assert results(feed(ToldBehind, BLOCK + BEHIND)) == [(3, 20, None, {"AP50": 0.17931, "AP": 0.0669})]


def test_elsewhere_a_line_is_for_others() -> None:
    assert not feed(ToldBehind, BLOCK + "Epoch: 21 loss: 0.5\n" * 200 + BEHIND)
    assert not feed(ToldBehind, BLOCK + "Epoch 20 done, best mAP@0.5: 0.2\n")
    assert not feed(ToldBehind, BLOCK + BEHIND, "note")
