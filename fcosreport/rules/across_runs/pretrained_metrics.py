"""FR409."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from fcosreport.comparing.scores import decimals, shown, vector
from fcosreport.evidence.equality import chance, strength
from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Evaluation, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_A = "0.292 0.470 0.308 0.163 0.325 0.383 0.270 0.455 0.490 0.283 0.539 0.645"
_B = "0.172 0.327 0.161 0.095 0.197 0.226 0.195 0.345 0.374 0.188 0.410 0.519"
_TUNED = {"name": "tuned", "init": "runs/first/model_final.pth", "curve_loss": "0.9 0.8 0.7"}


@rule(
    "FR409",
    "error",
    fires=[[{"name": "first", "bbox": _A}, {"bbox": _A, **_TUNED}]],
    quiet=[
        [{"name": "first", "bbox": _A}, {"bbox": _B, **_TUNED}],
        [{"name": "first", "bbox": _A}, {"name": "test", "bbox": _A, "init": "runs/first/model_final.pth"}],
        [{"name": "second", "bbox": _A}, {"bbox": _A, **_TUNED}],
    ],
    after=("FR401",),
)
def pretrained_metrics(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """A trained model has all the numbers of the model that it started from.

    The test of a checkpoint is no fault: the log must hold losses. Published models that are not among the data are not
    known here.

    Why: facebookresearch/detectron2#1894: the evaluation loaded the pretrained weights, not those of the training.

    Do: Look which checkpoint the evaluation loads, and whether the training saved one.
    """
    named: dict[str, list[Experiment]] = defaultdict(list)
    for experiment in records.experiments:
        named[PurePosixPath(experiment.name).name].append(experiment)
    tuned = [(e, from_) for e in records.experiments if e.curves and (from_ := _start(e)) in named]
    if not tuned:
        yield NotRun("no run starts from the weights of another that is at hand")
    for experiment, start in tuned:
        for other in named[start]:
            for task in experiment.tasks:
                ours, theirs = experiment.result(task), other.result(task)
                if other is not experiment and ours and theirs and _equal(ours, theirs):
                    yield Fault(
                        f"{called(experiment)} started from {called(other)} and has all its {task} numbers "
                        f"({shown(ours.metrics)}).",
                        (experiment, other),
                        (ours.where, theirs.where),
                        explanations=(chance(ours, min(decimals(ours), decimals(theirs))),),
                        severity=strength(ours, min(decimals(ours), decimals(theirs))),
                    )


def _start(experiment: Experiment) -> str:
    """The folder of the checkpoint that the training started from."""
    text = str(experiment.value("weights") or experiment.value("init") or "")
    return PurePosixPath(text).parent.name if re.search(r"[/].*\.\w+$", text) else ""


def _equal(ours: Evaluation, theirs: Evaluation) -> bool:
    places = min(decimals(ours), decimals(theirs))
    return vector(ours) == vector(theirs) and strength(ours, places) is not None
