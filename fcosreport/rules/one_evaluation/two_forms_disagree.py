"""FR118."""

from collections.abc import Iterator
from itertools import pairwise

from fcosreport.comparing.quotes import differing_from
from fcosreport.comparing.scores import figure, printed
from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import EVALUATED, Fault, nothing, rule
from fcosreport.records import Evaluation, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when
from fcosreport.wording import listed

_NEAR = 30  # lines between a block and the line that sums it up
_BLOCK, _LINE = "form:coco-summary", "form:mmdetection"
_SIX = "0.342 0.551 0.374 0.188 0.391 0.470"


@rule(
    "FR118",
    "error",
    fires=[
        [{"bbox": [f"{GOOD} @1 #10 {_BLOCK}", f"{_SIX} @1 #23 {_LINE}"]}],
        [{"bbox": [f"{FAIR} #10 {_BLOCK}", f"{_SIX} #22 {_LINE}"]}],
    ],
    quiet=[
        [{"bbox": [f"{FAIR} @1 #10 {_BLOCK}", f"0.292 0.470 0.308 @1 #23 {_LINE}"]}],
        [{"bbox": [f"{FAIR} @1 #10 {_BLOCK}", f"{_SIX} @2 #23 {_LINE}"]}],
        [{"bbox": [f"{FAIR} @1 #10 {_BLOCK}", f"{_SIX} @1 #23 {_BLOCK}"]}],
        [{"bbox": [f"{FAIR} #10 {_BLOCK}", f"{_SIX} #300 {_LINE}"]}],
        [{"bbox": ["P=0.421 R=0.709 AP50=0.620 AP=0.427 #5 form:ultralytics", f"{FAIR} #18 {_BLOCK}"]}],
        [{"bbox": [f"{FAIR} #18 {_BLOCK}", "P=0.421 R=0.709 AP50=0.620 AP=0.427 #25 form:ultralytics"]}],
        [{"bbox": [f"{FAIR} on:a #10 {_BLOCK}", f"{_SIX} on:b #22 {_LINE}"]}],
        [{"bbox": [f"{FAIR} @1 #10 {_BLOCK}", f"{_SIX} #22 {_LINE}"]}],
        [{"bbox": [f"{FAIR} #1 {_BLOCK}", f"{_SIX} #1 {_LINE}"]}],
        [
            {
                "bbox": [
                    f"{GOOD} #10 {_BLOCK}",
                    f"{FAIR} #22 {_BLOCK}",
                    f"{' '.join(GOOD.split()[:6])} #35 {_LINE}",
                    f"{' '.join(FAIR.split()[:6])} #36 {_LINE}",
                ]
            }
        ],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def two_forms_disagree(records: Records, settings: Settings) -> Iterator[Fault]:
    """A log prints two results of one evaluation: a block, and right below it a line with other numbers.

    Both are of one task, step and data set, and neither is printed elsewhere in the log.

    Why: open-mmlab/mmdetection, mmdet/datasets/coco.py, writes the block and the copypaste line from one evaluation, so
    one of two that disagree was edited, or comes from another program.

    Do: Evaluate again, and take both from one log.
    """
    for experiment in records.experiments:
        logged = [e for e in experiment.evaluations if e.origin == "log" and e.category is None]
        for task in experiment.tasks:
            for one, other in pairwise(sorted((e for e in logged if e.task == task), key=lambda e: e.where)):
                if _are_one(one, other) and not any(_agree(e, other) for e in logged if e is not other):
                    yield _fault(experiment, one, other)


def _are_one(one: Evaluation, other: Evaluation) -> bool:
    """Whether the second stands where the log sums up the first, a block; a row with precision is another program's.

    So is one that tells no step below one that does, as where a notebook tests what it trained. A notebook in one line
    does not tell what stands below what.
    """
    if "coco-summary" not in one.form or other.metric("P") or one.progress not in (None, other.progress):
        return False
    near = one.where.path == other.where.path and 0 < other.where.line - one.where.line <= _NEAR
    told = [(e.data_set, e.split, e.weights, e.augmented) for e in (one, other)]
    other_form = not set(one.form.split("+")) & set(other.form.split("+"))
    return near and other_form and not any(a and b and a != b for a, b in zip(*told, strict=True))


def _agree(one: Evaluation, other: Evaluation) -> bool:
    return one.task == other.task and not differing_from(one, other)


def _fault(experiment: Experiment, one: Evaluation, other: Evaluation) -> Fault:
    apart = [f"{printed(ours)} ({figure(theirs)})" for ours, theirs in differing_from(one, other)]
    return Fault(
        f"{called(experiment)} prints two {one.task} results of one evaluation{when(one)}: {listed(apart, most=3)}.",
        (experiment,),
        (one.where, other.where),
    )
