"""Weights that the model lacks."""

from tests.conftest import GOOD
from tests.rules.asking import found, only


def test_missing_keys_are_an_error_where_the_model_is_broken() -> None:
    keys = ["#70 missing keys: missing keys in source state_dict: bbox_head.cls.weight"]
    assert only([{"bbox": "0.001 0.002 0.001 #90", "events": keys}], "FR307").severity == "error"
    assert only([{"bbox": f"{GOOD} #90", "events": keys}], "FR307").severity == "warning"
    assert not found([{"bbox": f"{GOOD} #90", "events": keys, "curve_loss": "2.1 1.9"}], "FR307")
