"""FR411."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from fcosreport.comparing.contrast import settings_of
from fcosreport.comparing.quotes import compared, differing_from
from fcosreport.comparing.scores import printed
from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Evaluation, Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.paths import last_part
from fcosreport.vocabulary.sentences import called, when
from fcosreport.wording import listed

_FOLDERS = re.compile(r"weights|checkpoints?|ckpts?|models?|saved?")
"""Folders of checkpoints within that of a run."""
_STEP = re.compile(r"(epoch|iter(?:ation)?|model)[-_]?0*(\d+)$")
_PROTOCOL = ("val_data", "image_size", "score_threshold", "nms", "max_dets", "tta", "amp", "val_images")
_TEST = {"name": "test", "init": "runs/a/epoch_12.pth", "weights": "runs/a/epoch_12.pth"}
_TRAINED = {"name": "a", "curve_loss": "2.0 1.0"}


@rule(
    "FR411",
    "warning",
    fires=[
        [{**_TRAINED, "bbox": [f"{FAIR} @11", f"{GOOD} @12"]}, {**_TEST, "bbox": FAIR}],
        [
            {**_TRAINED, "bbox": [f"{GOOD} @11", f"{FAIR} @12"]},
            {**_TEST, "init": "runs/a/weights/best.pt", "weights": "runs/a/weights/best.pt", "bbox": FAIR},
        ],
        [
            {"name": "a", "bbox": GOOD},
            {**_TEST, "init": "runs/a/weights/best.pt", "weights": "runs/a/weights/best.pt", "bbox": FAIR},
        ],
    ],
    quiet=[
        [{**_TRAINED, "bbox": [f"{FAIR} @11", f"{GOOD} @12"]}, {**_TEST, "bbox": GOOD}],
        [{"name": "a", "note_bbox": GOOD}, {**_TEST, "weights": "runs/a/weights/best.pt", "bbox": FAIR}],
        [{**_TRAINED, "bbox": f"{GOOD} @11"}, {**_TEST, "bbox": FAIR}],
        [{**_TRAINED, "bbox": f"{GOOD} @12"}, {**_TEST, "name": "b", "curve_loss": "2.0 1.9", "bbox": FAIR}],
        [{**_TRAINED, "name": "b", "bbox": f"{GOOD} @12"}, {**_TEST, "bbox": FAIR}],
        [{**_TRAINED, "bbox": f"{GOOD} @12 on:a"}, {**_TEST, "bbox": f"{FAIR} on:b"}],
        [{**_TRAINED, "bbox": f"{GOOD} @12"}, {**_TEST, "bbox": f"{FAIR} split:test"}],
    ],
    needs=("no test of a checkpoint stands beside its training", lambda records: _tested(records.experiments)),
    shares=lambda experiment: {*_folders_of_training(experiment), _folder_of_test(experiment)} - {""},
)
def one_checkpoint_two_results(tested: list[tuple[Experiment, Experiment]], settings: Settings) -> Iterator[Fault]:
    """The test of a checkpoint prints other numbers than the evaluation of that step in its training.

    The finding tells what both declare differently. An info where they do, or where the test is augmented.

    Why: ultralytics/yolov5#1516 and dbolya/yolact#740: the weights, the threshold, the image size, the data or the
    evaluator differ, and the better number of the two gets into the table.

    Do: Evaluate both in the same way, and say which of the two is reported.
    """
    for test, training in tested:
        for task in test.tasks:
            result = test.result(task)
            meant = _meant(training, task, _weights(test)) if result else None
            if not result or not meant or not differing_from(result, meant):
                continue
            if len(compared(result, meant)) and _are_of_one_set(result, meant):
                yield _fault(test, training, result, meant)


def _fault(test: Experiment, training: Experiment, result: Evaluation, meant: Evaluation) -> Fault:
    ours, theirs = settings_of(test), settings_of(training)
    apart = [n for n in _PROTOCOL if n in ours and n in theirs and ours[n].value != theirs[n].value]
    apart += ["augmentation"] * (result.augmented != meant.augmented)
    told = f"; they declare another {listed(apart)}" if apart else "; neither declares why"
    pairs = [f"{printed(mine)} ({its.text})" for mine, its in differing_from(result, meant)]
    return Fault(
        f"{called(test)}: the test of {_weights(test)} prints other {result.task} numbers than its training"
        f"{when(meant)}, {called(training)}: {listed(pairs, most=3)}{told}.",
        (test, training),
        (result.where, meant.where),
        severity="info" if apart else None,
    )


def _tested(experiments: Sequence[Experiment]) -> list[tuple[Experiment, Experiment]]:
    """Tests, each with the one training in whose folder its checkpoint lies."""
    folders: dict[str, list[Experiment]] = defaultdict(list)
    for each in experiments:
        for name in _folders_of_training(each):
            folders[name].append(each)
    pairs = [(each, folders.get(folder, [])) for each in experiments if (folder := _folder_of_test(each))]
    return [(test, found[0]) for test, found in pairs if len(found) == 1]


def _folders_of_training(experiment: Experiment) -> set[str]:
    """What the folder of a training may be called; empty for a test."""
    if experiment.curves or (not _weights(experiment) and any(e.origin == "log" for e in experiment.evaluations)):
        return {last_part(path) for path in (experiment.name, str(experiment.value("output_dir") or ""))} - {""}
    return set()


def _folder_of_test(experiment: Experiment) -> str:
    """The folder of the training whose checkpoint is tested; empty for a training."""
    return _folder(_weights(experiment)) if not experiment.curves and experiment.evaluations else ""


def _weights(experiment: Experiment) -> str:
    return str(experiment.value("weights") or "").replace("\\", "/")


def _folder(path: str) -> str:
    return next((part for part in PurePosixPath(path).parts[-2::-1] if not _FOLDERS.fullmatch(part.lower())), "")


def _meant(training: Experiment, task: str, weights: str) -> Evaluation | None:
    """The evaluation of the step that a checkpoint is called after; the best or the last one where it says so."""
    logged = [e for e in training.standing(task) if e.origin == "log"]
    stem = PurePosixPath(weights).stem.lower()
    if "best" in stem:
        return training.best(task) if logged else None
    if stem in ("last", "latest") or stem.endswith("final"):
        return logged[-1] if logged else None
    step = _STEP.search(stem)
    unit = "epoch" if step and step[1] == "epoch" else "iteration"
    return next((e for e in logged if step and getattr(e, unit) == int(step[2])), None)


def _are_of_one_set(one: Evaluation, other: Evaluation) -> bool:
    if one.split != other.split and "test" in (one.split, other.split):  # one that is not told is that of validation
        return False
    pairs = ((one.data_set, other.data_set), (one.split, other.split))
    return not any(a and b and PurePosixPath(a).stem != PurePosixPath(b).stem for a, b in pairs)
