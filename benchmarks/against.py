"""fcosreport against others: how its times become a row."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.clock import Time, Work, output, program, python, side_by_side
from benchmarks.table import Row
from benchmarks.trees import files

MB = 1_000_000
MEMORY = 150
"""MB that a process may hold while it collects, whatever the logs."""
OURS, NAIVE, RG = "ours", "naive loop", "rg"


def ratio(times: Mapping[str, Time], other: str) -> float:
    """Our CPU seconds over those of another."""
    return times[OURS].cpu / times[other].cpu


def told(times: Mapping[str, Time]) -> str:
    """The ratios to all others."""
    return ", ".join(f"{ratio(times, other):.2f} x {other}" for other in times if other != OURS)


def rg(folder: Path) -> dict[str, Work]:
    """What only counts the lines of COCO summaries: the physical limit. Nothing where it is not installed."""
    if not shutil.which("rg"):
        return {}
    return {RG: program("rg", "-j1", "-uu", "-c", "Average Precision", str(folder))}


def collected(folder: Path, runs: int, kind: str, *, most: float, kept: float | None = None) -> Iterator[Row]:
    """A whole collect in one process against the naive loop, both with the start of Python, and what it holds.

    `most` is the target for its time, `kept` one for the size of the store over that of the logs.
    """
    paths = files(folder)
    size = sum(path.stat().st_size for path in paths)
    store = folder.with_suffix(".sqlite")
    held: list[float] = []
    works: dict[str, Work] = {
        OURS: lambda: held.append(float(output(*python("-m", "benchmarks.reading", str(folder), str(store))))),
        NAIVE: program(*python("-m", "benchmarks.loops", str(folder))),
        **rg(folder),
    }
    times = side_by_side(works, runs)
    logs = f"{len(paths):,} {kind} logs, {size / MB:.3g} MB"
    target = f"at most {most} x the naive loop"
    yield Row(f"a whole collect in one process: {logs}", target, told(times), times, ratio(times, NAIVE) <= most)
    share = store.stat().st_size / size
    if kept:
        yield Row(f"its store: {logs}", f"at most {kept} x the logs", f"{share:.2f} x", met=share <= kept)
    memory = max(held)
    yield Row(f"its memory: {logs}", f"at most {MEMORY} MB", f"{memory:.0f} MB", met=memory <= MEMORY)
    store.unlink()
