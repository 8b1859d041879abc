"""FR501."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from fcosreport.comparing.quotes import (
    compared,
    differing_from,
    is_at_home,
    is_of_other_images,
    is_validated_again,
    units_apart,
)
from fcosreport.comparing.scores import agree, as_fractions, figure, printed, scores
from fcosreport.judging.cases import FAIR, GOOD, JOINED, POOR
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Evaluation, Experiment, Metric, Records, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when
from fcosreport.wording import listed

_BLOCK = 6  # numbers that agree in all digits by no chance
_RESULT = 3  # the same of numbers that are told under one name
_KEPT = (("0.850", "0.553"), ("0.884", "0.551"), ("0.870", "0.540"))  # the second is what YOLOv5 keeps as the best


@rule(
    "FR501",
    "error",
    fires=[
        [{"note_bbox": "0.302 0.470 0.308", "bbox": FAIR, **JOINED}],
        [{"note_bbox": POOR, "bbox": [f"{POOR} @9", f"{FAIR} @12"], **JOINED}],
        [{"note_bbox": FAIR, "bbox": POOR, **JOINED}, {"name": "other", "bbox": FAIR}],
        [{"note_bbox": "AP=0.292 APs=0.325 APm=0.163", "bbox": FAIR, **JOINED}],
        [{"note_bbox": "% 29.4 47.0", "bbox": FAIR, **JOINED}],
        [{"note_bbox": "0.293 0.470 0.308", "bbox": FAIR, **JOINED}],
        [{"note_bbox": "P=0.777 R=0.590 AP50=0.633", "bbox": "P=0.68011 R=0.58732 AP50=0.63308", **JOINED}],
        [{"note_bbox": "0.302 0.470 0.308 split:test", "bbox": [f"{POOR} @9", f"{FAIR} @12"], **JOINED}],
    ],
    quiet=[
        [{"note_bbox": FAIR, "bbox": FAIR, **JOINED}],
        [{"note_bbox": "% 29.2 47.0 30.8", "bbox": "AP=0.29243 AP50=0.46951 AP75=0.30812", **JOINED}],
        [{"note_bbox": "0.29 0.47", "bbox": FAIR, **JOINED}],
        [{"note_bbox": f"{POOR} @9", "bbox": [f"{POOR} @9", f"{FAIR} @12"], **JOINED}],
        [{"note_bbox": FAIR, "bbox": [f"{POOR} @8", f"{FAIR} @9", f"{POOR} @12"], **JOINED}],
        [{"note_bbox": POOR, "bbox": [f"{POOR} @9", f"{FAIR} @12"], "epochs": 9, **JOINED}],
        [{"note_bbox": FAIR}, {"bbox": POOR}],
        [{"note_bbox": "29.2 47.0 30.8", "bbox": FAIR, **JOINED}],
        [{"note_bbox": "0.292 0.470 nan", "bbox": FAIR, **JOINED}],
        [{"note_bbox": "% 29.3 47.0", "bbox": "AP=0.2925 AP50=0.4698", **JOINED}],
        [{"note_bbox": "P=0.677 R=0.590 AP50=0.633", "bbox": "P=0.68011 R=0.58732 AP50=0.63308", **JOINED}],
        [{"note_bbox": f"{FAIR} split:test", "bbox": f"{POOR} split:val", **JOINED}],
        [{"note_bbox": f"{FAIR} split:test", "bbox": [f"{POOR} @9", f"{POOR} @12"], **JOINED}],
        [{"note_bbox": "AP50=0.884", "bbox": [f"AP50={ap50} AP={ap}" for ap50, ap in _KEPT], **JOINED}],
        [{"note_bbox": POOR, "bbox": [f"{GOOD} @8", f"{POOR} @9", f"{FAIR} @9"], **JOINED}],
        [{"name": "Baseline", "note_bbox": GOOD, "bbox": FAIR, **JOINED}, {"name": "tests (baseline)", "bbox": GOOD}],
        [{"note_bbox": f"{FAIR} @2", "bbox": [f"{POOR} @0", f"{FAIR} @1", f"{POOR} @2", f"{GOOD} @3"], **JOINED}],
        [{"note_bbox": POOR, "bbox": [f"{GOOD} @8", f"{POOR} @9", f"{FAIR} @9 weights:ema"], **JOINED}],
    ],
    needs=(
        "no note and log tell of one experiment",
        lambda records: records if any(map(_is_joined, records.experiments)) else None,
    ),
)
def note_differs_from_log(records: Records, settings: Settings) -> Iterator[Fault]:
    """A number in the note is not the one in the log that it cites.

    Beyond the rounding of either; of equally many digits all count. A warning where the note has the numbers of another
    epoch, or is off by one in the last digit; an error, with the source, where it has those of another run or metric.
    The numbers of the best epoch, whose weights are kept, are as right as those of the last; by AP, or by what YOLOv5
    weighs, a tenth of AP50 and the rest AP. So are those of the epoch that the row itself tells, which may count from 1
    what the log counts from 0, and those of the other weights that are evaluated at one epoch. What both say to be of
    validation and of test is not compared, nor what the note says to be of test with the epochs of a training, unless
    half of it is there. A table of which three rows or more have a log, and no more than a quarter half of their
    numbers at any epoch, is of other images, as those of a test. A block that does not say its task may be of any that
    the log tells. P and R alone differ a little where the same weights are validated again; where another file
    of results has all of the numbers under the name of the run, that is what was validated, and what the note tells.

    Why: of 109 faults read by eye in 23 public repositories, most stood in tables and not in blocks (such as the FCOS
    page of Megvii-BaseDetection/cvpods, whose AP75 is that of another IoU).

    Do: Copy the numbers from the log again, and say which epoch they are of.
    """
    elsewhere = _Elsewhere(records.experiments)
    claims = list(_claims(records.experiments))
    apart = _of_other_images(claims)
    for path, found in apart.items():
        yield Fault(
            f"Not checked against logs: the {len(found)} rows of {path} fit no evaluation of theirs.",
            tuple(experiment for experiment, *_ in found),
            tuple(claim.where for _, claim, _ in found),
            severity="info",
        )
    for experiment, claim, logged in claims:
        fault = _fault(experiment, claim, logged, elsewhere) if claim.where.path not in apart else None
        if fault and not elsewhere.is_result(experiment, claim):
            yield fault


_Claimed = tuple[Experiment, Evaluation, list[Evaluation]]
"""A claim of a note with its experiment, and what the log of that prints of the same task."""


def _claims(experiments: Sequence[Experiment]) -> Iterator[_Claimed]:
    for experiment in filter(_is_joined, experiments):
        for claim in experiment.evaluations:
            logged = [e for e in experiment.evaluations if _same_kind(e, claim) and e.origin == "log"]
            is_claim = claim.origin == "note" and claim.category is None
            if is_claim and logged and not _is_of_another_task(experiment, claim):
                yield experiment, claim, logged


def _is_of_another_task(experiment: Experiment, claim: Evaluation) -> bool:
    """Whether a block that does not say what it is of, as boxes, has the numbers that the log prints for masks."""
    others = (e for e in experiment.evaluations if e.origin == "log" and e.task != claim.task and e.category is None)
    alike = (len(compared(claim, e)) >= _BLOCK and not differing_from(claim, e) for e in others)
    return not claim.task_stated and any(alike)


def _of_other_images(claims: Sequence[_Claimed]) -> dict[str, list[_Claimed]]:
    """The files whose tables are of no evaluation in their logs, with the rows that have a log."""
    rows: dict[str, list[_Claimed]] = defaultdict(list)
    for each in claims:
        if each[1].form == "table":
            rows[each[1].where.path].append(each)
    return {
        path: found
        for path, found in rows.items()
        if is_of_other_images([(claim, logged) for _, claim, logged in found])
    }


def _is_joined(experiment: Experiment) -> bool:
    return len({evaluation.origin for evaluation in experiment.evaluations}) > 1


def _same_kind(logged: Evaluation, claim: Evaluation) -> bool:
    splits = (claim.split, logged.split)
    is_of_training = splits == ("test", "") and logged.epoch is not None  # which is validated on other images
    are_apart = not is_at_home(claim, [logged]) if is_of_training else all(splits) and len(set(splits)) > 1
    return logged.task == claim.task and logged.category is None and not are_apart


def _fault(
    experiment: Experiment, claim: Evaluation, logged: Sequence[Evaluation], elsewhere: "_Elsewhere"
) -> Fault | None:
    same_epoch = [e for e in logged if claim.epoch is not None and e.epoch == claim.epoch]
    meant = (same_epoch or logged)[-1]
    differing = differing_from(claim, meant)
    if not differing or any(is_validated_again(claim, each) for each in logged):
        return None
    name = f"{called(experiment)}: the note's {claim.task} numbers"
    other_epoch = next((e for e in logged if e is not meant and not differing_from(claim, e)), None)
    if (
        other_epoch
        and not same_epoch
        and any(kept(other_epoch) == max(map(kept, logged)) for kept in (_score, _fitness))
    ):
        return None
    if other_epoch and (_tells(experiment, claim, other_epoch.epoch) or _is_meant(claim, other_epoch, meant, logged)):
        return None
    if other_epoch:
        which = when(other_epoch) or f" in line {other_epoch.where.line}"
        text = f"{name} are those{which} of the log, not the {'ones' if same_epoch else 'last ones'}{when(meant)}."
        places = (claim.where, other_epoch.where, meant.where)
        return Fault(text, (experiment,), places, severity="warning")
    apart = listed([f"{printed(ours)} (log: {figure(theirs)})" for ours, theirs in differing], most=4)
    source = _other_metrics(claim, meant, differing) or elsewhere.find(experiment, claim, differing)
    end, place = source or ("", ())
    text = f"{name} differ from the log{when(meant)}: {apart}{end}."
    slip = not source and all(units_apart(*pair) <= 1 for pair in differing)
    return Fault(text, (experiment,), (claim.where, meant.where, *place), severity="warning" if slip else None)


def _tells(experiment: Experiment, claim: Evaluation, epoch: int | None) -> bool:
    """Whether a claim stands in a row that says so many epochs, by which the one is meant that is quoted."""
    return any(s.name == "epochs" and s.value == epoch and s.where == claim.where for s in experiment.settings)


def _is_meant(claim: Evaluation, other: Evaluation, meant: Evaluation, logged: Sequence[Evaluation]) -> bool:
    """Whether they are of the epoch that is meant: of other weights there, or counted from 1 and logged from 0."""
    from_0 = min((e.epoch for e in logged if e.epoch is not None), default=None) == 0
    is_counted = from_0 and claim.epoch is not None and other.epoch == claim.epoch - 1
    return is_counted or (other.epoch is not None and (other.epoch, other.iteration) == (meant.epoch, meant.iteration))


def _score(evaluation: Evaluation) -> float:
    return evaluation["AP"] or evaluation["AP50"] or 0.0


def _fitness(evaluation: Evaluation) -> float:
    """By what YOLOv5 and later choose the weights that are kept as the best."""
    return 0.9 * (evaluation["AP"] or 0.0) + 0.1 * (evaluation["AP50"] or 0.0)


Source = tuple[str, tuple[Where, ...]]


def _other_metrics(claim: Evaluation, logged: Evaluation, differing: Sequence[tuple[Metric, Metric]]) -> Source | None:
    """Where two or more differing numbers are those of other metrics of the same evaluation."""
    swapped = []
    for ours, theirs in differing:
        same = [m for m in scores(logged) if m.name != theirs.name and agree(ours, m)]
        if same:
            swapped.append(f"{ours.name} is the log's {same[0].name}")
    return (f"; {listed(swapped)}", ()) if len(swapped) >= 2 else None


class _Elsewhere:
    """Where else numbers are printed. The index is made when the first claim differs, for seldom one does."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._experiments = experiments

    def is_result(self, experiment: Experiment, claim: Evaluation) -> bool:
        """Whether another file that is no note prints all numbers of a claim, three at least, under its run's name."""
        first = next(iter(scores(as_fractions(claim))), None)
        keys = [(claim.task, first.name, _thousandths(first) + more) for more in (-1, 0, 1)] if first else []
        near = {number for key in keys for number in self._index.get(key, ())}
        named = re.compile(rf"(?<![^\W_]){re.escape(experiment.name)}(?![^\W_])", re.IGNORECASE)
        return any(
            other.id != experiment.id and named.search(other.name) is not None and _prints(other, claim)
            for other in (self._experiments[number] for number in sorted(near))
        )

    def find(
        self, experiment: Experiment, claim: Evaluation, differing: Sequence[tuple[Metric, Metric]]
    ) -> Source | None:
        """The other run that prints most of the differing numbers, two at least; few prove something only nearby."""
        hits: Counter[int] = Counter()
        for ours, _ in differing:
            hits.update(set(self._index.get((claim.task, ours.name, _thousandths(ours)), ())))
        for number, count in sorted(hits.items(), key=lambda hit: (-hit[1], hit[0])):
            other = self._experiments[number]
            near = count >= 4 or other.where.path == experiment.where.path
            if count < 2 or count * 3 < 2 * len(differing):
                return None
            result = other.result(claim.task)
            if near and other.id != experiment.id and result:
                return f"; {count} of them are those of {called(other)}", (result.where,)
        return None

    @cached_property
    def _index(self) -> Mapping[tuple[str, str, int], Sequence[int]]:
        index: dict[tuple[str, str, int], list[int]] = defaultdict(list)
        for number, experiment in enumerate(self._experiments):
            for task in experiment.tasks:
                result = experiment.result(task)
                for metric in scores(result) if result else ():
                    index[task, metric.name, _thousandths(metric)].append(number)
        return index


def _prints(experiment: Experiment, claim: Evaluation) -> bool:
    result = experiment.result(claim.task)
    if result is None or result.origin != "log":
        return False
    return len(compared(claim, result)) >= _RESULT and not differing_from(claim, result)


def _thousandths(metric: Metric) -> int:
    return round(min(metric.value or 0, 1e6) * 1000)
