"""Text read by one dialect alone, in windows of any size, and what its records say."""

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fcosreport.reading.dialect import Reader, Record, Window, line_ends
from fcosreport.records import Evaluation, Event, Issue, Origin, Samples, Setting

BEFORE = 32 << 10


def windows(data: bytes, size: int) -> Iterator[Window]:
    """The text in pieces of whole lines of about `size` bytes, each with some text before it."""
    start, line = 0, 1
    while start < len(data):
        stop = data.rfind(b"\n", start, start + size) + 1 or data.find(b"\n", start) + 1 or len(data)
        before = max(0, start - BEFORE)
        yield Window(data[before:stop], start - before, line)
        line, start = line + line_ends(data, start, stop), stop


def feed(
    reader: type[Reader], text: str | bytes, origin: Origin = "log", size: int = 60_000, path: str = "log.txt"
) -> list[Record]:
    """All records, in the order of their lines."""
    data = text.encode() if isinstance(text, str) else text
    made = reader(path, origin)
    found = [record for window in windows(data, size) for record in made.feed(window)]
    return sorted([*found, *made.close()], key=lambda record: record.where.line)


def evaluations(records: Sequence[Record], *, by_category: bool = False) -> list[Evaluation]:
    found = [record for record in records if isinstance(record, Evaluation)]
    return [each for each in found if (each.category is not None) == by_category]


def results(records: Sequence[Record]) -> list[tuple[object, ...]]:
    """Line, epoch, category and metrics of each evaluation, also of categories."""
    return [
        (each.where.line, each.epoch, each.category, {metric.name: metric.value for metric in each.metrics})
        for each in records
        if isinstance(each, Evaluation)
    ]


def settings(records: Sequence[Record]) -> dict[str, Any]:
    """What is declared last of each."""
    return {record.name: record.value for record in records if isinstance(record, Setting)}


def events(records: Sequence[Record]) -> list[tuple[str, int, int | None]]:
    """Kind, line and iteration of each event."""
    found = [record for record in records if isinstance(record, Event)]
    return [(event.kind, event.where.line, event.iteration) for event in found]


def kinds(records: Sequence[Record]) -> list[tuple[str, int]]:
    """Kind and line of each event."""
    return [(kind, line) for kind, line, _ in events(records)]


def issues(records: Sequence[Record]) -> list[int]:
    return [record.where.line for record in records if isinstance(record, Issue)]


def curve(records: Sequence[Record], name: str) -> list[tuple[float, float]]:
    """Steps and values of one column, over all batches."""
    return [
        (step, value)
        for batch in records
        if isinstance(batch, Samples) and name in batch.names
        for step, value in zip(batch.steps, batch.columns[batch.names.index(name)], strict=True)
    ]


def points(records: Sequence[Record]) -> dict[str, list[tuple[float, float]]]:
    """The curves, however they were batched. A nan is told as -9."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for each in records:
        if isinstance(each, Samples):
            for name, column in zip(each.names, each.columns, strict=True):
                pairs = zip(each.steps, (-9.0 if math.isnan(value) else value for value in column), strict=True)
                curves.setdefault(f"{name} by {each.unit}", []).extend(pairs)
    return curves


def others(records: Sequence[Record]) -> list[Record]:
    """All but the curves, by line."""
    return sorted((record for record in records if not isinstance(record, Samples)), key=lambda each: each.where.line)


def told(records: Sequence[Record]) -> tuple[list[Record], dict[str, list[tuple[float, float]]]]:
    """What the records say, however the curves are parted into batches."""
    return others(records), points(records)


def entries(corpus: Path, *sources: str) -> list[dict[str, Any]]:
    """The files of the corpus that hold results in one of these forms, with what is expected of it."""
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if set(sources) & set(entry["counts"])]


def entry_of(corpus: Path, start: str) -> dict[str, Any]:
    """The file of the corpus whose name starts so."""
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return next(entry for entry in map(json.loads, lines) if entry["file"].startswith(start))


def expected(entry: dict[str, Any], source: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first and the last result of that form."""
    own = entry["expected"]
    if own["first"]["source"] != source:
        own = own["other_sources"][source]
    return own["first"], own.get("last") or own["first"]


def differences(want: dict[str, Any], got: Evaluation) -> list[str]:
    found = [f"{name}: {got[name]} for {value}" for name, value in want["metrics"].items() if got[name] != value]
    if got.where.line != want["line"] or got.task != want["iou_type"]:
        found.append(f"{got.task} in line {got.where.line}")
    return found
