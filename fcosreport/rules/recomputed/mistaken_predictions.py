"""FR606."""

from collections.abc import Iterator

from fcosreport.evidence.remade import Owned, owned
from fcosreport.judging.cases import GOOD, POOR
from fcosreport.judging.rule import Fault, rule
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_BETTER = 0.05  # AP that a mended file gains at least, beside being twice as good
_ZERO = "0.001 0.002 0.001 0.000 0.001 0.001 0.003 0.004 0.005 0.002 0.004 0.005"


@rule(
    "FR606",
    "error",
    fires=[
        [{"bbox": _ZERO, "remade": {"numbers": _ZERO, "trials": {"with category ids one lower": GOOD}}}],
    ],
    quiet=[
        [{"bbox": _ZERO, "remade": {"numbers": _ZERO, "trials": {"with category ids one lower": _ZERO}}}],
        [{"bbox": POOR, "remade": {"numbers": GOOD, "trials": {"with category ids one lower": POOR}}}],
        [{"bbox": _ZERO, "remade": {"numbers": _ZERO}}],
    ],
    needs=("no result was made again", owned),
)
def mistaken_predictions(made: list[Owned], settings: Settings) -> Iterator[Fault]:
    """The predictions are good, and were written with other ids or boxes than the annotations have.

    Why: facebookresearch/detectron2#3289: where class ids or boxes are meant otherwise than the annotations mean them,
    not one detection meets its object, and a good model has an AP of 0.

    Do: Write the predictions as COCO has them: its category ids, and boxes as x, y, width and height in pixels.
    """
    for experiment, remade in made:
        ap = remade.ap
        best = max(remade.trials, key=lambda trial: trial.ap, default=None)
        mended = best.ap if best else ap
        if best and remade.agrees and mended >= max(2 * ap, ap + _BETTER):
            yield Fault(
                f"{called(experiment)}: {remade.task} AP is {ap:.3f}, and {mended:.3f} {best.change}.",
                (experiment,),
                (remade.printed.where,),
            )
