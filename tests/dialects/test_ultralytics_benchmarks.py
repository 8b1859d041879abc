"""Tables of one model in several formats."""

from fcosreport.dialects.ultralytics_benchmarks import UltralyticsBenchmarks
from tests.dialects.feeding import evaluations, feed

HEAD = "                   Format Status❔  Size (MB)  metrics/mAP50-95(B)  Inference time (ms/im)\n"
ROWS = (
    "0                 PyTorch       ✅        6.2               0.6381                  101.14\n"
    "1             TorchScript       ✅       12.5               0.6092                  118.76\n"
    "2                    ONNX       ❌        0.0                  NaN                     NaN\n"
)
TEXT = f"\nBenchmarks complete for yolov8n.pt on coco8.yaml at imgsz=640 (102.67s)\n{HEAD}{ROWS}"
SAMPLES = {"benchmarks.log": (TEXT + TEXT.replace("yolov8n", "best")).encode()}


def test_each_format_that_was_evaluated_is_a_result() -> None:
    found = evaluations(feed(UltralyticsBenchmarks, TEXT))
    assert [(each.weights, each.data_set, each.task, each["AP"], each.where.line) for each in found] == [
        ("yolov8n.pt, PyTorch", "coco8", "bbox", 0.6381, 4),
        ("yolov8n.pt, TorchScript", "coco8", "bbox", 0.6092, 5),
    ]


def test_rows_without_a_title_and_other_metrics_are_none() -> None:
    assert not feed(UltralyticsBenchmarks, HEAD + ROWS)
    assert not evaluations(feed(UltralyticsBenchmarks, TEXT.replace("mAP50-95(B)", "accuracy_top1")))
