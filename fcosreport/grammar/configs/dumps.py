"""Configurations as trainers print them into a log: YAML-like dumps, tables of dictionaries, argparse's Namespace.

A dump is taken line by line, since a window may end within it. Nothing is ever executed.
"""

import ast
import re
import warnings
from collections.abc import Mapping
from typing import NamedTuple

LIMIT = 3000
"""Lines of one dump that are read."""

_LONG = 4000  # bytes of a line that are looked at
_COLOUR = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
_PREFIX = re.compile(  # what containers, MPI and Slurm put before each line
    r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d) (?:std(?:out|err) [FP] )?|\[\d+,\d+\]<std(?:out|err)>: ?|\d+: "
    r"|[a-z][\w.-]* +\| (?!.*\|)"
)
_NOTEBOOK = re.compile(r'\s*"(.*?)(?:\\n)?",?\s*')
_KEY = re.compile(r"( *)['\"]?([A-Za-z_]\w*)['\"]?:(?: +(.*)| *)")
_COMMENT = re.compile(r"(?<!\s)\s+#[^'\"]*$")
_ASSIGNED = re.compile(r"([A-Za-z_][\w.]{0,80}\.\w{1,40}) *= *([^#]+)")
_LOGGED = re.compile(r"\[\d\d/\d\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_ARGUMENT = re.compile(r"(?<!\w)(\w+)=('(?:[^'\\]|\\.){0,999}'|\"(?:[^\"\\]|\\.){0,999}\"|\[[^\]]{0,5000}\]|[^,()]*)")
_WORD = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^\s,'\"()\[\]]+)")


class Entry(NamedTuple):
    """A value of a configuration as it is printed, without quotes, and its line."""

    text: str
    line: int


def plain_line(line: bytes) -> str:
    """A line without line end, colours, and what stands before it in container logs and notebooks."""
    text = line[:_LONG].decode(errors="replace").rstrip("\r\n")
    text = _COLOUR.sub("", text) if "\x1b" in text else text
    text = text[prefix.end() :] if (prefix := _PREFIX.match(text)) else text
    notebook = _NOTEBOOK.fullmatch(text)
    return notebook[1] if notebook else text


def words(text: str) -> list[str]:
    """The items of a printed list or tuple, and the only one of a plain value."""
    return [single or double or bare for single, double, bare in _WORD.findall(text)]


def arguments(text: str) -> dict[str, str]:
    """The arguments in `Namespace(resume=True, opts=[], ...)`, without quotes."""
    found = _ARGUMENT.findall(text[:10_000].partition("Namespace(")[2])
    return {name: value.strip().strip("'\"") for name, value in found}


def overrides(options: str, line: int) -> dict[str, Entry]:
    """What the list of options of a command line sets: `['SOLVER.BASE_LR', '0.01']` or `['train.max_iter=100']`."""
    items = words(options)
    pairs = [item.partition("=")[::2] for item in items if "=" in item]
    pairs = pairs or [(key, value) for key, value in zip(items[::2], items[1::2], strict=False)]
    return {key: Entry(value, line) for key, value in pairs}


class YamlDump:
    """The dump of a yacs configuration, or the YAML file it was made from. Items of a list are joined by commas."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._parents: list[tuple[int, str]] = []  # indent and whole key, of the line and those that it stands below
        self._count = 0

    def take(self, line: str, number: int) -> bool:
        self._count += 1
        inside = line.strip()
        if not inside or inside.startswith("#") or self._count > LIMIT:
            return self._count <= LIMIT
        found = _KEY.fullmatch(line)
        if found and (found[1] or not found[2].islower()):
            self._key(len(found[1]), found[2], found[3] or "", number)
            return True
        indent = len(line) - len(line.lstrip(" "))
        item = re.match(r"(?:- +)+|-$", inside)
        if not self._parents or indent < self._parents[-1][0] + (not item):
            return False
        self._append(inside[item.end() :] if item else inside)
        return True

    def _key(self, indent: int, name: str, value: str, number: int) -> None:
        while self._parents and self._parents[-1][0] >= indent:
            self._parents.pop()
        key = f"{self._parents[-1][1]}.{name}" if self._parents else name
        self._parents.append((indent, key))
        self.entries[key] = Entry(_unquoted(value), number)

    def _append(self, value: str) -> None:
        key = self._parents[-1][1]
        entry = self.entries[key]
        if value and len(entry.text) < 1000:
            self.entries[key] = Entry(
                f"{entry.text}, {_unquoted(value)}" if entry.text else _unquoted(value), entry.line
            )


def _unquoted(value: str) -> str:
    value = _COMMENT.sub("", value.strip())
    value = re.sub(r"^[&*]id\d+ *", "", value)
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


class TableDump:
    """A table of two columns, names and Python values, as cvpods prints its configuration."""

    def __init__(self) -> None:
        self._values: dict[str, list[tuple[str, int]]] = {}
        self._name = ""
        self._count = 0

    def take(self, line: str, number: int) -> bool:
        self._count += 1
        text = line.strip()
        if not text or self._count > LIMIT or text[0] not in "│├╒╞╘|+":
            return False
        cells = re.split(r"[│|]", text[1:-1], maxsplit=1)
        if len(cells) == 2:
            self._name = cells[0].strip() or self._name
            self._values.setdefault(self._name, []).append((cells[1].strip(), number))
        return text[0] != "╘"

    @property
    def entries(self) -> dict[str, Entry]:
        """What the rows say; a value that is no Python literal is left out."""
        return {
            key: Entry(text, _line_of(key, rows))
            for name, rows in self._values.items()
            for key, text in _flat(name, "\n".join(text for text, _ in rows)[: 50 * _LONG])
        }


def _flat(name: str, text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape in a path that Python would not know
            waiting: list[tuple[str, object]] = [(name, ast.literal_eval(text))]
        while waiting:
            key, value = waiting.pop()
            if isinstance(value, Mapping):
                waiting.extend((f"{key}.{part}", item) for part, item in value.items())
            else:
                found.append((key, str(value)))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return found or [(name, text)]
    return found


def _line_of(key: str, rows: list[tuple[str, int]]) -> int:
    *_, last = key.split(".")
    return next((line for text, line in rows if f"'{last}'" in text), rows[0][1])


class PythonDump:
    """A configuration file in Python, of which the plain assignments are read: `train.max_iter = 90000`."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._count = 0

    def take(self, line: str, number: int) -> bool:
        self._count += 1
        if _LOGGED.match(line) or self._count > LIMIT:
            return False
        found = _ASSIGNED.fullmatch(line.strip())
        if found:
            self.entries[found[1]] = Entry(_unquoted(found[2]), number)
        return True
