"""What the heading of a column means: a metric, a setting, a measure, a link, or nothing."""

import pytest

from fcosreport.vocabulary.headers import header


@pytest.mark.parametrize(
    ("text", "task", "name"),
    [
        ("AP", "", "AP"),
        ("mAP", "", "AP"),
        ("box AP", "bbox", "AP"),
        ("bbox_mAP", "bbox", "AP"),
        ("**mask AP**", "segm", "AP"),
        ("mAP (min. 50 IoU)", "", "AP50"),
        ("segm AP50", "segm", "AP50"),
        ("mAP_3D", "3d", "AP"),
        ("3D mAP (R40)", "3d", "AP"),
        ("BEV AP@0.5", "bev", "AP50"),
        ("AP<sub>50</sub>", "", "AP50"),
        ("AP<sup>box</sup>", "bbox", "AP"),
        ("AP<sup>m</sup>", "segm", "AP"),
        ("AP<sub>m</sub>", "", "APm"),
        ("$AP_{75}$", "", "AP75"),
        ("APs", "", "APs"),
        ("AP (small)", "", "APs"),
        ("mAP@.50IOU", "", "AP50"),
        ("mAP@0.5", "", "AP50"),
        ("mAP@0.5:0.95", "", "AP"),
        ("mAP<sup>val<br>50-95", "", "AP"),
        ("AP (val)", "", "AP"),
        ("mAP50-95: 100% 2/2 [00:01<00:00,  1.02it/s]", "", "AP"),
        ("AR@100", "", "AR100"),
        ("AR10", "", "AR10"),
        ("kp AP", "keypoints", "AP"),
        ("APr", "", "APr"),
        ("mAP50-95 (val)", "", "AP"),
        ("P (val)", "", "P"),
        ("mAP (mean ± std, n=3)", "", "AP"),
        ("mAP (n=1)", "", "AP"),
        ("COCO AP[IoU=0.50:0.95], inference", "", "AP"),
        ("Final IoU", "sem_seg", "mIoU"),
        ("Val IoU", "sem_seg", "mIoU"),
        ("FROC", "", "FROC"),
    ],
)
def test_headers_of_metrics_are_understood(text: str, task: str, name: str) -> None:
    found = header(text)
    assert (found.kind, found.task, found.name) == ("metric", task, name)


@pytest.mark.parametrize(
    "text",
    ["Novel AP", "prop. AR5", "AR<sub>1+</sub>", "AR4+", "Map", "rpn AP gain", "API", "mAP on VOC", "mAP R40", "", "#"],
)
def test_a_header_with_another_word_is_no_metric(text: str) -> None:
    assert header(text).kind != "metric" or text == "Map"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Lr schd", "setting"),
        ("lr sched", "setting"),
        ("Backbone", "setting"),
        ("Batch size", "setting"),
        ("Inf time (fps)", "measure"),
        ("Mem (GB)", "measure"),
        ("download", "link"),
        ("Model Size", "measure"),
        ("Validation Loss", "measure"),
        ("Loss", "other"),
        ("Model link", "link"),
        ("model id", "label"),
        ("Method", "label"),
        ("GN", "other"),
    ],
)
def test_other_headers(text: str, kind: str) -> None:
    assert header(text).kind == kind
