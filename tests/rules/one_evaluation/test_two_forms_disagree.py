"""A block and the line below it, which an mmdetection log prints of one evaluation."""

from pathlib import Path

from tests.conftest import FAIR, block
from tests.rules.asking import reported

LINE = (
    "2021-05-04 14:06:59,191 - mmdet - INFO - Epoch(val) [1][5000]\tbbox_mAP: {0}, bbox_mAP_50: 0.4700, "
    "bbox_mAP_75: 0.3080, bbox_mAP_s: 0.1630, bbox_mAP_m: 0.3250, bbox_mAP_l: 0.3830, "
    "bbox_mAP_copypaste: {0} 0.470 0.308 0.163 0.325 0.383\n"
)


def test_two_results_of_one_evaluation_are_told_and_one_in_two_forms_is_not(tmp_path: Path) -> None:
    for name, ap in (("odd", "0.2820"), ("even", "0.2920")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "20210504_130000.log").write_text(block(FAIR) + LINE.format(ap))
    (finding,) = reported(tmp_path)
    assert (finding.code, finding.severity) == ("FR118", "error")
    assert finding.message.endswith("AP 0.292 (0.2820).")
    assert all("/odd/" in where.path for where in finding.where)
