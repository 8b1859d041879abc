"""FR402."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from fcosreport.compare import contrast
from fcosreport.records import Experiment, Records
from fcosreport.rule import Fault, rule
from fcosreport.scores import vector
from fcosreport.settings import Settings
from fcosreport.wording import listed

_A = "0.292 0.470 0.308 0.163 0.325 0.383 0.270 0.455 0.490 0.283 0.539 0.645"
_NEAR = "0.292 0.470 0.309 0.163 0.325 0.382 0.270 0.455 0.490 0.284 0.539 0.645"
_FAR = "0.292 0.470 0.308 0.163 0.325 0.383 0.270 0.455 0.490 0.283 0.539 0.685"
_SEED = "0.293 0.469 0.308 0.164 0.325 0.384 0.270 0.455 0.491 0.283 0.539 0.645"
_TINY = "0.505 0.700 0.505 -1 0.505 0.505 0.700 0.700 0.700 -1 0.700 0.700"
_TINY_TOO = "0.505 0.700 0.505 -1 0.505 0.505 0.700 0.700 0.700 -1 0.700 0.701"


@rule(
    "FR402",
    "warning",
    fires=[
        [{"bbox": _A, "lr": 0.001}, {"bbox": _NEAR, "lr": 0.005}],
        [{"note_segm": _A, "norm": "bn"}, {"segm": _NEAR, "norm": "syncbn"}],
    ],
    quiet=[
        [{"bbox": _A, "lr": 0.001}, {"bbox": _FAR, "lr": 0.005}],
        [{"bbox": _A, "seed": 1}, {"bbox": _SEED, "seed": 2}],
        [{"bbox": _A, "lr": 0.001}, {"bbox": _NEAR, "lr": 0.001}],
        [{"bbox": _TINY, "lr": 0.001}, {"bbox": _TINY_TOO, "lr": 0.005}],
        [{"bbox": "0.292 0.470 0.308 0.163 0.325 0.383", "lr": 1}, {"bbox": "0.292 0.470 0.309", "lr": 2}],
    ],
    after=("FR401",),
)
def near_duplicate_metrics(records: Records, settings: Settings) -> Iterator[Fault]:
    """Experiments that declare different settings share 8 to 11 of 12 numbers, and the others hardly differ.

    The largest difference is at most `same_difference`.

    Why: zylo117/Yet-Another-EfficientDet-Pytorch#125 with another rounding: of 3.9 million public pairs, repeats with
    another seed share 5 to 7 of 12 numbers and never 8; pairs at 8 to 11 were the same weights at another precision, a
    copied document, or a tiny ground truth.

    Do: See which checkpoint each log loaded; they may be one.
    """
    results: dict[tuple[str, tuple[str, ...]], dict[tuple[int, ...], list[Experiment]]] = defaultdict(dict)
    for experiment in records.experiments:
        for task in experiment.tasks:
            result = experiment.result(task)
            numbers = vector(result) if result else None
            if numbers and len(numbers.values) == 12 and numbers.distinct >= 8:
                results[task, numbers.names].setdefault(numbers.values, []).append(experiment)
    most = settings.same_difference * 1000 + 1e-6
    for (task, names), experiments in results.items():
        for close in _close(sorted(experiments), most):
            yield from _fault(task, names, close, experiments)


_TRIPLES = tuple(
    tuple(half + 2 * place for place in triple)
    for half in (0, 1)
    for triple in ((0, 1, 2), (0, 1, 3), (2, 3, 4), (2, 3, 5), (4, 5, 0), (4, 5, 1))
)
"""Of 12 numbers of which 8 are equal, 4 of 6 are so in one half, and with them all of one of these triples."""

_CROWD = 64  # equal triples beyond which only neighbours are compared, so that the time stays linear


def _close(vectors: Sequence[tuple[int, ...]], most: float) -> Iterator[list[tuple[int, ...]]]:
    """Groups of vectors in which each is close to another."""
    leader = {each: each for each in vectors}

    def led(each: tuple[int, ...]) -> tuple[int, ...]:
        while leader[each] != each:
            leader[each] = leader[leader[each]]
            each = leader[each]
        return each

    for triple in _TRIPLES:
        buckets: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
        for each in vectors:
            buckets[each[triple[0]], each[triple[1]], each[triple[2]]].append(each)
        for bucket in buckets.values():
            for one, other in _pairs(bucket):
                if _near(one, other, most):
                    first, second = sorted((led(one), led(other)))
                    leader[second] = first
    groups: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    for each in vectors:
        groups[led(each)].append(each)
    yield from (group for group in groups.values() if len(group) > 1)


def _pairs(bucket: Sequence[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    if len(bucket) <= _CROWD:
        yield from combinations(bucket, 2)
    else:
        for number, one in enumerate(bucket):
            yield from ((one, other) for other in bucket[number + 1 : number + 9])


def _near(one: Sequence[int], other: Sequence[int], most: float) -> bool:
    equal = 0
    for a, b in zip(one, other, strict=True):
        if a == b:
            equal += a >= 0
        elif abs(a - b) > most:
            return False
    return equal >= 8


def _fault(
    task: str,
    names: Sequence[str],
    close: Sequence[tuple[int, ...]],
    found: dict[tuple[int, ...], list[Experiment]],
) -> Iterator[Fault]:
    experiments = sorted((found[each][0] for each in close), key=lambda e: (e.where, e.id))
    different = contrast(experiments)
    results = [result for experiment in experiments if (result := experiment.result(task))]
    first, *others = (vector(result).values for result in results)
    nearest = max(others, key=lambda other: sum(a == b for a, b in zip(first, other, strict=True)))
    apart = [f"{n} {a / 1000:g} and {b / 1000:g}" for n, a, b in zip(names, first, nearest, strict=True) if a != b]
    if different:
        yield Fault(
            f"{listed(different.labels(experiments))} share {12 - len(apart)} of 12 {task} numbers, and the rest "
            f"hardly differ ({listed(apart)}).",
            tuple(experiments),
            tuple(result.where for result in results),
        )
