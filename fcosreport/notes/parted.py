"""Columns that are of several: of a number for each metric of their head, `mAP50 / mAP50-95`, or of each run."""

import re
from collections.abc import Sequence
from functools import lru_cache

from fcosreport.notes.grids import Cell, Grid
from fcosreport.notes.upright import cell_at, is_of_gains
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.metric_names import split_alone

_LONGEST = 100  # characters of a head, or of a cell, that is parted
_SLASH = re.compile(r"\s*[/／|]\s*")
_WORDS = re.compile(r"[^\s/()（）]+(?:/[^\s/()（）]+)+")
"""The words of a head of which each stands for one of the numbers: `AP (val/test)`, `box/mask AP`."""
_BRACKETS = re.compile(r"([^()（）]+)[(（]([^()（）]+)[)）]")
_AT = re.compile(r"(?i)\s*[(（](?:阈值|しきい値|임계값|thr(?:eshold)?s?|conf(?:idence)?|iou|@)[^()（）]{0,20}[)）]\s*$")
"""At which threshold all the numbers are."""
_NAMED = re.compile(r"(?P<name>[^()（）\n]{2,60}?)\s*[(（](?P<metric>[^()（）\n]{2,40})[)）]")
_STAGE = re.compile(
    r"(?i)(?P<name>(?:无|有|without|with|w/o|w/) ?[\w-]{1,20}|baseline|original|default|optimi[sz]ed|(?:fine-?)?tuned"
    r"|pruned|quanti[sz]ed|improved|proposed|enhanced)[ _](?P<metric>[^()（）\n]{2,40})"
)
_AROUND = re.compile(r"(?i)(?P<metric>[^()（）\n]{2,40}?) (?P<name>(?:before|after) [\w -]{2,30})")
"""What was done to the model that a metric is of: `Baseline mAP` beside `Optimized mAP`, `mAP after pruning`."""
_ALL = re.compile(r"(?i)all|overall|total|全部|整体|全体|전체")
_CONDITION = re.compile(
    rf"{_ALL.pattern}|day(?:time)?|night(?:time)?|dusk|clear|rain(?:y)?|fog(?:gy)?|snow(?:y)?|白天|夜[晚间間]?|昼|주간|야간"
)
"""In which light or weather the images of one of the numbers of a run were taken."""
_NAME = re.compile(r"(?!\d)\w[\w.+ -]{0,29}")
_SCORE = re.compile(r"[~≈]?(?:\d{1,3}(?:\.\d{1,18})?|\.\d{1,18})\s?%?")
_NONE = re.compile(r"[-–—\s]*|(?i:n/?a)")
_MODERATE = re.compile(r"(?i)(?<![a-z])mod(?:erate)?\.?(?![a-z])")
_OF_LEVELS = re.compile(
    r"(?i)\beasy ?[/／|,] ?mod|\bkitti\b|^\W*(?:car|pedestrian|cyclist|van|truck|ped\.?|cyc\.?)s?\b"
)
"""In a title or a head that cells of three numbers have: those of easy, moderate and hard objects."""


def parted(grid: Grid) -> Grid:
    """The table with a column for each of the numbers that stand together in the cells of one."""
    rows = [cells for _, cells in grid.rows]
    has_metric = any(header(each.raw).kind == "metric" for each in grid.headers)
    found = {
        at: heads
        for at, each in enumerate(grid.headers)
        if (heads := heads_of(each.text) or ([] if has_metric else _levels_of(each.text, grid.title)))
        and _fits(rows, at, heads)
    }
    if not found or grid.is_code:
        return grid
    headers = [new for at, each in enumerate(grid.headers) for new in found.get(at, [each])]
    made = Grid(grid.line, grid.title, grid.section, headers, [], grid.is_code)
    for line, cells in grid.rows:
        numbers = ((at, each, _numbers(each.text)) for at, each in enumerate(cells))
        made.rows.append((line, [new for at, each, told in numbers for new in _cells(each, told, found.get(at))]))
    return made


def parted_rows(grid: Grid) -> Grid:
    """The table with a row for each of the numbers that stand together below one name: `P / R | 0.9 / 0.8`."""
    made = Grid(grid.line, grid.title, grid.section, grid.headers, [], grid.is_code)
    for line, cells in grid.rows:
        heads = heads_of(cells[0].text) if cells and not grid.is_code else []
        columns = [_numbers(each.text) for each in cells[1:]] if heads else []
        if heads and any(columns) and all(len(told) in (0, len(heads)) for told in columns):
            parts = [[Cell(each, each) for each in told] or [Cell("", "")] * len(heads) for told in columns]
            made.rows += [(line, list(row)) for row in zip(heads, *parts, strict=True)]
        else:
            made.rows.append((line, cells))
    return made


def heads_of(text: str) -> list[Cell]:
    """The heads of which one is made; none where it is one metric's, or has a part that is none."""
    if len(text) > _LONGEST or not ("/" in text or "／" in text or "(" in text or "（" in text):
        return []
    text = _MODERATE.sub("moderate", _SLASH.sub("/", _AT.sub("", text)))
    words = _WORDS.search(text)
    ways = [[f"{text[: words.start()]}{word}{text[words.end() :]}" for word in words[0].split("/")]] if words else []
    ways.append(text.split("/"))
    if brackets := _BRACKETS.fullmatch(text):
        ways.append([*brackets.groups()])
    for names in ways:
        meanings = [header(name) for name in names]
        if len(set(meanings)) == len(names) > 1 and all(each.kind == "metric" for each in meanings):
            return [Cell(name.strip(), name.strip()) for name in names]
    return _variants(*brackets.groups()) if brackets else []


def _levels_of(head: str, title: str) -> list[Cell]:
    """The heads of the three levels of difficulty of a class, where head or title speak of such."""
    if not _OF_LEVELS.search(f"{head}\n{title}"[: 2 * _LONGEST]):
        return []
    return [Cell(text, text) for text in (f"{head[:_LONGEST]}-{level}" for level in ("easy", "moderate", "hard"))]


def _variants(metric: str, within: str) -> list[Cell]:
    """The heads of runs whose names stand in brackets behind a metric: `mAP (Pro / Fast)`."""
    names = [name.strip() for name in within.split("/")]
    is_of_runs = len(names) > 1 and all(_NAME.fullmatch(name) for name in names)
    if not is_of_runs or header(metric).kind != "metric":
        return []
    if all(map(_CONDITION.fullmatch, names)):
        of = ["" if _ALL.fullmatch(name) else f" ({name})" for name in names]
        return [Cell(text, text) for text in (f"{metric.strip()}{each}" for each in of)]
    return [Cell(text, text) for text in (f"{name} ({metric.strip()})" for name in names)]


def of_variants(grid: Grid) -> Grid:
    """The table with a row for each run, where a column of each has its name beside the one metric that they share:
    `Original (mAP)` and `Cleaned (mAP)`, `mAP before pruning` and `mAP after pruning`.
    """
    found = {at: told for at, each in enumerate(grid.headers) if (told := _variant(each.text[:_LONGEST]))}
    found = {
        at: told for at, told in found.items() if _is_name(told["name"]) and header(told["metric"]).kind == "metric"
    }
    metrics = {told["metric"].lower() for told in found.values()}
    others = [at for at in range(len(grid.headers)) if at not in found]
    if (
        grid.is_code
        or len(found) < 2
        or len(metrics) > 1
        or any(header(grid.headers[at].raw).kind == "metric" for at in others)
    ):
        return grid
    others = [at for at in others if not is_of_gains([cell_at(cells, at) for _, cells in grid.rows])]
    metric = next(iter(found.values()))["metric"]
    made = Grid(grid.line, grid.title, grid.section, [Cell("name", "name"), Cell(metric, metric)])
    made.headers += [grid.headers[at] for at in others]
    for line, cells in grid.rows:
        first = cell_at(cells, others[0]).text if others and len(grid.rows) > 1 else ""
        for at, told in found.items():
            name = ", ".join(filter(None, (first, told["name"].strip())))
            made.rows.append(
                (line, [Cell(name, name), cell_at(cells, at), *(cell_at(cells, other) for other in others)])
            )
    return made


@lru_cache(1024)  # many tables have the same headers
def _variant(text: str) -> re.Match[str] | None:
    return next((told for each in (_NAMED, _STAGE, _AROUND) if (told := each.fullmatch(text))), None)


def _is_name(text: str) -> bool:
    """Whether a text is the name of a run, and neither a metric nor the images that one is of."""
    return header(text).kind in ("other", "label") and not split_alone(text)


def _fits(rows: Sequence[Sequence[Cell]], column: int, heads: Sequence[Cell]) -> bool:
    """Whether each cell of a column has as many numbers as its head has metrics, or none."""
    texts = [text for cells in rows if not _NONE.fullmatch(text := cell_at(cells, column).text)]
    return bool(texts) and all(len(_numbers(text)) == len(heads) for text in texts)


def _numbers(text: str) -> list[str]:
    """The numbers that a cell is, between slashes or the last one in brackets."""
    brackets = _BRACKETS.fullmatch(text) if len(text) <= _LONGEST else None
    told = [part.strip() for part in (brackets.groups() if brackets else _SLASH.split(text[:_LONGEST]))]
    return told if all(map(_SCORE.fullmatch, told)) else []


def _cells(cell: Cell, numbers: Sequence[str], heads: Sequence[Cell] | None) -> list[Cell]:
    if heads is None:
        return [cell]
    return [Cell(each, each) for each in numbers] or [Cell("", "")] * len(heads)
