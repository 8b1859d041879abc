"""WZMIAOMIAO's `det_results*.txt` and `seg_results*.txt`: a line an epoch, without any labels.

`epoch:0 0.2350  0.4111  ...  1.0145  0.100000`: the 12 numbers of COCO (10 for keypoints), the mean loss, the lr.
"""

import re
from collections.abc import Iterator
from functools import partial

from fcosreport.grammar.windowed import Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import COCO_METRICS, Evaluation, Issue, Origin, Where
from fcosreport.vocabulary.metrics import KEYPOINT_METRICS, is_score, metrics, with_issues

_ROW = re.compile(
    rb"epoch:(?<![\w.:/\[-]epoch:)(\d{1,6})((?:[ \t]+(?:-?\d+(?:\.\d*)?(?:e-?\d+)?|-?nan))+)(?![^\s\"'`\\\x1b])"
)
_LOGGED = ("loss", "lr")


@dialect("WZMIAOMIAO result rows", b"epoch:")
class WzRows(Windowed):
    """Reads rows; the name of the file tells the task."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        name = re.split(r"[/\\]", path)[-1].lower()
        self.task = "segm" if "seg" in name else "keypoints" if "key" in name else "bbox"
        self.stated = self.task != "bbox" or "det" in name
        self.metrics = KEYPOINT_METRICS if self.task == "keypoints" else COCO_METRICS
        self.width = 0  # numbers of the row before

    def found(self, window: Window) -> Iterator[Record]:
        logged: list[Row] = []
        for row, where in self.places(_ROW, window):
            texts = row[2].decode().split()
            cut = row.end() == len(window.data) and len(texts) < max(self.width, len(self.metrics) + 1)
            if len(texts) < len(self.metrics) or len(texts) > len(self.metrics) + 2 or cut:
                if self.width:
                    yield Issue("A row of results is cut or garbled. It is left out; look at the line.", where)
                continue
            self.width = len(texts)
            yield from self._evaluation(int(row[1]), texts, where)
            values = [float(text) for text in texts[len(self.metrics) :]]
            logged.append((_LOGGED[: len(values)], int(row[1]), values, row.start()))
        yield from samples(logged, partial(self.where, window), "epoch")

    def _evaluation(self, epoch: int, texts: list[str], where: Where) -> Iterator[Record]:
        if not all(map(is_score, texts[: len(self.metrics)])):
            yield Issue("A row of results has numbers that are no AP or AR. Look at the line.", where)
            return
        found = metrics(zip(self.metrics, texts, strict=False), percent=None)
        yield from with_issues(Evaluation(self.task, found, where, self.origin, epoch, task_stated=self.stated))
