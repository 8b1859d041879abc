"""FR409."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from fcosreport.comparing.scores import decimals, shown, vector
from fcosreport.evidence.equality import chance, strength
from fcosreport.judging.cases import FAIR, POOR
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.paths import last_part
from fcosreport.vocabulary.sentences import called

_TUNED = {"name": "tuned", "init": "runs/first/model_final.pth", "curve_loss": "0.9 0.8 0.7"}


@rule(
    "FR409",
    "error",
    fires=[[{"name": "first", "bbox": FAIR}, {"bbox": FAIR, **_TUNED}]],
    quiet=[
        [{"name": "first", "bbox": FAIR}, {"bbox": POOR, **_TUNED}],
        [{"name": "first", "bbox": FAIR}, {"name": "test", "bbox": FAIR, "init": "runs/first/model_final.pth"}],
        [{"name": "second", "bbox": FAIR}, {"bbox": FAIR, **_TUNED}],
    ],
    after=("FR401",),
    needs=("no run starts from the weights of another that is at hand", lambda records: _tuned(records.experiments)),
)
def pretrained_metrics(tuned: list[tuple[Experiment, Experiment]], settings: Settings) -> Iterator[Fault]:
    """A trained model has all the numbers of the model that it started from.

    The test of a checkpoint is no fault: the log must hold losses. Published models that are not among the data are not
    known here.

    Why: facebookresearch/detectron2#1894: the evaluation loaded the pretrained weights, not those of the training.

    Do: Look which checkpoint the evaluation loads, and whether the training saved one.
    """
    for experiment, other in tuned:
        for task in experiment.tasks:
            ours, theirs = experiment.result(task), other.result(task)
            if other is experiment or not ours or not theirs or vector(ours) != vector(theirs):
                continue
            places = min(decimals(ours), decimals(theirs))
            severity = strength(ours, places)
            if severity:
                yield Fault(
                    f"{called(experiment)} started from {called(other)} and has all its {task} numbers "
                    f"({shown(ours.metrics)}).",
                    (experiment, other),
                    (ours.where, theirs.where),
                    explanations=(chance(ours, places),),
                    severity=severity,
                )


def _tuned(experiments: Sequence[Experiment]) -> list[tuple[Experiment, Experiment]]:
    """The trainings, each with a run in whose folder lie the weights that it started from."""
    named: dict[str, list[Experiment]] = defaultdict(list)
    for experiment in experiments:
        named[last_part(experiment.name)].append(experiment)
    return [(e, other) for e in experiments if e.curves for other in named.get(_start(e), ())]


def _start(experiment: Experiment) -> str:
    """The folder of the checkpoint that the training started from."""
    text = str(experiment.value("weights") or experiment.value("init") or "")
    return PurePosixPath(text).parent.name if re.search(r"[/].*\.\w+$", text) else ""
