"""FR302."""

import re
from collections.abc import Iterator

from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Experiment, Records, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_RESULT = "0.387 0.573 0.419"
_VAL2017 = re.compile(r"(?:coco.*val_?2017|(?:coco_?)?2017_val|instances_val2017)(?:\.json|/|$)", re.IGNORECASE)
_FULL, _WITH_OBJECTS = 5000, 4952


@rule(
    "FR302",
    "warning",
    fires=[
        [{"bbox": _RESULT, "val_data": "coco/annotations/instances_val2017.json", "val_images": 2346}],
        [{"bbox": _RESULT, "val_data": "coco_2017_val", "val_images": 4952}],
    ],
    quiet=[
        [{"bbox": _RESULT, "val_data": "coco/annotations/instances_val2017.json", "val_images": 5000}],
        [{"bbox": _RESULT, "val_data": "coco_2017_val_subset", "val_images": 1000}],
        [{"bbox": _RESULT, "val_data": "nyu_val", "val_images": 20000}],
        [{"bbox": _RESULT, "val_data": "coco_2017_val"}, {"bbox": _RESULT, "val_images": 2346}],
    ],
)
def not_val2017(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """The data set is called val2017 of COCO and has not its 5,000 images.

    An info at 4,952: these are the images that have objects, and the others hardly change the result.

    Why: dbolya/yolact#22: results of a part of the set, or of one's own data in COCO's folders, look like results on
    COCO.

    Do: Evaluate all 5,000 images, or give the set another name.
    """
    known = [(e, s) for e in records.experiments if e.evaluations and e.setting("val_data") and (s := _images(e))]
    if not known:
        yield NotRun("no log tells both the name of the validation set and its number of images")
    for experiment, images in known:
        data = experiment.setting("val_data")
        if data and _VAL2017.search(str(data.value)) and images.value != _FULL:
            yield Fault(
                f"{called(experiment)} was evaluated on {data.value}, with {images.shown} images instead of {_FULL:,}.",
                (experiment,),
                tuple(dict.fromkeys((images.where, data.where))),
                severity="info" if images.value == _WITH_OBJECTS else None,
            )


def _images(experiment: Experiment) -> Setting | None:
    """The number of images, unless the log tells several."""
    told = [s for s in experiment.settings if s.name == "val_images" and isinstance(s.value, int)]
    return told[-1] if len({s.value for s in told}) == 1 else None
