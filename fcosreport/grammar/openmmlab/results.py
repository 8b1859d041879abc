"""The results that mmdetection 1, 2 and 3 and their kin print, line by line. For dialects.

    Epoch(val) [12][3750]  bbox_mAP: 0.2840, ..., bbox_mAP_copypaste: 0.284 0.503 0.292 -1.000 0.100 0.291
    OrderedDict([('bbox_mAP', 0.284), ...])

What stands on several lines is one evaluation: the copypaste line of mmdetection 3 and the line `Epoch(val)` behind it.
With AI-TOD the labels of all but AP are wrong, since its summary has other rows: only AP is taken, and nothing where
the summary stands before.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from fcosreport.grammar.openmmlab.metrics import Result, data_set, results
from fcosreport.reading.dialect import Record, Window
from fcosreport.records import Evaluation, Issue, Origin, Where
from fcosreport.vocabulary.metrics import number, with_issues
from fcosreport.vocabulary.other_trades import is_of_classes

WAIT = 4096
"""Lines after which a copypaste line belongs to no line `Epoch(val)` any more."""
NEAR = 8 << 10
"""Bytes before a result in which the summary of AI-TOD is looked for."""
WIDE = 64 << 10
"""Bytes of a line that are looked at."""

_NUMBER = rb"(?:-?\d{1,4}(?:\.\d{1,18})?(?:e-\d{1,2})?|nan)"
_PAIR = re.compile(
    rb"(?<![\w/.\"-])((?:[\w.-]{1,80}/){0,4}(?:(?:bbox|segm|keypoints)_)?(?:mAP|AP|AR)[\w@]{0,20}(?: \.\d+| \([ML]\))?)"
    rb"(?:'?:|',) *'?(?:np\.float\d+\()?"
    rb"((?:AP\w*:" + _NUMBER + rb" ?)+|" + _NUMBER + rb"(?: " + _NUMBER + rb")*)(?![\w.])"
)
_TESTED = re.compile(
    rb"(?P<unit>Epoch|Iter)\((?:val|test)\) *(?:\[ *(?P<epoch>\d{1,7})\])?\[[\d /]+\]"
    rb"|Epoch \[(?P<old>\d{1,7})\]\[\d+/\d+\]"
)
_DICTIONARY = re.compile(rb"[({]'[\w/.-]+'[,:]")

Trained = Callable[[bytes, int], tuple[int | None, int | None]]
"""The epoch and iteration of the last training line before an offset."""


@dataclass(slots=True)
class _Open:
    """An evaluation of which more may be told. `sure`: it is no mere mention. `aitod`: that summary stands before."""

    line: int
    last: int
    result: Result
    epoch: int | None = None
    iteration: int | None = None
    sure: bool = False
    printed: bool = False  # as a dictionary
    aitod: bool = False
    also: list[int] = field(default_factory=list)
    data_set: str = ""
    split: str = ""


class PrintedResults:
    """Takes the lines of one log that may hold results, in their order.

    `aitod`: the data set is AI-TOD. `test_split`: of which split a test is, as far as the configuration tells.
    """

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.aitod = self.warned = False
        self.test_split = ""
        self.open: dict[tuple[str, str], _Open] = {}

    def take(self, window: Window, begin: int, end: int, trained: Trained) -> Iterator[Record]:
        """What the line `window.data[begin:end]` completes; `trained` tells how far training was at an offset."""
        text = window.data[begin : min(end, begin + WIDE)]
        pairs = list(_PAIR.finditer(text))
        if pairs and end == len(window.data) and _is_cut(pairs, len(text)):
            pairs.pop()
        tested = _TESTED.search(text)
        voc = bool(pairs and tested) and not is_of_classes(text.decode(errors="replace"))
        found = results(((pair[1].decode(errors="replace"), pair[2].decode().strip()) for pair in pairs), voc=voc)
        for (nest, task, category), result in found.items():
            if category is None:  # the table before tells the categories
                new = self._opened(window, begin, text, tested, result, trained)
                new.data_set = data_set(nest)
                yield from self._take(task, new, ended=tested is not None)

    def flush(self) -> Iterator[Record]:
        """What is still open."""
        waiting, self.open = self.open, {}
        for (task, _), each in waiting.items():
            yield from self._evaluations(task, each)

    def _opened(
        self, window: Window, begin: int, text: bytes, tested: re.Match[bytes] | None, result: Result, trained: Trained
    ) -> _Open:
        line = window.line_at(begin)
        printed = bool(_DICTIONARY.search(text))
        sure = result.copied or printed or tested is not None
        new = _Open(line, line, result, sure=sure, printed=printed)
        new.aitod = window.data.rfind(b"maxDets=1500", max(0, begin - NEAR), begin) >= 0
        number = tested and (tested["epoch"] or tested["old"])
        if tested:
            new.split = self.test_split if b"(test)" in tested[0] else "val"
        if number:
            new.epoch = int(number)
        elif b"(test)" not in text:
            new.epoch, new.iteration = trained(window.data, begin)
            if new.epoch is not None:
                new.iteration = None
        return new

    def _take(self, task: str, new: _Open, *, ended: bool) -> Iterator[Record]:
        old = self.open.pop((task, new.data_set), None)
        if old and _goes_on(old, new, ended=ended):
            new = _joined(old, new, ended=ended)
        elif old:
            yield from self._evaluations(task, old)
        if ended:
            yield from self._evaluations(task, new)
        else:
            self.open[task, new.data_set] = new

    def _evaluations(self, task: str, each: _Open) -> Iterator[Record]:
        metrics, where = each.result.metrics(), Where(self.path, each.line)
        if not (each.sure or len(metrics) > 2):
            return
        printed = each.result.texts
        if self.aitod or each.aitod:
            metrics = tuple(metric for metric in metrics if metric.name == "AP" and not each.aitod)
            printed = {metric.name: metric.text for metric in metrics}
            yield from self._warning(where)
        also = tuple(Where(self.path, line) for line in each.also)
        evaluation = Evaluation(task, metrics, where, self.origin, each.epoch, each.iteration, also=also)
        evaluation = replace(evaluation, family=each.result.family, data_set=each.data_set, split=each.split)
        yield from with_issues(evaluation, printed.items())

    def _warning(self, where: Where) -> Iterator[Record]:
        if not self.warned:
            message = "With AI-TOD the labels of these numbers are wrong, except AP. Use the summary of 24 rows before."
            yield Issue(message, where)
        self.warned = True


def _is_cut(pairs: list[re.Match[bytes]], end: int) -> bool:
    """Whether the text ends within the last number, which then has fewer digits than others."""
    if pairs[-1].end() != end:
        return False
    last = [len(number.partition(b".")[2]) for number in pairs[-1][2].split()]
    others = last if len(last) > 1 else [len(pair[2].partition(b".")[2]) for pair in pairs if b" " not in pair[2]]
    return last[-1] < max([*others, 3])


def _goes_on(old: _Open, new: _Open, *, ended: bool) -> bool:
    """Whether the new line tells more of the same evaluation."""
    common = old.result.texts.keys() & new.result.texts.keys()
    alike = all(_agree(old.result.texts[name], new.result.texts[name]) for name in common)
    if not alike or new.line - old.last > WAIT:
        return False
    if common and (ended or (new.printed and not old.printed)):
        return True
    return new.line - old.last <= 2 and (not common or (new.result.copied and not old.result.copied))


def _agree(one: str, other: str) -> bool:
    values = [value for value in (number(one), number(other)) if value is not None]
    return one == other or (len(values) == 2 and abs(values[0] - values[1]) < 0.00051)


def _joined(old: _Open, new: _Open, *, ended: bool) -> _Open:
    copied = new.result if new.result.copied else old.result
    texts = {**old.result.texts, **new.result.texts, **copied.texts}
    tells = new if ended or old.epoch is None else old
    lines = [line for line in (*old.also, new.line) if line != old.line]
    return dataclasses.replace(
        old,
        last=new.line,
        result=Result(texts, old.result.copied or new.result.copied, new.result.family),
        epoch=tells.epoch,
        iteration=tells.iteration,
        sure=old.sure or new.sure,
        printed=old.printed or new.printed,
        split=old.split or new.split,
        aitod=old.aitod or new.aitod,
        also=lines[:16],
    )
