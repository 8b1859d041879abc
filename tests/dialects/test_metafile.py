"""The index of models that OpenMMLab keeps beside a page of results."""

import pytest

from fcosreport.dialects.metafile import Metafile
from fcosreport.records import TableRow
from tests.dialects.feeding import feed

INDEX = """\
Collections:
  - Name: FCOS
    README: configs/fcos/README.md

Models:
  - Name: fcos_r50_1x_coco
    In Collection: FCOS
    Config: configs/fcos/fcos_r50_1x_coco.py
    Metadata:
      Epochs: 12
      inference time (ms/im):
        - value: 44.05
    Results:
      - Task: Object Detection
        Dataset: COCO
        Metrics:
          box AP: 36.6
      - Task: Instance Segmentation
        Dataset: COCO
        Metrics:
          mask AP: 33.1
    Weights: https://h/fcos_r50_1x_coco-821213aa.pth

  - Name: no_result
    Config: configs/fcos/no_result.py
"""
PATH = "configs/fcos/metafile.yml"
SAMPLES = {PATH: INDEX.encode()}


def test_an_index_of_models_gives_a_row_for_each_model_with_results() -> None:
    (row,) = feed(Metafile, INDEX, path=PATH)
    assert isinstance(row, TableRow)
    assert (row.label, row.where.line, row.is_index) == ("fcos_r50_1x_coco", 6, True)
    printed = {(each.task, metric.name): metric.value for each in row.results for metric in each.metrics}
    assert printed == {("bbox", "AP"): pytest.approx(0.366), ("segm", "AP"): pytest.approx(0.331)}
    assert {each.name: each.value for each in row.settings}["epochs"] == 12
    assert [link.target for link in row.links] == [
        "configs/fcos/fcos_r50_1x_coco.py",
        "https://h/fcos_r50_1x_coco-821213aa.pth",
    ]


@pytest.mark.parametrize(
    "text", ["", "Models:\n", "Models: [", "- Name: a\n", "Models:\n  - Name: a\n    Metrics:\n", "\0"]
)
def test_a_damaged_index_gives_nothing(text: str) -> None:
    assert feed(Metafile, text, path=PATH) == []


def test_another_yaml_file_is_no_index() -> None:
    assert feed(Metafile, INDEX, path="config.yml") == []
