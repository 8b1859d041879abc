"""FR117."""

from collections.abc import Iterator, Sequence

from fcosreport.comparing.scores import printed
from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Evaluation, Event, Experiment, Severity
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when

_BELOW = 100  # lines below which numbers are no longer those that the log calls empty
_EMPTY = "#70 no predictions: No predictions from the model!"
_NONE = "-1 -1 -1 -1 -1 -1"


@rule(
    "FR117",
    "error",
    fires=[
        [{"bbox": f"{_NONE} #74", "events": [_EMPTY]}],
        [{"bbox": [f"{GOOD} @1 #50", f"{GOOD} @2 #71"], "events": [_EMPTY]}],
        [{"bbox": FAIR, "keypoints": "nan nan nan nan nan"}],
        [{"curve_loss": "2.1 1.9", "state": "failed", "events": [_EMPTY]}],
        [{"bbox": ["nan nan nan @1", f"{GOOD} @2"]}],
    ],
    quiet=[
        [{"bbox": f"{GOOD} #50"}],
        [{"bbox": "0.387 0.573 0.419 nan nan 0.502"}],
        [{"bbox": ["0.387 0.573 0.419", "nan nan nan category:kite"]}],
        [{"bbox": f"{_NONE} #74"}],
        [{"bbox": "0.000 0.000 0.000 #74", "events": [_EMPTY]}],
        [{"note_bbox": "nan nan nan"}],
    ],
    needs=(
        "no experiment has a result from a log",
        lambda records: [e for e in records.experiments if _logged(e) or _empty(e)],
    ),
    shares=nothing,
)
def nothing_predicted(logged: list[Experiment], settings: Settings) -> Iterator[Fault]:
    """The model predicted nothing: the log says so, or all numbers of an evaluation are nan.

    Numbers that are printed for an evaluation of nothing are those of an earlier one. A warning where a later
    evaluation has numbers. Where AP and AP50 are 0, see zero-result.

    Why: facebookresearch/detectron2, detectron2/evaluation/coco_evaluation.py, which prints nan for a model without
    predictions, and open-mmlab/mmdetection, mmdet/evaluation/metrics/coco_metric.py, which then has no result to print.

    Do: Look at the losses before it, at the score threshold, and whether the weights were loaded.
    """
    for experiment in logged:
        of_nothing = {id(e): event for event in _empty(experiment) for e in _printed_for(experiment, event)}
        for task in experiment.tasks:
            evaluations = [e for e in _logged(experiment) if e.task == task]
            odd = [e for e in evaluations if e["AP"] != 0 and (id(e) in of_nothing or _is_all_nan(e))]
            if odd:
                yield _fault(experiment, evaluations, odd, [of_nothing[id(e)] for e in odd if id(e) in of_nothing])
        if not _logged(experiment):
            text = f"{called(experiment)}: the log says that the model predicted nothing, and has no result."
            yield Fault(text, (experiment,), tuple(event.where for event in _empty(experiment)))


def _fault(
    experiment: Experiment, evaluations: Sequence[Evaluation], odd: Sequence[Evaluation], events: Sequence[Event]
) -> Fault:
    last = odd[-1]
    ap = last.metric("AP")
    if not events:
        text = f"all {len(last.metrics)} {last.task} numbers are nan{when(last)}, so nothing was predicted or annotated"
    elif ap and (ap.value or 0) > 0:
        text = f"the log says that the model predicted nothing{when(last)}, so its {last.task} {printed(ap)} is stale"
    else:
        text = f"the log says that the model predicted nothing{when(last)}, so there is no {last.task} result"
    severity: Severity = "error" if last is evaluations[-1] else "warning"
    places = (*(e.where for e in odd), *(event.where for event in events))
    return Fault(f"{called(experiment)}: {text}.", (experiment,), tuple(dict.fromkeys(places)), severity=severity)


def _logged(experiment: Experiment) -> list[Evaluation]:
    return [e for e in experiment.evaluations if e.origin == "log" and e.category is None]


def _empty(experiment: Experiment) -> list[Event]:
    return [event for event in experiment.events if event.kind == "no predictions"]


def _printed_for(experiment: Experiment, event: Event) -> list[Evaluation]:
    """The evaluations right below the line that says so, all of one step."""
    below = [e for e in _logged(experiment) if e.where.path == event.where.path and e.where.line > event.where.line]
    first = min(below, key=lambda e: e.where, default=None)
    near = [e for e in below if e.where.line <= event.where.line + _BELOW]
    return [e for e in near if first and e.progress == first.progress]


def _is_all_nan(evaluation: Evaluation) -> bool:
    return bool(evaluation.metrics) and all(m.value is None for m in evaluation.metrics)
