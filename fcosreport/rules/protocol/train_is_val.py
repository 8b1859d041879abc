"""FR306."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from fcosreport.judging.cases import GOOD, JOINED
from fcosreport.judging.rule import Fault, declaring, rule
from fcosreport.records import DataSet, Experiment, Records, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_PART = re.compile(r"train|val|test|\.jsonl?$", re.IGNORECASE)
"""Names of one part of the data, not of a data set with all its parts."""

_READ = ("train_labels", "val_labels", "train_images", "val_images")

_GENERAL = re.compile(r"(?:data(?:sets?)?|conf(?:ig)?|cfg|custom|my|new|train(?:ing)?|val|test|yolov?|coco)")
"""Words of which alone the name of a data set's file is no name: such files are on each machine."""

_TRYING = re.compile(r"(?:^|[/\\])coco128(?:-seg)?(?:\.yaml$|[/\\]|$)", re.IGNORECASE)


@rule(
    "FR306",
    "error",
    fires=[
        [{"bbox": GOOD, "train_data": "data/instances_train2017.json", "val_data": "data/instances_train2017.json"}],
        [{"bbox": GOOD, "train_data": "nyu_train, nyu_val", "val_data": "nyu_val"}],
        [{"bbox": GOOD, "note_bbox": GOOD, "train_data": "ultralytics/cfg/datasets/coco128.yaml", **JOINED}],
        [{"bbox": GOOD, **dict(zip(_READ, ("data/cars/labels", "data/cars/labels", 857, 857), strict=True))}],
        [{"bbox": GOOD, "train_data": "data.yaml"}, {"data_set": "data.yaml", "train": "images", "val": "images"}],
        [{"bbox": GOOD, "train_data": "/d/cars1.yaml"}, {"data_set": "cars1.yaml", "train": "all", "val": "all"}],
        [{"bbox": GOOD, "train_data": r"C:\d\data\a.yaml"}, {"data_set": "data/a.yaml", "train": "all", "val": "all"}],
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
        [{"bbox": GOOD, "train_data": "data.yaml"}, {"data_set": "data.yaml", "train": "images", "val": "val"}],
        [{"bbox": GOOD, "train_data": "data.yaml"}, {"data_set": "cars/data.yaml", "train": "all", "val": "all"}],
        [{"bbox": GOOD, "train_data": "/d/data.yaml"}, {"data_set": "data.yaml", "train": "all", "val": "all"}],
        [{"bbox": GOOD, "train_data": "/d/my_data2.yaml"}, {"data_set": "my_data2.yaml", "train": "all", "val": "all"}],
        [{"bbox": GOOD, **dict(zip(_READ, ("../coco128/labels", "../coco128/labels", 128, 128), strict=True))}],
    ],
    needs=(
        "no run tells both its training and its validation data",
        lambda records: records if any(next(find(records), None) for find in (_told, _read, _filed, _trying)) else None,
    ),
)
def train_is_val(records: Records, settings: Settings) -> Iterator[Fault]:
    """The model was validated on annotations that it was trained on.

    YOLOv5 and later print the folder of labels that they read, and how many images they found there; lists of images
    may share a folder, and differ in their number. The file of the data set that a run names counts where it lies, seen
    from a folder above the run; one of another machine where its path ends as that of a file in a folder here, or in a
    name that is not as general as `data.yaml`. COCO128 of ultralytics has the same 128 images for both; that is a
    warning where a note reports such a result, and else an info, as it is meant for trying. Runs on the same data are
    told together.

    Why: open-mmlab/mmdetection#6118: on its training data a model is far better than on any other, and gets better
    with every epoch. ultralytics/yolov5#1758: COCO128 shows that a model can be trained, and not how good it is.

    Do: Point the validation to other images, and evaluate again.
    """
    known: set[str] = set()
    alike: dict[str, list[_Found]] = defaultdict(list)
    for find in (_told, _read, _filed):
        for found in find(records):
            experiment, data, _ = found
            if data and experiment.id not in known:
                known.add(experiment.id)
                alike[data].append(found)
    yield from map(_of_one_cause, alike.values())
    yield from _of_one_set(list(_trying(records)))


_Found = tuple[Experiment, str, tuple[Where, ...]]
"""A run that tells both its training and its validation data, what both share, and where."""


def _of_one_cause(found: Sequence[_Found]) -> Fault:
    """One fault for the runs on one data set: its file is to be mended once."""
    runs = tuple(run for run, _, _ in found)
    (were, it) = ("were", "they were") if len(runs) > 1 else ("was", "it was")
    return Fault(
        f"{listed([called(run) for run in runs])} {were} trained on {found[0][1]}, too, on which {it} validated.",
        runs,
        tuple(dict.fromkeys(where for _, _, places in found for where in places)),
    )


def _told(records: Records) -> Iterator[_Found]:
    """By the annotations of both."""
    for experiment, (train, val) in declaring("train_data", "val_data")(records):
        held = [part.strip() for part in str(val.value).split(",") if part.strip()]
        used = {part.strip() for part in str(train.value).split(",")}
        is_shared = all(part in used and _PART.search(part) for part in held)
        yield experiment, listed(held) if is_shared else "", (train.where, val.where)


def _read(records: Records) -> Iterator[_Found]:
    """By the folder of labels that was read for both, and held as many images."""
    for experiment, (train, val, images, held) in declaring(*_READ)(records):
        is_shared = (train.value, images.value) == (val.value, held.value) and not _TRYING.search(str(train.value))
        yield experiment, str(train.value) if is_shared else "", (train.where, val.where)


def _filed(records: Records) -> Iterator[_Found]:
    """By the file of the data set that it names, from a folder that it lies in."""
    for experiment, (data,) in declaring("train_data")(records) if records.data_sets else ():
        named = [each for each in records.data_sets if _is_named(each, str(data.value), experiment)]
        if named and not _TRYING.search(str(data.value)):
            told = max(named, key=lambda each: len(each.where.path))
            shared = f"{told.train} ({told.where.path})" if told.train == told.val else ""
            yield experiment, shared, (data.where, told.where)


def _is_named(data_set: DataSet, name: str, experiment: Experiment) -> bool:
    """Whether a name such as `data/cars.yaml` is of that file, seen from a folder above a file of the run.

    In upper or lower case: Windows does not tell them apart. An absolute name, `/home/me/cars/data/cars.yaml`, ends in
    the way from the folder above both to that file, where that leads through a folder or to a file with a name.
    """
    path, own = PurePosixPath(data_set.where.path), PurePosixPath(name.replace("\\", "/"))
    mine, its = [*map(str.lower, path.parts)], [*map(str.lower, own.parts)]
    if not own.suffix:
        return False
    files = [PurePosixPath(file) for file in (experiment.where.path, *experiment.files)]
    if own.is_absolute() or its[0].endswith(":"):
        ways = [mine[len(_above(path, file).parts) :] for file in files]
        return any(its[-len(way) :] == way and (len(way) > 1 or _is_name(own.stem)) for way in ways)
    above = PurePosixPath(*path.parts[: -len(its)])
    return mine[-len(its) :] == its and any(file.is_relative_to(above) for file in files)


def _is_name(stem: str) -> bool:
    return any(not _GENERAL.fullmatch(word) for word in re.findall(r"[^\W\d_]+", stem.lower()))


def _above(path: PurePosixPath, other: PurePosixPath) -> PurePosixPath:
    """The last folder that holds both files."""
    return next(folder for folder in (*path.parents, PurePosixPath()) if other.is_relative_to(folder))


def _trying(records: Records) -> Iterator[Experiment]:
    """Those on a data set that has the same images for both, and validated on no other."""
    trained = ((each, str(data.value)) for each, (data,) in declaring("train_data")(records))
    return (each for each, data in trained if _TRYING.search(data) and not each.setting("val_data"))


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
