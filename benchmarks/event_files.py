"""Event files as the writers of TensorBoard make them: records of a length, an event and the checksums of both."""

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

Scalar = tuple[str, int, float]
"""A tag, a step, a value."""


def write(path: Path, scalars: Iterable[Scalar]) -> None:
    """One event for each scalar, below the one that tells the version."""
    with path.open("wb") as file:
        file.writelines(_records(scalars))


def _records(scalars: Iterable[Scalar]) -> Iterator[bytes]:
    clock = struct.pack("<Bd", 9, 1.0)
    yield _record(clock + _field(0x1A, b"brain.Event:2"))
    for tag, step, value in scalars:
        scalar = _field(0x0A, tag.encode()) + struct.pack("<Bf", 0x15, value)
        yield _record(clock + b"\x10" + _varint(step) + _field(0x2A, _field(0x0A, scalar)))


def _record(event: bytes) -> bytes:
    size = struct.pack("<Q", len(event))
    return size + struct.pack("<I", _checksum(size)) + event + struct.pack("<I", _checksum(event))


def _field(key: int, content: bytes) -> bytes:
    return bytes([key]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    digits = []
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes([*digits, value])


def _shifted(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value


_SHIFTED = tuple(map(_shifted, range(256)))


def _checksum(data: bytes) -> int:
    """CRC-32C, masked: readers throw away what does not have it."""
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ _SHIFTED[(value ^ byte) & 255]
    value ^= 0xFFFFFFFF
    return (value >> 15 | value << 17) + 0xA282EAD8 & 0xFFFFFFFF
