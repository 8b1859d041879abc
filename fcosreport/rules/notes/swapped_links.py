"""FR521."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from fcosreport.evidence.links import is_weights, own_links, stem
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import TableRow
from fcosreport.settings import Settings

_WORD = re.compile(r"[a-z]{3,}?(?=v?\d|[^a-z]|$)")
"""What names a method, without its version; backbones and sizes are held against the label by themselves (FR513)."""
_SWAV = {"row": "SwAV", "bbox": "% 42.3"}
_MOCO = {"row": "MoCo v2", "bbox": "% 41.1"}


@rule(
    "FR521",
    "error",
    fires=[
        [{**_SWAV, "link_model": "moco_r50_200ep.pth"}, {**_MOCO, "link_model": "swav_r50_200ep.pth"}],
        [{**_SWAV, "link_model": "mocov2_r50/epoch_12.pth"}, {**_MOCO, "link_model": "swav_r50/epoch_12.pth"}],
    ],
    quiet=[
        [{**_SWAV, "link_model": "swav_r50_200ep.pth"}, {**_MOCO, "link_model": "mocov2_r50_200ep.pth"}],
        [{**_SWAV, "link_model": "moco_r50_200ep.pth"}, {**_MOCO, "link_model": "moco_r50_200ep.pth"}],
        [{**_SWAV, "link_model": "moco_swav.pth"}, {**_MOCO, "link_model": "swav_r50_200ep.pth"}],
        [{**_SWAV, "link_model": "moco.pth", "table": "a"}, {**_MOCO, "link_model": "swav.pth", "table": "b"}],
        [{**_SWAV, "link_pretrain": "moco_r50.pth"}, {**_MOCO, "link_pretrain": "swav_r50.pth"}],
    ],
    needs=("no table links the weights of two rows", lambda records: _linking(records.tables)),
)
def swapped_links(tables: list[list[tuple[TableRow, str]]], settings: Settings) -> Iterator[Fault]:
    """Two rows of a table link each other's weights.

    The name of each file has a word of the other row's label, and none of its own.

    Why: JUGGHM/PENet_ICRA2021#2: the link of the one model led to the weights of the other, and that of the other to
    those of the one.

    Do: Exchange the two links, and look whether the numbers stand in the right rows.
    """
    for table in tables:
        for (one, its), (other, others) in combinations(table, 2):
            mine, theirs = (set(_WORD.findall(row.label.lower())) for row in (one, other))
            mine, theirs = mine - theirs, theirs - mine
            if _says(its, theirs, mine) and _says(others, mine, theirs):
                text = f"“{one.label}” and “{other.label}” link each other's weights: {its} and {others}."
                yield Fault(text, where=(one.where, other.where))


def _linking(rows: tuple[TableRow, ...]) -> list[list[tuple[TableRow, str]]]:
    """The rows of each table that link one file of weights, each with its name."""
    found: dict[str, list[tuple[TableRow, str]]] = defaultdict(list)
    for row in rows:
        named = {stem(link.target) for link in own_links(row) if is_weights(link)} - {""}
        if len(named) == 1 and not row.is_index:
            found[row.table].append((row, named.pop()))
    return [table for table in found.values() if len(table) > 1]


def _says(name: str, words: set[str], not_these: set[str]) -> bool:
    """Whether a name has one of the words and none of the others."""
    told = set(_WORD.findall(name))
    return bool(told & words) and not told & not_these
