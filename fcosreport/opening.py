"""What the commands share: the store that they work on, and the report of what they were given."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fcosreport import settings, terminal

if TYPE_CHECKING:
    from fcosreport.identity import Identity
    from fcosreport.pipeline import Select
    from fcosreport.records import Experiment
    from fcosreport.renderer import Report
    from fcosreport.store import Store


@contextmanager
def opened(path: Path | None, *, make: bool = True) -> Iterator["Store"]:
    """The store in `path`, or the one that the settings name; closed in the end."""
    from fcosreport import pipeline

    store = pipeline.open_store(path or Path(settings.load(Path.cwd()).store), make=make)
    if store.is_rebuilt:
        terminal.say(f"{store.path}: it was of an older fcosreport and is made anew. Collect again all that it held.")
    try:
        yield store
    finally:
        store.close()


def report_of(
    paths: Sequence[Path] | None,
    store: Path | None,
    known: "frozenset[Identity]" = frozenset(),
    *,
    choose: "Callable[[Report], Report]" = lambda report: report,
    select: "Select | None" = None,
    curves: int = 0,
    executor: str | None = None,
) -> "Report":
    """The report of `paths`, which are collected first, or of the whole store.

    `known` findings are ignored. What `choose` leaves of the report has the points of at most `curves` experiments. Of
    many experiments only those need be read that `select` gives. `executor` names who reads.
    """
    from fcosreport import executors, pipeline

    start = executors.named(executor)
    with opened(store, make=bool(paths)) as there:
        done = pipeline.collect(paths, there, terminal.progress, start) if paths else None
        walked = (done.roots, done.issues) if done else ((), ())
        report = choose(pipeline.report(there, settings.load(Path.cwd()), *walked, known, select))
        return pipeline.with_curves(there, report, curves) if curves else report


def pair_of(
    paths: Sequence[Path] | None, store: Path | None, one: str, other: str
) -> "tuple[Experiment, Experiment, list[Experiment]]":
    """Two experiments by their names or ids, of `paths`, which are collected first, or of the whole store.

    And all that repeat one of the two but for the seed, among them these themselves.
    """
    from fcosreport import pipeline

    with opened(store, make=bool(paths)) as there:
        roots = pipeline.collect(paths, there, terminal.progress).roots if paths else ()
        a, b = (pipeline.named(there, name, roots) for name in (one, other))
        return a, b, there.repeats([a, b])
