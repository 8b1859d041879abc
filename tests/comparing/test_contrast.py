"""What experiments declare differently, and what only looks so."""

import pytest

from fcosreport.comparing.contrast import contrast
from fcosreport.judging.cases import records_of
from tests.conftest import GOOD


@pytest.mark.parametrize(
    ("one", "other", "settings", "perhaps"),
    [
        ({"weight_decay": 1e-4}, {"weight_decay": 5e-4}, ("weight_decay",), ()),
        ({"momentum": 0.9}, {"momentum": 0.95}, ("momentum",), ()),
        ({"train_data": "parts_train"}, {"train_data": "parts_train_big"}, (), ("train_data",)),
        ({"image_size": 800}, {"image_size": 600}, (), ("image_size",)),
        ({"score_threshold": 0.05}, {"score_threshold": 0.3}, (), ("score_threshold",)),
        ({"config": "configs/fcos.yaml"}, {"config": "configs/atss.yaml"}, (), ("config",)),
        ({"config": "configs/fcos.py"}, {"config": "work_dirs/a/fcos.py"}, (), ()),
        ({"gpus": 1, "output_dir": "a"}, {"gpus": 8, "output_dir": "b"}, (), ()),
        ({"lr": 0.01}, {"weight_decay": 5e-4}, (), ()),
        ({"lr": 0.02}, {"curve_lr": "0.001 0.02 0.002"}, (), ()),
    ],
)
def test_any_setting_that_both_declare_counts(
    one: dict[str, object], other: dict[str, object], settings: tuple[str, ...], perhaps: tuple[str, ...]
) -> None:
    found = contrast(records_of([{"bbox": GOOD, **one}, {"bbox": GOOD, **other}]).experiments)
    assert (found.settings, found.perhaps) == (settings, perhaps)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("runs/exp/weights/best.pt", "runs/exp7/weights/best.pt", True),
        ("out/model_0059999.pth", "out/model_0089999.pth", True),
        ("/home/me/work/runs/exp/weights/best.pt", "runs/exp/weights/best.pt", False),
        ("best.pt", "runs/exp/weights/best.pt", False),
        ("C:\\runs\\exp\\best.pt", "runs/exp/best.pt", False),
    ],
)
def test_tests_are_told_apart_by_the_paths_of_their_weights(one: str, other: str, apart: bool) -> None:
    tests = records_of([{"bbox": GOOD, "init": weights, "weights": weights} for weights in (one, other)]).experiments
    assert contrast(tests).settings == (("init",) if apart else ())


def test_trainings_are_told_apart_by_the_names_of_what_they_start_from() -> None:
    def of(*starts: str) -> tuple[str, ...]:
        case = [{"bbox": GOOD, "init": init, "curve_loss": "2.0 1.9"} for init in starts]
        return contrast(records_of(case).experiments).settings

    assert of("a/R-50.pkl", "b/R-50.pkl") == ()
    assert of("a/R-50.pkl", "a/R-101.pkl") == ("init",)
    assert of("imagenet", "scratch") == ("init",)


def test_a_training_and_the_test_of_its_checkpoint_do_not_differ() -> None:
    case = [{"bbox": GOOD, "init": "R-50.pkl", "curve_loss": "2.0 1.9"}, {"bbox": GOOD, "init": "runs/a/best.pth"}]
    assert not contrast(records_of(case).experiments)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("eval_iter_100", "eval_iter_150", True), ("a/epoch_8", "b/epoch_12", True), ("model_0005", "model_5", False)],
)
def test_a_step_in_the_name_of_a_test_is_a_checkpoint(one: str, other: str, apart: bool) -> None:
    assert contrast(records_of([{"bbox": GOOD, "name": name} for name in (one, other)]).experiments).names is apart
