"""Files of bare numbers, one a line, called after what they hold: `epoch_map.txt`, `epoch_loss.txt`, `mAP.txt`.

Training scripts append one number after each epoch, or after each evaluation, of which the file does not tell the
epoch. A 0 without a point before the first is a place that a script keeps, and no result. A file whose name tells a
metric and no epoch holds one number: several may be of classes or of models.
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.named_results import results
from fcosreport.grammar.statements import Progress
from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Origin, Where
from fcosreport.vocabulary.metric_names import curve_of, metric_of
from fcosreport.vocabulary.metrics import is_score, number

_FILE = r"(?i)(?:^|/)(?:(?:[a-z0-9]+_)*epochs?_[\w-]*(?:map|loss)\w*|[\w-]*(?:map|loss)\w*_epochs?)\.txt$"
_RESULT = r"(?:^|/)[\w@-]*map[\w@-]*\.txt$"
_COUNTER = re.compile(r"(?i)(?<![a-z])(?:per_)?epochs?_|_(?:per_)?epochs?$")
_LINE = re.compile(rb"[^\r\n]+")
_WIDE = 60  # characters of a line with a number
_MOST = 100_000  # lines


@dialect("Files of bare numbers: epoch_map.txt, epoch_loss.txt, mAP.txt", paths=f"{_FILE}|{_RESULT}")
class NumberLists:
    """Reads the numbers when the file has ended: one line that is none makes it another file."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        stem = re.split(r"[/\\]", path)[-1].rpartition(".")[0]
        self.numbers: list[tuple[str, int]] = []
        is_list = re.search(_FILE, path.replace("\\", "/")) is not None
        self.name = _COUNTER.sub("", stem).replace("map", "mAP") if is_list else stem  # a map alone is a picture
        self.most = _MOST if is_list else 1
        self.is_list = origin == "log" and (is_list or _is_sure(stem))

    def feed(self, window: Window) -> Iterator[Record]:
        for line in _LINE.finditer(window.data, window.start) if self.is_list else ():
            text = line[0][: _WIDE + 1].decode(errors="replace").strip()
            self.is_list = len(text) <= _WIDE and number(text) is not None and len(self.numbers) < self.most
            if not self.is_list:
                return
            self.numbers.append((text, window.line_at(line.start())))
        yield from ()

    def close(self) -> Iterator[Record]:
        if not self.is_list:
            return
        if metric_of(self.name):
            told = self.numbers[1:] if self.numbers[:1] and self.numbers[0][0] == "0" else self.numbers
            percent = any((number(text) or 0) > 1 for text, _ in told)
            for text, line in told if all(is_score(text, percent=percent) for text, _ in told) else ():
                yield from results({self.name: text}, Where(self.path, line), self.origin, Progress(), percent=percent)
        elif curve := curve_of(self.name):
            rows: list[Row] = [
                ((curve,), at, [number(text) or 0.0], line) for at, (text, line) in enumerate(self.numbers, 1)
            ]
            yield from samples(rows, lambda line: Where(self.path, line), "epoch")


def _is_sure(stem: str) -> bool:
    meaning = metric_of(stem)
    return bool(meaning and meaning.sure)
