"""An evaluation on the images of the training."""

from tests.conftest import GOOD
from tests.rules.asking import found


def test_monitoring_the_training_data_beside_the_validation_is_no_leak() -> None:
    assert found([{"bbox": GOOD, "train_data": "nyu_train", "val_data": "nyu_train"}], "FR306")
    assert not found([{"bbox": GOOD, "train_data": "nyu_train", "val_data": "nyu_train, nyu_val"}], "FR306")
