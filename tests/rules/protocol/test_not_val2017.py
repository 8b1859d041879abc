"""An evaluation on other images than val2017."""

from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.records import Records
from fcosreport.settings import Settings
from tests.conftest import GOOD
from tests.rules.asking import only


def test_the_images_that_have_objects_are_an_info_and_a_part_of_them_a_warning() -> None:
    case = {"bbox": GOOD, "val_data": "annotations/instances_val2017.json"}
    assert only([{**case, "val_images": 4952}], "FR302").severity == "info"
    assert only([{**case, "val_images": 500}], "FR302").severity == "warning"


def test_a_log_that_tells_two_numbers_of_images_is_not_judged() -> None:
    (run,) = records_of([{"bbox": GOOD, "val_data": "coco_2017_val", "val_images": 2346}]).experiments
    other = replace(run.settings[-1], value=5000, text="5000")
    assert check(Records((run,)), Settings()).findings
    assert not check(Records((replace(run, settings=(*run.settings, other)),)), Settings()).findings
