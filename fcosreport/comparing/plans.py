"""Whether a run is the one that a note plans."""

from fcosreport.records import Experiment
from fcosreport.vocabulary.settings.telling import MATTERS

_LEAST = 2  # telling settings in common; one alone is that of many runs


def fulfilled(plan: Experiment, run: Experiment) -> list[str]:
    """The telling settings of the plan, where the run has them all and they are enough; else none."""
    named = [name for name in MATTERS if plan.value(name) is not None]
    agree = len(named) >= _LEAST and all(run.value(name) == plan.value(name) for name in named)
    return named if agree else []
