"""FR603."""

from collections.abc import Iterator

from fcosreport.evidence.remade import Owned, owned
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, rule
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_SHARE = 0.1  # of the images: a detector with a threshold leaves some images empty


@rule(
    "FR603",
    "warning",
    fires=[[{"bbox": GOOD, "remade": {"numbers": GOOD, "images": 5000, "empty": 2500}}]],
    quiet=[
        [{"bbox": GOOD, "remade": {"numbers": GOOD, "images": 5000, "empty": 0}}],
        [{"bbox": GOOD, "remade": {"numbers": GOOD, "images": 5000, "empty": 48}}],
    ],
    needs=("no result was made again", owned),
)
def predictions_incomplete(made: list[Owned], settings: Settings) -> Iterator[Fault]:
    """Many images hold objects and have no prediction.

    One in ten, and more: a detector finds something in nearly every image, unless its threshold is high or the file was
    cut.

    Why: see--/keras-centernet#19: predictions of a part of the images, held against the annotations of all, lower every
    number.

    Do: Predict on all images, or evaluate on those that were predicted, and say so.
    """
    for experiment, remade in made:
        if remade.empty >= _SHARE * remade.images and remade.empty:
            yield Fault(
                f"{called(experiment)}: {remade.empty:,} of {remade.images:,} images hold an object and have no "
                f"{remade.task} prediction.",
                (experiment,),
                (remade.printed.where,),
            )
