"""An evaluation at another number of detections than a hundred."""

import pytest

from fcosreport.judging.check import check
from fcosreport.records import Evaluation, Experiment, Metric, Records, Where
from fcosreport.settings import Settings


def _with_max_dets(name: str, dets: int) -> Records:
    where = Where("log.txt", 1)
    metrics = (Metric("AP", 0.387, "0.387", max_dets=dets), Metric("AP50", 0.573, "0.573", max_dets=dets))
    return Records(
        (
            Experiment(
                id=name,
                name=name,
                state="finished",
                where=where,
                evaluations=(Evaluation("bbox", metrics, where),),
            ),
        )
    )


@pytest.mark.parametrize(
    ("name", "dets", "fires"),
    [
        ("fcos", 100, False),
        ("fcos", 300, True),
        ("fcos", 9, True),
        ("mask_rcnn.lvis", 300, False),
        ("fcos_aitod", 1500, False),
        ("fcos.widerface", 1000, False),
    ],
)
def test_ap_is_read_at_a_hundred_detections_unless_the_data_set_says_otherwise(
    name: str, dets: int, fires: bool
) -> None:
    codes = [finding.code for finding in check(_with_max_dets(name, dets), Settings()).findings]
    assert codes == (["FR303"] if fires else [])
