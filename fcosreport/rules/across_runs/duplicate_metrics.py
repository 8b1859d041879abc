"""FR401."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from fcosreport.comparing.contrast import Contrast, contrast
from fcosreport.comparing.scores import Vector, decimals, shown, vector
from fcosreport.evidence.causes import proven, ranked
from fcosreport.evidence.equality import (
    Entry,
    chance,
    classes_agree,
    results,
    series_agrees,
    settled,
    strength,
    vectors,
)
from fcosreport.evidence.remade import resolved
from fcosreport.judging.cases import FAIR, POOR
from fcosreport.judging.rule import EVALUATED, Fault, rule
from fcosreport.records import Experiment, Records, Severity
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_PERCENT = "% 29.2 47.0 30.8 16.3 32.5 38.3 27.0 45.5 49.0 28.3 53.9 64.5"
_TINY = "0.505 0.700 0.505 -1 0.505 0.505 0.700 0.700 0.700 -1 0.700 0.700"
_SIX = "0.245 0.445 0.242 -1 0.083 0.250"
_SIX4 = "0.2462 0.4409 0.2330 0.0971 0.2590 0.3651"
_YOLO = "P=0.98624 R=0.88013 AP50=0.88661 AP=0.69052"
_FEW, _CLASSES = (
    "P=0.913 R=0.871 AP50=0.921 AP=0.647",
    ("AP50=0.951 AP=0.702 category:nut", "AP50=0.891 AP=0.592 category:bolt"),
)
_SERIES = ["P=0.871 R=0.812 AP50=0.874 AP=0.702 @9", "P=0.898 R=0.836 AP50=0.901 AP=0.751 @10"]
_ANOTHER = ["P=0.869 R=0.811 AP50=0.872 AP=0.699 @9", _SERIES[1]]
_TESTED_A, _TESTED_B = {"init": "runs/exp/best.pt"}, {"init": "runs/exp7/best.pt"}
_NAME = "mask_rcnn.res50.c4.coco.multiscale.1x.syncbn.extra_norm"

_CHOSEN = re.compile(r"(?i)[(\[（](?:the )?(?:best|chosen|selected|最佳|最优)(?: [^()]{0,60})?[)\]）]")
"""A remark behind a name that says of one of several models that it is the best of them."""


@rule(
    "FR401",
    "error",
    fires=[
        [{"note_bbox": FAIR, "lr": 0.001}, {"note_bbox": FAIR, "lr": 0.005}, {"note_bbox": POOR, "lr": 0.0001}],
        [{"bbox": FAIR, "seed": 1}, {"bbox": _PERCENT, "seed": 2}],
        [{"bbox": FAIR, "name": _NAME}, {"bbox": FAIR, "name": f"{_NAME}.wider_range"}],
        [{"bbox": _TINY, "lr": 0.01}, {"bbox": _TINY, "lr": 0.02}],
        [{"bbox": _SIX, "lr": 0.01}, {"bbox": _SIX, "lr": 0.03}],
        [{"bbox": _SIX4, "weight_decay": 1e-4}, {"bbox": _SIX4, "weight_decay": 5e-4}],
        [{"bbox": _SIX4, "lr": 0.01, "config": "fcos.py"}, {"bbox": _SIX4, "lr": 0.01, "config": "x/atss.py"}],
        [{"bbox": FAIR, **_TESTED_A}, {"bbox": FAIR, **_TESTED_B}],
        [{"bbox": FAIR, "name": "eval_iter_100000"}, {"bbox": FAIR, "name": "eval_iter_150000"}],
        [{"bbox": _YOLO, "seed": 0}, {"bbox": _YOLO, "seed": 1}],
        [{"bbox": [_FEW, *_CLASSES], **_TESTED_A}, {"bbox": [_FEW, *_CLASSES], **_TESTED_B}],
        [{"bbox": _SERIES, "seed": 0}, {"bbox": _SERIES, "seed": 1}],
        [{"bbox": FAIR, "curve_lr": "0.01 0.01 0.001"}, {"bbox": FAIR, "curve_lr": "0.02 0.02 0.002"}],
        [{"bbox": f"{FAIR} @12", "epochs": 12}, {"bbox": f"{FAIR} @12", "epochs": 24}],
        [{"bbox": FAIR, "epochs": 12}, {"bbox": FAIR, "epochs": 24}],
        [{"note_bbox": FAIR, "name": "GIOU, base line"}, {"note_bbox": FAIR, "name": "proposals, base line"}],
        [{"note_bbox": FAIR, "name": "YOLOv8x (pruned)"}, {"note_bbox": FAIR, "name": "YOLOv8x"}],
    ],
    quiet=[
        [
            {"weights": "runs/a/model_final.pth", "config": "a.yaml", "bbox": FAIR, "train_batch_size": 16},
            {"weights": "runs/a/model_final.pth", "config": "a.yaml", "bbox": FAIR, "train_batch_size": 4},
        ],
        [
            {"weights": "runs/a/model_final.pth", "config": "configs/a.y", "bbox": FAIR, "train_batch_size": 16},
            {"weights": "runs/a/model_final.pth", "config": "configs/a.yaml", "bbox": FAIR, "train_batch_size": 4},
        ],
        [{"bbox": FAIR, "lr": 0.001}, {"bbox": POOR, "lr": 0.005}],
        [{"bbox": FAIR, "lr": 0.001}, {"bbox": FAIR, "lr": 0.001, "name": "the same run in another file"}],
        [{"bbox": FAIR, "name": "quoting"}, {"bbox": FAIR, "lr": 0.01, "name": "quoted"}],
        [{"bbox": FAIR, "note_bbox": FAIR, "lr": 0.001, "cited": "run", "found": "run"}],
        [{"bbox": f"{_SIX} @12", "lr": 0.01}, {"bbox": [f"{_SIX} @9", "0.250 0.450 0.240 -1 0.08 0.26"], "lr": 0.03}],
        [{"bbox": "0.387 0.573 0.419", "lr": 0.01}, {"bbox": "0.387 0.573 0.419", "lr": 0.02}],
        [{"bbox": FAIR, "lr": 0.001}, {"segm": FAIR, "lr": 0.005}],
        [{"bbox": FAIR, "config": "work/a/fcos.py"}, {"bbox": FAIR, "config": "configs/fcos.py", "gpus": 8}],
        [{"bbox": FAIR, **_TESTED_A}, {"bbox": FAIR, "init": "/home/me/runs/exp/best.pt"}],
        [{"bbox": FAIR, "init": "yolov8n.pt", "curve_loss": "2 1"}, {"bbox": FAIR, **_TESTED_A}],
        [{"bbox": FAIR, "name": _NAME, **_TESTED_A}, {"bbox": FAIR, "name": f"{_NAME}.console", **_TESTED_A}],
        [{"bbox": FAIR, "name": "eval_epoch_12"}, {"bbox": FAIR, "name": "eval_epoch_12_again"}],
        [{"bbox": _FEW, **_TESTED_A}, {"bbox": _FEW, **_TESTED_B}],
        [{"bbox": _SERIES, "seed": 0}, {"bbox": _ANOTHER, "seed": 1}],
        [{"bbox": FAIR, "name": f"{_NAME}.log"}, {"bbox": FAIR, "name": f"{_NAME}_eval.json"}],
        [{"note_bbox": FAIR, "name": "YOLOv8x (best of all sizes)"}, {"note_bbox": FAIR, "name": "YOLOv8x"}],
        [{"bbox": f"{FAIR} @1", "epochs": 1}, {"bbox": f"{FAIR} @1", "epochs": 100}],
        [{"bbox": FAIR, "curve_lr": "0.00117721 0.0001"}, {"bbox": FAIR, "curve_lr": "0.0011772 0.0001"}],
        [{"bbox": FAIR, "lr": 0.01, "curve_lr": "0.002 0.009"}, {"bbox": FAIR, "curve_lr": "0.02 0.09"}],
    ],
    needs=EVALUATED,
    is_settled=True,
    shares=lambda experiment: [f"{e.evaluation.task} {vector(e.evaluation)}" for e in _entries([experiment])],
)
def duplicate_metrics(records: Records, settings: Settings) -> Iterator[Fault]:
    """Experiments that declare different settings, configurations or weights print the same numbers.

    A warning where that can be chance (six numbers, tiny ground truth), where what differs need not change the numbers
    (the name of a file, a threshold), or where two sections of one note show the same numbers and declare no
    difference. Two checkpoints never print the same numbers, so tests are told apart by the paths of their weights, or
    by the steps in their names. Six numbers are compared at the end of the runs only, as all others are. How long a
    training was to be has changed nothing in its first tenth.

    Why: zylo117/Yet-Another-EfficientDet-Pytorch#125: a stale predictions file was evaluated again (#62 and #133 are
    alike). In 3.9 million public pairs, unrelated runs share at most 3 of 12 numbers, repeats with another seed 7.

    Do: Evaluate each checkpoint again into an empty folder, and write down its log beside its numbers.
    """
    together: dict[tuple[str, ...], list[list[Entry]]] = defaultdict(list)
    for entries in _equal(records.experiments):
        together[tuple(e.id for e in _experiments(entries))].append(entries)
    fingerprints = {source.path: source.fingerprint for source in records.sources if source.fingerprint}
    for tasks in together.values():
        fault = _fault(tasks, fingerprints, records)
        if fault:
            yield fault


def _equal(experiments: Sequence[Experiment]) -> Iterator[list[Entry]]:
    """The results and claims of two or more experiments that are equal, in linear time."""
    entries = _entries(experiments)
    groups: dict[tuple[str, Vector], list[Entry]] = defaultdict(list)
    for entry, numbers in zip(entries, vectors([entry.evaluation for entry in entries]), strict=True):
        groups[entry.evaluation.task, numbers].append(entry)
    for (_, numbers), equal in groups.items():
        if len(equal) > 1 and not numbers.degenerate:
            for part in settled(equal):
                if len(_experiments(part)) > 1:
                    yield sorted(part, key=lambda e: (e.evaluation.where, e.experiment.id))


def _entries(experiments: Iterable[Experiment]) -> list[Entry]:
    """The results of the experiments, and what notes claim beside them."""
    return [entry for result in results(experiments) for entry in (result, *_claimed(result))]


def _claimed(result: Entry) -> list[Entry]:
    """What a note claims last, beside a result from a log: it stands for the experiment, too.

    Of notes that contradict each other none does, for the log decides between them.
    """
    task, experiment = result.evaluation.task, result.experiment
    if result.evaluation.origin == "note":
        return []
    claims = [e for e in experiment.evaluations if (e.task, e.origin, e.category) == (task, "note", None)]
    notes = {claim.where.path: vector(claim) for claim in claims}
    return [Entry(experiment, claim) for claim in claims[-1:]] if len(set(notes.values())) == 1 else []


def _experiments(entries: Sequence[Entry]) -> list[Experiment]:
    found = {entry.experiment.id: entry.experiment for entry in entries}
    return sorted(found.values(), key=lambda e: (e.where, e.id))


def _fault(tasks: Sequence[list[Entry]], fingerprints: dict[str, str], records: Records) -> Fault | None:
    experiments = _experiments(tasks[0])
    different = contrast(experiments)
    places = [min(decimals(entry.evaluation) for entry in entries) for entries in tasks]
    firsts = [entries[0].evaluation for entries in tasks]
    strengths: list[Severity | None] = [
        strength(first, least, classes_agree(entries) + series_agrees(entries))
        for first, least, entries in zip(firsts, places, tasks, strict=True)
    ]
    if _rows_of_one_table(tasks[0]) or not any(strengths) or not (different or _sections_of_one_note(tasks[0])):
        return None
    if (different.names and _one_checkpoint(experiments)) or _has_just_begun(tasks, different):
        return None
    if {*different.perhaps} <= {"config"} and _are_tests_of_one_file(experiments):
        return None
    is_certain = different.settings or different.names
    numbers = [vector(first) for first in firsts]
    strongest = max(range(len(tasks)), key=lambda task: places[task] * numbers[task].distinct)
    counts = [f"all {len(each.values)} {first.task}" for each, first in zip(numbers, firsts, strict=True)]
    few = shown(firsts[strongest].metrics)
    end = "" if different else ", and the note does not say that one quotes the other"
    return Fault(
        f"{listed(different.labels(experiments))} share {listed(counts)} numbers ({few}){end}.",
        tuple(experiments),
        tuple(dict.fromkeys(entry.evaluation.where for entries in tasks for entry in entries)),
        explanations=(
            *resolved(tasks[0], records),
            *ranked(tasks[0], different, fingerprints),
            chance(firsts[strongest], places[strongest]),
        ),
        severity="error" if is_certain and ("error" in strengths or proven(experiments)) else "warning",
    )


def _rows_of_one_table(entries: Sequence[Entry]) -> bool:
    """Whether they are rows of one table, which are compared by themselves."""
    groups = {entry.experiment.group if entry.evaluation.form == "table" else "" for entry in entries}
    return len(groups) == 1 and groups != {""}


def _one_checkpoint(experiments: Sequence[Experiment]) -> bool:
    """Whether all are tests of one file: a log and a copy of what the console showed have two names."""
    loaded = {str(e.value("weights") or e.value("init") or "") for e in experiments}
    return len(loaded) == 1 and "/" in loaded.pop() and not any(e.curves for e in experiments)


def _are_tests_of_one_file(experiments: Sequence[Experiment]) -> bool:
    """Whether all test one file by one configuration and train nothing: a console shows it, and the log beside it."""
    weights, configs = ({str(e.value(name) or "") for e in experiments} for name in ("weights", "config"))
    shortest = min(configs, key=len)  # a console that breaks its lines cuts the others
    is_one = len(weights) == 1 and "/" in weights.pop() and bool(shortest)
    return is_one and all(c.startswith(shortest) for c in configs) and not any(e.curves for e in experiments)


def _has_just_begun(tasks: Sequence[list[Entry]], different: Contrast) -> bool:
    """Whether nothing but the epochs planned differ, and the results are of one that is in the first tenth of these."""
    entries = [entry for each in tasks for entry in each]
    came = {entry.evaluation.epoch for entry in entries}
    planned = [n for entry in entries if isinstance(n := entry.experiment.value("epochs"), int)]
    only = next(iter(came)) if len(came) == 1 else None
    return different.settings == ("epochs",) and only is not None and 10 * only <= max(planned, default=0)


def _sections_of_one_note(entries: Sequence[Entry]) -> bool:
    """Whether they are sections of one note that are of other models, as far as their names tell."""
    claims = [entry for entry in entries if entry.evaluation.origin == "note"]
    names = {_CHOSEN.sub("", called(entry.experiment)).strip("“ ”") for entry in claims}
    return len({entry.experiment.where.path for entry in claims}) < len(names) == len(_experiments(entries))
