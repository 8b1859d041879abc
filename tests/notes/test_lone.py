"""A note with one result that names the weights of one run."""

import pytest

from fcosreport.notes.experiments import read

_RESULT = "# Dents\n\n| Metric | Value |\n|---|---|\n| mAP50 | 0.731 |\n| Recall | 0.694 |\n\n"


def meant(text: str) -> list[tuple[str, ...]]:
    return [experiment.mentions for experiment in read(_RESULT + text, "README.md", ()).experiments]


@pytest.mark.parametrize(
    "text",
    [
        "Load `runs/detect/train6/weights/best.pt`.\n",
        "yolo val model=runs/detect/train6/weights/best.pt data=data.yaml\n",
        "model = YOLO('./runs/detect/train6/weights/best.pt'), or runs\\detect\\train6\\weights\\last.pt\n",
    ],
)
def test_the_result_is_of_the_run_whose_weights_are_loaded(text: str) -> None:
    (mentions,) = meant(text)
    assert mentions[-1] == "runs/detect/train6"


@pytest.mark.parametrize(
    "text",
    [
        "Load yolov8n.pt.\n",
        "Start from https://example.org/runs/detect/train6/weights/best.pt\n",
        "Load path/to/weights/best.pt\n",
        "Load runs/detect/train6/weights/best.pt or runs/detect/train8/weights/best.pt\n",
    ],
)
def test_weights_of_others_or_of_two_runs_say_nothing(text: str) -> None:
    assert not {"runs/detect/train6", "runs/detect/train8", "path/to"}.intersection(*meant(text))


def test_of_two_results_none_is_that_of_the_weights() -> None:
    other = "| Model | mAP50 |\n|---|---|\n| small | 0.7 |\n| large | 0.8 |\n\n"
    found = meant(f"{other}## Use\n\nLoad runs/detect/train6/weights/best.pt\n")
    assert len(found) > 1
    assert not any("train6" in name for names in found for name in names)
