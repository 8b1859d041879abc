"""The event files of TensorBoard, written here byte by byte."""

import struct
from pathlib import Path

import pytest

from fcosreport.dialects.tensorboard import tensorboard
from fcosreport.reading.dialect import Record
from tests.dialects.feeding import evaluations, points, settings

SCALARS = {
    "bbox/AP": [(7330, 20.0), (14660, 38.7)],
    "bbox/AP50": [(7330, 40.5), (14660, 57.3)],
    "total_loss": [(20, 1.75), (40, 1.5)],
    "lr": [(20, 0.25)],
    "histogram/x": [(20, 1.0)],
}


def crc(data: bytes) -> int:
    """CRC32C, masked as in a TFRecord."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    value ^= 0xFFFFFFFF
    return ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF


def number(value: int) -> bytes:
    """A varint of protobuf."""
    digits = []
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes([*digits, value])


def field(key: int, content: bytes) -> bytes:
    return bytes([key]) + number(len(content)) + content


def record(event: bytes) -> bytes:
    size = struct.pack("<Q", len(event))
    return size + struct.pack("<I", crc(size)) + event + struct.pack("<I", crc(event))


def event_file(scalars: dict[str, list[tuple[int, float]]]) -> bytes:
    """What the writers of TensorBoard write: the version, and an event for each scalar."""
    clock = struct.pack("<Bd", 9, 1.0)
    records = [record(clock + field(0x1A, b"brain.Event:2"))]
    for tag, values in scalars.items():
        for step, value in values:
            scalar = field(0x0A, tag.encode()) + struct.pack("<Bf", 0x15, value)
            records.append(record(clock + b"\x10" + number(step) + field(0x2A, field(0x0A, scalar))))
    return b"".join(records)


def read(folder: Path, scalars: dict[str, list[tuple[int, float]]]) -> list[Record]:
    path = folder / "events.out.tfevents.1"
    path.write_bytes(event_file(scalars))
    return list(tensorboard(path, "run/events.out.tfevents.1"))


SAMPLES = {"run/events.out.tfevents.1": event_file(SCALARS)}


def test_scalars_are_evaluations_and_curves(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(event_file(SCALARS))
    records = list(tensorboard(path, "run/events.out.tfevents.1"))
    first, last = evaluations(records)
    assert (first.iteration, last.iteration) == (7330, 14660)
    assert last["AP"] == pytest.approx(0.387)
    assert last["AP50"] == pytest.approx(0.573)
    assert points(records) == {"loss by iteration": [(20, 1.75), (40, 1.5)], "lr by iteration": [(20, 0.25)]}


def test_a_step_that_is_evaluated_once_more_is_another_result_and_a_repeated_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    aps = [(1, 0.25), (2, 0.375), (2, 0.375), (2, 0.5)]
    path.write_bytes(event_file({"metrics/mAP50-95(B)": aps, "metrics/mAP50(B)": [(step, 2 * ap) for step, ap in aps]}))
    found = evaluations(list(tensorboard(path, "a")))
    assert [(each.iteration, each["AP"]) for each in found] == [(1, 0.25), (2, 0.375), (None, 0.5)]


def test_a_file_that_is_cut_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(event_file({"loss": [(step, 0.5) for step in range(100)]})[:-700])
    assert 50 < len(points(list(tensorboard(path, "a")))["loss by iteration"]) < 100


@pytest.mark.parametrize("content", [b"", b"no event file", b"\xff" * 1000, bytes(1000)])
def test_a_damaged_file_never_raises(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(content)
    assert not evaluations(list(tensorboard(path, "a")))


def test_tags_that_a_writer_made_plain_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(event_file({"metrics/mAP50_B_": [(1, 0.5)], "metrics/mAP50-95_B_": [(1, 0.25)]}))
    (found,) = evaluations(list(tensorboard(path, "a")))
    assert (found["AP50"], found["AP"]) == (0.5, 0.25)


def test_settings_of_a_session_are_read(tmp_path: Path) -> None:
    entries = [
        field(0x0A, b"lr") + field(0x12, struct.pack("<Bd", 0x11, 0.01)),
        field(0x0A, b"batch_size") + field(0x12, struct.pack("<Bd", 0x11, 16.0)),
        field(0x0A, b"norm") + field(0x12, field(0x1A, b"bn")),
    ]
    session = field(0x1A, b"".join(field(0x0A, entry) for entry in entries))
    plugin = field(0x0A, field(0x0A, b"hparams") + field(0x12, session))
    value = field(0x0A, b"_hparams_/session_start_info") + field(0x4A, plugin)
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(record(field(0x2A, field(0x0A, value))))
    assert settings(list(tensorboard(path, "a"))) == {"lr": 0.01, "train_batch_size": 16, "norm": "bn"}


def test_a_segmentation_is_one_result_with_its_precision_at_a_step(tmp_path: Path) -> None:
    tags = ("Metrics/iou", "Metrics/precision", "Metrics/recall", "Metrics/f1", "Loss/val")
    records = read(tmp_path, {tag: [(3, 0.5), (4, 0.25)] for tag in tags})
    assert [(e.task, e.iteration, len(e.metrics), e["mIoU"]) for e in evaluations(records)] == [
        ("sem_seg", 3, 4, 0.5),
        ("sem_seg", 4, 4, 0.25),
    ]


def test_precision_and_recall_alone_are_no_result_and_a_classifier_is_no_run(tmp_path: Path) -> None:
    both = {"eval/precision": [(1, 0.5)], "eval/recall": [(1, 0.5)], "loss": [(1, 2.0)]}
    assert points(read(tmp_path, both | {"train/loss_bbox": [(1, 1.0)]})).keys() == {
        "loss by iteration",
        "loss_bbox by iteration",
    }
    assert read(tmp_path, both | {"val/accuracy": [(1, 0.9)]}) == []
    assert points(read(tmp_path, both | {"val/accuracy": [(1, 0.9)], "train/loss_rpn_cls": [(1, 1.0)]}))
