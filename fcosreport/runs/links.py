"""What links files to one run: their folder or name, a configuration file beside a log, and how a loss begins."""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import floor, isfinite, log
from pathlib import PurePosixPath

from msgspec import Struct

from fcosreport.files.packed import name_of_archive, name_unpacked
from fcosreport.records import Curve, Fragment, Setting
from fcosreport.runs.twins import LEAST, alike, changes
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.paths import last_part

_WORD = (
    r"logs?|train(?:ing)?|test(?:ing)?|val(?:id(?:ation)?)?|eval(?:uation)?|metrics?|results?|records?|history|outputs?|console"
    r"|stdout|stderr|nohup|accuracy|map|loss|lr|epochs?|det|segm?|bbox|scalars|summary|status|events|meta"
    r"|overall|configs?|cfg|args|hyp|opt|hparams|overrides|hydra|resume|none|null|unknown|reports?|final|detections?|performance"
    r"|(?:all|experiment|coco)(?=[-_](?:logs?|results?|eval))|(?:per|by)[-_]?(?:class|category)|rank[-_]?\d+|\d+"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\d{1,2}"
)
NO_RUN_NAME = re.compile(
    rf"(?!(?:val(?:idation)?|det|segm?|bbox)$)(?:{_WORD}|trainer_state|wandb[-_](?:summary|metadata)|slurm[-_.]?\d+|version_\d+)(?:[-_.](?:{_WORD}))*",
    re.IGNORECASE,
)
"""Names that say what a file is, not which run it is of: the run is the folder. `val` or `seg` alone
tell of a test of their own."""

_NO_FOLDER_NAME = re.compile(
    r"(exp(eriment)?s?|runs?|trains?|val(id(ation)?)?|predict|detect|segment|pose|obb|classify|work_?dirs?|outputs?|slurm|jobs?|trials?"
    r"|checkpoints?|ckpts?|weights|default|lightning_logs|(csv|tb|slurm|train|training|val|test|eval)_?logs?"
    r"|\d+[-_]?(epochs?|ep))[-_]?\d*",
    re.IGNORECASE,
)

_TASKS = frozenset({"segment", "pose", "obb", "classify"})
"""Folders in which ultralytics parts the runs of a task other than boxes: each has an `exp` or a `train` of its own."""

_INSIDE = frozenset({"vis_data", "files", ".hydra", "params", "metrics", "tags", "tensorboard", "tf_logs", "plots"})
"""Folders that frameworks and trackers make inside the folder of a run."""

_MLFLOW_RUN = re.compile(r".*?(?:[0-9a-f]{32}(?=/)|(?:^|/)mlruns/[^/]+/[^/]+(?=/))")
"""The folder of a run in an MLflow file store, which holds a file for each parameter and metric."""

_KEPT = re.compile(r"(?:args|opt|hparams)\.(?:ya?ml|json)")
"""The settings of a run, as trainers write them into its folder when it starts."""

_TRACKED = re.compile(r"(?:offline-)?run-\d{8}_\d{6}-\w+|latest-run")
"""The folder in which Weights & Biases keeps what it sees of a run, beside the folder that the trainer writes to."""

_WRITTEN = frozenset(".log .txt .json .jsonl .out .err .csv .tsv .yaml .yml .py".split())
_VIEW = re.compile(r"(?<=.)_(?:summary\.txt|detailed\.csv)$")
"""What TrackEval calls its two files of one result behind the class that was tracked."""

_CELLS, _APART = 400, 0.42
"""Cells to a factor of e, and how many of them values that are alike (see stitching) lie apart at most."""


class Beginning(Struct, frozen=True):
    """How a training begins: the unit and name of its first loss, the step and the values (float64) logged first."""

    loss: str
    step: float
    head: bytes

    @property
    def cell(self) -> str:
        """The place of the values on a grid."""
        return " ".join((repr(self.loss), *(str(floor(size)) for size in self._sizes())))

    @property
    def around(self) -> Iterator[str]:
        """The cells in which all those lie that begin alike."""
        sides = (map(str, {floor(size - _APART), floor(size + _APART)}) for size in self._sizes())
        return map(" ".join, product([repr(self.loss)], *sides))

    def is_like(self, other: "Beginning") -> bool:
        """Whether both can be of one training."""
        return (
            self.loss == other.loss
            and abs(self.step - other.step) <= 1
            and all(map(alike, array("d", self.head), array("d", other.head)))
        )

    def _sizes(self) -> list[float]:
        return [log(abs(value) + 0.1) * _CELLS if isfinite(value) else 0.0 for value in array("d", self.head)]


class Links(Struct, frozen=True):
    """What links a file to others: the path of its run, what is above that for a configuration file, its trainings."""

    run_path: str
    above: str | None
    beginnings: tuple[Beginning, ...]


def links_of(fragment: Fragment) -> Links | None:
    """What links the file to others; None for a note."""
    if fragment.source.kind == "note":
        return None
    path = run_path(PurePosixPath(fragment.source.path))
    beginnings = dict.fromkeys(beginning_of(segment.curves) for segment in fragment.segments)
    beginnings[copied_as(fragment)] = None
    beginnings.update((written_to(path, segment.settings), None) for segment in fragment.segments)
    above = str(path.parent) if is_config(fragment) else None
    return Links(str(path), above, tuple(filter(None, beginnings)))


def beginning_of(curves: Sequence[Curve]) -> Beginning | None:
    """How the training of these curves begins; None where too little is logged to tell it from others."""
    curve = next((curve for curve in curves if "loss" in curve.name and changes(curve)), None)
    values = curve.beginning if curve else array("d")
    if curve is None or len(values) < LEAST:
        return None
    return Beginning(f"{curve.unit} {curve.name}", curve.begin, values[:LEAST].tobytes())


def copied_as(fragment: Fragment) -> Beginning | None:
    """What every copy of the file has in common, under its name; None for one that tells of no result or training."""
    name = last_part(fragment.source.path)
    if is_config(fragment) or not fragment.source.fingerprint:
        return None
    return Beginning(f"file {name} {fragment.source.fingerprint}", 0.0, b"")


def written_to(path: PurePosixPath, settings: Iterable[Setting]) -> Beginning | None:
    """What the folder that a run declares to write to has in common with a tracker's of it; None for another folder."""
    declared = next((str(each.value) for each in settings if each.name == "output_dir"), "").replace("\\", "/")
    if not declared or not (looks_on(path) or path.name == last_part(declared)):
        return None
    return Beginning(f"output {declared}", 0.0, b"")


def looks_on(path: PurePosixPath) -> bool:
    """Whether what is told at that path is of a run that writes elsewhere: a tracker's folder, a notebook."""
    return path.suffix == ".ipynb" or is_tracked(path)


def is_tracked(path: PurePosixPath) -> bool:
    """Whether it lies in the folder of one process that Weights & Biases keeps."""
    return any(map(_TRACKED.fullmatch, path.parts))


def run_path(file: PurePosixPath) -> PurePosixPath:
    """The path of the run that a file is of: its folder, or itself where it has a name of its own."""
    file = PurePosixPath(name_unpacked(str(file)))
    stem = file.name if file.name.startswith(".") else file.name.partition(".")[0]
    if tracked := _MLFLOW_RUN.match(str(file)):
        return PurePosixPath(tracked[0])
    folder = file.parent
    while folder.name in _INSIDE and folder.parent.name:
        folder = folder.parent
    is_unnamed = bool(NO_RUN_NAME.fullmatch(stem)) or file.suffix == ".wandb"  # W&B calls it by the folder's last word
    is_of_model = file.parent.name == "metrics" and bool(detectors(stem.lower()))  # where others are of models as well
    if (folder != file.parent and not is_of_model) or is_unnamed:
        return folder
    return stem_of(file)


@lru_cache(1024)  # asked of each file of a run, wherever it is held against another
def stem_of(file: PurePosixPath) -> PurePosixPath:
    """The path without what says how a log is written: `a/x` for `a/x.log` and for its twin `a/x.log.json`."""
    file = file.with_name(_VIEW.sub("", file.name)) if file.name else file
    while file.suffix.lower() in _WRITTEN:
        file = file.with_suffix("")
    return file


def tells_apart(folder: str) -> bool:
    """Whether a folder of that name says which run is in it: `fcos_r50` does, `exp3`, `slurm_logs` and `val` do not."""
    return bool(folder) and not (NO_RUN_NAME.fullmatch(folder) or _NO_FOLDER_NAME.fullmatch(folder))


def telling_name(path: PurePosixPath) -> str:
    """What a run of that path is called: its own name, behind the folder that tells it apart and that of its task."""
    folders = (each for each in reversed(path.parts[:-1]) if each != path.anchor)
    name, above = name_of_archive(path.name), list(map(name_of_archive, folders))
    if tells_apart(name) or not above:
        return name
    telling = next(filter(tells_apart, above), above[0])
    task = f"{above[0]}/" if above[0] in _TASKS and above[0] != telling else ""
    return f"{telling}/{task}{name}"


def is_written_by_trainer(file: str) -> bool:
    """Whether a configuration of that path is what a trainer keeps of a run that it starts; others are but written."""
    path = PurePosixPath(file)
    return bool(_KEPT.fullmatch(path.name)) or path.parent.name == ".hydra"


def is_config(fragment: Fragment) -> bool:
    """Whether the file tells of no result and no training: it can only say how a run was configured."""
    return not any(segment.evaluations or segment.curves for segment in fragment.segments)
