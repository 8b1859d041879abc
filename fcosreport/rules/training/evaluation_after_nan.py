"""FR203."""

from collections.abc import Iterator, Sequence
from math import isfinite

from fcosreport.judging.rule import EVALUATED, Fault, nothing, rule
from fcosreport.records import Curve, Evaluation, Event, Experiment, Metric, Records, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when

_RESULT = "0.010 0.020 0.010"


@rule(
    "FR203",
    "error",
    fires=[
        [{"bbox": f"{_RESULT} #90", "events": ["#70 nan: loss is nan, stopping training"]}],
        [{"bbox": _RESULT, "curve_loss": "2.1 1.4 nan nan"}],
        [{"bbox": ["0.210 0.380 0.200 @1", "0.210 0.380 0.200 @2"], "epochs": 2, "curve_loss": "2.1 1.4 inf"}],
        [
            {
                "bbox": ["0.001 0.003 0.001 @1 #60", "0.007 0.023 0.007 @2 #80"],
                "segm": ["0.001 0.002 0.001 @1 #60", "0.000 0.001 0.000 @2 #80"],
                "events": ["#70 nan: train/seg_loss is nan"],
                "curve_train/seg_loss": "2.1 nan",
            }
        ],
    ],
    quiet=[
        [{"bbox": _RESULT, "curve_loss": "2.1 1.4 1.2"}],
        [{"bbox": f"{_RESULT} #50", "events": ["#70 nan: loss is nan, stopping training"]}],
        [{"bbox": f"{_RESULT} #90", "events": ["#70 nan: a spike"], "curve_loss": "2.1 nan 1.4 1.2"}],
        [{"bbox": f"{_RESULT} #90", "events": ["#70 nan: a spike"], "curve_box_loss": "2.1 nan 1.4 1.2"}],
        [{"state": "failed", "events": ["#70 nan: loss is nan"], "curve_loss": "2.1 nan"}],
        [{"bbox": "0.210 0.380 0.200 i:20", "curve_loss": "2.1 nan"}],
        [
            {
                "bbox": ["0.210 0.380 0.200 @1 #60", "0.220 0.390 0.210 @2 #80"],
                "events": ["#70 nan: loss is inf"],
                "curve_loss": "2.1 inf 1.2 inf",
            }
        ],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def evaluation_after_nan(records: Records, settings: Settings) -> Iterator[Fault]:
    """The loss became NaN or infinite, and an evaluation follows.

    Where the log has a finite loss again afterwards, or the model a better result of the same task than before, as with
    a scaled loss in mixed precision, it is no fault.

    Why: tianzhi0549/FCOS#6: a NaN in the loss makes all weights NaN, and what is evaluated then is no model.

    Do: Evaluate the last checkpoint before the NaN, or train again with a smaller learning rate, a longer warm-up or
    clipped gradients.
    """
    for experiment in records.experiments:
        nan = _nan(experiment)
        after = _after(experiment, settings) if nan else []
        if nan and after:
            yield Fault(
                f"{called(experiment)}: the loss is NaN or infinite, and {_count(after)}{when(after[0])} with AP "
                f"{_printed(after[0].metric('AP'))}.",
                (experiment,),
                (nan, *(e.where for e in after)),
            )


def _count(after: Sequence[Evaluation]) -> str:
    return f"{len(after)} evaluations follow, the first" if len(after) > 1 else "an evaluation follows"


def _printed(metric: Metric | None) -> str:
    return metric.text if metric else "unknown"


def _nan(experiment: Experiment) -> Where | None:
    """Where the loss became NaN for good; as far as the log tells, for a curve has no lines."""
    curves = _of_training(experiment)
    bad = next((curve for curve in curves if curve.last is None or not isfinite(curve.last)), None)
    event = next((e for e in experiment.events if e.kind == "nan"), None)
    if event and (bad or not curves):
        return event.where
    return bad.where if bad else None


def _of_training(experiment: Experiment) -> list[Curve]:
    """The total of the training loss; where the log has none, its parts."""
    parts = [curve for curve in experiment.curves if "loss" in curve.name and "val" not in curve.name]
    return [curve for curve in parts if curve.name == "loss"] or parts


def _after(experiment: Experiment, settings: Settings) -> list[Evaluation]:
    """The evaluations after the NaN; where the log does not tell its place, the last one if it must be after it."""
    logged = [e for e in experiment.evaluations if e.origin == "log" and e.category is None]
    event = next((e for e in experiment.events if e.kind == "nan"), None)
    if event:
        after, before = ([e for e in logged if _is_after(e, event) == is_after] for is_after in (True, False))
        better = {task for task in {e.task for e in after} if _got_better(_of(task, after), _of(task, before))}
        return [e for e in after if e.task not in better]
    return [e for e in logged[-1:] if _ends_training(experiment, e) or (e["AP"] or 0) < settings.broken_weights]


def _of(task: str, evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    return [each for each in evaluations if each.task == task]


def _got_better(after: Sequence[Evaluation], before: Sequence[Evaluation]) -> bool:
    """Whether the model has learnt afterwards, so that its weights are numbers."""
    return bool(before) and max((e["AP"] or 0 for e in after), default=0) > max(e["AP"] or 0 for e in before)


def _is_after(evaluation: Evaluation, event: Event) -> bool:
    """Whether an evaluation follows in the file; in another, or a table of epochs, whether its step is not before."""
    if evaluation.where.path == event.where.path and None in (evaluation.epoch, event.epoch):
        return evaluation.where.line >= event.where.line
    steps = ((evaluation.epoch, event.epoch), (evaluation.iteration, event.iteration))
    return next((mine >= its for mine, its in steps if mine is not None and its is not None), False)


def _ends_training(experiment: Experiment, evaluation: Evaluation) -> bool:
    """Whether the evaluation is the one behind the last loss."""
    end = max((c.end for c in experiment.curves if c.name == "loss" and c.unit == "iteration"), default=None)
    if end is not None and evaluation.iteration is not None:
        return evaluation.iteration >= end
    epochs = experiment.value("epochs")
    return isinstance(epochs, int) and evaluation.epoch is not None and evaluation.epoch >= epochs
