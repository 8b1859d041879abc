"""MLPerf training logs: `:::MLLOG {"key": "eval_accuracy", "value": 0.34, "metadata": {"epoch_num": 3}}`.

The accuracy is an AP where the log names a benchmark of detection; of others it is another number.
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.json_lines import decoded, number
from fcosreport.grammar.lines import line_end
from fcosreport.grammar.windowed import Windowed
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metrics import is_score, metrics, with_issues
from fcosreport.vocabulary.settings.keys import declared

_MARK = re.compile(rb':::MLLOG \{"')
_DETECTION = re.compile(r"ssd|retinanet|maskrcnn|mask_rcnn")
_TASKS = {"": "bbox", "bbox": "bbox", "segm": "segm"}
_SETTINGS = {"global_batch_size": "train_batch_size", "opt_base_learning_rate": "lr", "seed": "seed"}


@dialect("MLPerf training logs", b":::MLLOG {")
class Mlperf(Windowed):
    """Reads the benchmark, its settings and the accuracy after an epoch."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.detects = False

    def found(self, window: Window) -> Iterator[Record]:
        for match, where in self.places(_MARK, window):
            said = decoded(window.data[match.end() - 2 : line_end(window.data, match.end())])
            if said:
                yield from self._said(said.get("key"), said.get("value"), said.get("metadata"), where)

    def _said(self, key: object, value: object, metadata: object, where: Where) -> Iterator[Record]:
        if key == "submission_benchmark":
            self.detects = bool(_DETECTION.search(str(value).lower()))
        elif isinstance(key, str) and key in _SETTINGS and self.detects:
            yield from declared(_SETTINGS[key], str(value), where)
        elif key == "eval_accuracy" and self.detects:
            epoch = metadata.get("epoch_num") if isinstance(metadata, dict) else None
            counted = epoch if isinstance(epoch, int) else None
            for name, score in (value if isinstance(value, dict) else {"": value}).items():
                task = _TASKS.get(name.lower())
                if task and number(score) is not None and is_score(repr(score)):
                    found = metrics([("AP", repr(score))])
                    yield from with_issues(Evaluation(task, found, where, self.origin, counted, task_stated=bool(name)))
