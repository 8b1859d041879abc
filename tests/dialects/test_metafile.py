"""The index of models that OpenMMLab keeps beside a page of results."""

from pathlib import Path

import pytest

import fcosreport
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


def test_one_result_may_stand_without_a_dash() -> None:
    (row,) = feed(
        Metafile, INDEX.replace("      - Task", "        Task").partition("        Task: Instance")[0], path=PATH
    )
    assert isinstance(row, TableRow)
    (result,) = row.results
    assert result.task == "bbox"
    assert result["AP"] == pytest.approx(0.366)


@pytest.mark.parametrize(
    "text", ["", "Models:\n", "Models: [", "- Name: a\n", "Models:\n  - Name: a\n    Metrics:\n", "\0"]
)
def test_a_damaged_index_gives_nothing(text: str) -> None:
    assert feed(Metafile, text, path=PATH) == []


def test_an_index_is_known_by_its_entries_and_not_by_its_name() -> None:
    keys_in_order = (
        "Models:\n- Config: configs/rtmo/rtmo-s.py\n  Name: rtmo-s\n"
        "  Results:\n  - Dataset: COCO\n    Metrics:\n      AP: 0.673\n"
    )
    for text in (keys_in_order, keys_in_order.removeprefix("Models:\n")):
        (row,) = feed(Metafile, text, path="configs/rtmo/rtmo_coco.yml")
        assert isinstance(row, TableRow)
        assert (row.label, row.is_index, row.results[0]["AP"]) == ("rtmo-s", True, 0.673)
    assert feed(Metafile, "evaluation:\n  metrics: bbox\nModels:\n  - Name: a\n", path="config.yml") == []
    assert feed(Metafile, INDEX, path="index.txt") == []


def test_numbers_of_other_trades_are_kept_under_their_names() -> None:
    text = "Models:\n- Name: a\n  Results:\n  - Dataset: H36M\n    Metrics:\n      MPJPE: 39.8\n      Remark: good\n"
    (row,) = feed(Metafile, text, path="a.yml")
    assert isinstance(row, TableRow)
    assert (row.results, row.others) == ((), (("Dataset", "H36M"), ("MPJPE", "39.8")))


def test_an_index_tells_of_no_run_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "rtmo_coco.yml").write_text(
        "Models:\n- Name: rtmo-s\n  Results:\n  - Metrics:\n      AP: 0.673\n      AP@0.5: 0.878\n"
    )
    report = fcosreport.load(tmp_path)
    assert not report.experiments
    assert [row.label for row in report.published] == ["rtmo-s"]
