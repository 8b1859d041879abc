"""FR605."""

from collections.abc import Iterator

from fcosreport.evidence.remade import Owned, owned
from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import IN_REVERSE
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_SEEN = 0.0005  # AP: half a unit of the third decimal


@rule(
    "FR605",
    "warning",
    fires=[[{"bbox": GOOD, "remade": {"numbers": GOOD, "trials": {IN_REVERSE: FAIR}}}]],
    quiet=[
        [{"bbox": GOOD, "remade": {"numbers": GOOD, "trials": {IN_REVERSE: GOOD}}}],
        [{"bbox": GOOD, "remade": {"numbers": GOOD, "trials": {"with maxDets 300": FAIR}}}],
    ],
    needs=("no result was made again", owned),
)
def not_a_probability_order(made: list[Owned], settings: Settings) -> Iterator[Fault]:
    """The scores hardly order the predictions: their order in the file decides AP.

    Why: cocodataset/cocoapi takes equal scores in the order of the file. Where many are equal, because they were
    rounded or are all 1, each order is as good as another, and each gives another AP.

    Do: Write the scores with all their digits, as the model gives them.
    """
    for experiment, remade in made:
        for trial in remade.trials:
            ap, other = remade.ap, trial.ap
            if trial.change == IN_REVERSE and abs(ap - other) > _SEEN:
                yield Fault(
                    f"{called(experiment)}: {remade.task} AP is {ap:.4f}, and {other:.4f} {trial.change}.",
                    (experiment,),
                    (remade.printed.where,),
                )
