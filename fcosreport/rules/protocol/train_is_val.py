"""FR306."""

import re
from collections.abc import Iterator, Sequence

from fcosreport.judging.cases import GOOD, JOINED
from fcosreport.judging.rule import Declaring, Fault, declaring, rule
from fcosreport.records import Experiment, Records, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_PART = re.compile(r"train|val|test|\.jsonl?$", re.IGNORECASE)
"""Names of one part of the data, not of a data set with all its parts."""

_READ = ("train_labels", "val_labels", "train_images", "val_images")

_SAME_FOR_BOTH = re.compile(r"(?:^|[/\\])coco128(?:-seg)?(?:\.yaml$|[/\\]|$)", re.IGNORECASE)


@rule(
    "FR306",
    "error",
    fires=[
        [{"bbox": GOOD, "train_data": "data/instances_train2017.json", "val_data": "data/instances_train2017.json"}],
        [{"bbox": GOOD, "train_data": "nyu_train, nyu_val", "val_data": "nyu_val"}],
        [{"bbox": GOOD, "note_bbox": GOOD, "train_data": "ultralytics/cfg/datasets/coco128.yaml", **JOINED}],
        [{"bbox": GOOD, **dict(zip(_READ, ("data/cars/labels", "data/cars/labels", 857, 857), strict=True))}],
    ],
    quiet=[
        [{"bbox": GOOD, "train_data": "data/instances_train2017.json", "val_data": "data/instances_val2017.json"}],
        [{"bbox": GOOD, "train_data": "coco_2014_train, coco_2014_valminusminival", "val_data": "coco_2014_minival"}],
        [{"bbox": GOOD, "train_data": "coco", "val_data": "coco"}],
        [{"bbox": GOOD, "train_data": "nyu_train", "val_data": "nyu_train, nyu_val"}],
        [{"train_data": "data.yaml", "val_data": "data.yaml"}, {"train_data": "data/train.json"}],
        [{"bbox": GOOD, "note_bbox": GOOD, "train_data": "coco128.yaml", "val_data": "coco.yaml", **JOINED}],
        [{"bbox": GOOD, "note_bbox": GOOD, "train_data": "coco.yaml", **JOINED}],
        [{"bbox": GOOD, **dict(zip(_READ, ("data/cars/labels", "data/cars/labels", 857, 95), strict=True))}],
        [{"bbox": GOOD, **dict(zip(_READ, ("cars/labels/train", "cars/labels/val", 95, 95), strict=True))}],
        [{"bbox": GOOD, **dict(zip(_READ, ("../coco128/labels", "../coco128/labels", 128, 128), strict=True))}],
    ],
    needs=("no run tells both its training and its validation data", lambda records: _known(records)),
)
def train_is_val(known: Declaring, settings: Settings) -> Iterator[Fault]:
    """The model was validated on annotations that it was trained on.

    YOLOv5 and later print the folder of labels that they read, and how many images they found there; lists of images
    may share a folder, and differ in their number. COCO128 of ultralytics has the same 128 images for both; that is a
    warning where a note reports such a result, and else an info, as it is meant for trying.

    Why: open-mmlab/mmdetection#6118: on its training data a model is far better than on any other, and gets better
    with every epoch. ultralytics/yolov5#1758: COCO128 shows that a model can be trained, and not how good it is.

    Do: Point the validation to other images, and evaluate again.
    """
    for experiment, (train, *rest) in known:
        if len(rest) == 1:
            yield from _of_parts(experiment, train, rest[0])
        elif rest:
            text = (
                f"{called(experiment)} was validated on the {rest[-1].text} images of {train.value}, as it was trained"
            )
            yield Fault(f"{text}.", (experiment,), tuple(dict.fromkeys((train.where, rest[0].where))))
    yield from _of_one_set([experiment for experiment, told in known if len(told) == 1])


def _of_parts(experiment: Experiment, train: Setting, val: Setting) -> Iterator[Fault]:
    held = [part.strip() for part in str(val.value).split(",") if part.strip()]
    used = {part.strip() for part in str(train.value).split(",")}
    if held and all(part in used and _PART.search(part) for part in held):
        text = f"{called(experiment)} was trained on {listed(held)}, too, on which it was validated."
        yield Fault(text, (experiment,), tuple(dict.fromkeys((train.where, val.where))))


def _of_one_set(trained: Sequence[Experiment]) -> Iterator[Fault]:
    noted = [each for each in trained if any(evaluation.origin == "note" for evaluation in each.evaluations)]
    for runs in (noted, [each for each in trained if each not in noted]):
        if runs:
            yield Fault(
                f"Validated on the images of COCO128, as trained: {listed([called(each) for each in runs])}.",
                tuple(runs),
                tuple(data.where for each in runs if (data := each.setting("train_data"))),
                severity="warning" if runs is noted else "info",
            )


def _are_one(read: tuple[Setting, ...]) -> bool:
    """Whether the labels for both lie in one folder, and are as many; those of a set that is meant so apart."""
    train, val, images, held = (setting.value for setting in read)
    return (train, images) == (val, held) and not _SAME_FOR_BOTH.search(str(train))


def _known(records: Records) -> Declaring:
    """The runs that tell the data of both, or that have the same images for both: read so, or by their data set."""
    known = declaring("train_data", "val_data")(records)
    trained = declaring("train_data")(records)
    told = {experiment.id for experiment, _ in known}
    read = [each for each in declaring(*_READ)(records) if each[0].id not in told and _are_one(each[1])]
    known, told = [*known, *read], told | {experiment.id for experiment, _ in read}
    alone = [each for each in trained if each[0].id not in told and each[0].evaluations]
    return [*known, *(each for each in alone if _SAME_FOR_BOTH.search(str(each[1][0].value)))]
