"""YAML files as values with their lines. For dialects. Nothing is constructed, whatever its tag.

What stands before an error is kept. PyYAML's events are taken one by one, so that no nest is too deep and no alias is
copied.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import yaml

LIMIT = 1 << 20
"""Bytes of a configuration that are read."""

_MOST = 20_000  # values that `flat` looks at
_DEEPEST = 100  # nests, of which `flat` looks into some
_NESTS = 20
_ITEMS = 200  # of a list, and keys that one mapping gives to another
_LONGEST = 100  # characters of a key
_UNREADABLE = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"0b[01][01_]*|0x[\da-fA-F][\da-fA-F_]*|0[0-7_]*|[1-9][\d_]*|\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?")


@dataclass(slots=True)
class Node:
    """A value and its line. A scalar has `text`, a list `items`, a mapping `entries`; an alias is what it stands for.

    A number of YAML 1.1 is plain and decimal in `text` (`0x10` is 16, `014` is 12, `1_000` is 1000) and as written in
    `printed`. An empty scalar is null.
    """

    line: int
    kind: str = "scalar"
    text: str = ""
    printed: str = ""
    items: list["Node"] = field(default_factory=list)
    entries: dict[str, "Node"] = field(default_factory=dict)


def parse(data: bytes) -> tuple[Node, int | None]:
    """The first document of a file, and the line from which on it is no YAML, or too deep; None where all is read."""
    text = _UNREADABLE.sub("\ufffd", data.decode(errors="replace").removeprefix("\ufeff"))
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    inside = [Node(1, "list")]
    anchors: dict[str | None, Node] = {}
    unread = None
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.DocumentEndEvent) or len(inside) > _DEEPEST:
                unread = inside[-1].line if len(inside) > 1 else None
                break
            if isinstance(event, yaml.CollectionEndEvent):
                _end(inside.pop())
            elif isinstance(event, yaml.AliasEvent):
                inside[-1].items.append(anchors.get(event.anchor) or Node(_line(event.start_mark)))
            elif isinstance(event, yaml.NodeEvent):
                anchors[event.anchor] = made = _begun(event)
                inside[-1].items.append(made)
                if made.kind != "scalar":
                    inside.append(made)
    except yaml.scanner.ScannerError as error:
        unread = _line(error.context_mark or error.problem_mark)
    except yaml.MarkedYAMLError as error:
        unread = _line(error.problem_mark)
    while len(inside) > 1:
        _end(inside.pop())
    return (inside[0].items or inside)[0], unread


def _begun(event: yaml.NodeEvent) -> Node:
    """The scalar of an event, or the collection that begins with it."""
    line = _line(event.start_mark)
    if isinstance(event, yaml.ScalarEvent):
        is_plain = not event.style and event.tag is None
        return Node(line, text=(_decimal(event.value) or "null") if is_plain else event.value, printed=event.value)
    return Node(line, "mapping" if isinstance(event, yaml.MappingStartEvent) else "list")


def _line(mark: object) -> int:
    return int(getattr(mark, "line", 0)) + 1


def _end(made: Node) -> None:
    """Give a mapping its entries; those that are merged (`<<: *base`) give way to its own."""
    if made.kind == "mapping":
        pairs = list(zip(made.items[::2], made.items[1::2], strict=False))
        for _, merged in (pair for pair in pairs if pair[0].text == "<<"):
            for each in reversed(merged.items[:_ITEMS]) if merged.kind == "list" else [merged]:
                made.entries.update(islice(each.entries.items(), _ITEMS))
        made.entries.update((key.printed, value) for key, value in pairs if 0 < len(key.printed) <= _LONGEST)


def _decimal(text: str) -> str:
    """A plain scalar, decimal where it is a number."""
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return text
    digits = text.replace("_", "")
    return digits if "." in digits else str(int(digits, 8 if digits.isdecimal() and digits[0] == "0" else 0))


def flat(document: Node) -> dict[str, Node]:
    """The scalars of a mapping by their dotted keys (`optimizer.lr`), and each list of scalars as one: `640, 800`.

    A list of one keeps its brackets, for `gpus: [3]` is the third, not three. Lists of mappings are left out: which of
    them counts cannot be told.
    """
    return {key: scalar for key, value in islice(_inside(document, "", _NESTS), _MOST) if (scalar := _scalar(value))}


def _inside(value: Node, prefix: str, nests: int) -> Iterator[tuple[str, Node]]:
    for key, each in value.entries.items():
        yield prefix + key, each
        if nests:
            yield from _inside(each, f"{prefix}{key}.", nests - 1)


def _scalar(value: Node) -> Node | None:
    items = value.items[:_ITEMS]
    if value.kind == "list" and items and all(each.kind == "scalar" for each in items):
        text = ", ".join(each.text[:_LONGEST] for each in items) if len(items) > 1 else f"[{items[0].text}]"
        return Node(value.line, text=text, printed=text) if len(text) < 10 * _LONGEST else None
    return value if value.kind == "scalar" else None
