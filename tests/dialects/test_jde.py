"""The log of JDE. The sample is written by hand."""

import pytest

from fcosreport.dialects.jde import Jde
from tests.dialects.feeding import evaluations, feed, points, settings

HEAD = "2021-01-25 05:58:00 [INFO]:    Epoch       Batch       box      conf        id     total  nTargets      time\n"
IMAGES = "      Image      Total          P          R        mAP\n"


def epoch(at: int, ap: str) -> str:
    losses = "     0.227      2.06     1e+01     -10.6        83      59.6\n"
    rows = "".join(f"2021-01-25 05:58:59 [INFO]:     {at}/2      {batch:2}/49{losses}" for batch in (0, 40))
    images = "         32        900          0          0          0       2.14s\n"
    return f"{HEAD}{rows}{IMAGES}{images}{IMAGES}AP: {ap}\n\nTPR@FAR=0.1000000: 0.4172\n"


LOG = epoch(0, "0.0073") + epoch(1, "0.1110") + epoch(2, "0.1051")
SAMPLES = {"log.txt": LOG.encode()}


def test_each_test_of_boxes_is_a_result_of_the_epoch_above_it() -> None:
    found = evaluations(feed(Jde, LOG))
    assert [(each.epoch, each["AP50"], each.family) for each in found] == [
        (0, 0.0073, "jde"),
        (1, 0.111, "jde"),
        (2, 0.1051, "jde"),
    ]


def test_the_losses_by_iteration_and_the_schedule() -> None:
    records = feed(Jde, LOG)
    assert points(records)["loss by iteration"][-1] == (140, -10.6)
    assert points(records)["loss_id by iteration"][0] == (0, 10.0)
    assert (settings(records)["epochs"], settings(records)["iterations"]) == (3, 150)


@pytest.mark.parametrize(
    "text", ["AP: 0.3712\n", f"{IMAGES}AP: 37.1\n", f"{IMAGES}\nAP: 0.3\n", HEAD, f"{HEAD}  3/4 10/12 are done\n"]
)
def test_what_only_looks_alike_is_quiet(text: str) -> None:
    assert feed(Jde, text) == []
