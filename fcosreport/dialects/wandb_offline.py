"""Offline runs of Weights & Biases, `wandb/offline-run-*/run-*.wandb`: what was logged, the configuration, the end.

A record has no line, so every place is line 1.
"""

from collections.abc import Iterator
from pathlib import Path

from fcosreport.grammar.event_file import Fields, fields
from fcosreport.grammar.named_results import progress, results
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
    where, rows = Where(shown, 1), list[Row]()
    try:
        with path.open("rb") as file:
            for record in records(file):
                for history in _messages(record, _HISTORY):
                    row = items(history, _ITEM)
                    yield from results(row, where, "log", progress(row))
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
    yield from samples(rows, lambda line: where)


def _messages(message: Fields, key: int) -> list[Fields]:
    return [fields(each) for each in message.get(key, ()) if isinstance(each, bytes)]


def _curves(row: dict[str, str]) -> Iterator[Row]:
    """The rate and the losses that were logged at a step."""
    step = progress(row).iteration
    named = ((curve_of(name), number(text)) for name, text in row.items() if not metric_of(name))
    kept = {name: value for name, value in named if name and value is not None and (name == "lr" or "loss" in name)}
    if kept and step is not None:
        yield tuple(kept), step, list(kept.values()), 1
