"""The offline files of Weights & Biases, `run-*.wandb`: a log of records in blocks, each a message of protobuf.

As in LevelDB a record may be parted, and has a check sum. Of a message only a few fields are looked at. For dialects.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from fcosreport.grammar.event_file import Fields, fields, text

BLOCK = 32 << 10
"""Bytes of a block; a record never begins in the last seven of one."""
LONGEST = 16 << 20
"""Bytes of a record that is kept."""

_HEAD = struct.Struct("<IHB")
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


def records(file: BinaryIO) -> Iterator[Fields]:
    """The records in the order of the file. Raises ValueError where one is damaged, cut or too long."""
    start, begun = file.read(7), b""
    if start[:4] != b":W&B":
        raise ValueError("no head of such a file")
    while block := start + file.read(BLOCK - len(start)):
        at, start = len(start), b""
        while len(block) - at >= _HEAD.size:
            check, size, kind = _HEAD.unpack_from(block, at)
            data = block[at + _HEAD.size : at + _HEAD.size + size]
            at += _HEAD.size + size
            if not kind:
                break  # the rest of a block is empty
            if len(data) < size or kind > _LAST or zlib.crc32(data, zlib.crc32(bytes((kind,)))) != check:
                raise ValueError("a check sum is wrong, or a record is cut")
            begun = data if kind in (_FULL, _FIRST) else begun + data
            if len(begun) > LONGEST:
                raise ValueError("a record is too long")
            if kind in (_FULL, _LAST):
                yield fields(begun)


def items(message: Fields, key: int) -> dict[str, str]:
    """Names and values as JSON that a message holds in a field, nested names parted by `/`."""
    found: dict[str, str] = {}
    for data in message.get(key, ()):
        if isinstance(data, bytes):
            item = fields(data)
            nested = [each.decode(errors="replace") for each in item.get(2, ()) if isinstance(each, bytes)]
            found["/".join(nested) or text(item, 1)] = text(item, 16)
    return found
