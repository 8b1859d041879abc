"""JDE, Towards Real-Time MOT: the losses of a joint detector and embedding, and the AP of its test of boxes.

       Epoch       Batch       box      conf        id     total  nTargets      time
        0/29     160/165    0.0827     0.729      17.3      51.4      82.2      7.08

      Image      Total          P          R        mAP
       1312      30353    0.00108    0.00216    0.00108       2.01s      of the images so far, which is no result
      Image      Total          P          R        mAP
    AP: 0.0073

Epochs and batches are told with the number of the last one. The AP is at an IoU of 0.5, and a mean over the images.
"""

import re
from collections.abc import Iterator
from functools import partial

from fcosreport.grammar.windowed import Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Setting
from fcosreport.vocabulary.metrics import is_score, metrics, with_issues

_HEAD = b"      Image      Total          P          R        mAP"
_RESULT = re.compile(_HEAD + rb"[ \t]*(?:\r\n|\r|\n)AP: (\d\.\d+|nan)[ \t]*(?=[\r\n]|$)")
_SPAN = 200
FAR = 16 << 10
"""Bytes before a result in which the last row of the training may stand."""

_NUMBER = rb" +(-?\d+(?:\.\d*)?(?:e[+-]?\d+)?|nan|-?inf)"
_STEP = re.compile(
    rb" (\d{1,6})/(\d{1,6}) +(\d{1,9})/(\d{1,9})" + 4 * _NUMBER + rb" +[\d.e+-]+ +[\d.e+-]+[ \t]*(?=[\r\n]|$)"
)
_LOSSES = ("loss_box", "loss_conf", "loss_id", "loss")


@dialect("JDE: Towards Real-Time MOT", b" nTargets ", _HEAD)
class Jde(Windowed):
    """Reads line by line from the first head on."""

    is_open = False

    def found(self, window: Window) -> Iterator[Record]:
        self.is_open = True
        rows: list[Row] = []
        for step, where in self.places(_STEP, window):
            epoch, last_epoch, batch, last_batch = map(int, step.groups()[:4])
            values = [float(text) for text in step.groups()[4:]]
            rows.append((_LOSSES, epoch * (last_batch + 1) + batch, values, step.start()))
            if step[2] != self.epochs:
                self.epochs, of = step[2], step[0].split()
                yield Setting("epochs", last_epoch + 1, of[0].decode(), where)
                yield Setting("iterations", (last_epoch + 1) * (last_batch + 1), of[1].decode(), where, True)
        yield from samples(rows, partial(self.where, window))
        yield from self._results(window)

    def _results(self, window: Window) -> Iterator[Record]:
        for result, where in self.places(_RESULT, window, _SPAN):
            text = result[1].decode()
            if is_score(text, percent=False):
                found, epoch = metrics([("AP50", text)], percent=False), _epoch(window.data, result.start())
                yield from with_issues(Evaluation("bbox", found, where, self.origin, epoch, family="jde"))


def _epoch(data: bytes, stop: int) -> int | None:
    """The epoch of the last row of the training before an offset."""
    rows = list(_STEP.finditer(data, max(0, stop - FAR), stop))
    return int(rows[-1][1]) if rows else None
