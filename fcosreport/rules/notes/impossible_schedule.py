"""FR515."""

import re
from collections.abc import Iterator, Sequence

from fcosreport.evidence.trying import is_try
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Experiment, Records, Setting, Where
from fcosreport.settings import Settings

_COCO_IMAGES = 118_287
"""Images of COCO train2017; 117,266 of them have annotations."""
_FAR = 1.5
"""Factor between the epochs claimed and those that iterations and batch make."""
_COCO = re.compile(
    r"(?:data/|datasets/)?(?:ms)?coco(?:[_/-]?(?:train)?_?20(?:14|17)(?:_train\w*)?)?/?|(?:.*/)?(?:instances_)?train2017(?:\.json)?"
    r"|.*trainval35k.*|coco_20(?:14|17)_train(?:, *coco_2014_valminusminival)?",
    re.I,
)
"""All of COCO's training images, by the names that are given to them; other sets have coco in their names as well."""
_PLAN = {"iterations": 90000, "train_batch_size": 16, "epochs": 12, "train_data": "coco_2017_train"}


@rule(
    "FR515",
    "warning",
    fires=[
        [{**_PLAN, "epochs": 36}],
        [{"iterations": 60000, "steps": "60000, 80000"}, {"iterations": 60000, "steps": "(70000, 80000)"}],
        [{"row": "R-50", **_PLAN, "train_batch_size": 4, "bbox": "% 37"}],
        [{"iterations": 9000, "train_batch_size": 16, "epochs": 12, "train_images": 2000, "train_data": "my_mice"}],
    ],
    quiet=[
        [_PLAN],
        [{**_PLAN, "epochs": 36, "train_data": "my_mice"}],
        [
            {**_PLAN, "epochs": 36, "train_data": "my_coco_parts"},
            {**_PLAN, "epochs": 36, "train_data": "coco/parts.json"},
        ],
        [{"iterations": 750, "train_batch_size": 16, "epochs": 12, "train_images": 993, "train_data": "my_coco"}],
        [{"iterations": 90000, "steps": "60000, 80000"}],
        [{"iterations": 90000, "train_batch_size": 16, "epochs": 36}],
        [{"epochs": 12, "steps": "8, 11"}],
        [{"name": "fcos_smoke", "iterations": 20, "steps": "60000, 80000"}],
        [{"row": "R-50", **_PLAN, "train_data": "COCO", "bbox": "% 37"}],
    ],
    needs=(
        "there is no experiment and no table of results",
        lambda records: records if records.experiments or records.tables else None,
    ),
    shares=nothing,
)
def impossible_schedule(records: Records, settings: Settings) -> Iterator[Fault]:
    """Iterations and batch size do not make the epochs claimed, or the learning rate would fall after the end.

    The epochs are compared where the log counts the training images, or on COCO, whose images are known, and count as
    wrong from a factor of 1.5. Of a log that holds several sessions the last one counts.

    Why: tianzhi0549/FCOS and facebookresearch/detectron2 schedules are written for 16 images; with 4, 90,000 iterations
    are 3 epochs and not 12, and steps of a longer schedule are never reached (facebookresearch/maskrcnn-benchmark#267).

    Do: Scale iterations, steps and epochs together, and write down those that were run.
    """
    for experiment in records.experiments:
        if is_try(experiment):  # a few iterations of a schedule whose steps nobody wrote for it
            continue
        for text, where in _seen(_of_last_session(experiment)):
            yield Fault(f"{experiment.name}: {text}", (experiment,), where)
    for row in records.tables:
        for text, where in _seen(row.settings):
            yield Fault(f"The row “{row.label}”: {text}", where=where)


def _of_last_session(experiment: Experiment) -> list[Setting]:
    """The settings without those that a later session of the same log declares anew."""
    begun = {event.where.path: event.where.line for event in experiment.events if event.kind in ("started", "resumed")}
    anew = {(s.where.path, s.name) for s in experiment.settings if s.where.line > begun.get(s.where.path, s.where.line)}
    return [
        each
        for each in experiment.settings
        if (each.where.path, each.name) not in anew or each.where.line > begun[each.where.path]
    ]


def _seen(settings: Sequence[Setting]) -> Iterator[tuple[str, tuple[Where, ...]]]:
    values = {each.name: each for each in settings}
    apart = {each.name for each in settings if each.value != values[each.name].value}
    told = {name: each for name, each in values.items() if name not in apart}
    iterations = _number(told.get("iterations"))
    steps = told.get("steps")
    if iterations and steps:
        last = max((int(text) for text in re.findall(r"(?<![\d.])\d{1,9}(?![\d.])", str(steps.value))), default=0)
        if last > iterations:
            text = f"the learning rate falls at iteration {last:,}, and the last one is {iterations:,}."
            yield text, (steps.where, told["iterations"].where)
    batch, epochs = _number(told.get("train_batch_size")), _number(told.get("epochs"))
    data, counted = told.get("train_data"), _number(told.get("train_images"))
    is_coco = data is not None and _COCO.fullmatch(str(data.value).strip()) is not None
    images = counted or (_COCO_IMAGES if is_coco and "train_images" not in apart else 0)
    if iterations and batch and epochs and images:
        made = iterations * batch / images
        if not 1 / _FAR < made / epochs < _FAR:
            whose = f"{counted:,} images" if counted else "COCO"
            text = f"{iterations:,} iterations of {batch} images are {made:.1f} epochs of {whose}, not {epochs}."
            yield text, (told["iterations"].where, told["epochs"].where)


def _number(setting: Setting | None) -> int:
    return setting.value if setting and isinstance(setting.value, int) and setting.value > 0 else 0
