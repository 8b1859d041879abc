"""Text read by one dialect alone, in windows of any size, and what all dialects promise of it."""

import json
from collections.abc import Iterator
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


def feed(reader: type[Reader], text: str | bytes, origin: Origin = "log", size: int = 60_000) -> list[Record]:
    """All records, in the order of their lines."""
    data = text.encode() if isinstance(text, str) else text
    made = reader("log.txt", origin)
    found = [record for window in windows(data, size) for record in made.feed(window)]
    return sorted([*found, *made.close()], key=lambda record: record.where.line)


def evaluations(records: list[Record], *, by_category: bool = False) -> list[Evaluation]:
    found = [record for record in records if isinstance(record, Evaluation)]
    return [each for each in found if (each.category is not None) == by_category]


def settings(records: list[Record]) -> dict[str, Any]:
    """What is declared last of each."""
    return {record.name: record.value for record in records if isinstance(record, Setting)}


def events(records: list[Record]) -> list[tuple[str, int, int | None]]:
    """Kind, line and iteration of each event."""
    found = [record for record in records if isinstance(record, Event)]
    return [(event.kind, event.where.line, event.iteration) for event in found]


def issues(records: list[Record]) -> list[int]:
    return [record.where.line for record in records if isinstance(record, Issue)]


def curve(records: list[Record], name: str) -> list[tuple[float, float]]:
    """Steps and values of one column, over all batches."""
    return [
        (step, value)
        for batch in records
        if isinstance(batch, Samples) and name in batch.names
        for step, value in zip(batch.steps, batch.columns[batch.names.index(name)], strict=True)
    ]


def told(records: list[Record]) -> list[object]:
    """What the records say, line by line, however the samples are parted into batches."""
    samples = [
        (step, *(column[row] for column in batch.columns))
        for batch in records
        if isinstance(batch, Samples)
        for row, step in enumerate(batch.steps)
    ]
    others = [record for record in records if not isinstance(record, Samples)]
    return [*sorted(others, key=lambda record: (record.where.line, repr(record))), samples]


def entries(corpus: Path, source: str) -> list[dict[str, Any]]:
    """The files of the corpus that hold results in the form `source`, with what is expected of it."""
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if source in entry["counts"]]


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
