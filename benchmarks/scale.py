"""`python -m benchmarks scale`: what stores of a thousand to a million runs cost, each work in a process of its own."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from pathlib import Path

from benchmarks.clock import python
from benchmarks.experiments import runs
from fcosreport.charts.axes import logarithmic
from fcosreport.charts.chart import Chart, Series
from fcosreport.charts.svg import Entry
from fcosreport.collecting.collect import open_store
from fcosreport.records import Experiment, Fragment, Segment, Source
from fcosreport.store.packed import Row, pack
from fcosreport.store.store import Store

SIZES = (1_000, 10_000, 100_000, 1_000_000)
EQUAL, NEAR = 0.01, 0.01
"""Shares of runs that repeat the numbers of another, and that nearly do."""

_BATCH = 1000
_JOIN = (
    "import pathlib, sys; from fcosreport.collecting.collect import open_store; "
    "open_store(pathlib.Path(sys.argv[1])).join()"
)
_CHECK = (*python("-m", "fcosreport", "check", "--fail-on", "never"), "--store")
_WORKS = {
    "the first join": python("-c", _JOIN),
    "check": _CHECK,
    "check, nothing changed": _CHECK,
    "diff": (*python("-m", "fcosreport", "diff", "{one}", "{other}"), "--store"),
    "show": (*python("-m", "fcosreport", "show", "{one}"), "--store"),
    "render --where": (*python("-m", "fcosreport", "render", "--md", "-o", "-", "--where", "{where}"), "--store"),
    "the join after one log grew": python("-c", _JOIN),
    "check after one log grew": _CHECK,
}
"""What is measured, in this order: command lines to which the store is added."""
_PLOTTED = {"the first join": 1, "check": 2, "check, nothing changed": 3, "render --where": 4, "diff": 0}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processors, and the most memory that was held, in MB; never less than the benchmark itself holds."""

    seconds: float
    memory: float


def main(arguments: Sequence[str]) -> None:
    """Make stores of growing size, measure, and print a table; with `--svg` a picture as well."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale", description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="runs of the largest store (a million: 20 GB)")
    parser.add_argument("--svg", type=Path, help="a file for the picture")
    parser.add_argument("--tree", type=Path, help="a folder for the stores (default: a temporary one)")
    given = parser.parse_args(arguments)
    costs: dict[str, dict[int, Cost]] = {name: {} for name in _WORKS}
    for size in (size for size in SIZES if size <= given.most):
        with tempfile.TemporaryDirectory(dir=given.tree, prefix="fcosreport_scale_") as folder:
            print(f"{size:,} runs ...", file=sys.stderr, flush=True)
            for name, cost in measured(Path(folder), size):
                costs[name][size] = cost
                print(f"  {name}: {cost.seconds:.2f} s, {cost.memory:,.0f} MB", file=sys.stderr, flush=True)
    print(table(costs))
    if given.svg:
        given.svg.write_text(chart(costs).svg())


def measured(folder: Path, size: int) -> Iterator[tuple[str, Cost]]:
    """What each work costs on a store of so many runs."""
    path = folder / "store.sqlite"
    first, last, best = made(path, size)
    words = {"{one}": first.id, "{other}": last.id, "{where}": f"AP >= {best}"}
    for name, command in _WORKS.items():
        if name == "the join after one log grew":
            store = open_store(path)
            store.put([_row(last, grown=True)])
            store.close()
        yield name, cost([words.get(word, word) for word in command] + [str(path)], folder)


def made(path: Path, size: int) -> tuple[Experiment, Experiment, float]:
    """A store of so many runs, not joined yet; its first one, its last one, and an AP that some twenty reach."""
    store: Store = open_store(path)
    waiting = runs(size, EQUAL, NEAR)
    ends: list[Experiment] = []
    best: list[float] = []
    while batch := list(islice(waiting, _BATCH)):
        store.put([_row(each) for each in batch])
        ends = [*ends[:1], *batch[:1], batch[-1]]
        best = nlargest(20, (*best, *(each.evaluations[-1]["AP"] or 0.0 for each in batch)))
    store.close()
    return ends[0], ends[-1], best[-1]


def _row(experiment: Experiment, *, grown: bool = False) -> Row:
    path = experiment.files[0]
    segment = Segment(
        line=1,
        evaluations=experiment.evaluations,
        settings=experiment.settings,
        events=experiment.events,
        curves=experiment.curves,
        began=experiment.began,
        ended="2019-12-11T09:00" if grown else "",
    )
    size = 900_000 + grown
    source = Source(path, "log", size, f"{hash(path) & (1 << 64) - 1:032x}", 9_200, len(experiment.evaluations))
    return f"/lab/{path}", path, size, 1, pack(Fragment(source=source, segments=(segment,)))


def cost(command: Sequence[str], folder: Path) -> Cost:
    """What a program costs. Raises SystemExit where it fails."""
    with (folder / "output").open("wb") as output:
        child = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)],
        )
        _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}:\n{(folder / 'output').read_text()[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def table(costs: dict[str, dict[int, Cost]]) -> str:
    """Seconds and memory by size, as Markdown."""
    sizes = list(next(iter(costs.values())))
    head = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}."
    lines = [f"| work | {' | '.join(f'{size:,} runs' for size in sizes)} |", "|---|" + "---|" * len(sizes)]
    for name, by_size in costs.items():
        cells = (f"{each.seconds:.2f} s, {each.memory:,.0f} MB" for each in by_size.values())
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([head, "", *lines])


def chart(costs: dict[str, dict[int, Cost]]) -> Chart:
    """The seconds over the number of runs, both in powers of ten."""
    series = tuple(
        Series(name, tuple(map(float, costs[name])), tuple(cost.seconds for cost in costs[name].values()), color)
        for name, color in _PLOTTED.items()
    )
    seconds = [y for each in series for y in each.y if y]
    return Chart(
        name="scale",
        section="curves",
        title="Seconds of one processor by runs in the store",
        description="; ".join(f"{each.name}: {', '.join(f'{y:.2g}' for y in each.y)} s" for each in series),
        x_label="runs in the store",
        y_label="seconds",
        series=series,
        legend=tuple(Entry(each.name, each.variable) for each in series),
        x_range=(series[0].x[0], series[0].x[-1]),
        y_range=logarithmic(seconds),
        x_is_log=True,
        y_is_log=True,
        has_dots=True,
    )
