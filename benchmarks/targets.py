"""The targets of docs/performance.md, each measured in one run."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks import loops, reading
from benchmarks.clock import once, output, program, python, side_by_side
from benchmarks.experiments import experiments
from benchmarks.trees import Trees, files
from fcosreport.collecting.collect import collect, open_store
from fcosreport.judging.check import check
from fcosreport.judging.rule import Rule
from fcosreport.records import Experiment, Records
from fcosreport.rules.across_runs.duplicate_metrics import duplicate_metrics
from fcosreport.rules.across_runs.near_duplicate_metrics import near_duplicate_metrics
from fcosreport.settings import Settings
from fcosreport.store.memory import uncollected

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. `met` is None where there is nothing to hold the measure against."""

    work: str
    target: str
    measured: str
    met: bool | None


Works = dict[str, Callable[[], object]]
Target = Callable[[Trees, int], Iterator[Row]]


def evaluations(trees: Trees, runs: int) -> Iterator[Row]:
    """Evaluations only, in many logs and in large ones."""
    for folder, most, limit in ((trees.logs, 2.0, None), (trees.large, 1.6, 150.0)):
        paths = files(folder)
        works: Works = {"ours": partial(reading.evaluations, paths), **_rg(folder)}
        works["naive"] = partial(loops.evaluations, paths)
        seconds = side_by_side(works, runs)
        memory = float(output(*python("-m", "benchmarks.reading", *map(str, paths[:2])))) if limit else 0.0
        measured, met = _against(seconds, "rg", most)
        yield Row(
            f"evaluations only, {len(paths):,} logs of {paths[0].stat().st_size / MB:.3g} MB, one process",
            f"at most {most} x rg" + (f", memory under {limit:.0f} MB above start" if limit else ""),
            f"{measured}; {_speed(paths, seconds)}"
            + (f"; {memory:.0f} MB above start by all dialects" if limit else ""),
            met and memory < (limit or 1) if met is not None else None,
        )


def everything(trees: Trees, runs: int) -> Iterator[Row]:
    """Evaluations, settings and curves: a whole collect into a new store."""
    paths = files(trees.logs)
    works: Works = {"ours": partial(_collect_anew, trees.logs, trees.root / "store"), **_rg(trees.logs)}
    works["naive"] = partial(loops.everything, paths)
    seconds = side_by_side(works, runs)
    measured, met = _against(seconds, "rg", 12)
    share = seconds["ours"] / seconds["naive"]
    yield Row(
        f"evaluations, settings and curves, {len(paths):,} logs, two processes: a whole collect",
        "at most 12 x rg, and 1/6 of a naive line loop",
        f"{measured}, 1/{1 / share:.1f} of the loop; {_speed(paths, seconds)}",
        met and share <= 1 / 6 if met is not None else None,
    )


def json_lines(trees: Trees, runs: int) -> Iterator[Row]:
    """Curves in JSON lines, against the loop of mmdetection's own tool."""
    paths = files(trees.json)
    seconds = side_by_side(
        {"ours": lambda: reading.everything(paths), "mmdetection": lambda: loops.mmdetection_curves(paths)}, runs
    )
    share = seconds["ours"] / seconds["mmdetection"]
    measured = f"1/{1 / share:.1f}; {_speed(paths, seconds)}"
    yield Row("JSON-lines curves against mmdetection's own loop", "at most 1/6", measured, share <= 1 / 6)


def nothing_changed(trees: Trees, runs: int) -> Iterator[Row]:
    """A second collect over many folders."""
    store, folder = str(trees.root / "folders.sqlite"), str(trees.folders)
    collect = program(*python("-m", "fcosreport", "collect", folder, "--store", store))
    first = once(collect)
    find = program("find", folder, "-type", "f", "-printf", "%s %T@ %p\\n")
    seconds = side_by_side({"ours": collect, "find": find}, runs)
    ratio = seconds["ours"] / seconds["find"]
    yield Row(
        f"nothing changed, {trees.size.folders:,} folders: the whole command",
        "at most 1.4 x find",
        f"{ratio:.2f} x find ({seconds['ours']:.2f} s, {seconds['find']:.2f} s; the first collect took {first:.0f} s)",
        ratio <= 1.4,
    )


def appended(trees: Trees, runs: int) -> Iterator[Row]:
    """The same bytes appended to a small and to a large log."""
    source = files(trees.large)[0]
    more = trees.size.large_bytes // 100
    seconds = {}
    for name, size in (("small", 10 * more), ("large", trees.size.large_bytes - (runs + 1) * more)):
        folder = trees.root / f"appended_{name}"
        folder.mkdir()
        seconds[name] = _appends(source, folder / "log.txt", size, more, runs)
        shutil.rmtree(folder)
    ratio = seconds["large"] / seconds["small"]
    yield Row(
        f"appended log: {more / MB:.3g} MB to {10 * more / MB:.3g} MB, and to {trees.size.large_bytes / MB:.3g} MB",
        "cost follows the appended bytes: at most 2 x",
        f"{ratio:.2f} x ({seconds['small'] * 1e3:.0f} ms, {seconds['large'] * 1e3:.0f} ms)",
        ratio <= 2,
    )


def starts(trees: Trees, runs: int) -> Iterator[Row]:
    """What should be instant, against a Python that does nothing."""
    commands = {"--help": ("--help",), "explain": ("explain", "FR401")}
    works = {name: program(*python("-m", "fcosreport", *words)) for name, words in commands.items()}
    seconds = side_by_side({"pass": program(*python("-c", "pass")), **works}, 4 * runs)
    for name, words in commands.items():
        imported = output(*python("-X", "importtime", "-m", "fcosreport", *words))
        ratio, pandas = seconds[name] / seconds["pass"], " pandas\n" in imported
        yield Row(
            f"fcosreport {name}",
            "at most 10 x python -c pass, no pandas imported",
            f"{ratio:.1f} x ({seconds[name] * 1e3:.0f} ms), {'pandas' if pandas else 'no pandas'}",
            ratio <= 10 and not pandas,
        )


def duplicates(trees: Trees, runs: int) -> Iterator[Row]:
    """The search for runs with equal numbers, and for nearly equal ones, in ten times as many runs."""
    few, many = (Records(experiments=experiments(count, 0.01, 0)) for count in (trees.size.runs // 10, trees.size.runs))
    for rule in (duplicate_metrics, near_duplicate_metrics):
        works = {name: partial(_findings, rule, each) for name, each in (("few", few), ("many", many))}
        seconds = side_by_side(works, runs)
        growth = seconds["many"] / seconds["few"]
        yield Row(
            f"{rule.code} {rule.name} in {trees.size.runs:,} runs",
            "under 1 s, and linear: at most 13 x the time of a tenth",
            f"{seconds['many']:.2f} s, {growth:.1f} x",
            seconds["many"] < 1 and growth <= 13,
        )


def rules(trees: Trees, runs: int) -> Iterator[Row]:
    """All rules over sweeps in which one run in twenty has the numbers of another, and where all have the same ones."""
    made = {"few": experiments(trees.size.runs // 10), "many": experiments(trees.size.runs)}
    alike = {name: _with_one_result(each) for name, each in made.items()}
    for text, sweeps in (("1 in 20 a duplicate", made), ("all with one result", alike)):
        works = {name: partial(check, Records(experiments=each), Settings()) for name, each in sweeps.items()}
        seconds = side_by_side(works, runs)
        growth = seconds["many"] / seconds["few"]
        yield Row(
            f"all rules, {trees.size.runs:,} runs, {text}",
            "linear: at most 13 x the time of a tenth",
            f"{seconds['many']:.1f} s, {growth:.1f} x",
            growth <= 13,
        )


TARGETS: tuple[Target, ...] = (
    *(evaluations, everything, json_lines, nothing_changed, appended, starts, duplicates, rules),
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


def _rg(folder: Path) -> Works:
    if not shutil.which("rg"):
        return {}
    return {"rg": program("rg", "-j1", "-uu", "-c", "Average Precision", str(folder))}


def _against(seconds: dict[str, float], other: str, most: float) -> tuple[str, bool | None]:
    if other not in seconds:
        return f"no {other} here", None
    ratio = seconds["ours"] / seconds[other]
    return f"{ratio:.2f} x {other}", ratio <= most


def _speed(paths: list[Path], seconds: dict[str, float]) -> str:
    size = sum(path.stat().st_size for path in paths)
    return ", ".join(f"{name} {size / MB / each:,.0f} MB/s" for name, each in seconds.items())


def _collect_anew(folder: Path, store: Path) -> None:
    store.unlink(missing_ok=True)
    opened = open_store(store)
    try:
        collect([folder], opened)
    finally:
        opened.close()
        store.unlink()


def _appends(source: Path, log: Path, size: int, more: int, runs: int) -> float:
    """The median seconds of a collect after `more` bytes were appended to a log of `size`."""
    with source.open("rb") as file:
        log.write_bytes(file.read(size) + file.readline())
        store = open_store(log.parent / "store.sqlite")
        collect([log], store)

        def again() -> None:
            collect([log], store)

        seconds = []
        for _ in range(runs):
            with log.open("ab") as growing:
                growing.write(file.read(more) + file.readline())
            seconds.append(once(again))
        store.close()
    return sorted(seconds)[len(seconds) // 2]
