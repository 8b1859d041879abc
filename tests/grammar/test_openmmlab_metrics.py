"""The numbers of one evaluation of mmdetection, by name and in the form that is there to be copied."""

import pytest

from fcosreport.grammar.openmmlab.metrics import results

NAMED = [("bbox_mAP", "0.1510"), ("bbox_mAP_50", "0.3420"), ("bbox_mAP_s", "0.1680")]


@pytest.mark.parametrize(
    ("copied", "told"),
    [
        ("0.151 0.342 0.113 0.168 0.267 0.385", {"AP": "0.151", "AP50": "0.342", "AP75": "0.113", "APs": "0.168"}),
        ("0.151 -1.000 0.342 0.305 0.263 0.219", {"AP": "0.1510", "AP50": "0.3420", "APs": "0.1680"}),
    ],
)
def test_numbers_to_copy_count_unless_those_that_are_named_are_others(copied: str, told: dict[str, str]) -> None:
    (found,) = results([*NAMED, ("bbox_mAP_copypaste", copied)]).values()
    assert {metric.name: metric.text for metric in found.metrics() if metric.name in told} == told
    assert found.copied is ("AP75" in told)
    assert ("AP75" in found.texts) is found.copied
