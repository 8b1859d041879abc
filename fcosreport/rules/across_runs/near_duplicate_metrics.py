"""FR402."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from fcosreport.comparing.contrast import contrast
from fcosreport.comparing.scores import vector
from fcosreport.evidence.equality import results, vectors
from fcosreport.judging.cases import FAIR
from fcosreport.judging.rule import EVALUATED, Fault, rule
from fcosreport.records import Experiment, Records
from fcosreport.settings import Settings
from fcosreport.wording import listed

if TYPE_CHECKING:
    from numpy import bool_, int64
    from numpy.typing import NDArray

    Ints = NDArray[int64]
    Bools = NDArray[bool_]

_NEAR = "0.292 0.470 0.309 0.163 0.325 0.382 0.270 0.455 0.490 0.284 0.539 0.645"
_FAR = "0.292 0.470 0.308 0.163 0.325 0.383 0.270 0.455 0.490 0.283 0.539 0.685"
_SEED = "0.293 0.469 0.308 0.164 0.325 0.384 0.270 0.455 0.491 0.283 0.539 0.645"
_TINY = "0.505 0.700 0.505 -1 0.505 0.505 0.700 0.700 0.700 -1 0.700 0.700"
_TINY_TOO = "0.505 0.700 0.505 -1 0.505 0.505 0.700 0.700 0.700 -1 0.700 0.701"


@rule(
    "FR402",
    "warning",
    fires=[
        [{"bbox": FAIR, "lr": 0.001}, {"bbox": _NEAR, "lr": 0.005}],
        [{"note_segm": FAIR, "norm": "bn"}, {"segm": _NEAR, "norm": "syncbn"}],
    ],
    quiet=[
        [{"bbox": FAIR, "lr": 0.001}, {"bbox": _FAR, "lr": 0.005}],
        [{"bbox": FAIR, "seed": 1}, {"bbox": _SEED, "seed": 2}],
        [{"bbox": FAIR, "lr": 0.001}, {"bbox": _NEAR, "lr": 0.001}],
        [{"bbox": _TINY, "lr": 0.001}, {"bbox": _TINY_TOO, "lr": 0.005}],
        [{"bbox": "0.292 0.470 0.308 0.163 0.325 0.383", "lr": 1}, {"bbox": "0.292 0.470 0.309", "lr": 2}],
    ],
    after=("FR401",),
    needs=EVALUATED,
    shares=lambda experiment: _fours(experiment),
)
def near_duplicate_metrics(records: Records, settings: Settings) -> Iterator[Fault]:
    """Experiments that declare different settings share 8 to 11 of 12 numbers, and the others hardly differ.

    The largest difference is at most `same_difference`.

    Why: zylo117/Yet-Another-EfficientDet-Pytorch#125 with another rounding: of 3.9 million public pairs, repeats with
    another seed share 5 to 7 of 12 numbers and never 8; pairs at 8 to 11 were the same weights at another precision, a
    copied document, or a tiny ground truth.

    Do: See which checkpoint each log loaded; they may be one.
    """
    found: dict[tuple[str, tuple[str, ...]], dict[tuple[int, ...], list[Experiment]]] = defaultdict(dict)
    entries = results(records.experiments)
    for entry, numbers in zip(entries, vectors([entry.evaluation for entry in entries]), strict=True):
        if len(numbers.values) == 12 and numbers.distinct >= _DISTINCT:
            found[entry.evaluation.task, numbers.names].setdefault(numbers.values, []).append(entry.experiment)
    most = settings.same_difference * 1000 + 1e-6
    for (task, names), experiments in found.items():
        for close in groups(sorted(experiments), most):
            yield from _fault(task, names, close, experiments)


Numbers = tuple[int, ...]

_DISTINCT = 8  # values that a vector has at least
_FEW = 100  # vectors of which each pair is compared: numpy would take longer to import
_CROWD = 256  # neighbours that a vector is compared with, of those with four equal numbers; so the time stays linear
_PRIME = 1_000_003  # more than any number in a vector, as a rule
_PAIRS = tuple((place, place + 1) for place in range(0, 12, 2))
"""Of 12 numbers of which 8 are equal, at most 4 differ, and so at least two of these six pairs are wholly equal."""


def _fours(experiment: Experiment) -> Iterator[str]:
    """Each four equal numbers that near results have: two of the six pairs."""
    for entry in results([experiment]):
        task, numbers = entry.evaluation.task, vector(entry.evaluation)
        if len(numbers.values) == 12 and numbers.distinct >= _DISTINCT:
            for places in combinations(_PAIRS, 2):
                four = [numbers.values[place] for pair in places for place in pair]
                if min(four) >= 0:
                    yield f"{task} {numbers.names} {places} {four}"


def groups(rows: Sequence[Numbers], most: float) -> Iterator[list[Numbers]]:
    """The rows of 12 numbers that are near to another, with all that hang together. The rows differ and are sorted."""
    found: dict[int, list[Numbers]] = defaultdict(list)
    leaders = leaders_by_sorting(rows, most) if len(rows) > _FEW else plain_leaders(rows, most)
    sizes = Counter(leaders)
    for leader, each in zip(leaders, rows, strict=True):
        if sizes[leader] > 1:
            found[leader].append(each)
    yield from found.values()


def _is_near(one: Numbers, other: Numbers, most: float) -> bool:
    """Whether 8 of 12 scores or more are equal, and no two numbers differ by more than `most`."""
    pairs = list(zip(one, other, strict=True))
    return sum(a == b >= 0 for a, b in pairs) >= 8 and all(abs(a - b) <= most for a, b in pairs)


def plain_leaders(rows: Sequence[Numbers], most: float) -> list[int]:
    """For each row the first of those that it hangs together with."""
    leaders = list(range(len(rows)))
    for one, other in combinations(range(len(rows)), 2):
        if _is_near(rows[one], rows[other], most):
            first, second = sorted((leaders[one], leaders[other]))
            leaders = [first if leader == second else leader for leader in leaders]
    return leaders


def leaders_by_sorting(rows: Sequence[Numbers], most: float) -> list[int]:
    """The same for many rows: those with two equal pairs of numbers stand side by side when sorted by these."""
    import numpy as np

    table = np.array(rows, dtype=np.int64).T.copy()
    leaders = np.arange(len(rows))
    sums = table.sum(axis=0)  # near rows differ in at most 4 numbers, and so by 4 times `most`
    balances = table[::2].sum(axis=0) - table[1::2].sum(axis=0)  # and so do these
    by_sum = sums.argsort(kind="stable")
    for pairs in combinations(_PAIRS, 2):
        four = table[[place for pair in pairs for place in pair]]
        keys = ((four[0] * _PRIME + four[1]) * _PRIME + four[2]) * _PRIME + four[3]  # may overflow: pairs are verified
        order = by_sum[np.all(four >= 0, axis=0)[by_sum]]
        order = order[keys[order].argsort(kind="stable")]
        order = order[_divided(keys[order], leaders[order])]
        key, total, balance = keys[order], sums[order], balances[order]
        for step in range(1, min(_CROWD, len(order))):
            beside = (key[step:] == key[:-step]) & (total[step:] - total[:-step] <= 4 * most)
            if not beside.any():
                break
            at = np.flatnonzero(beside & (abs(balance[step:] - balance[:-step]) <= 4 * most))
            at = at[leaders[order[at]] != leaders[order[at + step]]]
            leaders = _joined(leaders, *_near(table, order[at], order[at + step], most))
    return list(map(int, leaders.tolist()))


def _divided(keys: "Ints", leaders: "Ints") -> "Bools":
    """Of rows sorted by `keys`, those whose key is also that of a row with another leader."""
    import numpy as np

    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    lowest, highest = np.minimum.reduceat(leaders, starts), np.maximum.reduceat(leaders, starts)
    return np.repeat(lowest != highest, np.diff(starts, append=len(keys)))


def _near(table: "Ints", one: "Ints", other: "Ints", most: float) -> tuple["Ints", "Ints"]:
    """The pairs of columns of the table that are near, as `_is_near` says."""
    equal = 0 * one
    for numbers in table:
        ours, theirs = numbers[one], numbers[other]
        close = abs(ours - theirs) <= most
        one, other = one[close], other[close]
        equal = (equal + ((ours == theirs) & (ours >= 0)))[close]
    return one[equal >= 8], other[equal >= 8]


def _joined(leaders: "Ints", one: "Ints", other: "Ints") -> "Ints":
    """The leaders after those of each pair became one, the first of them."""
    import numpy as np

    while len(one):
        first, second = np.minimum(leaders[one], leaders[other]), np.maximum(leaders[one], leaders[other])
        np.minimum.at(leaders, second, first)
        while (leaders[leaders] != leaders).any():
            leaders = leaders[leaders]
        apart = leaders[one] != leaders[other]
        one, other = one[apart], other[apart]
    return leaders


def _fault(
    task: str,
    names: Sequence[str],
    close: Sequence[tuple[int, ...]],
    found: dict[tuple[int, ...], list[Experiment]],
) -> Iterator[Fault]:
    experiments = sorted((found[each][0] for each in close), key=lambda e: (e.where, e.id))
    different = contrast(experiments)
    evaluations = [result for experiment in experiments if (result := experiment.result(task))]
    first, *others = (vector(result).values for result in evaluations)
    nearest = max(others, key=lambda other: sum(a == b for a, b in zip(first, other, strict=True)))
    apart = [f"{n} {a / 1000:g} and {b / 1000:g}" for n, a, b in zip(names, first, nearest, strict=True) if a != b]
    if different.settings or different.names:
        yield Fault(
            f"{listed(different.labels(experiments))} share {12 - len(apart)} of 12 {task} numbers, and the rest "
            f"hardly differ ({listed(apart)}).",
            tuple(experiments),
            tuple(result.where for result in evaluations),
        )
