"""What the rules say of the experiments in a store. Of many it is kept there, until something changes."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import xxhash

from fcosreport.comparing.columns import Column, all_columns
from fcosreport.errors import StoreError
from fcosreport.judging import check, hashes, ignores
from fcosreport.judging.rule import rules
from fcosreport.records import Finding, Issue, Records
from fcosreport.settings import Settings
from fcosreport.store.store import Store

MANY = 2_000
"""Experiments in a store from which on judgements are kept: the rules take half a second for so many."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found: findings, explained, worst first; the names of rules that found nothing, or did not run and why.

    `compared` says of rules how much they could judge. `columns` are those that the experiments have, `count` is their
    number, `faults` tell of rules that raised, and `last_day` (ISO) is the last one on which the same ignores hold;
    empty for ever.
    """

    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    not_run: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    count: int
    faults: tuple[Issue, ...] = ()
    last_day: str = ""
    compared: tuple[tuple[str, str], ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Judgement).decode


def judged(records: Records, settings: Settings) -> Judgement:
    """What the rules say of the records, with what the files of duplicates speak for and against their causes."""
    asked = (*ignores.of_settings(settings), *records.ignores)
    today = ignores.today(asked)
    checked = check.check(records, settings, today)
    findings = hashes.explained(records, checked.findings, settings)
    columns = all_columns(records.experiments)
    return Judgement(
        *(findings, checked.passed, checked.not_run, columns, len(records.experiments), checked.faults),
        last_day=ignores.last_day(asked, today),
        compared=checked.compared,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """The place of a judgement in the store: of all below `roots`, under these settings, by these rules.

    A store of few experiments has none.
    """

    store: Store
    key: str
    version: int

    @classmethod
    def of(cls, store: Store, roots: Sequence[str], settings: Settings) -> "Judged":
        """The place as it is now; call it before the records are read."""
        if store.size() < MANY:
            return cls(store, "", 0)
        known = (store.reader, sorted(roots), settings, *_code())
        return cls(store, xxhash.xxh3_128_hexdigest(repr(known).encode()), store.version())

    def get(self) -> Judgement | None:
        """The judgement, if it was kept, and since then nothing has changed and no ignore expired."""
        body = self.store.answer(self.key) if self.key else None
        kept = _decode(body) if body else None
        is_over = kept and kept.last_day and kept.last_day < date.today().isoformat()
        return None if is_over else kept

    def put(self, judgement: Judgement) -> None:
        """Keep the judgement, if it can be written."""
        if self.key:
            with suppress(StoreError):
                self.store.save_answer(self.key, _encode(judgement), self.version)


def _code() -> Iterator[object]:
    """What changes where rules do: names, and when their files were written, and those that they share."""
    files = {sys.modules[rule.find.__module__].__file__ or "" for rule in rules()}
    paths = {*Path(__file__).parents[1].rglob("*.py"), *map(Path, files)}
    yield from (rule.code for rule in rules())
    yield max((path.stat().st_mtime_ns for path in paths if path.is_file()), default=0)
