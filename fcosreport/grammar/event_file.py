"""The event files of TensorBoard, byte by byte: records of a length and a message of protobuf. For dialects.

A few fields are looked at, so no schema is needed. Check sums are not: a file that was cut ends where it is cut.
"""

import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO, NamedTuple

LONGEST = 64 << 20
"""Bytes of a record; what tells more is no such file."""

_SIZE, _FLOAT = struct.Struct("<Q"), struct.Struct("<f")
Fields = dict[int, list[int | bytes]]
"""The values of a message by the number of their field."""


class Scalar(NamedTuple):
    """A number that was logged under a tag, or what a plugin said of itself there."""

    tag: str
    step: int
    value: float | None
    plugin: str = ""
    content: bytes = b""


def scalars(file: BinaryIO) -> Iterator[Scalar]:
    """What is logged, in the order of the file. Raises ValueError where a record is damaged or cut."""
    while head := file.read(12):
        size = _SIZE.unpack_from(head)[0] if len(head) == 12 else LONGEST + 1
        if size > LONGEST:
            raise ValueError("no length of a record")
        data = file.read(size + 4)
        if len(data) < size + 4:
            raise ValueError("a record is cut")
        if plain := _plain(data[:size]):
            yield plain
            continue
        event = fields(data[:size])
        step = _signed(event.get(2, [0])[-1])
        for summary in _messages(event, 5):
            for value in _messages(fields(summary), 1):
                yield _scalar(fields(value), step)


_PLAIN = re.compile(
    rb"\x09.{8}(?:\x10([\x80-\xff]{0,3}[\x00-\x7f]))?\x2a([\x00-\x7f])(\x0a([\x00-\x7f])(\x0a([\x00-\x7f])(.+)\x15(.{4})))",
    re.DOTALL,
)
"""An event with one number under a short tag, as nearly all are: time, step, and a summary of one value of both."""


def _plain(event: bytes) -> Scalar | None:
    """What `_PLAIN` tells where its lengths fit; else None, and the event is to be read field by field."""
    found = _PLAIN.fullmatch(event)
    if not found:
        return None
    step, whole, summary, size, value, length, tag, number = found.groups()
    if not (whole[0] == len(summary) and size[0] == len(value) and length[0] == len(tag)):
        return None
    return Scalar(_decoded(tag), _varint(step, 0)[0] if step else 0, _FLOAT.unpack(number)[0])


@lru_cache(1024)
def _decoded(tag: bytes) -> str:
    return tag.decode(errors="replace")


def fields(message: bytes) -> Fields:
    """The fields of a message. Raises ValueError for what is none."""
    found: Fields = {}
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        wire, value = key & 7, b""
        if wire == 0:
            number, at = _varint(message, at)
            found.setdefault(key >> 3, []).append(number)
            continue
        size = {1: 8, 5: 4}.get(wire, -1)
        if wire == 2:
            size, at = _varint(message, at)
        if not 0 <= size <= len(message) - at:
            raise ValueError("no message")
        value, at = message[at : at + size], at + size
        found.setdefault(key >> 3, []).append(value)
    return found


def text(message: Fields, key: int) -> str:
    """A field as text, empty where there is none."""
    return b"".join(_messages(message, key)[-1:]).decode(errors="replace")


def double(data: int | bytes) -> float | None:
    """The float64, or float32, of a field."""
    if not isinstance(data, bytes) or len(data) not in (4, 8):
        return None
    return float(struct.unpack("<f" if len(data) == 4 else "<d", data)[0])


def _scalar(value: Fields, step: int) -> Scalar:
    plugin: Fields = {}
    for metadata in _messages(value, 9):
        for data in _messages(fields(metadata), 1):
            plugin = fields(data)
    number = double(value[2][-1]) if 2 in value else None
    for tensor in _messages(value, 8):
        said = fields(tensor)
        number = double(next(iter(said.get(5) or said.get(6) or said.get(4) or [b""])))
    return Scalar(text(value, 1), step, number, text(plugin, 1), b"".join(_messages(plugin, 2)[-1:]))


def _messages(message: Fields, key: int) -> list[bytes]:
    return [value for value in message.get(key, ()) if isinstance(value, bytes)]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at
    raise ValueError("no number")


def _signed(value: int | bytes) -> int:
    return (value - (1 << 64) if value >> 63 else value) if isinstance(value, int) else 0


def hparams(content: bytes) -> dict[str, str]:
    """The settings of a session, as its plugin writes them."""
    found: dict[str, str] = {}
    for info in _messages(fields(content), 3):
        for entry in map(fields, _messages(fields(info), 1)):
            value = fields(b"".join(_messages(entry, 2)[-1:]))
            number = double(value[2][-1]) if 2 in value else None
            flag = str(bool(value[4][-1])) if 4 in value else ""
            found[text(entry, 1)] = f"{number:.15g}" if number is not None else text(value, 3) or flag
    return found
