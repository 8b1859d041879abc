"""Runs that only try whether a program works, and whose numbers nobody means as a result."""

import re

from fcosreport.evidence.recipes import names
from fcosreport.records import Experiment

_TRY = re.compile(
    r"(?<![a-z])(?:smoke|sanity|dry[-_ ]?run|debug(?:ging)?|overfit(?:ting|ted)?"
    r"|(?:quick|pipeline)[-_ ]?(?:test|check|validation))(?![a-z])|冒烟|调试",
    re.IGNORECASE,
)

_SAMPLE = re.compile(r"(?:^|[/\\])(?:coco|dota)(?:8|128)(?:-\w{1,20})?(?:\.ya?ml)?$", re.IGNORECASE)
"""The data sets of 4 to 128 images that come with ultralytics, to see whether a training runs."""


def is_try(experiment: Experiment) -> bool:
    """Whether a run only tries something, as its name, heading, output folder, configuration or data set says."""
    data = str(experiment.value("train_data") or "")
    return bool(_SAMPLE.search(data)) or any(map(_TRY.search, (experiment.title, *names(experiment))))
