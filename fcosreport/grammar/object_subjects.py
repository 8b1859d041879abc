"""What an object says its numbers are of: the data set, the split, the weights, the epoch. For dialects."""

import re
from collections.abc import Mapping

from fcosreport.grammar.class_lines import is_name
from fcosreport.grammar.lines import line_begin
from fcosreport.grammar.named_results import CHECKPOINTS, progress
from fcosreport.grammar.statements import Progress
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.metric_names import metric_of, slice_of, split_of
from fcosreport.vocabulary.metrics import number

DATA_SET = ("dataset", "data_set", "dataset_name", "eval_dataset", "test_dataset")
_MODEL = ("model", "model_name", "model_type", "detector", "architecture", "arch")
_OF_MASKS = re.compile(r"(?i)mask|seg|former")
_SPLIT = ("split", "subset", "eval_split", "evaluation_split", "validation_split", "data_split")
_FILE = re.compile(r"(?i)[^\s,]{1,300}\.(?:pth?|onnx|engine|weights|h5|keras|tflite|safetensors|pdparams)")
"""The file of the weights of a model, as which it may be named."""
_NAMES_METRIC = {
    **dict.fromkeys(("metric", "metric_name"), ("value", "score", "metric_value", "best_value", "best_score")),
    **dict.fromkeys(
        ("best_metric_name", "metric_for_best_model", "monitor"),
        ("best_metric", "best_metric_value", "best_value", "best_score", "best_model_score"),
    ),
}
"""Keys that name a metric, and those that may tell its number."""
_BEFORE = 200  # bytes of a line before an object that may name its split


def data_set_and_split(row: Mapping[str, str]) -> tuple[str, str]:
    """The data set and the split that an object names beside its numbers."""
    data_set = next((text for name, text in row.items() if last(name) in DATA_SET), "")
    split = next((text for name, text in row.items() if last(name) in _SPLIT), "")
    return ("" if number(data_set) is not None else data_set) or slice_of(split), split_of(split)


def progress_of(row: Mapping[str, str]) -> Progress:
    """What an object tells of its progress, if only within what it says of its training."""
    at = progress(row)
    if at.is_told:
        return at
    return progress({"epoch": next((text for name, text in row.items() if name.endswith("/epoch")), "")})


def checkpoint(row: Mapping[str, str]) -> str:
    """The weights that an object names, whose name tells no step of a training."""
    said = ((last(name).removeprefix("eval_"), text) for name, text in row.items())
    named = (text for name, text in said if name in CHECKPOINTS or (name in _MODEL and _FILE.fullmatch(text)))
    return next((text for text in named if not progress({CHECKPOINTS[0]: text}).is_told), "")


def model_of(row: Mapping[str, str], data: bytes, begin: int) -> str:
    """The model or run that an object names, or the detector that is all that stands in the line before it; or ""."""
    told = (text for name, text in row.items() if header(last(name)).kind == "label" and number(text) is None)
    before = _before(data, begin).strip(" :='\"")
    return next(told, "") or (before if is_name(before) and detectors(before) else "")


def split_before(data: bytes, begin: int) -> str:
    """The split in the name that is all that stands in the line before an object: `Test mAP: {`."""
    before = _before(data, begin)
    meaning = None if "}" in before else metric_of(before.strip(" :="))  # else another object stands there
    return meaning.split if meaning else ""


def _before(data: bytes, begin: int) -> str:
    """What stands in the line before an object."""
    return data[line_begin(data, begin, max(0, begin - _BEFORE)) : begin].decode(errors="replace")


def names_detector(row: Mapping[str, str]) -> bool:
    """Whether an object says that its numbers are of a detector of boxes."""
    return is_detector(" ".join(text for name, text in row.items() if last(name) in _MODEL))


def is_detector(name: str) -> bool:
    """Whether a model of that name finds boxes."""
    return bool(detectors(name)) and not _OF_MASKS.search(name)


def is_overlap(name: str) -> bool:
    """Whether a name is that of a mean IoU."""
    meaning = metric_of(name)
    return bool(meaning and meaning.metric == "mIoU")


def with_named(row: Mapping[str, str]) -> dict[str, str]:
    """The row with the number that it tells of a metric whose name is a text of its own, by that name.

    `{"best_metric_name": "mAP50", "best_metric": 0.41}`, `{"metric": "mAP50", "value": 0.41}`.
    """
    for key, text in row.items():
        head, _, word = key.rpartition("/")
        if word.lower() in _NAMES_METRIC and metric_of(text):
            beside = (f"{head}/{each}" if head else each for each in _NAMES_METRIC[word.lower()])
            told = next((name for name in beside if number(row.get(name, "")) is not None), "")
            if told:
                best = "best " if "best" in f"{word} {told}".lower() else ""
                return {**{name: each for name, each in row.items() if name != told}, f"{best}{text}": row[told]}
    return dict(row)


def last(name: str) -> str:
    """The last word of a name, in lower case: `map` of `metrics/mAP`."""
    return name.rpartition("/")[2].lower()
