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
