"""Answers about a store of many experiments, kept in it until a file, the settings, the code or the day change."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec
import xxhash
from msgspec import Struct

from fcosreport.errors import StoreError
from fcosreport.judging.rule import rules
from fcosreport.report import templating
from fcosreport.store.store import Store

MANY = 2_000
"""Experiments in a store from which on answers are kept: the rules take half a second for so many."""
LARGEST = 64 << 20
"""Bytes of an answer that is kept. What is larger takes longer to write than to make again."""

Answer = TypeVar("Answer")


class Kept(Struct, frozen=True):
    """The place of an answer in a store. Of a store of few experiments none is kept."""

    store: Store
    key: str
    version: int

    @classmethod
    def of(cls, store: Store, *asked: object, by: Iterable[Callable[..., object]] = ()) -> "Kept":
        """The place as it is now; call it before anything is read.

        `asked` is all that the answer depends on beside the store; it is told apart by its `repr`. `by` are functions,
        perhaps of other packages, that make the answer beside the rules.
        """
        known = repr((store.reader, *asked, *code(by)))
        return cls(store, xxhash.xxh3_128_hexdigest(known.encode("utf-8", "surrogatepass")), store.version())

    def get(self, kind: type[Answer]) -> Answer | None:
        """The answer, if it was kept, and since then nothing has changed and its last day is not over."""
        body = self.store.answer(self.key)
        if body is None:
            return None
        last_day, answer = msgspec.msgpack.decode(body, type=tuple[str, kind])  # type: ignore[valid-type]
        return None if last_day and last_day < date.today().isoformat() else answer

    def put(self, answer: object, last_day: str) -> None:
        """Keep the answer, if it can be written, until `last_day` (ISO) is over; for ever where that is empty."""
        if self.store.size() < MANY:
            return
        body = msgspec.msgpack.encode((last_day, answer))
        if len(body) <= LARGEST:
            with suppress(StoreError):
                self.store.save_answer(self.key, body, self.version)


def code(by: Iterable[Callable[..., object]] = ()) -> Iterator[object]:
    """What changes where the code does: the rules, and when the files of all that makes an answer were written.

    `by` are functions, perhaps of other packages, that make it beside the rules.
    """
    functions = (*(rule.find for rule in rules()), *by)
    files = {sys.modules[each.__module__].__file__ or "" for each in functions}
    package = Path(__file__).parents[1]
    paths = {
        *package.rglob("*.py"),
        *(package / "translations").rglob("*"),
        *templating.folder().rglob("*"),
        *map(Path, files),
    }
    yield from (rule.code for rule in rules())
    yield max((path.stat().st_mtime_ns for path in paths if path.is_file()), default=0)
