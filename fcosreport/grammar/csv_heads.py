"""The head of a CSV table of results: what its columns are called, and which of them tell what. For dialects."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fcosreport.grammar.classes import is_category
from fcosreport.grammar.csv_cells import delimiter_of, parted
from fcosreport.grammar.named_results import CHECKPOINTS, is_counter, may_be_of_boxes, progress
from fcosreport.records import Unit
from fcosreport.vocabulary.beside import meanings
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.metric_names import curve_of, metric_of, own
from fcosreport.vocabulary.metrics import number

COLUMNS = 400
"""Columns that a table may have."""
WIDE = 40_000
"""Bytes of a line that are looked at."""

_LINE = re.compile(rb"[^\r\n]+")
_TRACKED = re.compile(r"(?P<run>.+) - (?P<name>[^ ]+?)(?P<bound>__M(?:IN|AX))?")


class Head(NamedTuple):
    """The names of the columns, of which those without meaning are empty, and what they are parted by.

    `told` are the names with the words that say which of its results a run has there: `best_map50`.
    """

    names: tuple[str, ...]
    told: tuple[str, ...]
    delimiter: str
    curves: tuple[tuple[int, str], ...]
    metrics: tuple[int, ...]
    counters: tuple[int, ...]
    unit: Unit
    label: int | None
    run: int | None
    model: int | None
    steps: tuple[tuple[int, str], ...]


def head_of(cells: list[str], delimiter: str, tag: re.Match[str] | None) -> Head | None:
    """The head that these cells are: names of which one at least is that of a metric, none a number."""
    if not 2 <= len(cells) <= COLUMNS or any(cell and number(cell) is not None for cell in cells):
        return None
    names = list(_of_one_run(cells))
    label = next((at for at, name in enumerate(names) if is_category(name)), None)
    model = next((at for at, name in enumerate(names) if at != label and header(name).kind == "label"), None)
    told = tuple(names)
    if model is not None or not any(map(is_counter, names)):  # else the best so far
        names = list(_own(names))
    if tag and "value" in map(str.lower, names):  # a file for each name, as TensorBoard exports them
        names = [tag[1] if name.lower() == "value" else name for name in names]
    meant = dict(meanings(names))
    metrics = tuple(at for at, name in enumerate(names) if name in meant)
    lengths = ("epochs",) if model is not None else ()  # of the training of each model, and no step of one
    counters = tuple(at for at, name in enumerate(names) if is_counter(name) and name.lower() not in lengths)
    if all(each.is_side for each in meant.values()) and (model is None or not may_be_of_boxes(names)):
        return None
    curves: dict[str, int] = {}
    for at, name in enumerate(names):
        curve = curve_of(name)
        if curve and at not in metrics and (curve == "lr" or "loss" in curve):
            curves.setdefault(curve, at)  # the rates of other parameter groups are not the base rate
    unit: Unit = "iteration" if progress({names[at]: "1" for at in counters}).iteration else "epoch"
    named = tuple((at, curve) for curve, at in curves.items())
    run = model if counters and label is None else None
    model = model if label is not None else None
    steps = tuple((at, name) for at, name in enumerate(names) if at in counters or name.lower() in CHECKPOINTS)
    return Head(tuple(names), told, delimiter, named, metrics, counters, unit, label, run, model, steps)


def _own(names: Sequence[str]) -> Iterator[str]:
    """The names without the words that say which result of a run a number is of; where both are told, of the last."""
    last = {name for name, is_best in map(own, names) if not is_best}
    for told in names:
        name, is_best = own(told)
        yield name if metric_of(name) and name not in names and not (is_best and name in last) else told


def begins_table(text: bytes) -> bool:
    """Whether the first line of a text is the head of a table: no prose, which has commas and blanks behind them."""
    first = _LINE.search(text)
    names = first[0][:WIDE].decode(errors="replace") if first else ""
    delimiter = delimiter_of(names)
    cells = parted(names, delimiter)
    is_prose = delimiter != "\t" and " " in names.strip()
    return len(cells) > 2 and not is_prose and head_of(cells, delimiter, None) is not None


def _of_one_run(cells: list[str]) -> Iterator[str]:
    """The names of the columns; those of Weights & Biases (`fcos-1 - val/mAP`, `..__MIN`) without the name of its run.

    Columns of several runs have no meaning: which of them the file is of cannot be told.
    """
    tracked = [_TRACKED.fullmatch(cell) for cell in cells]
    is_one = len({each["run"] for each in tracked if each}) == 1
    for cell, each in zip(cells, tracked, strict=True):
        yield cell if not each else each["name"] if is_one and not each["bound"] else ""
