"""How findings speak of experiments, and how the same fault in many evaluations becomes one finding."""

import re

from fcosreport.records import Evaluation, Experiment


def called(experiment: Experiment) -> str:
    """The name of an experiment on one line, at most 80 characters; in quotes where it is more than one word."""
    name = " ".join((experiment.name or experiment.title or experiment.id).split())
    name = name if len(name) <= 80 else f"{name[:79]}…"
    return f"“{name}”" if re.search(r"[\s,，]", name) else name


def when(evaluation: Evaluation) -> str:
    """Which evaluation of a run it is: ` at epoch 9 for class person`; empty where nothing tells."""
    words = ""
    if evaluation.epoch is not None:
        words = f" at epoch {evaluation.epoch}"
    elif evaluation.iteration is not None:
        words = f" at iteration {evaluation.iteration}"
    return words + (f" for class {evaluation.category}" if evaluation.category else "")
