"""Configurations written in Python, read as text: `model = dict(type='FCOS', ...)`. Nothing is ever executed.

For dialects. What is no literal and no `dict(...)` of such, and cannot be told from the assignments before it, is left
out. A part that is no Python does not spoil the others.
"""

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Union

from msgspec import Struct

LIMIT = 512 << 10
"""Bytes of a configuration that are read."""

Value = Union["dict[str, Entry]", "list[Entry]", str, int, float, bool, None]

_LONG = 4096  # characters of a text that is put together
_LARGE = 1e18  # numbers above this are not calculated with
_TEXT = 200  # characters of a value as it is written that are kept
_ASSIGNED = re.compile(r"[A-Za-z_][\w.]*[ \t]*=(?!=)")
_GOES_ON = re.compile(r"[\s)\]}#'\"]|$")
_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
_SCALARS = (str, int, float, type(None))
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda one, other: one + other,
    ast.Sub: lambda one, other: one - other,
    ast.Mult: lambda one, other: one * other,
    ast.Div: lambda one, other: one / other,
    ast.FloorDiv: lambda one, other: one // other,
}


class Entry(Struct, frozen=True):
    """A value, the number of its line, and how it is written, where that is short. Tuples and ranges are lists."""

    value: Value
    line: int
    text: str

    def find(self, path: str) -> "Entry | None":
        """What stands below at a dotted path: `optimizer.lr`."""
        entry: Entry | None = self
        for key in path.split("."):
            entry = entry.value.get(key) if entry and isinstance(entry.value, dict) else None
        return entry

    @property
    def plain(self) -> object:
        """The value of plain Python objects; lists and dictionaries deeper than three are left out."""
        return _plain(self, 3)


class Config(Struct, frozen=True):
    """The top-level assignments of a configuration, in order, dotted ones (`cfg.SOLVER.BASE_LR`) by their whole name.

    `unread` is the line of the first part that is no Python, `program`: it defines functions or classes.
    """

    names: dict[str, Entry]
    unread: int | None = None
    program: bool = False

    def find(self, *paths: str) -> Entry | None:
        """What stands at the first of these dotted paths that is given; None where none is."""
        names, parted = _parted(paths)
        for name, rest in () if names.isdisjoint(self.names) else parted:
            entry = self.names.get(name)
            if entry and (found := entry.find(rest) if rest else entry):
                return found
        return None


@lru_cache(256)
def _parted(paths: tuple[str, ...]) -> tuple[frozenset[str], list[tuple[str, str]]]:
    """The first names of the paths, and of each path its first name and the rest."""
    parted = [(name, rest) for name, _, rest in (path.partition(".") for path in paths)]
    return frozenset(name for name, _ in parted), parted


def parse(text: str, line: int = 1) -> Config:
    """What a configuration says whose first line has the number `line`. Never raises."""
    text = text[:LIMIT].replace("\r\n", "\n").replace("\r", "\n")
    names: dict[str, Entry] = {}
    whole = _tree(text)
    if whole:
        _Scope(text, line, names).take(whole)
        return Config(names, None, any(isinstance(node, _DEFINITIONS) for node in whole.body))
    unread = None
    for offset, part in _parts(text):
        tree = _tree(part)
        if tree:
            _Scope(part, line + offset, names).take(tree)
        elif unread is None:
            unread = line + offset
    return Config(names, unread)


def _tree(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes and the like in other people's files
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Each assignment with the lines that belong to it, and how many lines stand before it."""
    lines = text.split("\n")
    start = -1
    for number, line in enumerate([*lines, "end"]):
        if start >= 0 and not _GOES_ON.match(line):
            yield start, "\n".join(lines[start:number])
            start = -1
        if _ASSIGNED.match(line):
            start = number


def _plain(entry: Entry, depth: int) -> object:
    if isinstance(entry.value, list):
        return [_plain(item, depth - 1) for item in entry.value] if depth else None
    if isinstance(entry.value, dict):
        return {key: _plain(item, depth - 1) for key, item in entry.value.items()} if depth else None
    return entry.value


class _Scope:
    """Reads values of one text. `names`: what was assigned before."""

    def __init__(self, text: str, line: int, names: dict[str, Entry]) -> None:
        self.lines, self.line, self.names = text.encode(errors="replace").split(b"\n"), line, names

    def take(self, tree: ast.Module) -> None:
        """Add the top-level assignments."""
        for node in tree.body:
            if not isinstance(node, ast.Assign) or len(node.targets) != 1:
                continue
            name = _dotted(node.targets[0])
            try:
                entry = self._entry(node.value)
            except RecursionError:
                entry = None
            if name and entry:
                self.names[name] = entry
            elif name:
                self.names.pop(name, None)

    def _entry(self, node: ast.expr) -> Entry | None:
        """The value of an expression; None if it is not known without executing it."""
        if isinstance(node, ast.Constant):
            kind = isinstance(node.value, _SCALARS)
            return Entry(node.value, *self._place(node)) if kind else None  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.List | ast.Tuple):
            return Entry([item for item in map(self._entry, node.elts) if item], *self._place(node))
        if isinstance(node, ast.Dict):
            return Entry(self._dict(zip(node.keys, node.values, strict=True)), *self._place(node))
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.UnaryOp | ast.BinOp):
            return self._calculated(node)
        return None

    def _dict(
        self, pairs: "Iterator[tuple[ast.expr | None, ast.expr]] | zip[tuple[ast.expr | None, ast.expr]]"
    ) -> Value:
        made: dict[str, Entry] = {}
        for key, node in pairs:
            entry = self._entry(node)
            if key is None:
                made.update(entry.value if entry and isinstance(entry.value, dict) else {})
            elif entry and isinstance(key, ast.Constant) and isinstance(key.value, str | int):
                made[str(key.value)] = entry
        return made

    def _call(self, node: ast.Call) -> Entry | None:
        name = _dotted(node.func)
        if name in ("dict", "OrderedDict", "ConfigDict") and not node.args:
            keys = [ast.Constant(word.arg) if word.arg is not None else None for word in node.keywords]
            return Entry(self._dict(zip(keys, (word.value for word in node.keywords), strict=True)), *self._place(node))
        if name == "range" and 0 < len(node.args) < 4:
            ends = [entry.value if (entry := self._entry(arg)) else None for arg in node.args]
            if all(isinstance(end, int) for end in ends):
                return self._range(node, [end for end in ends if isinstance(end, int)])
        return None

    def _range(self, node: ast.Call, ends: list[int]) -> Entry | None:
        if 0 in ends[2:] or (numbers := range(*ends))[_LONG:]:
            return None
        line, text = self._place(node)
        return Entry([Entry(number, line, str(number)) for number in numbers], line, text)

    def _calculated(self, node: ast.UnaryOp | ast.BinOp) -> Entry | None:
        if isinstance(node, ast.UnaryOp):
            entry = self._entry(node.operand)
            number = _number(entry) if isinstance(node.op, ast.USub) else None
            return Entry(-number, *self._place(node)) if number is not None else None
        one, other = self._entry(node.left), self._entry(node.right)
        if (
            isinstance(node.op, ast.Add)
            and one
            and other
            and isinstance(one.value, str)
            and isinstance(other.value, str)
        ):
            joined = one.value + other.value
            return Entry(joined, *self._place(node)) if len(joined) < _LONG else None
        left, right, operation = _number(one), _number(other), _OPERATIONS.get(type(node.op))
        if left is None or right is None or operation is None or max(abs(left), abs(right)) > _LARGE:
            return None
        try:
            return Entry(operation(left, right), *self._place(node))
        except ArithmeticError:
            return None

    def _place(self, node: ast.expr) -> tuple[int, str]:
        """The line and the written text of an expression."""
        line, begin, end = node.lineno - 1, node.col_offset, node.end_col_offset or 0
        is_short = node.end_lineno == node.lineno and end - begin < _TEXT
        return self.line + line, self.lines[line][begin:end].decode(errors="replace") if is_short else ""


def _number(entry: Entry | None) -> int | float | None:
    value = entry.value if entry else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _dotted(node: ast.expr) -> str:
    """`cfg.SOLVER.BASE_LR` of the expression, "" for another."""
    if isinstance(node, ast.Name):
        return node.id
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
