"""FR601."""

from collections.abc import Iterator

from fcosreport.comparing.scores import printed as told
from fcosreport.evidence.remade import Owned, as_printed, foreign, owned
from fcosreport.judging.cases import FAIR, GOOD, POOR
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Evaluation, Records, differing
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when

_ROUNDED = "0.2921 0.4696 0.3082 0.1628 0.3249 0.3833 0.2704 0.4551 0.4896 0.2834 0.5388 0.6452"


@rule(
    "FR601",
    "error",
    fires=[
        [{"bbox": FAIR, "remade": {"numbers": GOOD}}],
        [{"bbox": [f"{GOOD} @3", f"{FAIR} @12"], "remade": {"numbers": GOOD}}],
        [{"bbox": FAIR, "remade": {"numbers": POOR, "trials": {"with boxes read as corners": FAIR}}}],
        [{"segm": FAIR, "remade": {"numbers": GOOD, "task": "segm"}}],
    ],
    quiet=[
        [{"bbox": FAIR, "remade": {"numbers": FAIR}}],
        [{"bbox": FAIR, "remade": {"numbers": _ROUNDED}}],
        [{"bbox": "% 29.2 47.0 30.8", "remade": {"numbers": "0.2921 0.4696 0.3082"}}],
        [{"bbox": FAIR, "remade": {"reason": "no ground truth was found"}}],
        [{"bbox": FAIR, "lr": 0.1, "remade": {"numbers": GOOD}}, {"bbox": GOOD, "lr": 1, "remade": {"numbers": GOOD}}],
    ],
    after=("FR604",),
    needs=("no result was made again", lambda records: records if owned(records) else None),
)
def recomputed_differs(records: Records, settings: Settings) -> Iterator[Fault]:
    """The predictions beside a run do not give the numbers that it prints.

    Not told where the annotations at hand are other ones. A warning where they give those of another evaluation of the
    same run. Where one usual mistake explains the printed numbers, it is named.

    Why: zylo117/Yet-Another-EfficientDet-Pytorch#125: what was evaluated was not what the model had predicted; only the
    predictions themselves show it.

    Do: Predict again with the checkpoint of the run, evaluate that, and write down the new numbers.
    """
    told_of = {(each.experiment.id, each.remade.task) for each in foreign(records)}
    for each in owned(records):
        if not each[1].agrees and (each[0].id, each[1].task) not in told_of:
            yield _fault(each)


def _fault(each: Owned) -> Fault:
    experiment, remade = each
    (printed, made), *more = remade.differing
    earlier = [e for e in experiment.evaluations if _is_of(e, remade.task) and not differing(e, remade.metrics)]
    explaining = [each.change for each in remade.trials if not differing(remade.printed, each.metrics)]
    reasons = [f"The predictions give the printed numbers {change}." for change in explaining]
    reasons += [f"They give the numbers{when(e)}, in {e.where.path}:{e.where.line}." for e in earlier[:1]]
    if remade.unknown:
        reasons.append(f"{remade.unknown:,} of {remade.detections:,} predictions are of categories that are not there.")
    return Fault(
        f"{called(experiment)} prints {remade.task} {told(printed)}, and its predictions give "
        f"{as_printed(made, printed)}; {len(more) + 1} of {len(remade.metrics)} numbers differ.",
        (experiment,),
        (remade.printed.where,),
        explanations=tuple(reasons),
        severity="warning" if earlier else None,
    )


def _is_of(evaluation: Evaluation, task: str) -> bool:
    return evaluation.task == task and evaluation.category is None and evaluation.origin == "log"
