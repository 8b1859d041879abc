"""FR306."""

import re
from collections.abc import Iterator

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Declaring, Fault, declaring, rule
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_PART = re.compile(r"train|val|test|\.jsonl?$", re.IGNORECASE)
"""Names of one part of the data, not of a data set with all its parts."""


@rule(
    "FR306",
    "error",
    fires=[
        [{"bbox": GOOD, "train_data": "data/instances_train2017.json", "val_data": "data/instances_train2017.json"}],
        [{"bbox": GOOD, "train_data": "nyu_train, nyu_val", "val_data": "nyu_val"}],
    ],
    quiet=[
        [{"bbox": GOOD, "train_data": "data/instances_train2017.json", "val_data": "data/instances_val2017.json"}],
        [{"bbox": GOOD, "train_data": "coco_2014_train, coco_2014_valminusminival", "val_data": "coco_2014_minival"}],
        [{"bbox": GOOD, "train_data": "coco", "val_data": "coco"}],
        [{"bbox": GOOD, "train_data": "nyu_train", "val_data": "nyu_train, nyu_val"}],
        [{"train_data": "data.yaml", "val_data": "data.yaml"}, {"train_data": "data/train.json"}],
    ],
    needs=("no run tells both its training and its validation data", declaring("train_data", "val_data")),
)
def train_is_val(known: Declaring, settings: Settings) -> Iterator[Fault]:
    """The model was validated on annotations that it was trained on.

    Why: open-mmlab/mmdetection#6118: on its training data a model is far better than on any other, and gets better
    with every epoch.

    Do: Point the validation to other images, and evaluate again.
    """
    for experiment, (train, val) in known:
        held = [part.strip() for part in str(val.value).split(",") if part.strip()]
        used = {part.strip() for part in str(train.value).split(",")}
        if held and all(part in used and _PART.search(part) for part in held):
            yield Fault(
                f"{called(experiment)} was trained on {listed(held)}, too, on which it was validated.",
                (experiment,),
                tuple(dict.fromkeys((train.where, val.where))),
            )
