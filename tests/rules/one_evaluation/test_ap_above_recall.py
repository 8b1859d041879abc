"""AP is held against the recall of the same detections."""

from msgspec.structs import replace

from fcosreport.judging.check import check
from fcosreport.records import Evaluation, Experiment, Metric, Records, Where
from fcosreport.settings import Settings


def test_recalls_are_ordered_by_their_detections_and_ap_is_held_against_its_own() -> None:
    def evaluation(**printed: tuple[str, int]) -> Records:
        metrics = tuple(Metric(name, float(text), text, max_dets=dets) for name, (text, dets) in printed.items())
        where = Where("log.txt", 1)
        one = Experiment(id="a", name="a", state="finished", where=where)
        return Records((replace(one, evaluations=(Evaluation("bbox", metrics, where),)),))

    mmdetection = {"AP": ("0.580", 100), "AR100": ("0.540", 100), "AR300": ("0.600", 300), "AR50": ("0.900", 100)}
    assert [finding.code for finding in check(evaluation(**mmdetection), Settings()).findings] == ["FR104"]
    assert not check(evaluation(**mmdetection | {"AP": ("0.540", 100)}), Settings()).findings
    assert not check(evaluation(APs=("0.580", 1000), ARs=("0.540", 100)), Settings()).findings
