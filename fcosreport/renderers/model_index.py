"""`model-index` metadata, by which a model card on Hugging Face shows the results of a model."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import PurePath

from fcosreport.comparing.scores import as_fractions, scores
from fcosreport.records import Evaluation, Experiment
from fcosreport.report.report import Report, renderer
from fcosreport.wording import MISSING, plain

_TASKS = {
    "bbox": ("object-detection", "Object Detection", "box"),
    "segm": ("instance-segmentation", "Instance Segmentation", "mask"),
    "keypoints": ("keypoint-detection", "Keypoint Detection", "keypoint"),
}
_COCO = re.compile(r"coco_?20(14|17)|(instances|person_keypoints)_\w*20(14|17)")
_PLACES = 6  # decimals, which is more than any log of COCO tells truly


@renderer("model_index", "model-index of a model card", "model-index.yaml")
def render(report: Report) -> str:
    """YAML for the head of a README.md: the last results of the finished experiments, as fractions.

    A suspect or failed experiment is no claim to publish, and is left out. The data set is `unknown` where nothing
    tells it.
    """
    _ = report.view.language
    rated = [each for each in report.experiments if any(map(_is_reported, _results(each)))]
    finished = [each for each in rated if each.state == "finished"]
    notes = [_("A model card is of one model: keep the entry of yours.")] if len(finished) > 1 else []
    if len(finished) < len(rated):
        left_out = _.plural(len(rated) - len(finished), "experiment")
        notes.append(_("Left out, as not finished or in doubt: {experiments}.", experiments=left_out))
    head = "model-index:" if finished else "model-index: []"
    return "\n".join([*(f"# {note}" for note in notes), head, *(line for e in finished for line in _model(e))]) + "\n"


def _results(experiment: Experiment) -> list[Evaluation]:
    found = (experiment.result(task) for task in experiment.tasks)
    return [as_fractions(result) for result in found if result]


def _is_reported(result: Evaluation) -> bool:
    return next(_metrics(result), None) is not None


def _metrics(result: Evaluation) -> Iterator[tuple[str, float]]:
    for metric in scores(result):
        if metric.value is not None and math.isfinite(metric.value):
            yield metric.name, round(metric.value, _PLACES)


def _model(experiment: Experiment) -> Iterator[str]:
    yield f"- name: {_text(experiment.name or experiment.id)}"
    yield "  results:"
    data_type, data_name = _data_set(experiment)
    for result in filter(_is_reported, _results(experiment)):
        slug = re.sub(r"[^a-z0-9]+", "-", result.task.lower()).strip("-") or "other"
        task_type, task_name, short = _TASKS.get(result.task, (slug, result.task, result.task))
        yield "  - task:"
        yield f"      type: {_text(task_type)}"
        yield f"      name: {_text(task_name)}"
        yield "    dataset:"
        yield f"      type: {_text(data_type)}"
        yield f"      name: {_text(data_name)}"
        yield "    metrics:"
        for name, value in _metrics(result):
            yield f"    - type: {_text(name)}"
            yield f"      name: {_text(f'{short} {name}')}"
            yield f"      value: {value}"


def _data_set(experiment: Experiment) -> tuple[str, str]:
    """The type and the name of the data set: `coco` where its annotations are said to be COCO's."""
    said = str(experiment.value("val_data") or "")
    name = PurePath(said.replace("\\", "/")).name.removesuffix(".json")
    return "coco" if _COCO.search(name) else "unknown", name or "unknown"


def _text(foreign: str) -> str:
    """A text in the quotes of JSON, which YAML reads too."""
    return json.dumps(plain(foreign) or MISSING, ensure_ascii=False)
