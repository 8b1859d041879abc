"""Runs that only try whether a program works, and whose numbers nobody means as a result."""

import re

from fcosreport.evidence.recipes import names
from fcosreport.records import Experiment

_TRY = re.compile(
    r"(?<![a-z])(?:smoke|sanity|dry[-_ ]?run|debug(?:ging)?|overfit(?:ting|ted)?"
    r"|(?:quick|pipeline)[-_ ]?(?:test|check|validation))(?![a-z])|冒烟|调试",
    re.IGNORECASE,
)


def is_try(experiment: Experiment) -> bool:
    """Whether the name of a run, its heading, output folder or configuration says that it only tries something."""
    return any(map(_TRY.search, (experiment.title, *names(experiment))))
