"""FR301."""

from collections.abc import Iterator

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Declaring, Fault, declaring, nothing, rule
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called


@rule(
    "FR301",
    "error",
    fires=[[{"bbox": GOOD, "val_images": 5000, "predicted_images": 4952}]],
    quiet=[
        [{"bbox": GOOD, "val_images": 5000, "predicted_images": 5000}],
        [{"bbox": GOOD, "val_images": 5000}, {"bbox": GOOD, "predicted_images": 100}],
        [{"val_images": 5000, "predicted_images": 100, "state": "failed"}],
    ],
    needs=("no log tells for how many images predictions were made", declaring("predicted_images", "val_images")),
    shares=nothing,
)
def fewer_predicted_images(known: Declaring, settings: Settings) -> Iterator[Fault]:
    """Predictions were made for fewer images than have annotations.

    Why: see--/keras-centernet#19: every object in a missing image counts as missed; or, where the evaluation is told
    to look at the predicted images alone, the result is of another, easier set.

    Do: Predict all images of the set. An image without detections still belongs to it.
    """
    for experiment, (predicted, annotated) in known:
        made, asked = predicted.value, annotated.value
        if isinstance(made, int) and isinstance(asked, int) and 0 < made < asked:
            yield Fault(
                f"{called(experiment)}: predictions of {predicted.shown} images are held against annotations of "
                f"{annotated.shown}.",
                (experiment,),
                tuple(dict.fromkeys((predicted.where, annotated.where))),
            )
