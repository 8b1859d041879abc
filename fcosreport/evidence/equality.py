"""Experiments side by side: what they declare differently, and how strong the evidence is when their numbers agree."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import log10

from msgspec import Struct

from fcosreport.comparing.scores import Vector, as_fractions, counts, decimals, scores, vector
from fcosreport.records import Evaluation, Experiment, Severity


class Entry(Struct, frozen=True):
    """An evaluation that stands for an experiment: its result, or what a note claims for it."""

    experiment: Experiment
    evaluation: Evaluation


def results(experiments: Iterable[Experiment]) -> list[Entry]:
    """The result of each experiment in each of its tasks, as `Experiment.result` tells it."""
    return [Entry(e, result) for e in experiments for task in e.tasks if (result := e.result(task))]


EQUAL_LOSSES = 20
"""First training losses that must be equal before two trainings count as one."""
_FEW = 500
"""Evaluations up to which numpy would take longer to import than it saves."""


def vectors(evaluations: Sequence[Evaluation]) -> list[Vector]:
    """The `vector` of each evaluation. Many are computed together, by the names of what they print."""
    if len(evaluations) <= _FEW:
        return [vector(each) for each in evaluations]
    import numpy as np

    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, each in enumerate(evaluations):
        alike[tuple([m.name for m in each.metrics])].append(number)
    made: dict[int, Vector] = {}
    for printed, numbers in alike.items():
        places = sorted((i for i, name in enumerate(printed) if counts(name)), key=printed.__getitem__)
        names = tuple(printed[i] for i in places)
        table = np.array([each.value for n in numbers for each in evaluations[n].metrics], dtype=np.float64)
        table = table.reshape(len(numbers), len(printed))[:, np.array(places, dtype=np.intp)]
        plain = np.all(table <= 1, axis=1)  # neither nan nor percent
        rounded = np.where(table < 0, -1000, np.rint(table * 1000))[plain].astype(np.int64)
        values = iter(rounded.tolist())
        for number, is_plain in zip(numbers, plain.tolist(), strict=True):
            made[number] = Vector(names, tuple(next(values))) if is_plain else vector(evaluations[number])
    return [made[number] for number in range(len(evaluations))]


def settled(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries equal in thousandths, parted where they are printed more precisely and are not equal then."""
    told = [decimals(entry.evaluation) for entry in entries]
    precise = [entry for entry, count in zip(entries, told, strict=True) if count > 3]
    places = min((count for count in told if count > 3), default=3)
    parted: dict[tuple[float, ...], list[Entry]] = {}
    for entry in precise:
        key = tuple(
            round(m.value or 0.0, places) for m in sorted(scores(as_fractions(entry.evaluation)), key=lambda m: m.name)
        )
        parted.setdefault(key, []).append(entry)
    if len(parted) < 2:
        yield list(entries)
    else:
        yield from parted.values()
        yield [entry for entry, count in zip(entries, told, strict=True) if count <= 3]


_TELLING = 15  # digits of all numbers together, below which they are equal by chance: five numbers of three decimals


def strength(evaluation: Evaluation, places: int, further: int = 0) -> Severity | None:
    """How much it means that all numbers of an evaluation, printed to `places` decimals, agree with another's.

    `further` numbers agree beside them, as those of each class. None below `_TELLING` digits. A warning for six numbers
    of three decimals, and for tiny ground truth.
    """
    numbers = vector(evaluation)
    if numbers.degenerate or numbers.compared < 3 or (numbers.compared + further) * places < _TELLING:
        return None
    weak = not numbers.telling or places < 3 or (numbers.compared <= 6 and places <= 3)
    return "warning" if weak else "error"


def classes_agree(entries: Sequence[Entry]) -> int:
    """How many different numbers of single classes all entries print alike, beside those over all classes."""
    told = [_of_classes(entry) for entry in entries]
    alike = told[0] if all(each == told[0] for each in told) else {}
    return len({value for each in alike.values() for value in each.values if 0 < value < 1000})


def series_agrees(entries: Sequence[Entry]) -> int:
    """How many different numbers all entries print alike in the evaluations before, of which each has the same."""
    told = [_before(entry) for entry in entries]
    alike = told[0] if told and all(each == told[0] for each in told) else ()
    return len({value for each in alike for value in each[1].values if 0 < value < 1000})


def _before(entry: Entry) -> tuple[tuple[int | None, Vector], ...]:
    """The other evaluations of the experiment that are of the kind of an entry from a log, by epoch."""
    task, result = entry.evaluation.task, entry.evaluation
    run = entry.experiment.standing(task) if result.origin == "log" else []
    return tuple((each.epoch, vector(each)) for each in run if each is not result and each.epoch is not None)


def _of_classes(entry: Entry) -> dict[str, Vector]:
    step = (entry.evaluation.task, entry.evaluation.epoch, entry.evaluation.iteration, entry.evaluation.where.path)
    return {
        e.category: vector(e)
        for e in entry.experiment.evaluations
        if e.category and (e.task, e.epoch, e.iteration, e.where.path) == step
    }


def losses(experiment: Experiment) -> tuple[float, ...]:
    """The first training losses as they were logged: the total, or where it is short, all columns row by row."""
    curves = sorted((c for c in experiment.curves if "loss" in c.name and "val" not in c.name), key=lambda c: c.name)
    total = next((c.beginning for c in curves if c.name in ("loss", "total_loss")), ())
    if len(total) >= EQUAL_LOSSES:
        return tuple(total)
    return tuple(value for row in zip(*(c.beginning for c in curves), strict=False) for value in row)


def chance(evaluation: Evaluation, places: int) -> str:
    """A sentence on how unlikely it is that unrelated runs print the same numbers.

    In 3.9 million pairs of public evaluations, unrelated runs share at most 3 of 12 numbers of 3 decimals: 1 in 4. Each
    further decimal makes a number ten times less likely. Equal values within an evaluation are counted once.
    """
    numbers = vector(evaluation)
    digits = numbers.distinct * max(0.0, log10(4) + places - 3)
    return (
        f"Chance: unrelated public runs agree in at most 1 of 4 numbers of 3 decimals, so {numbers.distinct} different "
        f"values of {places} decimals agree at most once in {_power(digits)}, if they are independent."
    )


def _power(digits: float) -> str:
    """Ten to the power of `digits`, as people write it."""
    return f"{int(10 ** (digits % 1) * 10) * 10 ** (int(digits) - 1):,}" if 1 <= digits < 10 else f"10^{int(digits)}"
