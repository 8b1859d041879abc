"""One printed number of a result as a metric: percent or fraction, nan, no ground truth; and what is said of a bad one.

Nothing here raises, whatever the text.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import inf, isfinite, nan

from msgspec.structs import replace

from fcosreport.records import Evaluation, Issue, Metric, Where

KEYPOINT_METRICS = ("AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl")
"""The 10 numbers of a COCO summary of keypoints, in its order."""

_NUMBER = re.compile(r"[-+]?(?:(?:\d++(?:\.\d*+)?|\.\d++)(?:e[-+]?\d++)?|nan|inf(?:inity)?)", re.I | re.A)
_RECALL = re.compile(r"AR([sml]?)@(\d{1,6})")
_NO_TRUTH = (-1.0, -100.0)  # of pycocotools; some make percent of it
_NAMED = 6  # metrics that an issue names
_WIDEST = 40  # characters of a printed text that it tells


def number(text: str) -> float | None:
    """The number that a text prints, nan and inf included; None for a text that is no number, like `0.3.7`.

    `None`, which Python prints in a table for no value, is nan.
    """
    return _short(text) if len(text) < _WIDEST else _printed(text)


def _printed(text: str) -> float | None:
    if text.isascii() and text.replace(".", "", 1).isdecimal():  # as nearly all are
        return float(text)
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) else nan if text == "None" else None


_short = lru_cache(4096)(_printed)  # one number is asked for as a score, as a metric, and for its issue


def is_score(text: str, *, percent: bool | None = None) -> bool:
    """Whether a text prints what can be AP or AR: up to 1, or in percent to 100 (None: either); -1, -100; nan."""
    value = number(text)
    return value is not None and can_be_score(value, percent=percent)


def can_be_score(value: float, *, percent: bool | None = None) -> bool:
    """The same of a number."""
    top = 1 if percent is False else 100
    return value != value or 0 <= value <= top or value in _NO_TRUTH


def metric(name: str, text: str, *, percent: bool | None = False, max_dets: int | None = None) -> Metric | None:
    """The metric that a text prints, as a fraction or in percent (None: in percent if above 1); None for no number.

    Its value is a fraction: None for nan and inf, and -1 for the -1 or -100 that say "no ground truth". `AR@100` is
    called AR100, as everywhere, and `ARs@100` ARs.
    """
    name, text = name.strip(), text.strip()
    printed = number(text)
    if printed is None:
        return None
    if max_dets is None and name.startswith("AR") and (recall := _RECALL.fullmatch(name)):
        max_dets = int(recall[2])
        name = name if recall[1] and max_dets != 100 else f"AR{recall[1] or max_dets}"
    percent = printed > 1 if percent is None else percent
    return Metric(name, _fraction(printed, text, percent), text, percent, max_dets)


def metrics(pairs: Iterable[tuple[str, str]], *, percent: bool | None = False) -> tuple[Metric, ...]:
    """The metrics that pairs of name and text print, all in one unit; a text that is no number is left out.

    `percent` None: they are in percent if one of them is above 1.
    """
    pairs = list(pairs)
    if percent is None:
        percent = any(1 < (number(text) or 0) < inf for _, text in pairs)
    return tuple(filter(None, (metric(name, text, percent=percent) for name, text in pairs)))


def _fraction(printed: float, text: str, percent: bool) -> float | None:
    if not isfinite(printed):
        return None
    if printed in _NO_TRUTH:
        return -1.0
    if not percent:
        return printed
    return printed / 100 if "e" in text.lower() else float(f"{text}e-2")  # rounded only once: 36.7 is 0.367


def by_difficulty(evaluation: Evaluation) -> Evaluation:
    """The evaluation; beside the AP of easy or hard images, that of medium ones is of a difficulty and of no size."""
    names = {metric.name for metric in evaluation.metrics}
    if names.isdisjoint(("APeasy", "APhard")):
        return evaluation
    family = "kitti" if "APmoderate" in names else "crowdpose" if evaluation.task == "keypoints" else "widerface"
    renamed = (replace(each, name="APmedium") if each.name == "APm" else each for each in evaluation.metrics)
    is_plain = evaluation.family in ("", "coco")
    return replace(evaluation, metrics=tuple(renamed), family=family if is_plain else evaluation.family)


def unread(pairs: Iterable[tuple[str, str]], where: Where) -> Iterator[Issue]:
    """The issue of those pairs of name and text that print no finite number; none if all do."""
    lost = [(name, text) for name, text in pairs if (value := number(text)) is None or not isfinite(value)]
    if lost:
        names = ", ".join(name for name, _ in lost[:_NAMED])
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        texts = ", ".join(dict.fromkeys(text[:_WIDEST] for _, text in lost[:_NAMED]))
        message = f"{names}{more}: {texts} is no number and counts as missing. Look at the evaluation."
        yield Issue(message, where)


def with_issues(evaluation: Evaluation, printed: Iterable[tuple[str, str]] = ()) -> Iterator[Evaluation | Issue]:
    """The evaluation if it has metrics, behind the issue of those that are nan.

    `printed` are the pairs of name and text that it was made of, where a text may be no number and was left out.
    """
    if pairs := printed or [(metric.name, metric.text) for metric in evaluation.metrics if metric.value is None]:
        of = f" of {evaluation.category}" if evaluation.category else ""
        yield from unread(((f"{name}{of}", text) for name, text in pairs), evaluation.where)
    if evaluation.metrics:
        yield evaluation
