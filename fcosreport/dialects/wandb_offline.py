"""Offline runs of Weights & Biases, `wandb/offline-run-*/run-*.wandb`: what was logged, the configuration, the end.

A record has no line, so every place is line 1.
"""

from collections.abc import Iterator
from pathlib import Path

from fcosreport.grammar.event_file import Fields, fields
from fcosreport.grammar.named_results import is_counter, progress, results
from fcosreport.grammar.wandb_file import items, records
from fcosreport.grammar.windowed import Row, samples
from fcosreport.reading.dialect import Record, whole_file_dialect
from fcosreport.records import Event, Issue, Where
from fcosreport.vocabulary.metric_names import curve_of, metric_of
from fcosreport.vocabulary.metrics import number
from fcosreport.vocabulary.settings.keys import declared

ROWS = 200_000
"""Rows of a history whose losses are kept."""

_HISTORY, _RUN, _EXIT = 2, 17, 18  # fields of a record
_ITEM, _CONFIG, _UPDATE = 1, 4, 1  # of a history, a run and its configuration


@whole_file_dialect("Weights & Biases offline runs", paths=r"(?:^|/)run-[^/]*\.wandb$")
def wandb_offline(path: Path, shown: str) -> Iterator[Record]:
    """The evaluations, curves and settings of the run at `path`."""
    where, rows, begun = Where(shown, 1), list[Row](), dict[str, str]()
    try:
        with path.open("rb") as file:
            for record in records(file):
                for history in _messages(record, _HISTORY):
                    row = items(history, _ITEM)
                    begun, ended = _gone_on(begun, row)
                    yield from results(ended, where, "log", progress(ended))
                    if len(rows) < ROWS:
                        rows.extend(_curves(row))
                for run in _messages(record, _RUN):
                    for config in _messages(run, _CONFIG):
                        for name, text in items(config, _UPDATE).items():
                            yield from declared(name.replace("/", "."), text.strip('"'), where)
                for end in _messages(record, _EXIT):
                    code = int(end.get(1, [0])[-1])
                    yield Event("error" if code else "finished", f"exit code {code}", where)
    except ValueError as error:
        yield Issue(f"Reading stopped at a damaged record ({error}). Copy the file again, if it is whole.", where)
    yield from results(begun, where, "log", progress(begun))
    yield from samples(rows, lambda line: where)


def _gone_on(begun: dict[str, str], row: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What is begun with a row, and what has ended before it: one result, where each of its metrics was logged alone.

    It goes on in rows that tell one metric and nothing else, until one comes again, or another epoch.
    """
    told = {name for name in row if metric_of(name)}
    is_lone = len(told) == 1 and all(map(_is_of_lone, (*row, *begun)))
    is_same = told.isdisjoint(begun) and row.get("epoch") in (None, begun.get("epoch", row.get("epoch")))
    if begun and is_lone and is_same:
        return begun | row, {}
    return (row, begun) if told else ({}, begun)


def _is_of_lone(name: str) -> bool:
    """Whether a name is that of a metric, or of what every row has."""
    return bool(metric_of(name)) or is_counter(name) or name.startswith("_")


def _messages(message: Fields, key: int) -> list[Fields]:
    return [fields(each) for each in message.get(key, ()) if isinstance(each, bytes)]


def _curves(row: dict[str, str]) -> Iterator[Row]:
    """The rate and the losses that were logged at a step."""
    step = progress(row).iteration
    named = ((curve_of(name), number(text)) for name, text in row.items() if not metric_of(name))
    kept = {name: value for name, value in named if name and value is not None and (name == "lr" or "loss" in name)}
    if kept and step is not None:
        yield tuple(kept), step, list(kept.values()), 1
