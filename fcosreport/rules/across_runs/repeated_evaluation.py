"""FR404."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from msgspec.structs import replace

from fcosreport.comparing.scores import decimals, shown, vector
from fcosreport.evidence.equality import strength
from fcosreport.evidence.trying import is_try
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, nothing, rule
from fcosreport.records import Evaluation, Experiment, Records, Severity
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_LEAST, _MOST = 0.01, 0.95  # AP, as a fraction
_LOW = 0.1  # AP, below which equal AP50 and AP75 are those of a few boxes
_FULL = 990  # thousandths, from which a number stands at its ceiling, epoch for epoch
_OFTEN = 3  # times that numbers stand, while the weights did change: an optimizer that steps but every few epochs
_USUAL = 2  # times the length that such a stretch has as a rule, up to which it is no other
_STILL = 8  # evaluations of one or two numbers, which never move in the whole run
_DIGITS = 3  # that such a number has, so that it does not repeat by chance
_YOLO = "P=0.831 R=0.773 AP50=0.832 AP=0.382"
_OTHER = "0.385 0.571 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"


@rule(
    "FR404",
    "error",
    fires=[
        [{"bbox": [f"{GOOD} @{epoch}" for epoch in (1, 2, 3)]}],
        [{"bbox": [f"{_OTHER} @1", f"{GOOD} @2", f"{GOOD} @3", f"{GOOD} @4"]}],
        [{"bbox": [text for n in (1, 2, 3) for text in (f"{_OTHER} @{n} weights:ema", f"{GOOD} @{n} on:city")]}],
        [{"segm": [GOOD, GOOD, GOOD]}],
        [{"bbox": [f"AP50=0.3790 @{epoch}" for epoch in range(1, 11)]}],
        [{"bbox": [f"{_YOLO} @{epoch}" for epoch in range(90, 95)]}],
        [{"bbox": [f"{numbers} @{n}" for n, numbers in enumerate((*[GOOD] * 3, *[_OTHER] * 4), 1)]}],
    ],
    quiet=[
        [{"bbox": [f"{GOOD} @1", f"{GOOD} @1 weights:ema", f"{_OTHER} @2", f"{GOOD} @2 weights:ema"]}],
        [{"bbox": [f"{GOOD} @1", f"{GOOD} @2", f"{_OTHER} @3", f"{GOOD} @4"]}],
        [{"bbox": [f"{GOOD} @12"] * 8}],
        [{"bbox": [f"0.387 0.573 0.419 @{epoch}" for epoch in (1, 2, 3)]}],
        [{"bbox": [f"AP50=0.37{max(0, 3 - epoch)}0 @{epoch}" for epoch in range(1, 15)]}],
        [{"bbox": [f"AP50=0.3790 @{epoch}" for epoch in range(1, 7)]}],
        [{"note_bbox": [GOOD, GOOD, GOOD]}],
        [{"bbox": [f"{_YOLO} @{epoch}" for epoch in (90, 91, 92)]}],
        [{"bbox": [f"P=0.98349 R=0.99216 AP50=0.993{n} AP=0.777{n} @{n}" for n in range(10, 16)]}],
        [{"bbox": [f"P=0.99871 R=1.00000 AP50=0.99500 AP=0.97310 @{epoch}" for epoch in range(40, 48)]}],
        [{"bbox": [f"P=1 R=1 AP50=0.996 AP=0.935 @{epoch}" for epoch in range(84, 90)]}],
        [{"bbox": [f"0.001 0.004 0.000 0.200 -1 0.000 @{epoch}" for epoch in (86, 87, 88)]}],
        [{"bbox": [f"% 2.376 2.970 2.970 0.000 4.950 0.000 @{epoch}" for epoch in (10, 11, 12)]}],
        [{"bbox": [GOOD] * 3, "weights": "pretrained/yolox_tiny.pth.tar"}],
        [{"bbox": [f"{_OTHER} @1", f"{_OTHER} @2", *[GOOD] * 4]}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def repeated_evaluation(records: Records, settings: Settings) -> Iterator[Fault]:
    """Three or more successive evaluations of one run print the same numbers.

    A warning where the log does not tell their epochs or iterations apart, or prints few numbers; the fewer, the
    more evaluations it takes, and one or two must never move in the whole run. An info where the numbers go on and
    stand again, many times, and on the samples of ultralytics: gradients are accumulated over more iterations than
    an epoch has. Tests of one checkpoint, in a log of no training or behind the training, are to be equal. Where AP
    is below 0.01, a handful of detections is right, or below 0.1 with equal AP50 and AP75, and above 0.95 a handful
    is wrong: such numbers repeat by chance. A number from 0.99 on does not count: it stands at its ceiling.

    Why: Megvii-BaseDetection/DeFCN#20: the weights that were evaluated did not change: each evaluation loaded the same
    checkpoint, or read the same predictions file.

    Do: Look which checkpoint each evaluation loads, and whether the learning rate or the loss was 0 or nan by then; on
    few images, whether gradients are accumulated over more iterations than an epoch has.
    """
    for experiment in records.experiments:
        if _is_one_checkpoint(experiment):
            continue
        runs: dict[tuple[object, ...], list[Evaluation]] = {}
        for each in experiment.evaluations:
            if each.category is None and each.origin == "log":
                runs.setdefault((each.task, each.data_set, each.weights, each.augmented), []).append(each)
        yield from _once([fault for run in runs.values() for fault in _repeated(experiment, run)])


def _once(faults: Sequence[Fault]) -> Iterator[Fault]:
    """The infos of one training as one: its boxes and its masks stand for the same reason, that its weights do."""
    infos = [fault for fault in faults if fault.severity == "info"]
    yield from (fault for fault in faults if fault.severity != "info")
    if infos:
        yield replace(infos[0], where=tuple(dict.fromkeys(where for each in infos for where in each.where)))


def _is_one_checkpoint(experiment: Experiment) -> bool:
    """Whether a log of tests alone says which weights it loads, and always the same."""
    loaded = {each.value for each in experiment.settings if each.name == "weights"}
    is_test = not experiment.curves and all(_position(each) is None for each in experiment.evaluations)
    return is_test and len(loaded) == 1


def _repeated(experiment: Experiment, run: list[Evaluation]) -> Iterator[Fault]:
    """The stretches of equal numbers in the evaluations of one kind: the first of the longest, and how many more."""
    placed = [each for each in run if _position(each)]
    found = list(_stretches(placed or run)) if len(run) > 2 else []
    if not found:
        return
    evaluations, severity = max(found, key=lambda each: len(each[0]))
    lengths = _lengths(_precise(run))
    is_placed = all(map(_position, evaluations))
    is_often = len(lengths) > _OFTEN
    goes_on = is_placed and is_often and len(evaluations) <= _USUAL * median(lengths)
    others = len(found) - 1
    more = f"; so it does in {others} more stretch{'es' * (others > 1)}" if others else ""
    yield Fault(
        f"{called(experiment)} prints the same {len(vector(evaluations[0]).values)} {run[0].task} numbers "
        f"({shown(evaluations[0].metrics)}) in {len(evaluations)} successive evaluations{_span(evaluations)}{more}.",
        (experiment,),
        tuple(e.where for e in evaluations),
        severity="info" if goes_on or is_try(experiment) else severity if is_placed and not is_often else "warning",
    )


def _lengths(run: list[Evaluation]) -> list[int]:
    """How many evaluations have the numbers of the one before, each time that some have."""
    alike = groupby(run, key=lambda each: [metric.value for metric in each.metrics])
    return [count for _, same in alike if (count := len(list(same))) > 1]


def _stretches(run: list[Evaluation]) -> Iterator[tuple[list[Evaluation], Severity]]:
    """Three or more successive evaluations of equal numbers, with what that means."""
    for _, same in groupby(run, key=lambda each: [(metric.name, metric.value) for metric in each.metrics]):
        evaluations = _precise(list(same))
        numbers = vector(evaluations[0])
        telling = {value for value in numbers.values if 0 <= value < _FULL}
        if len(evaluations) < 3 or not _is_telling(evaluations[0]):
            continue
        if len(telling) < 3:
            if telling and len(_precise(run)) == len(evaluations) >= _STILL and decimals(evaluations[0]) >= _DIGITS:
                yield evaluations, "warning"
            continue
        further = numbers.compared * (len(evaluations) - 3) // 2  # each repetition says the same again
        severity = strength(evaluations[0], decimals(evaluations[0]), further)
        if severity:
            yield evaluations, severity


def _is_telling(evaluation: Evaluation) -> bool:
    """Whether more than a handful of detections is right, and more than a handful wrong.

    Where AP is low and the same at both thresholds, few boxes were found at all.
    """
    ap, flat = evaluation["AP"] or evaluation["AP50"] or 0, evaluation["AP50"] == evaluation["AP75"] is not None
    return (_LOW if flat else _LEAST) <= ap <= _MOST


def _precise(evaluations: list[Evaluation]) -> list[Evaluation]:
    """One evaluation of each epoch and iteration: ranks that print the same one do not repeat it."""
    first: dict[object, Evaluation] = {}
    for evaluation in evaluations:
        first.setdefault(_position(evaluation) or evaluation.where, evaluation)
    if any(_position(e) for e in evaluations):
        return [e for e in first.values() if _position(e)]
    return evaluations


def _position(evaluation: Evaluation) -> tuple[int | None, int | None] | None:
    position = (evaluation.epoch, evaluation.iteration)
    return None if position == (None, None) else position


def _span(evaluations: list[Evaluation]) -> str:
    for name in ("epoch", "iteration"):
        first, last = getattr(evaluations[0], name), getattr(evaluations[-1], name)
        if first is not None and last is not None:
            return f", {name}s {first} to {last}"
    return ""
