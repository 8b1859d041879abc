"""FR211."""

import re
from collections import Counter
from collections.abc import Iterator
from math import isclose
from pathlib import PurePosixPath

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Setting
from fcosreport.runs.links import is_written_by_trainer
from fcosreport.settings import Settings
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_COMPARED = ("lr", "train_batch_size", "images_per_gpu", "epochs", "iterations", "momentum", "weight_decay", "seed")
_HUGE = 1e300  # no setting of a training, and more than a float holds
_LAST_VALUES = "wandb-summary.json"
"""What holds the values at the end of a training, such as the learning rate that is left."""
_CONFIG = re.compile(r"\.(?:py|ya?ml|toml)$", re.IGNORECASE)
_TEMPLATE = re.compile(r"(?:^|/)hyp\.[^/]+\.ya?ml$", re.IGNORECASE)
"""What YOLOv5 takes hyperparameters from, `hyp.scratch.yaml`; what a run is given it writes as `hyp.yaml`."""


@rule(
    "FR211",
    "warning",
    fires=[
        [{"lr": 0.01, "config.yaml": {"lr": 0.02}}],
        [{"epochs": 12, "fcos.py": {"epochs": 24, "lr": 0.01}}],
        [{"epochs": 300, "config": "models/yolov5l.yaml", "exp/opt.yaml": {"epochs": 100}}],
        [{"bbox": [f"{GOOD} @{epoch}" for epoch in (1, 40)], "exp/args.yaml": {"epochs": 25}}],
    ],
    quiet=[
        [{"lr": 0.01, "config.yaml": {"lr": 0.01}}],
        [{"lr": 0.01, "config.yaml": {"seed": 1}}],
        [{"bbox": [f"{GOOD} @{epoch}" for epoch in (0, 25)], "exp/args.yaml": {"epochs": 25}}],
        [{"bbox": [f"{GOOD} @{epoch}" for epoch in (1, 40)], "config.yaml": {"epochs": 25}}],
        [{"bbox": [f"{GOOD} @{epoch}" for epoch in (1, 40)], "exp/args.yaml": {"epochs": 25, "time_limit": 24}}],
        [{"lr": 0.01, "log.txt": {"lr": 0.02}}],
        [{"lr": 0.001, "config": "data/cars/yolov5s.yaml", "data/hyp.scratch.yaml": {"lr": 0.01}}],
        [{"lr": 0.01, "data/hyp.scratch.yaml": {"lr": 0.02}}],
        [{"name": "r50_24e", "epochs": 24, "bbox": f"{GOOD} @24", "exp/args.yaml": {"epochs": 240}}],
        [{"config.yaml": {"lr": 0.01, "epochs": 12}, "files/wandb-summary.json": {"lr": 0.0001, "epochs": 10}}],
        [{"lr": 0.0033333333333333335, "config.yaml": {"lr": 0.003333}}],
        [{"name": name, "lr": lr, "config.yaml": {"lr": 0.02}} for name, lr in (("log", 0.01), ("log2", 0.005))],
    ],
    after=("FR206",),
    needs=(
        "no run has both a configuration file and settings in its log",
        lambda records: [
            e for e in records.experiments if any(map(_in_config, e.settings)) and (_logged(e) or _beyond(e))
        ],
    ),
)
def contradicting_settings(experiments: list[Experiment], settings: Settings) -> Iterator[Fault]:
    """A configuration file of a run and its log tell different settings.

    A file of another name than the one that the log says it was started with is not of that run, unless the trainer
    wrote it. One beside several logs, of launches into one folder, is that of one launch alone, whose log may be
    missing. What the trainer wrote also says after how many epochs the log is to end.

    Why: open-mmlab/mmdetection, tools/train.py: `--cfg-options` and `--auto-scale-lr` override the file, and the file
    is what others will use to repeat the run.

    Do: Keep the configuration that the program dumps when it starts beside the log, not the one it was made from.
    """
    beside = Counter(path for e in experiments for path in {s.where.path for s in e.settings if _in_config(s)})
    for experiment in experiments:
        found = (pair for name in _COMPARED if (pair := _pair(experiment, name) or _beyond(experiment, name)))
        pairs = [(ours, theirs) for ours, theirs in found if beside[ours.where.path] == 1]
        if pairs:
            apart = listed([f"{ours.name} {ours.shown} and the log {theirs.shown}" for ours, theirs in pairs])
            yield Fault(
                f"{called(experiment)}: the configuration file says {apart}.",
                (experiment,),
                tuple(dict.fromkeys(s.where for pair in pairs for s in pair)),
            )


def _in_config(setting: Setting) -> bool:
    return bool(_CONFIG.search(setting.where.path))


def _logged(experiment: Experiment) -> list[Setting]:
    own = experiment.where if experiment.citation else None
    named = {(s.name, s.value, s.where) for s in decode(experiment.name, experiment.where)}  # another rule has these
    files = [s for s in experiment.settings if (s.name, s.value, s.where) not in named]
    told = [s for s in files if not (_in_config(s) or s.where.path.endswith(_LAST_VALUES))]
    return [s for s in told if own is None or s.where.path != own.path]


def _pair(experiment: Experiment, name: str) -> tuple[Setting, Setting] | None:
    """The setting in the file and the one in the log, where no two of them agree."""
    files = [s for s in experiment.settings if s.name == name and _in_config(s) and _is_taken(s, experiment)]
    logs = [s for s in _logged(experiment) if s.name == name]
    if not files or not logs or any(_same(a, b) for a in files for b in logs):
        return None
    return files[-1], logs[-1]


def _beyond(experiment: Experiment, name: str = "epochs") -> tuple[Setting, Setting] | None:
    """The epochs that the trainer was to train, and the last one in the log, where that is later by more than one."""
    told = [s for s in experiment.settings if s.name == name == "epochs" and is_written_by_trainer(s.where.path)]
    logged = [e for e in experiment.evaluations if e.origin == "log" and e.epoch is not None]
    if not told or not logged or any(s.name == name for s in _logged(experiment)) or experiment.setting("time_limit"):
        return None
    last = max(logged, key=lambda each: each.epoch or 0)
    whole = max((s.value for s in told if isinstance(s.value, int)), default=_HUGE)
    return (
        (told[-1], Setting(name, last.epoch or 0, str(last.epoch), last.where))
        if whole + 1 < (last.epoch or 0)
        else None
    )


def _is_taken(setting: Setting, experiment: Experiment) -> bool:
    """Whether the file can be that of the run: no template, and of the trainer or the one that the log names."""
    if _TEMPLATE.search(setting.where.path):
        return False
    named = [str(s.value).replace("\\", "/") for s in _logged(experiment) if s.name == "config"]
    own = PurePosixPath(setting.where.path)
    return is_written_by_trainer(setting.where.path) or not named or own.name in {PurePosixPath(n).name for n in named}


def _same(one: Setting, other: Setting) -> bool:
    if isinstance(one.value, int | float) and isinstance(other.value, int | float):
        return isclose(one.value, other.value, rel_tol=1e-3) if max(one.value, other.value) < _HUGE else one == other
    return str(one.value).lower() == str(other.value).lower()
