"""FR106."""

from collections.abc import Iterator

from fcosreport.comparing.scores import printed, scores, unmarked_percent
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, fold, rule
from fcosreport.records import Evaluation, Metric, Records
from fcosreport.settings import Settings


@rule(
    "FR106",
    "error",
    fires=[
        [{"bbox": "0.387 0.573 0.419 0.226 0.424 5.02"}],
        [{"bbox": "AP=0.387 APs=-0.226"}],
        [{"bbox": "% 38.7 57.3 41.9 22.6 42.4 502"}],
        [{"bbox": "% 38.7 57.3 -41.9"}],
        [{"bbox": "38.7 57.3 41.9"}],
    ],
    quiet=[
        [{"bbox": GOOD}],
        [{"bbox": "% 38.7 57.3 41.9 22.6 42.4 50.2"}],
        [{"bbox": "AP=0.387 APs=-1 APm=-1.000 APl=0.387"}],
        [{"bbox": "AP=0.900 AP50=1.000 AP75=0.900 APs=nan"}],
        [{"bbox": "% 38.7 57.3 41.9 -1 42.4 50.2"}],
    ],
    needs=EVALUATED,
)
def value_out_of_range(records: Records, settings: Settings) -> Iterator[Fault]:
    """A score is neither within 0 to 1 (0 to 100 in percent) nor -1.

    Where most numbers of an evaluation are in 1 to 100, and all other evaluations are such, they are percent without a
    mark: a warning. Where other evaluations are fractions, see mixed-units.

    Why: AP and AR are means of precisions and recalls, or -1 where there is no ground truth (cocodataset/cocoapi,
    PythonAPI/pycocotools/cocoeval.py); none of 4,013 public blocks holds anything else.

    Do: Compare the number with the log; a decimal point or a sign is wrong, or percent are not marked as percent.
    """
    yield from fold(records.experiments, _out_of_range, classes=True)
    evaluations = (e for experiment in records.experiments for e in experiment.evaluations)
    if all(unmarked_percent(e) for e in evaluations if scores(e)):
        yield from fold(records.experiments, _unmarked, tables=True, severity="warning")


def _out_of_range(evaluation: Evaluation) -> str | None:
    top = 100.0 if unmarked_percent(evaluation) else 1.0
    for metric in evaluation.metrics:
        if metric.name[:2] in ("AP", "AR") and metric.value is not None:
            if metric.value > top + 1e-9:
                return f"{printed(metric)} is above {'100 %' if metric.percent else f'{top:g}'}"
            if metric.value < 0 and not _no_ground_truth(metric):
                return f"{printed(metric)} is negative and not -1"
    return None


def _no_ground_truth(metric: Metric) -> bool:
    return metric.value == -1 or metric.text.rstrip("0").rstrip(".") == "-1"


def _unmarked(evaluation: Evaluation) -> str | None:
    metric = next(iter(scores(evaluation)), None)
    return f"{printed(metric)} looks like percent without a mark" if metric and unmarked_percent(evaluation) else None
