"""Which results can be held against each other: those of one task, family, data set, split and protocol."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from fcosreport.comparing.images import data_set_of
from fcosreport.records import Evaluation

_T = TypeVar("_T")


class Kind(NamedTuple):
    """What must be the same; empty where a result does not tell. `max_dets`: detections an image that count for AP."""

    task: str
    family: str
    data_set: str
    split: str
    augmentation: str
    max_dets: str


_WORDS = Kind("task", "kind of AP", "data set", "split", "test-time augmentation", "detections an image")


def kinds(results: Sequence[Evaluation]) -> list[Kind]:
    """Of what kind each result is. What one does not tell is as in the others, where these agree."""
    told = [_told(result) for result in results]
    agreed = [values.pop() if len(values := set(column) - {""}) == 1 else "" for column in zip(*told, strict=True)]
    return [Kind(*(own or common for own, common in zip(kind, agreed, strict=True))) for kind in told]


def _told(result: Evaluation) -> Kind:
    ap = result.metric("AP")
    return Kind(
        result.task,
        result.family,
        data_set_of(result.data_set),
        result.split,
        "with" if result.augmented else "without",
        str(ap.max_dets) if ap and ap.max_dets else "",
    )


def together(pairs: Iterable[tuple[Evaluation, _T]]) -> list[list[_T]]:
    """What belongs to results that can be held against each other: the largest group first, else the one met first."""
    pairs = list(pairs)
    groups: dict[Kind, list[_T]] = {}
    for kind, (_, each) in zip(kinds([result for result, _ in pairs]), pairs, strict=True):
        groups.setdefault(kind, []).append(each)
    return sorted(groups.values(), key=len, reverse=True)


def apart(one: Evaluation, other: Evaluation) -> str:
    """What keeps two results from being held against each other: `data set: a, b`; empty where nothing does."""
    told = zip(_WORDS, *kinds((one, other)), strict=True)
    return "; ".join(f"{word}: {mine}, {theirs}" for word, mine, theirs in told if mine != theirs)


def variant(result: Evaluation) -> str:
    """What sets a result apart from others of its run and task, in words: `ema, city_val`; empty for a plain one."""
    augmented = "augmented" if result.augmented else ""
    weights = "" if result.weights == "plain" else result.weights
    return ", ".join(filter(None, (weights, data_set_of(result.data_set), result.split, augmented)))
