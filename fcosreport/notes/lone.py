"""A note with one result that says which weights to load: the result is of the run that made them."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from fcosreport.records import Experiment

_WEIGHTS = re.compile(
    r"(?<![\w/\\.=-])(?:\w+=)?(?:\.{0,2}[/\\])?((?:[\w.()=@+-]{1,80}[/\\]){1,8}?)(?:weights[/\\])?"
    r"[\w.-]{1,80}\.(?:pth?|ckpt|pdparams)\b"
)
_ELSEWHERE = re.compile(r"(?i)https?:|path[-_ /]to|your|yolov?\d+[nsmlx]?\.pt|pre-?train|models?[/\\]")


def of_weights(experiments: Sequence[Experiment], text: str) -> Sequence[Experiment]:
    """The only experiment of a note that names the folder of one run by its weights, with that as what it may mean."""
    if len(experiments) != 1 or experiments[0].citation or not experiments[0].evaluations:
        return experiments
    found = (match for match in _WEIGHTS.finditer(text) if not _ELSEWHERE.search(match[0]))
    folders = tuple(dict.fromkeys(match[1].replace("\\", "/").rstrip("/") for match in found))
    one = experiments[0]
    return [replace(one, mentions=(*one.mentions, *folders))] if len(folders) == 1 else experiments
