"""FR116."""

from collections.abc import Callable, Iterator

from fcosreport.comparing.scores import printed, scores, unmarked_percent
from fcosreport.judging.rule import EVALUATED, Fault, rule
from fcosreport.records import Evaluation, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed


@rule(
    "FR116",
    "warning",
    fires=[
        [{"bbox": "0.387 0.573 0.419"}, {"bbox": "29.2 47.0 30.8"}],
        [{"bbox": "% 38.7 57.3 41.9"}, {"note_bbox": "29.2 47.0 30.8"}],
        [{"note_bbox": "38.7 57.3 41.9", "bbox": "0.387 0.573 0.419", "cited": "run", "found": "run"}],
    ],
    quiet=[
        [{"bbox": "0.387 0.573 0.419"}, {"bbox": "% 29.2 47.0 30.8"}],
        [{"bbox": "0.387 0.573 0.419"}, {"bbox": "0.003 0.010 0.001"}],
        [{"bbox": "55.5 74.9 60.3"}, {"bbox": "% 64.164 80.1 70.2 form:table"}],
        [{"bbox": "0.900 1.000 0.900"}, {"bbox": "% 0.9 1.2 0.8"}],
    ],
    needs=EVALUATED,
)
def mixed_units(records: Records, settings: Settings) -> Iterator[Fault]:
    """Some results are percent without a mark, others are fractions.

    So are COCO summary blocks in percent beside others: pycocotools prints fractions.

    Why: facebookresearch/detectron2#1420: one tool prints 38.7, another 0.387, and tables that hold both are misread.

    Do: Write a percent sign, or the unit in the heading, or give all results as fractions.
    """
    for is_odd, is_proper in (
        (unmarked_percent, lambda e: not (unmarked_percent(e) or _is_told_by_size(e))),
        (lambda e: _is_block(e, percent=True), lambda e: _is_block(e, percent=False)),
    ):
        odd = _first(records, is_odd)
        proper = _first(records, is_proper) if odd else []
        if proper:
            names = listed([called(experiment) for experiment, _ in odd])
            experiment, evaluation = proper[0]
            metric = scores(odd[0][1])[0]
            yield Fault(
                f"{names} {'gives' if len(odd) == 1 else 'give'} {metric.name} {metric.text}, "
                f"while {called(experiment)} has {printed(scores(evaluation)[0])}.",
                tuple(experiment for experiment, _ in odd),
                (*(evaluation.where for _, evaluation in odd), evaluation.where),
            )


def _is_told_by_size(evaluation: Evaluation) -> bool:
    """Whether nothing but their size tells that its numbers are in percent, as in a table."""
    return evaluation.form == "table" and scores(evaluation)[0].percent


def _is_block(evaluation: Evaluation, *, percent: bool) -> bool:
    """Whether it is a COCO summary block, in percent or not."""
    return evaluation.form == "coco-summary" and scores(evaluation)[0].percent == percent


def _first(records: Records, suits: Callable[[Evaluation], bool]) -> list[tuple[Experiment, Evaluation]]:
    """The experiments that have suiting evaluations, each with the first of them."""
    found = []
    for experiment in records.experiments:
        evaluation = next((e for e in experiment.evaluations if scores(e) and suits(e)), None)
        if evaluation:
            found.append((experiment, evaluation))
    return found
