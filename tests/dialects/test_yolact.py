"""YOLACT's log of JSON lines and its console. The samples are written by hand."""

import json

from fcosreport.dialects.yolact import Yolact
from tests.dialects.feeding import evaluations, events, feed, issues, points, settings


def line(kind: str, **data: object) -> str:
    return json.dumps({"type": kind, "session": 0, "data": data, "time": 1583758302.8}) + "\n"


def aps(*values: float) -> dict[str, float]:
    return dict(zip(("all", "50", "55", "75"), values, strict=True))


NAN = float("nan")
LOG = (
    line("session", batch_size=8, config="yolact_base_config", lr=0.001, momentum=0.9, decay=0.0005, resume=None)
    + line("train", loss={"B": 2.5, "M": 3.5, "T": 6.0}, epoch=0, iter=0, lr=0.0001, elapsed=6.5)
    + line("train", loss={"B": float("inf"), "M": 3.25, "T": NAN}, epoch=0, iter=10, lr=0.0002, elapsed=0.5)
    + line("val", elapsed=3.2, epoch=2, iter=19, box=aps(33.02, 54.1, 51.4, 0.32), mask=aps(0.06, 0.0, 0.0, 0.0))
)
CONSOLE = """\
Begin training!

[  2]      20 || B: 2.500 | M: 3.500 | T: 6.000 || ETA: 5 days, 1:02:03 || timer: 2.5
[  2]      30 || B: 2.250 | M: nan | T: nan || ETA: 5 days, 1:02:03 || timer: 2.5
Calculating mAP...

       |  all  |  .50  |  .55  |  .75  |
-------+-------+-------+-------+-------+
   box | 33.02 | 54.10 | 51.40 |  0.32 |
  mask |  0.06 |  0.00 |  0.00 |  0.00 |
-------+-------+-------+-------+-------+
"""
SAMPLES = {"logs/yolact_base.log": LOG.encode(), "console.txt": CONSOLE.encode()}
BOX, MASK = {"AP": 0.3302, "AP50": 0.541, "AP75": 0.0032}, {"AP": 0.0006, "AP50": 0.0, "AP75": 0.0}


def told(text: str) -> dict[str, tuple[int | None, int | None, dict[str, float | None]]]:
    found = evaluations(feed(Yolact, text))
    return {each.task: (each.epoch, each.iteration, {m.name: m.value for m in each.metrics}) for each in found}


def test_results_are_in_percent_however_small() -> None:
    assert told(LOG) == {"bbox": (2, 19, BOX), "segm": (2, 19, MASK)}


def test_a_session_tells_the_settings() -> None:
    records = feed(Yolact, LOG)
    assert events(records) == [("started", 1, None)]
    said = settings(records)
    assert {name: said[name] for name in ("framework", "lr", "train_batch_size")} == {
        **{"framework": "yolact", "lr": 0.001, "train_batch_size": 8}
    }
    assert "weights" not in said


def test_losses_that_are_no_numbers_are_kept_as_such() -> None:
    curves = points(feed(Yolact, LOG))
    assert curves["loss by iteration"] == [(0, 6.0), (10, -9.0)]
    assert curves["loss_B by iteration"] == [(0, 2.5), (10, -9.0)]
    assert curves["lr by iteration"] == [(0, 0.0001), (10, 0.0002)]


def test_the_table_of_the_console() -> None:
    assert told(CONSOLE) == {"bbox": (2, 30, BOX), "segm": (2, 30, MASK)}
    assert points(feed(Yolact, CONSOLE))["loss by iteration"] == [(20, 6.0), (30, -9.0)]


def test_a_cut_line_is_an_issue() -> None:
    assert issues(feed(Yolact, LOG + LOG.splitlines()[-1][:90])) == [5]


def test_other_json_and_other_tables_are_quiet() -> None:
    for text in (
        '{"type": "val", "data": 3}\n',
        '{"type": "train", "name": "yolact"}\n',
        "|  all  |  .50  |\n| a | b |\n",
        "x || ETA: 5 days\n",
    ):
        assert feed(Yolact, text) == []
