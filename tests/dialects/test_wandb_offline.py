"""Offline files of W&B: records of the real layout, made here byte by byte."""

import json
import struct
import zlib
from pathlib import Path
from typing import Any

from fcosreport.dialects.wandb_offline import wandb_offline
from fcosreport.records import Evaluation, Issue
from tests.dialects.feeding import curve, kinds, settings

BLOCK = 32 << 10


def message(*fields: tuple[int, bytes | int]) -> bytes:
    """A message of protobuf."""
    return b"".join(
        varint(key << 3) + varint(value)
        if isinstance(value, int)
        else varint(key << 3 | 2) + varint(len(value)) + value
        for key, value in fields
    )


def varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes((low | 128,)) + varint(rest) if rest else bytes((low,))


def items(values: dict[str, Any]) -> list[bytes]:
    return [
        message(*((2, part.encode()) for part in name.split("/")), (16, json.dumps(value).encode()))
        if name.startswith("bbox/")
        else message((2, name.encode()), (16, json.dumps(value).encode()))
        for name, value in values.items()
    ]


def history(**values: Any) -> bytes:
    named = {name.replace("__", "/"): value for name, value in values.items()}
    return message((2, message(*((1, item) for item in items(named)))))


def offline(*messages: bytes) -> bytes:
    """The file that holds these records, parted where a block ends."""
    data = bytearray(b":W&B" + struct.pack("<HB", 0xBEE1, 0))
    for each in messages:
        first = True
        while each or first:
            room = BLOCK - len(data) % BLOCK - 7
            if room < 0:
                data += b"\0" * (room + 7)
                continue
            part, each = each[:room], each[room:]
            kind = (1 if first else 4) if not each else 2 if first else 3
            check = zlib.crc32(part, zlib.crc32(bytes((kind,))))
            data += struct.pack("<IHB", check, len(part), kind) + part
            first = False
    return bytes(data)


CONFIG = message((17, message((4, message(*((1, item) for item in items({"lr": 0.01, "seed": 3})))))))
RUN = (
    CONFIG,
    history(_step=0, epoch=0, val__mAP=0.1, val__mAP50=0.2, train__loss=2.0),
    history(_step=1, epoch=1, val__mAP=0.2, val__mAP50=0.4, train__loss=1.0),
    history(_step=2, bbox__AP=38.7, bbox__AP50=57.3),
)
SAMPLES = {"wandb/offline-run-20260101_100000-abc/run-abc.wandb": offline(*RUN, message((18, message((1, 0)))))}


def read(folder: Path, data: bytes) -> list[Any]:
    (folder / "run-abc.wandb").write_bytes(data)
    return list(wandb_offline(folder / "run-abc.wandb", "run-abc.wandb"))


def aps(records: list[Any]) -> list[tuple[int | None, int | None, float | None]]:
    return [(each.epoch, each.iteration, each["AP"]) for each in records if isinstance(each, Evaluation)]


def test_history_configuration_and_end_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, offline(*RUN, message((18, message((1, 0))))))
    assert aps(found) == [(0, 0, 0.1), (1, 1, 0.2), (None, 2, 0.387)]
    assert settings(found) == {"lr": 0.01, "seed": 3}
    assert curve(found, "loss") == [(0, 2.0), (1, 1.0)]
    assert kinds(found) == [("finished", 1)]


def test_a_list_of_sides_is_what_a_trainer_writes_of_them(tmp_path: Path) -> None:
    config = message((17, message((4, message(*((1, item) for item in items({"imgsz": [640, 640]})))))))
    assert settings(read(tmp_path, offline(config))) == {"image_size": "640, 640"}


def test_a_run_that_exits_with_a_code_has_failed(tmp_path: Path) -> None:
    assert kinds(read(tmp_path, offline(message((18, message((1, 1))))))) == [("error", 1)]


def test_records_that_are_parted_at_a_block_are_joined(tmp_path: Path) -> None:
    picture = history(_step=0, picture="x" * 3 * BLOCK)
    assert aps(read(tmp_path, offline(picture, *RUN)))[-1] == (None, 2, 0.387)


def test_a_damaged_record_is_an_issue_behind_what_was_whole(tmp_path: Path) -> None:
    data = bytearray(offline(*RUN))
    data[-1] ^= 1
    found = read(tmp_path, bytes(data))
    assert len(aps(found)) == 2
    assert any(isinstance(each, Issue) for each in found)


def test_another_file_of_that_name_is_an_issue(tmp_path: Path) -> None:
    assert [type(each) for each in read(tmp_path, b"text")] == [Issue]


def test_metrics_that_are_logged_one_by_one_are_one_result(tmp_path: Path) -> None:
    lone = ({"AP": 0.1}, {"AP50": 0.2}, {"APs": 0.05}, {"AP": 0.3, "epoch": 1}, {"AP50": 0.5})
    found = read(tmp_path, offline(*(history(_step=step, **row) for step, row in enumerate(lone))))
    assert [
        (each.epoch, each.iteration, each["AP"], each["AP50"]) for each in found if isinstance(each, Evaluation)
    ] == [
        (None, 2, 0.1, 0.2),
        (1, 4, 0.3, 0.5),
    ]
    parted = ({"AP": 0.1}, {"train__loss": 1.0}, {"AP50": 0.2}, {"epoch": 3, "AP75": 0.1}, {"epoch": 4, "APs": 0.1})
    found = read(tmp_path, offline(*(history(_step=step, **row) for step, row in enumerate(parted))))
    assert [(each.epoch, each["AP50"], each["APs"]) for each in found if isinstance(each, Evaluation)] == [
        (3, 0.2, None),
        (4, None, 0.1),
    ]
