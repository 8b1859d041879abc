"""What the commands share: the store that they work on, and the report of what they were given."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fcosreport import settings, terminal

if TYPE_CHECKING:
    from fcosreport.identity import Identity
    from fcosreport.renderer import Report
    from fcosreport.store import Store


@contextmanager
def opened(path: Path | None, *, make: bool = True) -> Iterator["Store"]:
    """The store in `path`, or the one that the settings name; closed in the end."""
    from fcosreport import pipeline

    store = pipeline.open_store(path or Path(settings.load(Path.cwd()).store), make=make)
    try:
        yield store
    finally:
        store.close()


def report_of(paths: Sequence[Path] | None, store: Path | None, known: "frozenset[Identity]" = frozenset()) -> "Report":
    """The report of `paths`, which are collected first, or of the whole store. `known` findings are ignored."""
    from fcosreport import pipeline

    with opened(store, make=bool(paths)) as there:
        if not paths:
            return pipeline.report(there, settings.load(Path.cwd()), known=known)
        done = pipeline.collect(paths, there, terminal.progress)
        return pipeline.report(there, settings.load(Path.cwd()), done.roots, done.issues, known)
