"""What a heading or sentence says in words: trained from scratch, FrozenBN changed to BN, with SyncBN."""

import re
from collections.abc import Iterable, Iterator

from fcosreport.records import Setting, Where
from fcosreport.vocabulary.settings.values import NORM, NORM_SIGN, NORMS, SCRATCH, norm
from fcosreport.vocabulary.signs import may_have

_INTO = "都?(?:改为|改成|改回|换成|换为|变成|替换成|替换为)|を|から|changed to|replaced (?:by|with)"
_INTO += "|to|with|by|into|->|=>|→"
_CHANGES = (
    re.compile(rf"({NORM})\W{{0,3}}(?:{_INTO})\W{{0,3}}(?:普通的?|正常的?|plain |normal )?({NORM})", re.I),
    re.compile(rf"用\s*(?P<new>{NORM})\s*(?:来)?(?:代替|替换|取代)\s*(?P<old>{NORM})", re.I),
    re.compile(rf"(?P<new>{NORM})\s*(?:instead of|in place of|rather than)\s*(?P<old>{NORM})", re.I),
)
_SCRATCH_SIGN = re.compile(r"scratch|train")
_SIGN = re.compile(f"{_SCRATCH_SIGN.pattern}|{NORM_SIGN.pattern}")
_NOT = re.compile(
    r"(?:\bnot?|\bnever|\binstead of|\bwithout|\bw/?o|不用|不是|而不是|没有|无|非)[\s_-]*(?:from[\s_-]*)?$", re.I
)


def norm_change(text: str) -> tuple[str, str] | None:
    """The old and the new `norm` where a text says that one is changed into the other: "把FrozenBN改为BN"."""
    text = text[:1000]
    for pattern in _CHANGES if len(NORM_SIGN.findall(text.lower())) > 1 else ():
        found = pattern.search(text)
        if found:
            named = found.groupdict()
            old, new = norm(named.get("old") or found[1]), norm(named.get("new") or found[2])
            return (old, new) if old and new and old != new else None
    return None


def phrases(text: str, where: Where) -> Iterable[Setting]:
    """The settings that a heading or sentence says in words: from scratch, FrozenBN changed to BN, with SyncBN."""
    return _phrases(text[:1000], where) if may_hold_phrases(text) else ()


def may_hold_phrases(text: str) -> bool:
    """Whether a text may say a setting in words: most say none, which is found sooner."""
    return may_have(_SIGN, text)


def _phrases(text: str, where: Where) -> Iterator[Setting]:
    scratch = SCRATCH.search(text) if may_have(_SCRATCH_SIGN, text) else None
    if scratch and not _NOT.search(text[: scratch.start()]):
        yield Setting("init", "scratch", scratch[0], where)
    if not may_have(NORM_SIGN, text):
        return
    change = norm_change(text)
    names = {change[1]} if change else {name for name in ("frozen", "syncbn") if _affirmed(NORMS[name], text)}
    if len(names) == 1:
        yield Setting("norm", names.pop(), text.strip(), where)


def _affirmed(pattern: str, text: str) -> bool:
    found = re.search(pattern, text, re.I)
    return found is not None and not _NOT.search(text[: found.start()])
