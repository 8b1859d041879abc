"""FR514."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.comparing.scores import shown
from fcosreport.evidence.links import configs, weights
from fcosreport.evidence.published import differing, is_other_protocol
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Evaluation, TableRow
from fcosreport.settings import Settings
from fcosreport.wording import listed

_LINK = {"link_model": "zoo/fcos_r50_1x.pth"}
_CONDITION = re.compile(
    r"(?<![a-z])(?:size|resolution|scale|test|infer\w*|eval\w*|val|split|set|data\w*|domain|class\w*|shots?|thr\w*"
    r"|crop\w*|slic\w*|frames?|clip|fus\w*|precision|prun\w*|deploy\w*|backend|hardware|device|post\w*|prompt|track\w*"
    r"|detector|metric|mode|view|box(?:es)?|language)(?![a-z])|评估|测试|输入|数据",
    re.I,
)
"""Words, in a header or a cell, that tell how two tests of one checkpoint differ."""
_DIGIT = re.compile(r"\d")  # a number may be a size or a threshold
_REMARK = re.compile(r"\s*(?:[(\[（【].*|[+,*@†‡].*)?")


@rule(
    "FR514",
    "warning",
    fires=[
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "B", "bbox": "% 41.0", **_LINK}],
        [
            {"row": "A", "lr": 0.01, "bbox": "% 38.7 57.0", **_LINK},
            {"row": "A", "lr": 0.02, "bbox": "% 38.7 58.0", **_LINK},
        ],
        [
            {"row": "A", "others": "single", "bbox": "% 36.4", **_LINK},
            {"row": "A", "others": "none", "bbox": "% 37.4", **_LINK},
        ],
        [
            {"row": "A", "bbox": "% 36.4 55.1 39.2", "link_config": "a_r50_1x.py", **_LINK},
            {"row": "A", "bbox": "% 37.4 55.1 39.2", "link_config": "a_r50_1x.py", "path": "zoo.md", **_LINK},
        ],
    ],
    quiet=[
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "A", "bbox": "% 38.7", **_LINK}],
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "A + TTA", "bbox": "% 41.0", **_LINK}],
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "A [topk=300]", "bbox": "% 38.9", **_LINK}],
        [
            {"row": "A", "others": "640", "bbox": "% 38.7", **_LINK},
            {"row": "A", "others": "1280", "bbox": "% 41.0", **_LINK},
        ],
        [{"row": "A (sliced)", "bbox": "% 38.7", **_LINK}, {"row": "A (whole)", "bbox": "% 41.0", **_LINK}],
        [
            {"row": "A", "bbox": "% 36.4 55.1 39.2", "link_config": "a_r50_1x.py", **_LINK},
            {"row": "A", "bbox": "% 31.0 51.8 33.3", "link_config": "a_r50_1x.py", "path": "other.md", **_LINK},
        ],
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "B", "bbox": "% 41.0", "title": "LVIS", **_LINK}],
        [{"row": "A", "bbox": "% 38.7", "link_pretrain": "r50.pth"}, {"row": "B", "bbox": "% 41.0"}],
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "B", "segm": "% 35.0", **_LINK}],
    ],
    needs=("no row of a table links its weights", lambda records: _linking(records.tables)),
)
def one_weights_many_numbers(linking: dict[str, list[TableRow]], settings: Settings) -> Iterator[Fault]:
    """Rows that link the same weights carry different numbers.

    In one table where no column and no remark in a label says how their tests differ; in several where the rows have
    one label and link one configuration, and most of their numbers are the same.

    Why: in public model zoos such as facebookresearch/detectron2 a row is copied from the one above
    and its link stays.

    Do: Link the weights of each row, or say how their evaluations differ.
    """
    for link, rows in linking.items():
        others = [row for row in rows[1:] if _differ(rows[0], row)]
        if others:
            yield _fault(link, [rows[0], *others])


def _linking(rows: Sequence[TableRow]) -> dict[str, list[TableRow]]:
    """The rows by the weights that they link."""
    found: dict[str, list[TableRow]] = defaultdict(list)
    for row in rows:
        if not row.is_index and weights(row):
            found[weights(row)].append(row)
    return found


def _differ(one: TableRow, other: TableRow) -> bool:
    if one.table != other.table and not _is_again(one, other):
        return False
    if is_other_protocol(one) or is_other_protocol(other) or _says_how(one, other):
        return False
    return any(differing(a, b)[0] for a, b in _pairs(one, other))


def _is_again(one: TableRow, other: TableRow) -> bool:
    """Whether two tables tell of one model and one test: most of three numbers or more are the same."""
    if (one.label, configs(one)) != (other.label, configs(other)) or not configs(one):
        return False
    told = [differing(a, b) for a, b in _pairs(one, other)]
    apart, alike = (sum(map(len, (apart for apart, _ in told))), sum(alike for _, alike in told))
    return alike > apart and alike + apart >= 3


def _pairs(one: TableRow, other: TableRow) -> list[tuple[Evaluation, Evaluation]]:
    return [(a, b) for a in one.results for b in other.results if (a.task, a.split) == (b.task, b.split)]


def _says_how(one: TableRow, other: TableRow) -> bool:
    """Whether a title, the remark in a label or a cell tells why two tests of one checkpoint give other numbers."""
    if one.title != other.title or (one.label != other.label and _is_remarked(one.label, other.label)):
        return True
    cells = [
        dict(row.others) | {s.name: s.text for s in row.settings if s.name == "train_data"} for row in (one, other)
    ]
    apart = {head for head in cells[0].keys() | cells[1].keys() if cells[0].get(head, "") != cells[1].get(head, "")}
    return any(
        head == "train_data" or _CONDITION.search(f"{head} {text}") or _DIGIT.search(text)
        for head in apart
        for text in (cell.get(head, "") for cell in cells)
        if text not in (one.label, other.label)
    )


def _is_remarked(one: str, other: str) -> bool:
    """Whether two labels are one name, behind which a remark stands at least once: `A` and `A (sliced)`."""
    name = re.split(r"\s*[(\[（【]", one)[0]
    return all(text.startswith(name) and _REMARK.fullmatch(text[len(name) :]) for text in (one, other) if name)


def _fault(link: str, rows: Sequence[TableRow]) -> Fault:
    told = [f"“{row.label}” {shown(row.results[0].metrics, most=1)}" for row in rows]
    return Fault(f"{listed(told)}: all link {link[-120:]}.", where=tuple(row.where for row in rows))
