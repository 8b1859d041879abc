"""FR111."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from fcosreport.evidence.data_sets import data_set
from fcosreport.evidence.trying import is_try
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, nothing, of_rows, rule
from fcosreport.records import Evaluation, Experiment, Records, Severity
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when
from fcosreport.wording import listed

_PRINTED = 0.0005  # below which COCO's summary prints 0.000, whatever a log has behind it
_SOUND = 0.05  # AP of a model that was trained
_MASKS_ALONE = re.compile(r"(?i)(?<![a-z])(?:solo(?:v2)?|sparse_?inst|(?:mask2|mask_?|one)former|k-?net|sam)(?![a-z])")
_FIRST = 1  # the first epoch, counted from 0 or from 1
_EARLY = 0.2  # of the schedule, before which a model may have learnt nothing yet
_TRY = 3  # epochs of a schedule that is a mere try
_TRY_FROM_SCRATCH = 10  # the same without pretrained weights
_SHORT = 10  # epochs after which a model on a few images may still find nothing
_LEAP = 0.5  # the lesser of two successive AP50, as a share of the other, below which the results leap
_MANY = 10  # pairs, which tell whether they leap
_LEAPING = 0.25  # share of leaps from which they do so all the time


@rule(
    "FR111",
    "error",
    fires=[
        [{"bbox": "0.000 0.000 0.000"}],
        [{"group": "a.md:3", "note_bbox": f"0.000 0.000 0.000 form:table #{line}"} for line in (5, 6)],
        [{"note_bbox": "0.000 0.000 0.000 -1 0.000 -1"}],
        [{"bbox": ["0.210 0.380 0.200 @1", "0.000 0.000 0.000 @2"]}],
        [{"bbox": [f"{GOOD} @30", "0.000 0.000 0.000 @31", f"{GOOD} @32"]}],
        [{"bbox": "0.000 0.000 0.000", "segm": "0.346 0.551 0.366"}],
        [{"bbox": ["AP50=0.7900 @31", "AP50=0.0000 @33"]}],
        [{"bbox": [f"0.00000{epoch} 0.00002 0.000001 @{epoch}" for epoch in range(2, 9)]}],
        [{"epochs": 100, "bbox": [f"0.000 0.000 0.000 @{epoch}" for epoch in (10, 20, 30)]}],
    ],
    quiet=[
        [{"bbox": "0.000 0.001 0.000"}],
        [{"bbox": [GOOD, "0.000 0.000 0.000 category:person"]}],
        [{"bbox": "-1 -1 -1", "state": "failed"}],
        [{"bbox": "AP=0.000 AP50=nan"}],
        [{"bbox": ["AP50=0.0000 @1", "AP50=0.7900 @31"]}],
        [{"name": "solov2_r50", "bbox": "0.000 0.000 0.000", "segm": "0.346 0.551 0.366"}],
        [{"bbox": ["0.000 0.000 0.000 @0", "0.001 0.002 0.001 @30", f"{GOOD} @60"]}],
        [{"bbox": ["0.001 0.002 0.001 @1", "0.000 0.000 0.000 @2", f"{GOOD} @60"]}],
        [{"bbox": ["0.000 0.000 0.000 @1", "0.210 0.380 0.200 @2"]}],
        [{"bbox": [f"{GOOD} @1", f"{GOOD} @90", "0.000 0.000 0.000 @1", f"{GOOD} @4"]}],
        [{"bbox": "0.000 0.000 0.000 @1"}],
        [{"bbox": "0.000 0.000 0.000 i:0"}],
        [{"bbox": ["0.000 0.000 0.000 i:0", "0.000 0.000 0.000 i:1"]}],
        [{"bbox": [f"{GOOD} i:30", "0.000 0.000 0.000 i:86", f"{GOOD} i:2000"]}],
        [{"epochs": 100, "bbox": [f"0.000 0.000 0.000 @{epoch}" for epoch in (1, 2, 3)]}],
        [{"epochs": 2, "bbox": ["0.000 0.000 0.000 @1", "0.000 0.000 0.000 @2"]}],
        [{"epochs": 1, "note_bbox": "0.000 0.000 0.000"}],
        [{"epochs": 5, "init": "scratch", "bbox": [f"0.000 0.000 0.000 @{epoch}" for epoch in (3, 4, 5)]}],
        [{"bbox": [f"AP50={ap50} AP={ap50} @{epoch}" for epoch, ap50 in enumerate((0.3, 0.1, 0.4, 0.0) * 4 + (0.3,))]}],
        [{"epochs": 200, "bbox": [f"{GOOD} @1", "0.000 0.000 0.000 @3", f"{GOOD} @200"]}],
        [{"name": "smoke test", "note_bbox": "0.000 0.000 0.000"}],
        [{"note_bbox": "AP50=0.0 AP=0.0 AR100=0.0"}],
        [{"name": "mask2former.pano_coco.res50", "note_bbox": "0.000 0.000 0.000"}],
    ],
    after=("FR203", "FR214"),
    needs=EVALUATED,
    shares=nothing,
)
def zero_result(records: Records, settings: Settings) -> Iterator[Fault]:
    """AP and AP50 are 0, or so little that COCO's summary prints 0.

    An error where the last evaluation is 0; an info where one is that follows a sound one, and a later one is not. A
    model has learnt nothing by its first epoch, nor perhaps in the first fifth of its schedule, and a run of three
    epochs, of ten from scratch, or that is called a smoke test was not meant to; after ten of others it is an info, if
    nothing was found before. Where the results leap all the time, as on a few images, a zero among them is none, and a
    last one an info. Boxes of 0 are those of a model that is known to predict masks alone, where its masks are sound.
    Runs on one data set that never found anything are told together.

    Why: facebookresearch/detectron2#3289: not one detection meets a box, mostly because the class ids or the image ids
    of predictions and annotations differ, or the weights were not loaded; it is rarely a bad model.

    Do: Draw the predictions of one image over its ground truth, and compare the category and image ids of the two.
    """
    rows: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    runs: dict[tuple[str, ...], list[Fault]] = defaultdict(list)
    for experiment in records.experiments:
        if is_try(experiment):
            continue
        for task in experiment.tasks:
            if task == "bbox" and _is_of_masks(experiment):
                continue
            run = [e for e in experiment.evaluations if e.task == task and e.category is None]
            fault = _fault(experiment, [e for e in run if e.origin == "log"] or run)
            if fault and experiment.group and run[0].form == "table":
                told = replace(fault, message=f"{called(experiment)}: {task} AP and AP50 are 0.")
                rows[experiment.group, task].append(told)
            elif fault and len(fault.where) == len(run):
                runs[(*data_set(experiment), task)].append(fault)
            elif fault:
                yield fault
    yield from map(of_rows, rows.values())
    for (*_, task), faults in runs.items():
        yield from _of_one_set(task, faults)


def _of_one_set(task: str, faults: Sequence[Fault]) -> Iterator[Fault]:
    """The errors of runs on one data set that never found anything as one, for it is that which is to be looked at."""
    errors = [fault for fault in faults if fault.severity is None]
    if len(errors) < 2:
        yield from faults
        return
    runs = tuple(run for fault in errors for run in fault.experiments)
    where = tuple(place for fault in errors for place in fault.where)
    yield Fault(f"{listed([called(run) for run in runs])}: {task} AP and AP50 are 0 in all evaluations.", runs, where)
    yield from (fault for fault in faults if fault.severity is not None)


def _is_of_masks(experiment: Experiment) -> bool:
    """Whether it is a model that is known to find masks alone, and did, where these were tested."""
    masks = experiment.result("segm")
    said = (experiment.name, experiment.title, *experiment.files, *(s.text for s in experiment.settings))
    return (masks is None or (masks["AP"] or 0) > _SOUND) and any(map(_MASKS_ALONE.search, said))


def _fault(experiment: Experiment, evaluations: list[Evaluation]) -> Fault | None:
    zeros = [
        e
        for e in evaluations
        if not _is_blank(e) and _is_none(e["AP50"]) and (_is_none(e["AP"]) or _is_last_alone(e, evaluations))
    ]
    if not zeros:
        return None
    last, place = evaluations[-1], tuple(e.where for e in zeros)
    name = f"{called(experiment)}: {last.task} AP and AP50 are 0"
    if last in zeros:
        if last.epoch is not None and last.epoch <= max(_FIRST, _learnt(experiment, last.of)):
            return None
        if last.epoch is None and 0 < _schedule(experiment, last.of) <= _tried(experiment):
            return None
        if last.iteration is not None and last.iteration <= _FIRST:  # before the training, or epochs counted as steps
            return None
        count = f", as in {len(zeros)} of {len(evaluations)} evaluations" if len(evaluations) > 1 else ""
        is_open = _leap(evaluations) or (_is_short(experiment, last) and not any(map(_is_sound, evaluations)))
        severity: Severity | None = "info" if is_open else None
        return Fault(f"{name} in the last evaluation{when(last)}{count}.", (experiment,), place, severity=severity)
    first = max(_FIRST, _EARLY * (last.step or 0))
    late = (e for e in zeros if (step := e.step) is None or step > first)
    fallen = [e for e in late if any(map(_is_sound, evaluations[: evaluations.index(e)]))]
    if not fallen or _leap(evaluations):
        return None
    text = f"{name}{when(fallen[0])}, in {len(zeros)} of {len(evaluations)} evaluations; the last one is not."
    return Fault(text, (experiment,), place, severity="info")


def _is_sound(evaluation: Evaluation) -> bool:
    return max(evaluation["AP"] or 0, evaluation["AP50"] or 0) > _SOUND


def _is_short(experiment: Experiment, last: Evaluation) -> bool:
    """Whether the training came to few epochs, or was meant to."""
    came = _schedule(experiment, last.of) if last.epoch is None else last.epoch
    return 0 < came <= _SHORT


def _leap(evaluations: list[Evaluation]) -> bool:
    """Whether AP50 halves or doubles again and again, as far as the model has learnt something."""
    pairs = [(one["AP50"] or 0.0, other["AP50"] or 0.0) for one, other in pairwise(evaluations)]
    told = [min(pair) < _LEAP * max(pair) for pair in pairs if max(pair) > _SOUND]
    return len(told) >= _MANY and sum(told) > _LEAPING * len(told)


def _is_none(value: float | None) -> bool:
    return value is not None and 0 <= value < _PRINTED


def _is_blank(evaluation: Evaluation) -> bool:
    """Whether it is a form to be filled in, as in a description of what a program writes: `{"mAP50": 0.0, ...}`."""
    texts = {metric.text for metric in evaluation.metrics}
    return (
        evaluation.origin == "note" and evaluation.form != "table" and texts == {"0.0"} and len(evaluation.metrics) > 1
    )


def _learnt(experiment: Experiment, of: int | None) -> float:
    """The epoch by which a model has learnt something, if its schedule is told; all of it, where that is a mere try."""
    epochs = _schedule(experiment, of)
    return epochs if epochs <= _tried(experiment) else _EARLY * epochs


def _tried(experiment: Experiment) -> int:
    return _TRY_FROM_SCRATCH if experiment.value("init") == "scratch" else _TRY


def _schedule(experiment: Experiment, of: int | None) -> float:
    """The epochs of the whole training; 0 where they are not told."""
    epochs = of or experiment.value("epochs")
    return epochs if isinstance(epochs, int | float) else 0.0


def _is_last_alone(evaluation: Evaluation, evaluations: list[Evaluation]) -> bool:
    """Whether it is the last one, of a log that prints no AP but that at one threshold."""
    return evaluation is evaluations[-1] and evaluation.metric("AP") is None
