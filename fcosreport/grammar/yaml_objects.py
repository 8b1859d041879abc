"""The objects of a YAML document, as `objects` finds them in JSON. For dialects.

experiments:                    eval:
- {name: base, mAP: 0.412}        bbox: {AP: 0.41, AP50: 0.6}
- {name: big, mAP: 0.433}
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.configs.yaml import Node, parse
from fcosreport.grammar.objects import Object

YAML = re.compile(r"\.ya?ml$")
_DEEPEST = 20
_MOST = 20_000
"""Values of a document that are looked at: an alias may stand for many."""


def yaml_objects(data: bytes) -> list[Object]:
    """The objects of the first document: each item of a list, and what stands in none, its names behind their keys."""
    document, _ = parse(data)
    walk = _Walk(data)
    row = dict(walk.row(document, "", _DEEPEST))
    return [*walk.found, Object(row, 0, len(data), False)] if row else walk.found


class _Walk:
    """A way through a document, on which the items of lists are found."""

    def __init__(self, data: bytes) -> None:
        self.begins = [0, *(end.end() for end in re.finditer(b"\n", data))]  # of the lines
        self.found: list[Object] = []
        self.left = iter(range(_MOST))

    def row(self, node: Node, prefix: str, deep: int) -> Iterator[tuple[str, str]]:
        """The texts of a node by their names; what is an item of a list is added to those found."""
        for (key, each), _ in zip(node.entries.items() if deep else (), self.left, strict=False):
            if each.kind == "scalar":
                yield f"{prefix}{key}", each.text
            else:
                yield from self.row(each, f"{prefix}{key}/", deep - 1)
        for item, _ in zip(node.items if deep and node.kind == "list" else (), self.left, strict=False):
            if item.entries:
                begin = self.begins[min(item.line, len(self.begins)) - 1]
                self.found.append(Object(dict(self.row(item, "", deep - 1)), begin, begin, True))
