"""What run names and headings say: `Baseline_lr1en4_191209`, `fcos_R_50_FPN_1x`, `fbn_scratch`."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from fcosreport.records import Setting, Where
from fcosreport.vocabulary.numerals import DECIMAL, plain
from fcosreport.vocabulary.settings.names import read
from fcosreport.vocabulary.settings.phrases import norm_change, phrases
from fcosreport.vocabulary.settings.values import BACKBONE, NORM, NORM_SIGN, Value, norm
from fcosreport.vocabulary.signs import may_have

_EDGE, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_WORD = re.compile(r"[\w.=-]*[_.][\w.=-]*")
"""A word that looks like the name of a run."""
_HASH = re.compile(rf"{_EDGE}(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{{7,64}}{_END}")
_DATE = re.compile(r"(?<!\d)((?:20)?\d\d)-?([01]\d)-?([0-3]\d)(?:[_T-]?\d{6}|[_T-]\d\d[-:]\d\d(?:[-:]\d\d)?)?(?!\d)")
_Known = tuple[str, str, re.Pattern[str]]
"""What names of a kind all have, in lower case, which is found sooner; the setting; how it is written."""
_IN_NAME: tuple[_Known, ...] = (
    ("seed", "seed", re.compile(rf"{_EDGE}seed[_=-]?(\d{{1,9}}){_END}", re.I)),
    (
        "lr",
        "lr",
        re.compile(
            rf"(?:{_EDGE}|(?<=base)|(?<=base_))lr[_=-]?({DECIMAL}(?:e(?:-|n)\d{{1,2}})?)(?![A-Za-z0-9]|\.\d|[*/])",
            re.I,
        ),
    ),
    (
        "b",
        "train_batch_size",
        re.compile(rf"{_EDGE}(?:bs|batch(?:_?size)?)[_=-]?(\d{{1,5}}(?:x\d{{1,3}})?){_END}", re.I),
    ),
    ("bs", "train_batch_size", re.compile(rf"{_EDGE}(\d{{1,5}})bs{_END}", re.I)),
    ("gpu", "gpus", re.compile(rf"{_EDGE}(\d{{1,4}})gpus?{_END}", re.I)),
    ("size", "image_size", re.compile(rf"{_EDGE}(\d{{3,4}})size{_END}", re.I)),
    ("", "backbone", BACKBONE),
)
_PRETRAINING = re.compile(
    r"(?:moco|simclr|byol|swav|dino|beit|[a-z]*mae|densecl|simsiam|npid|odc|infomin|pixpro|detcon|barlow[a-z]*|(?<![a-z])pt|pretrain(?:ed)?)"
    r"(?:[-_]?v\d)?[-_](?:\d{2,4}(?:e|ep|epochs?))(?![A-Za-z0-9])"
    r"|(?<![A-Za-z])coco-[1-9]x(?=[-_](?:[1-9]x|\d{1,3}e)(?![A-Za-z0-9]))",
    re.I,
)
"""How long a pre-training was, in the name of a detector: `mocov2_800ep`, `coco-3x_1x`."""
_PRETRAINED = re.compile(r"\d(?:\de|x)", re.I)
"""What each of these has, which is found sooner."""
_GPUS_BY_BATCH = re.compile(rf"{_EDGE}(\d{{1,4}})xbs?(\d{{1,4}}){_END}", re.I)
_ONLY_IN_NAME: tuple[_Known, ...] = (
    (
        "x",
        "schedule",
        re.compile(
            rf"(?<![A-Za-z0-9])(?<!\d\.)(?<!lr_)(?<!lr-)([1-9]x){_END}(?![_.-]?(?:lr|bs|batch|gpu|down|up|crop))", re.I
        ),
    ),
    ("e", "epochs", re.compile(rf"(?<![A-Za-z0-9])(?<!\d\.)(\d{{1,3}})(?:e|ep|epochs?){_END}(?!-\d)", re.I)),
)
_PART = r"(?:head|fpn|neck|rpn)"
_NORM_IN_NAME = re.compile(
    rf"{_EDGE}(?P<not>no_?|wo_?|without_?|{_PART}[_.+-]*)?(?P<norm>{NORM}){_END}(?![_.+-]?{_PART})", re.I
)


_SIGN = re.compile(r"seed|lr|b|gpu|size|[rstx][-_ ]?(?:18|34|50|101|152)|\d\d-?[01]\d|\d[xe]|scratch|train|norm|gn")
"""One of them is in each name in ASCII that says anything, in lower case."""
_SHORT = 100  # characters of a name that is kept in mind


def canonical(name: str) -> str:
    """A name as it is compared: `Mask_RCNN  r50` and `mask rcnn R50` are one."""
    return " ".join(name.lower().replace("_", " ").split())


def decode(name: str, where: Where) -> tuple[Setting, ...]:
    """The facts that a run name or a heading carries: `Baseline_lr1en4_191209`, `fcos_R_50_FPN_1x`, `fbn_scratch`.

    What could be read in two ways (`lr10`, `lrx10`, a hash, two learning rates) gives nothing. In a text of several
    words, only the words that look like a run name may say a date, a schedule, a number of epochs or BN or GN.
    """
    name = plain(name[:1000])
    if not may_have(_SIGN, name):
        return ()
    found = (_decoded if len(name) <= _SHORT else _decoded.__wrapped__)(name)
    return tuple([Setting(each.name, each.value, each.text, where) for each in found]) if found else ()


@lru_cache(1024)  # a run has the same name in several places, and its row in several tables
def _decoded(name: str) -> tuple[Setting, ...]:
    where = Where("", 1)
    name = _HASH.sub(" ", name)
    name = _PRETRAINING.sub(" ", name) if _PRETRAINED.search(name) else name
    words = name.split()
    like_name = name if len(words) == 1 else " ".join(filter(_WORD.fullmatch, words))
    said = name.replace("_", " ")
    named = [*_from(_IN_NAME, name, where), *_from_name(like_name, where)]
    if norm_change(said):  # of which the words tell both ends
        named = [each for each in named if each.name != "norm"]
    found = [*named, *phrases(said, where)]
    if not found:
        return ()
    values: dict[str, dict[Value, Setting]] = {}
    for each in found:
        values.setdefault(each.name, {}).setdefault(each.value, each)
    return tuple(setting for same in values.values() if len(same) == 1 for setting in same.values())


def _from(patterns: tuple[_Known, ...], name: str, where: Where) -> Iterator[Setting]:
    lower = name.lower()
    for sign, key, pattern in patterns:
        for found in pattern.finditer(name) if sign in lower else ():
            text = found[0] if key == "backbone" else found[1]
            fact = _fact(key, text)
            if fact:
                yield Setting(*fact, found[0], where)


@lru_cache(4096)
def _fact(key: str, text: str) -> tuple[str, Value] | None:
    """The name and the value of a setting; many names carry the same one."""
    clear = key != "lr" or "." in text or "e" in text.lower()
    made = read(key, re.sub("(?i)en", "e-", text), Where("", 0)) if clear else None
    return (made.name, made.value) if made else None


_norm = lru_cache(4096)(norm)


def _from_name(name: str, where: Where) -> Iterator[Setting]:
    for key in _DATE.finditer(name):
        try:
            day = date(int(key[1]) if len(key[1]) == 4 else 2000 + int(key[1]), int(key[2]), int(key[3]))
        except ValueError:
            continue
        if 2012 <= day.year <= 2040:
            yield Setting("date", day.isoformat(), key[0], where)
            name = name.replace(key[0], " ")
    lower = name.lower()
    for both in _GPUS_BY_BATCH.finditer(name) if "xb" in lower else ():
        yield Setting("gpus", int(both[1]), both[0], where)
        yield Setting("train_batch_size", int(both[1]) * int(both[2]), both[0], where)
    yield from _from(_ONLY_IN_NAME, name, where)
    for found in _NORM_IN_NAME.finditer(BACKBONE.sub(" ", name)) if NORM_SIGN.search(lower) else ():
        named = _norm(found["norm"])
        if named and not found["not"]:
            yield Setting("norm", named, found["norm"], where)
