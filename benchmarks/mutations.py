"""Real files changed by chance, which a seed repeats: the inputs of `python -m benchmarks fuzz`.

Bytes are flipped, files cut, two of them spliced or their lines mixed, lines repeated, numbers made huge, brackets
nested, encodings changed.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
REAL = (ROOT.parent / "shared" / "corpus", ROOT / "runs")
SOURCES = (*REAL, ROOT.parent / "shared" / "cases", ROOT / "README.md")
_LONGEST = 16_000  # bytes of an input
_NUMBER = re.compile(rb"\d+(?:\.\d+)?(?:e-?\d+)?")
_HUGE = (b"9" * 400, b"1e400", b"-1e400", b"nan", b"-inf", b"0.3 0.5", b"1.2.3", b"1" * 5000, b"0x10", b"1_000", b"")
_SIGNS = (
    b"\0",
    b"\xff",
    b"\r",
    b"\x1b[31m",
    b'"',
    b"'",
    b"\\",
    b"|",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"{",
    b"=",
    b"`",
)


def sources(roots: tuple[Path, ...] = SOURCES) -> list[tuple[str, bytes]]:
    """The files that are mutated, by name: real ones where they are at hand, and those of this project."""
    files = [file for source in roots for file in ([source] if source.is_file() else sorted(source.rglob("*")))]
    return [(file.name, file.read_bytes()[: 1 << 20]) for file in files if file.is_file()]


def mutated(chance: random.Random, known: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """A name, and a piece of a file to which several things were done."""
    name, data = chance.choice(known)
    data = _piece(chance, data, chance.choice((200, 600, 2000, _LONGEST)))
    for _ in range(chance.randrange(1, 5)):
        data = chance.choice(_MUTATIONS)(chance, data, known)[: 2 * _LONGEST]
    return name if chance.random() < 0.9 else chance.choice(known)[0], data


def _piece(chance: random.Random, data: bytes, most: int) -> bytes:
    start = chance.randrange(max(1, len(data) - most)) if chance.random() < 0.7 else 0
    return data[start : start + most]


def _flipped(chance: random.Random, data: bytes, known: object) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 20)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, data: bytes, known: object) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] if chance.random() < 0.5 else data[:at] + data[min(len(data), at + chance.randrange(200)) :]


def _spliced(chance: random.Random, data: bytes, known: list[tuple[str, bytes]]) -> bytes:
    other, at = _piece(chance, chance.choice(known)[1], 2000), chance.randrange(len(data) + 1)
    return data[:at] + other + data[at:]


def _mixed(chance: random.Random, data: bytes, known: list[tuple[str, bytes]]) -> bytes:
    """The lines of two files in turns, and now and then two of them in one."""
    lines = data.splitlines(keepends=True) + _piece(chance, chance.choice(known)[1], 2000).splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(line.rstrip(b"\n") if chance.random() < 0.1 else line for line in lines)


def _repeated(chance: random.Random, data: bytes, known: object) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    at = chance.randrange(len(lines))
    return b"".join([*lines[:at], *lines[at : at + chance.randrange(1, 4)] * chance.randrange(1, 99), *lines[at:]])


def _renumbered(chance: random.Random, data: bytes, known: object) -> bytes:
    return _NUMBER.sub(lambda found: chance.choice(_HUGE) if chance.random() < 0.05 else found[0], data)


def _nested(chance: random.Random, data: bytes, known: object) -> bytes:
    at, sign = (
        chance.randrange(len(data) + 1),
        chance.choice((b"[", b"{", b"(", b"dict(", b'{"a":', b"> ", b"- ", b"*")),
    )
    return data[:at] + sign * chance.randrange(1, 3000) + data[at:]


def _signed(chance: random.Random, data: bytes, known: object) -> bytes:
    for _ in range(chance.randrange(1, 9)):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(_SIGNS) * chance.choice((1, 1, 1, 50)) + data[at:]
    return data


def _recoded(chance: random.Random, data: bytes, known: object) -> bytes:
    ends = chance.choice((b"\r\n", b"\r", b"\n\n"))
    if chance.random() < 0.5:
        return data.replace(b"\n", ends)
    return data.decode(errors="replace").encode(chance.choice(("utf-16", "gbk", "utf-8-sig", "latin-1")), "replace")


_MUTATIONS: tuple[Callable[[random.Random, bytes, list[tuple[str, bytes]]], bytes], ...] = (
    *(_flipped, _cut, _spliced, _mixed, _repeated, _renumbered, _nested, _signed, _recoded),
)
