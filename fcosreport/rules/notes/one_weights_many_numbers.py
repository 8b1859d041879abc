"""FR514."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.comparing.scores import shown
from fcosreport.evidence.published import differing, is_other_protocol, weights
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import TableRow
from fcosreport.settings import Settings
from fcosreport.wording import listed

_LINK = {"link_model": "zoo/fcos_r50_1x.pth"}


@rule(
    "FR514",
    "warning",
    fires=[
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "B", "bbox": "% 41.0", **_LINK}],
        [
            {"row": "A", "lr": 0.01, "bbox": "% 38.7 57.0", **_LINK},
            {"row": "A", "lr": 0.02, "bbox": "% 38.7 58.0", **_LINK},
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
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "B", "bbox": "% 41.0", "title": "LVIS", **_LINK}],
        [{"row": "A", "bbox": "% 38.7", "link_pretrain": "r50.pth"}, {"row": "B", "bbox": "% 41.0"}],
        [{"row": "A", "bbox": "% 38.7", **_LINK}, {"row": "B", "segm": "% 35.0", **_LINK}],
    ],
    needs=("no row of a table links its weights", lambda records: _linking(records.tables)),
)
def one_weights_many_numbers(linking: dict[tuple[str, str], list[TableRow]], settings: Settings) -> Iterator[Fault]:
    """Rows of a table link the same weights and carry different numbers.

    Under one heading, where no column says that split, input size or test differ.

    Why: in public model zoos such as facebookresearch/detectron2 a row is copied from the one above
    and its link stays.

    Do: Link the weights of each row, or say how their evaluations differ.
    """
    for (_, link), rows in linking.items():
        others = [row for row in rows[1:] if _differ(rows[0], row)]
        if others:
            yield _fault(link, [rows[0], *others])


def _linking(rows: Sequence[TableRow]) -> dict[tuple[str, str], list[TableRow]]:
    """The rows of each table by the weights that they link."""
    found: dict[tuple[str, str], list[TableRow]] = defaultdict(list)
    for row in rows:
        if not row.is_index and weights(row):
            found[row.table, weights(row)].append(row)
    return found


def _differ(one: TableRow, other: TableRow) -> bool:
    columns = [{h: t for h, t in row.others if t != row.label} for row in (one, other)]
    if one.title != other.title or columns[0] != columns[1] or is_other_protocol(one) or is_other_protocol(other):
        return False
    pairs = [(a, b) for a in one.results for b in other.results if a.task == b.task]
    return any(differing(a, b)[0] for a, b in pairs)


def _fault(link: str, rows: Sequence[TableRow]) -> Fault:
    told = [f"“{row.label}” {shown(row.results[0].metrics, most=1)}" for row in rows]
    return Fault(f"{listed(told)}: all link {link[-120:]}.", where=tuple(row.where for row in rows))
