"""FR302."""

from collections.abc import Iterator

from fcosreport.comparing.images import images_of
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Declaring, Fault, declaring, nothing, rule
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_WITH_OBJECTS = 4952


@rule(
    "FR302",
    "warning",
    fires=[
        [{"bbox": GOOD, "val_data": "coco/annotations/instances_val2017.json", "val_images": 2346}],
        [{"bbox": GOOD, "val_data": "coco_2017_val", "val_images": 4952}],
    ],
    quiet=[
        [{"bbox": GOOD, "val_data": "coco/annotations/instances_val2017.json", "val_images": 5000}],
        [{"bbox": GOOD, "val_data": "coco_2017_val_subset", "val_images": 1000}],
        [{"bbox": GOOD, "val_data": "nyu_val", "val_images": 20000}],
        [{"bbox": GOOD, "val_data": "parts_coco/val.json", "val_images": 993}],
        [{"bbox": GOOD, "val_data": "coco_2017_val"}, {"bbox": GOOD, "val_images": 2346}],
        [{"bbox": GOOD, "val_data": "coco_2017_val_100", "val_images": 100}],
    ],
    needs=(
        "no log tells both the name of the validation set and its number of images",
        declaring("val_data", "val_images"),
    ),
    shares=nothing,
)
def not_val2017(known: Declaring, settings: Settings) -> Iterator[Fault]:
    """The data set is called val2017 of COCO and has not its 5,000 images.

    An info at 4,952: these are the images that have objects, and the others hardly change the result. A part that is
    named in public, as detectron2's `coco_2017_val_100`, is held against its own number.

    Why: dbolya/yolact#22: results of a part of the set, or of one's own data in COCO's folders, look like results on
    COCO.

    Do: Evaluate all 5,000 images, or give the set another name.
    """
    for experiment, (data, images) in known:
        whole = images_of(str(data.value))
        counts = {s.value for s in experiment.settings if s.name == "val_images"}
        if whole and len(counts) == 1 and isinstance(images.value, int) and images.value != whole:
            yield Fault(
                f"{called(experiment)} was evaluated on {data.value}, with {images.shown} images instead of {whole:,}.",
                (experiment,),
                tuple(dict.fromkeys((images.where, data.where))),
                severity="info" if images.value == _WITH_OBJECTS else None,
            )
