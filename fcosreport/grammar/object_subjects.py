"""What an object says its numbers are of: the data set, the split, the weights, the epoch. For dialects."""

import re
from collections.abc import Mapping

from fcosreport.grammar.lines import line_begin
from fcosreport.grammar.named_results import CHECKPOINTS, Progress, progress
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.metric_names import metric_of, slice_of, split_of
from fcosreport.vocabulary.metrics import number

DATA_SET = ("dataset", "data_set", "dataset_name", "eval_dataset", "test_dataset")
_MODEL = ("model", "model_name", "model_type", "detector", "architecture", "arch")
_OF_MASKS = re.compile(r"(?i)mask|seg|former")
_SPLIT = ("split", "subset", "eval_split")
_BEFORE = 200  # bytes of a line before an object that may name its split


def data_set_and_split(row: Mapping[str, str]) -> tuple[str, str]:
    """The data set and the split that an object names beside its numbers."""
    data_set = next((text for name, text in row.items() if last(name) in DATA_SET), "")
    split = next((text for name, text in row.items() if last(name) in _SPLIT), "")
    return ("" if number(data_set) is not None else data_set) or slice_of(split), split_of(split)


def progress_of(row: Mapping[str, str]) -> Progress:
    """What an object tells of its progress, if only within what it says of its training."""
    at = progress(row)
    within = next((text for name, text in row.items() if name.endswith("/epoch")), "")
    return at if at.is_told else progress({"epoch": within})


def checkpoint(row: Mapping[str, str]) -> str:
    """The weights that an object names, whose name tells no step of a training."""
    named = (text for name, text in row.items() if last(name).removeprefix("eval_") in CHECKPOINTS)
    return next((text for text in named if not progress({CHECKPOINTS[0]: text}).is_told), "")


def split_before(data: bytes, begin: int) -> str:
    """The split in the name that is all that stands in the line before an object: `Test mAP: {`."""
    before = data[max(line_begin(data, begin), begin - _BEFORE) : begin].decode(errors="replace")
    meaning = None if "}" in before else metric_of(before.strip(" :="))  # else another object stands there
    return meaning.split if meaning else ""


def names_detector(row: Mapping[str, str]) -> bool:
    """Whether an object says that its numbers are of a detector of boxes."""
    named = " ".join(text for name, text in row.items() if last(name) in _MODEL)
    return bool(detectors(named)) and not _OF_MASKS.search(named)


def is_overlap(name: str) -> bool:
    """Whether a name is that of a mean IoU."""
    meaning = metric_of(name)
    return bool(meaning and meaning.metric == "mIoU")


def last(name: str) -> str:
    """The last word of a name, in lower case: `map` of `metrics/mAP`."""
    return name.rpartition("/")[2].lower()
