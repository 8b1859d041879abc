"""Lines that say a metric by name: `mAP@0.5 = 0.712`, `AP: 0.37, AP50: 0.58`, a tree of super-gradients.

    ├── Map@0.50 = 0.3706                                       super-gradients
           AP50 = 0.812                                         hotcoco
    mean average precision (mAP@0.50) = 0.712345, or 71.23 %    darknet
    mAP: 0.5123                                                 keras-retinanet
    Mean AP = 0.7749                                            ssd.pytorch
    Average Miss Rate  (MR) @ Reasonable [ IoU=0.50 ] = 11.02%  CityPersons
    Best checkpoint overriden: validation mAP@0.50: 0.3706      super-gradients
    'val_map' reached 0.3706 (best 0.3706), saving model        Lightning
    iou 0.5 mAP is :0.2006                                      mmdetection 1, with a table of classes between IoUs
    iter 5 loss: 1.23 | val mAP 0.3712                          hand-made, without a sign
    Val result: mIoU/mAcc/allAcc 0.7076/0.7733/0.8969.          semseg, Pointcept
    mAP @ 50:95: 0.3826                                         supervision, with a block for each size of objects

Lines near each other are one result until a name comes again; lines of precision and recall are of the one they touch.
The best so far and the epoch before are none; a new best is one, where it has not been told as a result. Above a mean
AP may stand the AP of each class, in the manner of VOC, and right below one that of each class as well.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.comparing.scores import agree
from fcosreport.grammar.checkpoints import checkpoint_before
from fcosreport.grammar.class_lines import ClassLine, Heading, class_line, heading, size_of_block
from fcosreport.grammar.classes import is_overall
from fcosreport.grammar.headings import (
    Banner,
    Bannered,
    Headings,
    banner_before,
    data_set_before,
    is_baseline,
    is_mean,
    is_overall_mean,
)
from fcosreport.grammar.lines import line_begin, line_end, lines_with
from fcosreport.grammar.metric_line import Said, boxes_before, is_of_parts, said, tells_again
from fcosreport.grammar.named_results import CHECKPOINTS, progress, results
from fcosreport.grammar.statements import Progress, counters
from fcosreport.grammar.yaml_objects import YAML
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metric_names import split_alone
from fcosreport.vocabulary.metrics import metrics
from fcosreport.vocabulary.other_trades import is_of_retrieval

NEAR = 8
"""Lines that may part two of one result."""
ROWS = 200
"""Lines that may part two whose names tell an IoU each, as a table of classes does, or two of one tree."""
TOUCH = 2
"""Lines from one to the next of a block that tells precision and recall too."""
BESIDE = 3
"""Lines from one of another trade in which a result is of that."""
FAR = 16 << 10
"""Bytes before a result in which its title may stand."""
CONTEXT = 1 << 10
"""Bytes before a result in which words may say that it is of detection."""
TITLE = 2 << 10
"""Bytes before a result in which a banner may name the model."""
NEARBY = 300
"""Bytes before precision and recall in which it may be told how many boxes were found."""
WIDE = 600
"""Bytes of a line that are looked at."""

_NAMES = (  # each begins with a character that few words have, and none is in the name of a loss
    rb"A(?:[PR]|verage(?! Loss)|ssA|(?<=mA))|m(?:ap|ar_|ean[ _]|iss[ _]|c(?<=cmc))|M(?:ap|R|ean |iss[ _]|C(?<=CMC))"
    rb"|g(?<=averag)|PQ|@(?:(?<=recision@)|(?<=[Pp]rec@)|(?<=ecall@)|(?<=[Rr]ec@))|v(?<=detection_ev)|OT[AP]"
    rb"|I(?:DF1|[oO]?[uU]|NP)|i(?:ou|oU)(?<!loss_iou)(?<!loss_.iou)(?![a-z]|_loss)|NDS|PCK"
    rb"|=(?<=\bap =)|[pP](?=recision\)? *(?:[-:=]|\.{3}))|[rR]ecall(?:/\w+)?\)? *(?:[-:=]|\.{3})|hmean"
    rb"|(?:[dD]ice|DICE)(?<!loss_dice)(?![a-z]|_loss)" + "|率(?<=精确率|召回率|查准率|查全率)".encode()
)
_SIGN = re.compile(_NAMES + rb"|F1|k[-@][15](?<=ank.[15])|R@?1")
_HINT = re.compile(_NAMES + rb"|F\d|k[-@]\d|R@?\d")
"""What is in a line of the shape of one with a sign."""
_TEST_HINT = re.compile(rb"(?i)test")
_TELLS = re.compile(
    rb"[=:>]|\.{3} ?\d| is | (?:-|\xe2\x80[\x93\x94]) \d?\d?\.|(?:reach|achiev|obtain)ed|improved "
    rb"|(?:AP|map|[Mm]ean I[oO]U|mIoU|OTA|IDF1|NDS|PQ|[dD]ice|DICE)\S* \.?\d"
)
_ANCHORS = (
    *(b"mAP:", b"AP ", b"mAP=", b"mAP@", b"mAP5", b"mAP7", b"mAP_", b"mAP)", b"mAP'", b"mAP imp"),
    *(b"map:", b"map =", b"map=", b"map_", b"map'", b"Map@", b"AP@", b"AP: ", b"AP(", b"AP50", b"AP for "),
    *(
        b"verage_precision",
        b"verage Precision",
        b"verage precision",
        b"detection_eval",
        b"iss Rate",
        b"iss rate",
        b"MR:",
        b"MR =",
    ),
    *(b"Precision@", b"Recall@", b"Recall:", b"Recall :", b"Recall =", b"hmean", b"F1@0", b"% = ", b"of class "),
    *(b"EAN IoU", b"EAN IOU", b"AP of "),
    *(b"val_iou", b"val_IOU", b"val_IoU", b"ean IoU", b"ean IOU", b"ean iou", b"ean_IOU", b"ean_iou", b"eanIoU"),
    *(b"ean_IU", b"ean IU", b"eanIU", b"miou", b"mIoU", b"mIOU", b"MIoU", b"dice", b"Dice", b"DICE"),
    *(b"_AP=", b"_AP:", b"_AP =", b"ecall)", "召回率".encode(), "查全率".encode()),
    *(b"MOTA", b"MOTP", b"HOTA", b"NDS:", b"NDS ", b"PQ ", b"PQ:", b"PQ-", b"Prec@", b"IDF1", b"PCK"),
)
_IOU = re.compile(r"(?i)\biou[ =:@]*0?\.\d")
_LOSS = re.compile(r"(?i)loss\W{1,4}\d*\.\d")
_TEST = re.compile(rb"\btest(?:ing)?[ _:/][^\r\n]{0,60}?ap|ap[^\r\n]{0,40}? test\b")
_TITLE = re.compile(rb"SUMMARY OF EPOCH (\d{1,7})")
_DETECTION = re.compile(rb"(?i)\bcoco|\bb?box(?:es)?\b|\bbounding|\bobject[ _-]?detect|\bdetector\b")
_OF_ONE = re.compile(rb"(?i)class|categor|label")
"""Where a listing of classes may be, whose AP is none of all."""
_BRANCH = re.compile(r"[│ ]*[├└]──")
"""How a line of a tree begins, in which losses and what each was before may part two metrics."""

_BLOCK = re.compile(rb"AveragePrecisionResult:\s")
"""The title of a block of supervision, which those of the sizes of objects follow."""


class _Begun(NamedTuple):
    """A result of which more may be told: what it is so far, its place, the epoch, and the last line of it.

    `reach`: how many lines behind that one more may be told. `before`: the text in which words may say of what it is.
    `heading`: all that the line above says, as the name of a class or of a model. `banner`: the title of the part.
    """

    said: Said
    where: Where
    at: Progress
    last: int
    reach: int
    before: bytes
    heading: Heading | None
    banner: Banner


class _Class(NamedTuple):
    said: ClassLine
    where: Where


@dialect(
    "Lines that name metrics: super-gradients, keras-retinanet, SSD, hotcoco, CityPersons, Lightning, TAO, YOLOv6",
    *_ANCHORS,
    gives_way=True,
)
class MetricLines:
    """Reads the lines of a log; those of a note are prose."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.begun: _Begun | None = None
        self.classes: dict[str, _Class] = {}  # by their names, of which the mean is waited for
        self.mean: tuple[Evaluation, int] | None = None  # the one told last, and its last line
        self.over: Evaluation | None = None  # the mean right above the classes
        self.headings, self.bannered = Headings(), Bannered()
        self.last_class = 0  # line of the last of them
        self.last_other = -BESIDE - 1  # line that is of another trade
        self.last_side = -NEAR - 1  # line of the precision of one of several classes
        self.text = ""  # of the last line
        self.news: _Begun | None = None  # of a result that may yet be told in full
        self.last: list[Evaluation] = []  # that were told, and not as news

    @property
    def is_open(self) -> bool:
        return bool(self.begun or self.news or self.classes)

    def feed(self, window: Window) -> Iterator[Record]:
        return self.bannered.take(self._read(window))

    def _read(self, window: Window) -> Iterator[Record]:
        if self.origin == "note" or YAML.search(self.path):  # whose keys are read together
            return
        data = window.data
        is_for_us = self.is_open or window.holds(_ANCHORS)  # else they stand in what others have read
        signs = lines_with(window, _SIGN, _HINT) if is_for_us else ()
        for begin in sorted({*signs, *_tests(window)}):
            line = data[begin : min(line_end(data, begin), begin + WIDE)]
            if b"| area=" in line or not _TELLS.search(line):  # a row of a COCO block is none of ours
                continue
            text = line.decode(errors="replace")
            number = window.line_at(begin)
            among_classes = number - self._last_of_classes() <= TOUCH
            if is_of_retrieval(text):
                self._other(number)
            elif of_class := class_line(text, among_classes=among_classes):
                yield from self._end()
                yield from self._wait(of_class, number)
            elif told := said(text):
                if text != self.text or not _LOSS.search(text):  # else the same evaluation is told again
                    is_far = _BRANCH.match(text) or _BLOCK.search(data, max(0, begin - NEARBY), begin)
                    told = _of_size(told, size_of_block(data, begin))
                    yield from self._take(told, window, begin, ROWS if is_far else _reach(told))
                self.text = text
        if self.begun and window.line_at(len(data)) > self.begun.last + self.begun.reach:
            yield from self._end()

    def close(self) -> Iterator[Record]:
        yield from self.bannered.take(self._rest())
        yield from self.bannered.told()

    def _rest(self) -> Iterator[Record]:
        yield from self._end()
        yield from self._below()
        yield from self.headings.told(None)
        yield from self._told_news(())

    def _last_of_classes(self) -> int:
        """The last line of the class that was told last, or of the mean over them."""
        mean = self.begun.last if self.begun and is_mean(self.begun.said.row) else -NEAR
        return max(mean, self.last_class if self.classes else -NEAR)

    def _other(self, line: int) -> None:
        """What stands beside a line of a search for images is of that."""
        self.last_other = line
        if self.begun and line - self.begun.last <= BESIDE:
            self.begun = None

    def _wait(self, new: ClassLine, line: int) -> Iterator[Record]:
        """Keep the AP of a class until the mean over classes comes; a listing of its own begins where one is told."""
        if line - self.last_class > NEAR or new.name in self.classes:
            yield from self._below()
        if not self.classes:
            self.over = self.mean[0] if self.mean and line - self.mean[1] <= TOUCH else None
        self.classes[new.name], self.last_class = _Class(new, Where(self.path, line)), line

    def _below(self) -> Iterator[Record]:
        """The classes that are kept, where the mean over them stands above."""
        classes, over, self.classes = self.classes, self.over, {}
        if over:
            yield from (_of_class(each, over) for each in classes.values())

    def _take(self, said: Said, window: Window, begin: int, reach: int) -> Iterator[Record]:
        line, old = window.line_at(begin), self.begun
        if line - self.last_other <= BESIDE or (is_of_parts(said) and self._is_of_class(said, line)):
            return
        at = _progress(window.data, begin, next(iter(said.row)).encode())
        head = heading(window.data, begin)
        is_other = old and (said.split, head and head.name) != (old.said.split, old.heading and old.heading.name)
        if old and is_other and not at.is_told and line - old.last <= BESIDE:
            at = old.at  # as of the validation below the training
        is_near = old and line - old.last <= min(old.reach, reach)
        is_beside = old and is_other and (is_baseline(head) or is_baseline(old.heading))
        is_more = old and is_near and not (is_beside or tells_again(old.said, said, is_headed=bool(old.heading)))
        if old and is_more and not said.is_news and (at[:2] == old.at[:2] or not (at.is_told and old.at.is_told)):
            row, percent = old.said.row | said.row, old.said.percent or (old.said.is_side and said.percent)
            begun_at = at if old.said.is_side else old.at
            self.begun = old._replace(said=Said(row, percent), at=begun_at, last=line, reach=max(old.reach, reach))
            return
        before = window.data[max(0, begin - CONTEXT) : begin]
        if is_of_parts(said):
            said = said._replace(row=said.row | boxes_before(window.data[max(0, begin - NEARBY) : begin]))
        banner = Banner() if at.is_told else banner_before(window.data[max(0, begin - TITLE) : begin])
        new = _Begun(said, Where(self.path, line), at, line, reach, before, head, banner)
        yield from self._end()
        if not said.is_news:
            self.begun = new
        elif not _agree(self.last, self._made(new)):
            yield from self._told_news(())
            self.news = new

    def _is_of_class(self, said: Said, line: int) -> bool:
        """Whether precision and the like come again before a mean was told: they are of one class after another."""
        old = self.begun
        if old and old.said.is_side and line - old.last <= NEAR and old.said.row.keys() & said.row.keys():
            self.begun, self.last_side = None, line
        is_listed = line - self.last_side <= NEAR
        self.last_side = line if is_listed else self.last_side
        return is_listed

    def _end(self) -> Iterator[Record]:
        """What was begun is whole, and so is the listing of classes above it."""
        if not self.begun or is_of_parts(self.begun.said):
            self.begun = None
            return
        found, classes = self._made(self.begun), self.classes
        made = [each for each in found if isinstance(each, Evaluation)]
        is_below = classes and made and self.begun.where.line - self.last_class <= (TOUCH if self.over else NEAR)
        if is_below:
            yield from (_as_voc(_of_class(each, made[0])) for each in classes.values())
            found = [_as_voc(each) for each in found]
        else:
            yield from self._below()
        begun, near = self.begun, self.headings.is_near(self.begun.where.line)
        self.bannered.name(begun.where.line, begun.banner.name, begun.said.row)
        self.begun, self.classes, self.last = None, {}, made
        self.mean = (made[0], begun.last) if made and not is_below and is_mean(begun.said.row) else None
        if begun.heading and not is_overall(begun.heading.name):
            lines = begun.where.line, begun.last
            yield from self.headings.add(begun.heading, found, lines, begun.said.row)
        else:
            is_over = near and made and (begun.heading or is_mean(begun.said.row))
            yield from self.headings.told(made[0] if is_over else None)
            yield from found
            self.headings.above = (made[0], begun.last) if made and is_overall_mean(begun.said.row) else None
        yield from self._told_news(made)

    def _told_news(self, result: Sequence[Record]) -> Iterator[Record]:
        """The new best that was told last, unless it was of this result."""
        news = self._made(self.news) if self.news else []
        yield from () if _agree(news, result) else news
        self.news = None

    def _made(self, begun: _Begun) -> list[Record]:
        said, percent = begun.said, begun.said.percent or None
        is_known = not said.is_sure and bool(_DETECTION.search(begun.before)) and not _OF_ONE.search(begun.before)
        weights = checkpoint_before(begun.before)
        saved = progress({CHECKPOINTS[0]: weights}) if weights else Progress()
        at = begun.at if begun.at.is_told else saved
        found = results(said.row, begun.where, self.origin, at, percent=percent, is_known=is_known)
        images = data_set_before(begun.before)
        weights = "" if saved.is_told else weights
        return [_told_above(each, weights, images, begun.banner.split) for each in found]


def _tests(window: Window) -> Iterator[int]:
    """Where lines begin that tell a test among the results of others, as below the validations of a training."""
    is_there = window.taken and window.may_have(_TEST_HINT)
    data = window.data.lower() if is_there else b""  # some ten times as fast as a pattern of any case
    for start, stop in window.taken:
        at = data.find(b"test", max(start, window.start), stop)
        while at >= 0:
            begin, end = line_begin(data, at), line_end(data, at)
            if _TEST.search(data, begin, end):
                yield begin
            at = data.find(b"test", end, stop)


def _of_size(told: Said, size: str) -> Said:
    return told._replace(row={f"{name} {size}": text for name, text in told.row.items()}) if size else told


def _agree(one: Sequence[Record], other: Sequence[Record]) -> bool:
    """Whether two results tell of the same: a number that both have is one, however it is rounded."""
    pairs = ((a, b) for a in one for b in other if isinstance(a, Evaluation) and isinstance(b, Evaluation))
    return any(agree(metric, same) for a, b in pairs for metric in a.metrics if (same := b.metric(metric.name)))


def _told_above(record: Record, weights: str, images: str, split: str) -> Record:
    """The record with what lines above it say: the file of the weights, the split, and the images, which may be one."""
    if not isinstance(record, Evaluation) or not (weights or images or split):
        return record
    data_set = "" if split_alone(images) else images
    split = split_alone(images) or split
    return replace(record, weights=record.weights or weights, split=record.split or split, data_set=data_set)


def _as_voc(record: Record) -> Record:
    """A mean below the AP of each class is that of PASCAL VOC: at an IoU of 0.5 where none is said."""
    if not isinstance(record, Evaluation):
        return record
    named = (replace(each, name="AP50") if each.name == "AP" else each for each in record.metrics)
    return replace(record, metrics=tuple(named), family="voc")


def _of_class(each: _Class, mean: Evaluation) -> Record:
    is_at_half = mean.metric("AP") is None and mean.metric("AP50") is not None
    found = metrics([("AP50" if is_at_half else "AP", each.said.text)], percent=each.said.percent)
    return replace(mean, metrics=found, where=each.where, category=each.said.name, also=(mean.where,))


def _progress(data: bytes, begin: int, name: bytes) -> Progress:
    """What the title, the line itself, or the nearest before it tells of the progress of a result."""
    at = data.rfind(b"SUMMARY OF EPOCH ", max(0, begin - FAR), begin)
    title = _TITLE.match(data, at) if at >= 0 else None
    if title:
        return Progress(int(title[1]))
    end = line_end(data, begin)
    mark = name if data.find(name, begin, end) >= 0 else name.split()[-1]  # whose split stands apart
    return counters(data, max(data.find(mark, begin, end), begin), False, mark)


def _reach(said: Said) -> int:
    """Lines within which more may be told of the same result."""
    return TOUCH if said.is_side else ROWS if any(map(_IOU.search, said.row)) else NEAR
