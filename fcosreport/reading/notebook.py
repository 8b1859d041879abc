"""A Jupyter notebook as its reader sees it: what its cells printed is a log, what stands between them a note.

The file is scanned, not decoded: pictures and other outputs are passed over, however large, and one that is cut is read
up to its end. Tables in HTML become rows with bars. A cell that trains, or that runs a model made since the last one,
begins with `In [3]:`, by which a dialect tells the runs apart; and so does one that names another configuration, or
weights of another folder, than the cells before it. What it names stands behind the mark.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import PurePosixPath
from typing import Any, NamedTuple, TypeVar, cast

from msgspec import Struct
from msgspec.structs import asdict, replace

from fcosreport.files.packed import name_unpacked
from fcosreport.reading.dialect import line_ends
from fcosreport.records import Evaluation, Segment, Where
from fcosreport.wording import unescaped

LIMIT = 128 << 20
"""Bytes of a notebook that are read."""

_TOKEN = re.compile(
    rb'"(?P<text>[^"\\]*+(?:\\.[^"\\]*+)*+)"(?P<key>\s*+:)?|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL
)
_SHOWN = (b"text/html", b"html", b"text/plain", b"text", b"traceback")
"""What an output may be told as; the first that it has counts, and HTML where it is a table."""
_ROW = re.compile(r"(?i)<tr\b")
_CELL = re.compile(r"(?i)<t[dh]\b[^>]*>([^<]*(?:<(?!/?t(?:[dhr]|able|body|head)\b)[^<]*)*)")
_TAG = re.compile(r"<[^<>]*>")
_TRAINS = re.compile(
    r"\.(?:train|fit|learn|fine_tune|fit_one_cycle)\(|^\s*[!%].*\btrain\w*(?:\.(?:py|sh))?\b|\btrain_\w+\(", re.M
)
_MAKES = re.compile(  # at the top level, and no wrapper of the same model or checkpoint of it
    r"^(?:model|net|detector)\w* *= *(?!model|net|detector)[\w.]+\((?!.*(?:model|net\b|best|last|final|checkpoint))",
    re.M,
)
_NAMES_MODEL = re.compile(
    r"(?:^|\s)(?:-c|--cfg|--config(?:-file)?)[ =]+(?P<config>[^\s\\'\"]+)"
    r"|\b(?:train|test|eval|val)\w*\.py +(?P<script>[^\s\\'\"-][^\s\\'\"]*\.(?:py|ya?ml))"
    r"|\bload_model\( *['\"](?P<weights>[^'\"]+)"
)

_T = TypeVar("_T")


class _Piece(NamedTuple):
    """A string of the file, and the line that it stands in."""

    text: str
    line: int


@dataclass(slots=True)
class _Cell:
    kind: str = ""
    source: list[_Piece] = field(default_factory=list)
    outputs: list[_Piece] = field(default_factory=list)
    output: dict[bytes, list[_Piece]] = field(default_factory=dict)  # the one that is read

    def take(self, name: bytes, text: bytes, line: int, *, is_output: bool) -> None:
        """A string below a name."""
        if is_output and name in _SHOWN:
            self.output.setdefault(name, []).append(_Piece(_unescaped(text), line))
        elif name in (b"source", b"input") and not is_output:
            self.source.append(_Piece(_unescaped(text), line))
        elif name == b"cell_type":
            self.kind = text.decode(errors="replace")

    def end_output(self) -> None:
        self.outputs += _printed(self.output)
        self.output = {}


class Notebook(NamedTuple):
    """What a notebook printed, and what its Markdown says; for each line of both the line in the file."""

    log: bytes
    log_lines: Sequence[int]
    note: bytes
    note_lines: Sequence[int]


def is_notebook(shown: str) -> bool:
    """Whether a file of that name is one."""
    return name_unpacked(shown).lower().endswith(".ipynb")


def opened(data: bytes) -> Notebook | None:
    """The notebook that the bytes of a file are; None where they hold no cells."""
    log, note, is_new, number, model = list[_Piece](), list[_Piece](), False, 0, ""
    for cell in _cells(data):
        number += 1
        source = "".join(piece.text for piece in cell.source)
        if cell.kind == "markdown":
            note += [*cell.source, _Piece("\n\n", cell.source[-1].line if cell.source else 1)]
            continue
        before, model = model, _model_of(source) or model
        is_new = is_new or bool(_MAKES.search(source)) or (before != "" and before != model)
        if cell.outputs:
            if is_new or _TRAINS.search(source):
                log.append(_Piece(f"In [{number}]:{model}\n", cell.outputs[0].line))
            log += cell.outputs
            is_new = False
    return Notebook(*_joined(log), *_joined(note)) if number else None


def _model_of(source: str) -> str:
    """What tells the model that a cell is of: its configuration, or the folder of its weights, which are of one run."""
    found = _NAMES_MODEL.search(source)
    if not found:
        return ""
    if config := found["config"] or found["script"]:
        return f" config={PurePosixPath(config).stem}"
    weights = PurePosixPath(found["weights"])
    return f" weights={weights.parent if weights.parent.name else weights}"


def placed(said: _T, lines: Sequence[int]) -> _T:
    """What was said of the lines of a log or a note, with the lines of the file instead."""
    if isinstance(said, Where):
        return replace(said, line=_line(lines, said.line))
    if isinstance(said, tuple):
        return cast(_T, tuple(placed(each, lines) for each in said))
    if isinstance(said, Struct):
        changed: dict[str, Any] = {name: placed(value, lines) for name, value in asdict(said).items()}
        if isinstance(said, Segment):
            changed["line"] = _line(lines, said.line) if said.line > 1 else 1
        return replace(said, **changed)
    return said


def with_pasted(segments: tuple[Segment, ...], pasted: Iterable[Evaluation]) -> tuple[Segment, ...]:
    """The segments, to each of which belong the results that were pasted into the notes within it."""
    made = list(segments)
    for each in pasted:
        at = max((index for index, one in enumerate(made) if one.line <= each.where.line), default=0)
        made[at] = replace(made[at], evaluations=(*made[at].evaluations, each))
    return tuple(made)


def _line(lines: Sequence[int], line: int) -> int:
    return lines[min(line, len(lines)) - 1]


def _joined(pieces: Iterable[_Piece]) -> tuple[bytes, list[int]]:
    """One text, and for each of its lines that in the file."""
    text, lines, line = bytearray(), list[int](), 1
    for piece in pieces:
        new, line = piece.text.encode("utf-8", "replace"), piece.line
        if text.endswith(b"\r") and new.startswith(b"\n"):
            new = new[1:]
        lines += [line] * line_ends(new, 0, len(new))
        text += new
    return bytes(text), [*lines, line]


def _cells(data: bytes) -> Iterator[_Cell]:
    """The cells, each when it ends, the last also where the file does."""
    path, key, line, counted, cell = list[bytes](), b"", 1, 0, _Cell()
    for token in _TOKEN.finditer(data):
        line += data.count(b"\n", counted, token.start())
        counted = token.start()
        if token["key"]:
            key = token["text"]
        elif token["open"]:
            path.append(key)
            key = b""
        elif token["text"] is not None:
            if b"cells" in path:
                cell.take(key or path[-1], token["text"], line, is_output=b"outputs" in path)
        elif path:
            path.pop()
            key = b""
            if path[-1:] == [b"outputs"]:
                cell.end_output()
            elif path[-1:] == [b"cells"]:
                yield cell
                cell = _Cell()
    cell.end_output()
    if cell.outputs or cell.source:
        yield cell


def _unescaped(text: bytes) -> str:
    try:
        return str(json.loads(b'"' + text + b'"', strict=False))
    except ValueError:
        return text.decode(errors="replace")


def _printed(output: dict[bytes, list[_Piece]]) -> list[_Piece]:
    """The lines of an output, the last of which ends."""
    for kind in _SHOWN:
        pieces = output.get(kind, [])
        if kind.endswith(b"html"):
            pieces = list(_rows(pieces)) if any("<t" in piece.text for piece in pieces) else []
            pieces += [_Piece("\n", pieces[-1].line)] if pieces else []  # the next table is another
        elif kind == b"traceback":
            pieces = [_Piece(piece.text + "\n", piece.line) for piece in pieces]
        if pieces:
            return pieces if pieces[-1].text.endswith("\n") else [*pieces, _Piece("\n", pieces[-1].line)]
    return []


def _rows(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """The rows of the tables in HTML, as a program would print them."""
    text, ends = "".join(piece.text for piece in pieces), list(accumulate(len(piece.text) for piece in pieces))
    starts = [row.end() for row in _ROW.finditer(text)]
    for start, stop in pairwise((*starts, len(text))):
        cells = [" ".join(unescaped(_TAG.sub("", cell)).split()) for cell in _CELL.findall(text, start, stop)]
        yield _Piece(f"| {' | '.join(cells)} |\n", pieces[bisect_right(ends, start - 1)].line)
