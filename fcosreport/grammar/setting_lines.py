"""Settings that a program says in plain words before it trains, in one line or next to each other. For dialects.

    lr: 0.001 batch_size: 16, epochs=50
    Batch size: 16
    Learning rate ..... 0.001

What a line of the training says beside its losses is how far that is, and no setting.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from fcosreport.records import Setting, Where
from fcosreport.vocabulary.settings.names import setting
from fcosreport.vocabulary.signs import signed

_KEY = r"(?P<key>[A-Za-z][A-Za-z_-]*(?: [A-Za-z][A-Za-z_-]*){0,4})"
_PAIR = re.compile(rf"(?<![\w./-]){_KEY} ?[:=] ?(?P<value>[\w.+-]*\w)\.?(?=[\s,;|)\]]|$)")
_ENTRY = re.compile(
    rf"(?:^|[^\w./]){_KEY}[\"'`*]{{0,2}}(?:\s*+(?:[:=|│]|\.{{2,}})|\s{{2,}}+)[\s:=|│>]*+(?P<value>\S{{1,200}}?|[^:=]{{1,80}}?)[\"'\s|│,;]*$"
)
_VALUE = re.compile(r"[\w.+-]+")
_TRAINED = signed(
    r"(?:loss|ap(?:[_@]?\d+)?|\b(?:acc(?:uracy)?|precision|recall|eta|time|speed|iter|step)) ?[:=(\[]"
    r"|\bepoch\W{0,3}\d|it/s",
    "loss|ap|acc|precision|recall|eta|time|speed|iter|step|epoch|it/s",
)
_TOLD = frozenset(
    "lr train_batch_size images_per_gpu test_batch_size accumulation epochs iterations optimizer weight_decay momentum"
    " seed backbone image_size".split()
)
_BEFORE = frozenset("number of num no total max maximum initial base train training global the with using and".split())
"""Words before the name of a setting that leave it what it is: the test batch, or the least rate, is another."""
_WORDS = 4


@lru_cache(16)  # a line is asked for itself, and as one of a list
def is_of_training(text: str) -> bool:
    """Whether a line speaks of the training under way, which declares no settings."""
    return _TRAINED.search(text) is not None


def is_entry(text: str) -> bool:
    """Whether a line may be one of a list of settings: a name, and a value behind it."""
    return not is_of_training(text) and _ENTRY.search(text) is not None


def line_settings(text: str, where: Where) -> tuple[Setting, ...]:
    """The settings of a line that says several; none where it speaks of the training, or says one alone."""
    if is_of_training(text):
        return ()
    return _certain(_said(pair, where) for pair in _PAIR.finditer(text))


def list_settings(lines: Iterable[tuple[str, Where]]) -> tuple[Setting, ...]:
    """The settings of lines next to each other, each of which says one."""
    entries = ((_ENTRY.search(text), where) for text, where in lines)
    return _certain(_said(entry, where) for entry, where in entries if entry)


def _certain(said: Iterable[Setting | None]) -> tuple[Setting, ...]:
    """Those of several settings whose name has one value."""
    found = [each for each in said if each]
    values: dict[str, set[object]] = {}
    for each in found:
        values.setdefault(each.name, set()).add(each.value)
    if len(values) < 2:
        return ()
    return tuple({each.name: each for each in found if len(values[each.name]) == 1}.values())


def _said(pair: re.Match[str], where: Where) -> Setting | None:
    """The setting that a name and a value declare, where the name is that of no other, such as the least rate."""
    words = pair["key"].split(" ")
    if not _VALUE.fullmatch(pair["value"]):
        return None
    for count in range(min(_WORDS, len(words)), 0, -1):
        found = setting(" ".join(words[-count:]), pair["value"], where)
        if found and found.name in _TOLD:
            return found if _BEFORE.issuperset([word.lower() for word in words[:-count]]) else None
    return None
