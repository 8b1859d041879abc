"""Tables of results in a note or README as rows: what each claims, with which settings, and what it links."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from fcosreport.notes.grids import Cell, Grid, grids
from fcosreport.notes.markup import Markup
from fcosreport.records import Evaluation, Link, Metric, Setting, TableRow, Where
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.headers import Header, header
from fcosreport.vocabulary.metrics import metric
from fcosreport.vocabulary.settings.names import read as read_setting

MOST_ROWS = 5_000
"""Rows of one note that are kept."""
_LONGEST = 300  # characters of a header, which each row has, and of a label

_NUMBER = re.compile(r"[*~≈ ]*(\d{1,3}(?:\.\d{1,16})?|\.\d{1,16})\s*(%?)\s*(?:\([^()]{0,40}\)|[*†‡§↑↓]*)?\s*")
_OTHER = re.compile(r"\b(?:categor(?:y|ies)|class(?:es)?|m?AP[-_ (]*(?:easy|hard|E|H))\b|类别", re.I)
"""Headers of tables of classes, and of difficulties (easy, moderate, hard), whose AP-M is no AP of medium boxes."""
_LINK_TEXT = re.compile(r"(?:(?:config|cfg|yaml|model|log|link|download|weights?|ckpt|here|metrics)\W*)+", re.I)
_OTHER_MODEL = re.compile(r"teacher|pre-?train", re.I)
_OF_TESTS = frozenset({"image_size", "max_dets", "score_threshold", "nms", "tta", "amp", "test_batch_size"})
_SPANS = {"e": "epochs", "k": "iterations"}


def read(note: Markup, path: str) -> tuple[TableRow, ...]:
    """The rows of the result tables of a note; tables without a metric, of classes or of difficulties give none."""
    return tuple(islice((row for grid in grids(note) for row in _rows(grid, path)), MOST_ROWS))


def _rows(grid: Grid, path: str) -> Iterator[TableRow]:
    headers = _unique([header(cell.raw) for cell in grid.headers])
    texts = tuple(cell.text[:_LONGEST] for cell in grid.headers)
    if not any(each.kind == "metric" for each in headers) or any(_OTHER.search(text) for text in texts):
        return
    percent = _is_percent(grid, headers)
    for line, cells in grid.rows:
        row = list(zip(headers, texts, cells, strict=False))
        results = tuple(_results(row, Where(path, line), percent, _task(grid.title)))
        if not results:
            continue
        label = _label(row)
        yield TableRow(
            label=label,
            where=Where(path, line),
            table=f"{path}:{grid.line}",
            title=grid.title,
            section=grid.section,
            settings=_settings(row, label, Where(path, line)),
            results=results,
            measures=tuple((text, cell.text) for each, text, cell in row if each.kind == "measure" and cell.text),
            others=tuple((text, cell.text) for each, text, cell in row if _is_other(each, cell.text)),
            links=tuple(Link(text, *link) for _, text, cell in row for link in cell.links),
            headers=texts,
        )


def _unique(headers: Sequence[Header]) -> list[Header]:
    """Headers with every metric once: of several of a name, the one for validation; none where that is not clear."""
    plain = Counter((h.task, h.name) for h in headers if h.kind == "metric" and not h.split)
    split = Counter((h.task, h.name) for h in headers if h.kind == "metric" and h.split)

    def is_clear(each: Header) -> bool:
        key = (each.task, each.name)
        return split[key] == 1 and not plain[key] if each.split else plain[key] == 1

    return [h if h.kind != "metric" or is_clear(h) else Header("other") for h in headers]


_Row = Sequence[tuple[Header, str, Cell]]


def _results(row: _Row, where: Where, percent: bool, title_task: str) -> Iterator[Evaluation]:
    metrics: dict[str, list[Metric]] = {}
    stated = any(each.task for each, _, _ in row)
    for each, _, cell in row:
        found = _NUMBER.fullmatch(cell.text) if each.kind == "metric" else None
        if found and float(found[1]) <= 100:
            made = metric(each.name, found[1], percent=percent or bool(found[2]) or None)
            metrics.setdefault(each.task, []).extend([made] if made else [])
    for task, found_metrics in metrics.items():
        task_stated = bool(task or (title_task and not stated))
        told = task or ("" if stated else title_task) or "bbox"
        yield Evaluation(told, tuple(found_metrics), where, "note", task_stated=task_stated, form="table")


def _is_percent(grid: Grid, headers: Sequence[Header]) -> bool:
    """Whether the numbers of a table are in percent; a table that mixes both is told number by number."""
    found = [
        _NUMBER.fullmatch(cell.text)
        for _, cells in grid.rows
        for each, cell in zip(headers, cells, strict=False)
        if each.kind == "metric"
    ]
    numbers = [(float(each[1]), each[2]) for each in found if each and float(each[1])]
    return bool(numbers) and 2 * sum(value > 1 or bool(sign) for value, sign in numbers) >= len(numbers)


def _task(title: str) -> str:
    found = re.search(r"\b(segm|keypoints?|bbox)\b", title, re.I)
    return found[1].lower().replace("keypoints", "keypoint").replace("keypoint", "keypoints") if found else ""


def _label(row: _Row) -> str:
    """The text that names the row's model: the column that says so, else the first one that is no number."""
    shown = [(each, cell.text) for each, header, cell in row if not _OTHER_MODEL.search(header)]
    told = [(each, text) for each, text in shown if text and not _LINK_TEXT.fullmatch(text)]
    named = [text for each, text in told if each.kind == "label"]
    first = [text for each, text in told if each.kind in ("setting", "other", "link")]
    texts = named or [text for text in first if not _NUMBER.fullmatch(text)]
    return texts[0][:_LONGEST] if texts else ""


def _settings(row: _Row, label: str, where: Where) -> tuple[Setting, ...]:
    """What the columns declare, then what the label says of the rest."""
    declared = [s for each, _, cell in row if each.kind == "setting" and (s := _setting(each.name, cell.text, where))]
    names = {each.name for each in declared}
    return (*declared, *(each for each in decode(label, where) if each.name not in names))


def _is_other(column: Header, text: str) -> bool:
    """Whether a cell tells rows apart by itself: it is no setting of the training, or says more than its value."""
    if column.kind == "setting":
        return column.name in _OF_TESTS or bool(text and not _setting(column.name, text, Where("", 1)))
    return column.kind in ("other", "label")


def _setting(name: str, text: str, where: Where) -> Setting | None:
    text = text.strip()
    if name == "train_data":
        return Setting(name, text, text, where) if text else None
    span = re.fullmatch(r"(\d{1,4}(?:\.\d)?)\s*(x|e|ep|epochs?|k|k iters?|k iter)?", text, re.I)
    if name == "schedule" and span:
        unit = (span[2] or "e")[0].lower()
        if unit == "x":
            return read_setting("schedule", f"{span[1]}x", where)
        made = read_setting(_SPANS[unit], f"{span[1]}{'k' if unit == 'k' else ''}", where)
        return made if made and (unit == "k" or int(made.value) > 3) else None
    if name == "backbone":
        found = [each for each in decode(text, where) if each.name == "backbone"]
        return found[0] if found else None
    return read_setting(name, text, where)
