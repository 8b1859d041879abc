"""Equal results of two experiments: how many numbers, how precise, and what is no duplicate."""

from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.records import Records
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD
from tests.rules.asking import found, moved, only


def test_six_equal_numbers_are_a_warning_and_twelve_an_error() -> None:
    def pair(numbers: str) -> Case:
        return [{"bbox": numbers, "lr": 0.01}, {"bbox": numbers, "lr": 0.03}]

    assert only(pair(GOOD), "FR401").severity == "error"
    assert only(pair(" ".join(GOOD.split()[:6])), "FR401").severity == "warning"
    assert only(pair("% 38.7123 57.3456 41.9789 22.6012 42.4345 50.2678"), "FR401").severity == "error"
    assert not found(pair("0.387 0.573 0.419"))
    assert not found(pair("0.000 0.001 0.000 -1 0.000 -1 0.000 0.000 0.000 -1 0.000 -1"))


def test_equal_numbers_are_one_finding_for_all_runs_and_tasks() -> None:
    runs = [{"bbox": GOOD, "segm": FAIR, "lr": lr} for lr in (0.01, 0.02, 0.03)]
    finding = only(runs, "FR401")
    assert finding.experiments == ("run1", "run2", "run3")
    assert "all 12 bbox and all 12 segm numbers" in finding.message


def test_numbers_are_compared_at_the_coarser_printed_precision_and_precise_ones_precisely() -> None:
    precise = " ".join(f"{float(number) * 100:.3f}" for number in GOOD.split())
    other = precise.replace("38.700", "38.741").replace("57.300", "57.262")
    assert only([{"bbox": GOOD, "lr": 0.01}, {"bbox": f"% {precise}", "lr": 0.02}], "FR401")
    assert not found([{"bbox": f"% {precise}", "lr": 0.01}, {"bbox": f"% {other}", "lr": 0.02}])


def test_a_page_its_translation_and_its_log_are_one_and_another_configuration_is_not() -> None:
    def paths(*paths: str) -> Records:
        (one,) = records_of([{"note_bbox": GOOD, "name": "Results"}]).experiments
        return Records(tuple(replace(moved(one, path), id=path) for path in paths))

    page = "coco/fcos.res50.fpn.coco.800size.1x"
    same = (f"{page}/README.md", f"{page}/README_zh.md", f"{page}.ipynb", f"{page}__README.rst", "tutorials.ipynb")
    assert not check(paths(*same), Settings()).findings
    (finding,) = check(paths(f"{page}/README.md", f"{page}.wider_range/README.md"), Settings()).findings
    assert (finding.code, finding.severity) == ("FR401", "error")
    assert f"{page}.wider_range/README.md" in finding.message


def test_the_test_of_a_checkpoint_is_no_duplicate_of_its_training() -> None:
    assert not found([{"bbox": GOOD, "init": "imagenet"}, {"bbox": GOOD, "init": "runs/a/model_final.pth"}])
    assert found([{"bbox": GOOD, "init": "runs/a/model_final.pth"}, {"bbox": GOOD, "init": "runs/b/best.pth"}])
