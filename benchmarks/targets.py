"""The targets of docs/performance.md, each measured in one run."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from benchmarks import loops, reading
from benchmarks.against import MB, NAIVE, OURS, collected, ratio, rg, told
from benchmarks.clock import Time, Work, middle, output, program, python, side_by_side, timed
from benchmarks.experiments import experiments
from benchmarks.peers import json_lines, tensorboard
from benchmarks.real import real
from benchmarks.table import Row
from benchmarks.trees import Trees, files
from fcosreport.collecting.collect import collect, open_store
from fcosreport.judging.check import check
from fcosreport.judging.rule import Rule
from fcosreport.records import Experiment, Records
from fcosreport.rules.across_runs.duplicate_metrics import duplicate_metrics
from fcosreport.rules.across_runs.near_duplicate_metrics import near_duplicate_metrics
from fcosreport.settings import Settings
from fcosreport.store.memory import uncollected

Target = Callable[[Trees, int], Iterator[Row]]


def generated(trees: Trees, runs: int) -> Iterator[Row]:
    """Evaluations, settings and curves of generated logs: a whole collect into a new store."""
    for folder, most in ((trees.logs, 0.5), (trees.large, 0.3), (trees.small, 1.0)):
        yield from collected(folder, runs, f"generated {folder.name}".removesuffix(" logs"), most=most)


def evaluations(trees: Trees, runs: int) -> Iterator[Row]:
    """Evaluations only, in many logs and in large ones, against what only counts their lines."""
    for folder in (trees.logs, trees.large):
        paths = files(folder)
        works: dict[str, Work] = {OURS: partial(reading.evaluations, paths), **rg(folder)}
        works[NAIVE] = partial(loops.evaluations, paths)
        times = side_by_side(works, runs)
        size = sum(path.stat().st_size for path in paths)
        work = f"evaluations only: {len(paths):,} generated logs, {size / MB:.3g} MB"
        yield Row(work, "none: rg is the physical limit", told(times), times)


def nothing_changed(trees: Trees, runs: int) -> Iterator[Row]:
    """A second collect over many folders."""
    store, folder = str(trees.root / "folders.sqlite"), str(trees.folders)
    collect = program(*python("-m", "fcosreport", "collect", folder, "--store", store))
    first = timed(collect)
    find = program("find", folder, "-type", "f", "-printf", "%s %T@ %p\\n")
    times = side_by_side({OURS: collect, "find": find}, runs)
    work = f"nothing changed, {trees.size.folders:,} folders: the whole command"
    yield Row(work, "at most 1.4 x find", told(times), {**times, "first collect": first}, ratio(times, "find") <= 1.4)


def appended(trees: Trees, runs: int) -> Iterator[Row]:
    """The same bytes appended to a small and to a large log."""
    source = files(trees.large)[0]
    more = trees.size.large_bytes // 100
    times = {}
    for name, size in (("small", 10 * more), ("large", trees.size.large_bytes - (runs + 1) * more)):
        folder = trees.root / f"appended_{name}"
        folder.mkdir()
        times[name] = _appends(source, folder / "log.txt", size, more, runs)
        shutil.rmtree(folder)
    growth = times["large"].cpu / times["small"].cpu
    yield Row(
        f"appended log: {more / MB:.3g} MB to {10 * more / MB:.3g} MB, and to {trees.size.large_bytes / MB:.3g} MB",
        "cost follows the appended bytes: at most 2 x",
        f"{growth:.2f} x",
        times,
        growth <= 2,
    )


def starts(trees: Trees, runs: int) -> Iterator[Row]:
    """What should be instant, against a Python that does nothing."""
    nothing = "python -c pass"
    for words in (("--help",), ("--version",), ("explain", "FR401")):
        command = python("-m", "fcosreport", *words)
        times = side_by_side({OURS: program(*command), nothing: program(*python("-c", "pass"))}, 4 * runs)
        is_light = " pandas\n" not in output(command[0], "-X", "importtime", *command[1:])
        yield Row(
            f"fcosreport {' '.join(words)}",
            f"at most 8 x {nothing}, no pandas imported",
            f"{told(times)}, {'no pandas' if is_light else 'pandas'}",
            times,
            ratio(times, nothing) <= 8 and is_light,
        )


def duplicates(trees: Trees, runs: int) -> Iterator[Row]:
    """The search for runs with equal numbers, and for nearly equal ones, in ten times as many runs."""
    few, many = (Records(experiments=experiments(count, 0.01, 0)) for count in (trees.size.runs // 10, trees.size.runs))
    for rule in (duplicate_metrics, near_duplicate_metrics):
        works = {name: partial(_findings, rule, each) for name, each in (("few", few), ("many", many))}
        times = side_by_side(works, runs)
        growth = times["many"].cpu / times["few"].cpu
        yield Row(
            f"{rule.code} {rule.name} in {trees.size.runs:,} runs",
            "under 1 s, and linear: at most 13 x the time of a tenth",
            f"{times['many'].cpu:.2f} s, {growth:.1f} x",
            times,
            times["many"].cpu < 1 and growth <= 13,
        )


def rules(trees: Trees, runs: int) -> Iterator[Row]:
    """All rules over sweeps in which one run in twenty has the numbers of another, and where all have the same ones."""
    made = {"few": experiments(trees.size.runs // 10), "many": experiments(trees.size.runs)}
    alike = {name: _with_one_result(each) for name, each in made.items()}
    for text, sweeps in (("1 in 20 a duplicate", made), ("all with one result", alike)):
        works = {name: partial(check, Records(experiments=each), Settings()) for name, each in sweeps.items()}
        times = side_by_side(works, runs)
        growth = times["many"].cpu / times["few"].cpu
        yield Row(
            f"all rules, {trees.size.runs:,} runs, {text}",
            "linear: at most 13 x the time of a tenth",
            f"{growth:.1f} x",
            times,
            growth <= 13,
        )


TARGETS: tuple[Target, ...] = (
    *(real, generated, evaluations, json_lines, tensorboard),
    *(nothing_changed, appended, starts, duplicates, rules),
)


def _findings(rule: Rule, records: Records) -> int:
    with uncollected():  # as in a check
        return sum(1 for _ in rule.run(records, Settings()))


def _with_one_result(experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
    result = experiments[0].evaluations[-1]
    return tuple(
        replace(each, evaluations=(*each.evaluations[:-1], replace(each.evaluations[-1], metrics=result.metrics)))
        for each in experiments
    )


def _appends(source: Path, log: Path, size: int, more: int, runs: int) -> Time:
    """The median of a collect after `more` bytes were appended to a log of `size`."""
    with source.open("rb") as file:
        log.write_bytes(file.read(size) + file.readline())
        store = open_store(log.parent / "store.sqlite")
        collect([log], store)

        times = []
        for _ in range(runs):
            with log.open("ab") as growing:
                growing.write(file.read(more) + file.readline())
            times.append(timed(lambda: collect([log], store)))
        store.close()
    return middle(times)
