"""An evaluation on the images of the training."""

from tests.conftest import GOOD
from tests.rules.asking import found


def test_monitoring_the_training_data_beside_the_validation_is_no_leak() -> None:
    assert found([{"bbox": GOOD, "train_data": "nyu_train", "val_data": "nyu_train"}], "FR306")
    assert not found([{"bbox": GOOD, "train_data": "nyu_train", "val_data": "nyu_train, nyu_val"}], "FR306")


def test_the_file_of_a_data_set_is_the_one_that_lies_where_the_run_names_it() -> None:
    def is_told(named: str, file: str) -> bool:
        run = {"bbox": GOOD, "train_data": named}
        return bool(found([run, {"data_set": file, "train": "images", "val": "images"}], "FR306"))

    assert is_told("./data/cars.yaml", "data/cars.yaml")
    assert is_told("data\\cars.yaml", "data/Cars.yaml")
    assert not is_told("cars.yaml", "data/cars.yaml")
    assert not is_told("D:\\cars\\data.yaml", "data.yaml")
    assert not is_told("cars", "cars")


def test_runs_on_one_data_set_are_told_together() -> None:
    runs = [{"name": name, "bbox": GOOD, "train_data": "data.yaml"} for name in "ab"]
    data_set = {"data_set": "data.yaml", "train": "images", "val": "images"}
    (told,) = found([*runs, data_set], "FR306")
    assert told.message == "a and b were trained on images (data.yaml), too, on which they were validated."
    assert told.experiments == ("a", "b")
    (told,) = found([*runs[:1], {"bbox": GOOD, "train_data": "cars.yaml"}, data_set], "FR306")
    assert told.message == "a was trained on images (data.yaml), too, on which it was validated."


def test_data_sets_that_call_their_images_alike_are_two() -> None:
    runs = [{"name": name, "bbox": GOOD, "train_data": f"{name}.yaml"} for name in "ab"]
    data_sets = [{"data_set": f"{name}.yaml", "train": "images", "val": "images"} for name in "ab"]
    assert len(found([*runs, *data_sets], "FR306")) == 2
