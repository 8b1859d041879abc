"""FR308."""

from collections.abc import Iterator

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Declaring, Fault, declaring, nothing, rule
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called


@rule(
    "FR308",
    "error",
    fires=[[{"bbox": GOOD, "val_images": 5000, "predicted_images": 40670}]],
    quiet=[
        [{"bbox": GOOD, "val_images": 5000, "predicted_images": 5000}],
        [{"bbox": GOOD, "val_images": 5000, "predicted_images": 4952}],
        [{"bbox": GOOD, "val_images": 100}, {"bbox": GOOD, "predicted_images": 5000}],
        [{"val_images": 100, "predicted_images": 5000, "state": "failed"}],
    ],
    needs=("no log tells for how many images predictions were made", declaring("predicted_images", "val_images")),
    shares=nothing,
)
def more_predicted_images(known: Declaring, settings: Settings) -> Iterator[Fault]:
    """Predictions were made for more images than the validation set has.

    Why: cocodataset/cocoapi, `COCO.loadRes`: "Results do not correspond to current coco set". An evaluator that does
    not check drops them. Either way the predictions, and so the result, are of another set than the run names.

    Do: Look which annotations the result was computed with, and report it under that set's name.
    """
    for experiment, (predicted, annotated) in known:
        made, asked = predicted.value, annotated.value
        if isinstance(made, int) and isinstance(asked, int) and 0 < asked < made:
            yield Fault(
                f"{called(experiment)}: predictions of {predicted.shown} images are more than the {annotated.shown} "
                "of the validation set.",
                (experiment,),
                tuple(dict.fromkeys((predicted.where, annotated.where))),
            )
