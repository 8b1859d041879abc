"""What one line of a log says of metrics by their names: `mAP@0.5 = 0.712`, `val mAP 0.37`, `mIoU/mAcc 0.7/0.8`.

A line of code says nothing, and nor does one that speaks of another result, such as the best so far.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from fcosreport.grammar.named_results import are_of_boxes, are_of_detection, is_echo
from fcosreport.vocabulary.beside import may_overlap, meanings, says_all
from fcosreport.vocabulary.metric_names import Meaning, metric_of, split_of
from fcosreport.vocabulary.other_trades import is_of_classes

_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_VALUE = re.compile(
    rf"(?:=|->|:(?:(?=\s)|(?<![\d:]:))|i(?<=\bi)s(?=\s)|[-–—](?<=\s.)(?=\s\d{{0,2}}\.\d))"
    rf"\s{{0,24}}({_NUMBER}|nan)(?!(?<=\.) \d)( ?%)?(?=[,;|│)\]\s]|$|\.(?: [A-Z]|$))"
    r"(?!\s{0,3}[=:]|, ?\d*\.\d)"  # one of several values is that of a class, or of a threshold
)
_UNSIGNED = re.compile(r"(?:AP|map|[Mm]ean I[oO]U|mIoU|MOTA|HOTA|IDF1|NDS|PQ|[dD]ice|DICE)[\w@.:-]* \d{0,2}\.\d")
_NAME = r"(?:(?:val|valid|validation|test|train|b?box|segm|mask|[Mm]ean) )?[A-Za-z][\w/@.-]*(?:(?<=[\d.]):[\d.]+)?"
_BARE = re.compile(
    rf"(?:^|(?<=[^A-Za-z\s])|(?<=[^A-Za-z\s]\s)|(?<=\s\s))(?P<name>{_NAME}) (?P<value>\d{{0,2}}\.\d+)(?P<sign> ?%)?"
    rf"(?=\s*(?:[,;|/()\]]|[^\w%]*$)|\s{{1,3}}(?:at|after|in|{_NAME} {_NUMBER}(?![\w.]))\b)"
)
_THRESHOLD = re.compile(r"0?\.?[579][05]?0*")
"""Such a number is rather an IoU than a value, where the name does not tell one."""
_SLASHED = re.compile(  # a name each, and behind them a number each
    rf"(?:\b(?P<split>[Tt]rain|[Vv]al|[Tt]est)\w* [Rr]esult\b[^:]{{0,40}}: *)?(?<![\w/.])"
    rf"(?P<names>[A-Za-z]\w*(?:/[A-Za-z]\w*)+)[ :=]{{1,4}}(?P<values>{_NUMBER}(?:/{_NUMBER})+)(?=\.?(?:[\s,;|)]|$))"
)
_LEVEL = re.compile(r"(?i)\b(easy|medium|moderate|hard)\s{2,}(?=(?:val|test)\b|m?ap\b)")
"""A level of difficulty that is set off, so that the names below each other are as wide."""
_IS = re.compile(r"\s+is$")
_CONDITION = re.compile(r"(?i)(?:[@(\[,]|\bat) ?(?:iou|max[_ ]?dets?|conf(?:idence)?|thr(?:esh(?:old)?)?)$")
"""How the text before a number ends that is none of the metric, but says at what it is: `mAP @ IoU=0.50`."""
_ASIDE = re.compile(r"(?i)[,;|]\s*best[_ -]\w+ ?[:=]")
"""Where a line goes on with the best so far."""
BASELINE = re.compile(r"(?i)^\W*baseline(?: [\w()]{1,20}){0,2}(?: ?[:|=]+\s|$)")
"""What a line, or a heading, begins with that is of the first of several models: no echo of a result told before."""
_NEW_BEST = re.compile(r"(?i)\b(?:new best(?: (?:model|checkpoint|score))?|best checkpoint overridd?en)\b:? ?")
_MEASURE = r"(?P<name>(?:\b(?:EMA|[Vv]al(?:idation)?|[Tt]est) )?[\w/@.:()-]+)"
_REACHED = tuple(
    re.compile(form)
    for form in (
        rf"{_MEASURE}'? (?:reached|improved(?: from \S+)? to) (?P<value>{_NUMBER})(?P<sign> ?%)?"
        r"(?=[,;\s]|$|(?<!\.)\.(?:\s|$))",
        rf"(?i:\b(?:best|highest|peak|maximum|final)) {_MEASURE} of (?P<value>{_NUMBER})(?P<sign> ?%)?"
        r" (?:was|is|has been) (?:reached|achieved|obtained)\b",
    )
)
_CONDITIONS = re.compile(r"\s*\[ ?IoU=.*\](?= =)")
_AT = re.compile(r"(?:\(A[PR]\) )?(?:@ ?\[|\((?=IoU)|(?<=A[PR])\()(?:IoU ?[=:] ?)?([\d.:-]+)[\])]")
_LEADER = re.compile(r" ?[.·…]{3,} ?(?=\d|nan\b)")
"""The dots that lead from a name to its number in a printed list."""
_AT_IOU = re.compile(rf"\b(m?AP)( ?[=:] ?{_NUMBER}), (?:at )?IoU ?[=:] ?(0?\.\d+)")
"""An AP, and behind it the IoU that it is at."""
_ON = re.compile(r"(?i) (?:of|on|for|over|in) (?:the |all )?(val|test|dev)\w*(?: (?:set|split|data(?:set)?|images?))*$")
"""The split that a result is told to be of, behind its name."""
_OF_ANOTHER = re.compile(r"[A-Za-z][\w.-]* (m?AP\S*)")
"""A name below a word, which may be a class or a model."""
_WHOLE = re.compile(r"(?i)(?:(?:the|final|overall|total|epoch \d{1,6}|\d{1,4}[- ]class(?:es)?) )+")
"""What may stand before a name and says nothing of which metric it is."""
_ASIDE_OF_NAME = re.compile(
    r"(?i)\s*\((?:current|overall|avg|average|all(?: classes)?|(?:over |across )?(?:all )?\d{1,4} classes"
    r"|(?![^()]*\b(?:small|medium|large|train|val|test|iou|3d|bev)\b)[a-z][\w -]{0,30}(?:, ?[a-z][\w -]{0,30}){2,20}"
    r"|(?=[^()]*[^\x00-\x7f])[^\d()]*)\)(?=\s*[:=])"
)
"""What a name says of itself that every result is, over which classes, or once more in another script."""
_IN_PERCENT = re.compile(r" ?\((?:in )?%\)(?=\s*[:=])")
_BAR = re.compile(r"\s?%\s*(?:[|#>=\u2500-\u25ff]|\d+/\d+)")  # how far a program is, not how good
_BEFORE = re.compile(r"\b[A-Z]{4,8}:[\w.]+:|[│├└─|>,;*\]•\t]|[-–:] |(?<=[a-z]{4})[.!] |\s{2,}")
_PICTURE = re.compile(r"(?i)\w\.(?:png|jpe?g|bmp|tiff?|webp)\b")
"""An image file: what a line tells behind it is of that alone."""
_ANCHORS = re.compile(r"(?i)(?=.*iou).*\b(?:clusters?|centroids?|anchors|k-?means)\b")
"""What the IoU of boxes with their nearest anchor is told of, which no model has."""
_MARKED = re.compile(r"\(|\[|\*\*|best|reached|achieved|obtained|improved|iou|easy|medium|moderate|hard")
"""What is in each line that says more than names and values, in lower case: most are plain, which is found at once."""
_CODE = re.compile(
    r"^\s*(?:def |class |return|if |elif |for |assert|import |from |>>>|#|//|[\w.]+\(|(?!\w*\d\w*=[\d.]+%?$)\w+=\S+$)"
    r"|[{}]|(?<!=)==(?!=)|;$"
)


_NEAR = 16
"""Characters before a number in which it may be said what it is."""
_COUNTS = re.compile(
    rb"(?i)\b(TP|FP|FN|TN)s?\b\)?[\"']? ?[:=] {0,8}\d|\b(True|False)[ _](Pos|Neg)\w*[^\r\n]{0,12}?[:=] {0,8}\d"
)
"""Boxes that were found, and not, above the precision and recall of them; a detector has no true negatives."""
_TRUE_BOXES = re.compile(rb"(?i)\b(?:gt|ground[-_ ]?truth)[ _](?:objects|b?boxes)[\"']? ?[:=] {0,8}\d")
"""How many boxes there are to be found."""


class Said(NamedTuple):
    """What a line tells: texts by names, whether a sign says percent, and whether it only tells a new best."""

    row: dict[str, str]
    percent: bool = False
    is_news: bool = False

    @property
    def is_side(self) -> bool:
        """Whether it tells precision and the like alone, as is told of a class too."""
        return _names(tuple(self.row)).are_side

    @property
    def split(self) -> str:
        """The split of the first metric."""
        return _names(tuple(self.row)).split

    @property
    def is_sure(self) -> bool:
        """Whether the names alone say that the result is of detection, and none is that of precision or the like."""
        return _names(tuple(self.row)).are_sure


class _Names(NamedTuple):
    """What the names of a line tell, whatever its numbers are: as `Said` explains it."""

    are_side: bool
    split: str
    are_sure: bool


@lru_cache(512)
def _names(names: tuple[str, ...]) -> _Names:
    are_side = all(map(_is_side, names)) and all(meaning.is_side for _, meaning in meanings(names))
    has_side = any((of := metric_of(name)) and of.is_side for name in names)
    return _Names(are_side, split_of(next(iter(names), "")), are_of_detection(names) and not has_side)


def said(text: str) -> Said | None:
    """The metrics that a line says; None of a line of code, or that speaks of another result."""
    if "..." in text or "···" in text or "…" in text:
        text = _LEADER.sub(": ", text)
    is_plain = not _MARKED.search(text.lower())
    reached = None if is_plain else next(filter(None, (form.search(text) for form in _REACHED)), None)
    if reached and metric_of(reached["name"]):
        return Said({reached["name"]: reached["value"]}, bool(reached["sign"]), is_news=True)
    news = None if is_plain else _NEW_BEST.search(text)
    told = text if is_plain else _named(text[news.end() :].partition(" (")[0] if news else text)
    if is_old := is_echo(BASELINE.sub("", told)):
        told = _ASIDE.split(told)[0]
        is_old = is_echo(BASELINE.sub("", told))
    text, signs = (told, 0) if is_plain else _IN_PERCENT.subn("", _LEVEL.sub(r"\1 ", told))
    parts = [*_signed(text), *_bare(text), *_slashed(text)]
    found = {name: value for name, value, _ in parts}
    if len({(name, value) for name, value, _ in parts}) > len(found):
        return None  # one name with two values is of two things
    percent = signs > 0 or any(sign for *_, sign in parts)
    if found and _PICTURE.search(text, 0, text.find(parts[0][0])):
        return None
    if not found or is_old or _CODE.search(told) or _ANCHORS.match(told):
        return None
    if is_of_classes(told) and not _are_of_pixels(found):  # which have an accuracy as well
        return None
    return Said(found, percent, bool(news))


def _named(text: str) -> str:
    """A line in which what is said of a metric beside its name is part of that: `AP@0.5` for `AP [IoU=0.5]`."""
    plain = _ASIDE_OF_NAME.sub("", text.replace("**", ""))
    plain = _CONDITIONS.sub(" ", _AT_IOU.sub(r"\1@\3\2", plain)) if "IoU" in plain else plain
    return _AT.sub(r"@\1", plain)


def _signed(text: str) -> Iterator[tuple[str, str, bool]]:
    """Names and values with a sign between them, and whether the value is said to be in percent.

    A word that tells the split of the first is of those behind it as well: `Test mAP50: 0.96, mAP50-95: 0.86`. So is
    one that nobody knows, and these are none: `car mAP50: 0.96, mAP50-95: 0.86` is of a class.
    """
    at, split, has_condition = 0, "", False
    for value in _VALUE.finditer(text):
        if _CONDITION.search(text, max(at, value.start() - _NEAR), value.start()):
            has_condition = True
            continue  # the name goes on behind it
        if has_condition and value[0].startswith("i"):
            return  # `AP @ IoU=0.50 is ..` is of a sentence
        name = _IS.sub("", _BEFORE.split(text[at : value.start()].strip())[-1].strip(" `"))
        name = name[whole.end() :] if (whole := _WHOLE.match(name)) else name
        name = f"{of[1].lower()} {name[: of.start()]}" if (of := _ON.search(name)) else name
        at = value.end()
        if (of_another := _OF_ANOTHER.fullmatch(name)) and metric_of(of_another[1]) and not metric_of(name):
            return
        if (
            name
            and name[-1] not in "\"'"
            and (metric_of(name) or may_overlap(name))
            and not _BAR.match(text, value.end(1))
        ):
            first, _, rest = name.partition(" ")
            split = first if rest and split_of(first) else split
            yield name if not split or split_of(name) else f"{split} {name}", value[1], bool(value[2])


def _bare(text: str) -> Iterator[tuple[str, str, bool]]:
    """Names and values with nothing but a blank between them; the split of the first is that of those behind it."""
    split = ""
    for bare in _BARE.finditer(text) if "." in text and _UNSIGNED.search(text) else ():
        name, own = bare["name"], bare["name"].partition(" ")[0]
        if split_of(name):
            split = own if split_of(own) else split
        elif split:
            name = f"{split} {name}"
        meaning = metric_of(name)
        is_level = _THRESHOLD.fullmatch(bare["value"]) and not any(map(str.isdigit, name))
        if meaning and not meaning.is_side and not is_level:
            yield name, bare["value"], bool(bare["sign"])


def _slashed(text: str) -> Iterator[tuple[str, str, bool]]:
    """Names parted by slashes, and as many values behind them."""
    for each in _SLASHED.finditer(text) if text.count("/") > 1 else ():
        names, values = each["names"].split("/"), each["values"].split("/")
        split = f"{each['split'].lower()} " if each["split"] else ""
        for name, value in zip(names, values, strict=True) if len(names) == len(values) else ():
            if metric_of(name):
                yield f"{split}{name}", value, False


@lru_cache(1024)
def _is_side(name: str) -> bool:
    meaning = metric_of(name)
    return meaning.is_side and "@" not in name if meaning else may_overlap(name)


def _are_of_pixels(names: Mapping[str, str]) -> bool:
    return any(meaning.task == "sem_seg" for _, meaning in meanings(tuple(names)))


def tells_again(old: Said, new: Said, *, is_headed: bool = False) -> bool:
    """Whether a number is told again, if only as the mean of what was that of a class: `AP` and then `mAP`.

    Below the name of the only class, as `is_headed` says, both are equal.
    """
    if old.row.keys() & new.row.keys():
        return True
    told = {_plain_meaning(name): (name, text) for name, text in old.row.items()}
    again = ((name, text, told[of]) for name, text in new.row.items() if (of := _plain_meaning(name)) in told)
    return any(
        (is_headed or text != before) and _is_mean(name) != _is_mean(other) for name, text, (other, before) in again
    )


def _plain_meaning(name: str) -> tuple[Meaning | None, bool]:
    meaning = metric_of(name)
    return meaning and meaning._replace(sure=True, stated=True), says_all(name)


def _is_mean(name: str) -> bool:
    return "map" in name.lower() or "mean" in name.lower()


def is_of_parts(said: Said) -> bool:
    """Whether precision and the like are all that is told, and no boxes are counted: they may be of a class."""
    return said.is_side and not are_of_boxes(said.row)


def boxes_before(before: bytes) -> dict[str, str]:
    """How many boxes were right, wrong and missed, as the lines before tell it."""
    if _TRUE_BOXES.search(before):
        return dict.fromkeys(("tp", "fp", "fn"), "")
    found = (count[1] or count[2][:1] + count[3][:1] for count in _COUNTS.finditer(before))
    return {name.decode().lower(): "" for name in found}
