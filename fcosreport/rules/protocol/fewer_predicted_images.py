"""FR301."""

from collections.abc import Iterator

from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Records, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_RESULT = "0.387 0.573 0.419"


@rule(
    "FR301",
    "error",
    fires=[[{"bbox": _RESULT, "val_images": 5000, "predicted_images": 4952}]],
    quiet=[
        [{"bbox": _RESULT, "val_images": 5000, "predicted_images": 5000}],
        [{"bbox": _RESULT, "val_images": 5000}, {"bbox": _RESULT, "predicted_images": 100}],
        [{"val_images": 5000, "predicted_images": 100, "state": "failed"}],
    ],
)
def fewer_predicted_images(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """Predictions were made for fewer images than have annotations.

    Why: see--/keras-centernet#19: every object in a missing image counts as missed; or, where the evaluation is told
    to look at the predicted images alone, the result is of another, easier set.

    Do: Predict all images of the set. An image without detections still belongs to it.
    """
    known = [(e, e.setting("predicted_images"), e.setting("val_images")) for e in records.experiments if e.evaluations]
    if not any(predicted and annotated for _, predicted, annotated in known):
        yield NotRun("no log tells for how many images predictions were made")
    for experiment, predicted, annotated in known:
        if predicted and annotated and 0 < _count(predicted) < _count(annotated):
            yield Fault(
                f"{called(experiment)}: predictions of {predicted.shown} images are held against annotations of "
                f"{annotated.shown}.",
                (experiment,),
                tuple(dict.fromkeys((predicted.where, annotated.where))),
            )


def _count(setting: Setting) -> int:
    return setting.value if isinstance(setting.value, int) else 0
