"""`python -m benchmarks`: make the files, measure each target, print the table, delete the files."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.targets import TARGETS, Row
from benchmarks.trees import SIZES, Trees

METHOD = (
    "Medians of {runs} runs in which the works take turns, after one that fills the page cache; ratios of one table "
    "only. {cores} cores, {machine}, {python}, {rg}."
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for; all targets, if none is named.

    `quality` tells how many faults are found instead, `scale` what a store of many runs costs, `proportion` whether
    time and memory follow the size of what is read, `fuzz` whether any input ends a command or takes long.
    """
    given_words = list(sys.argv[1:] if arguments is None else arguments)
    if given_words[:1] == ["quality"]:
        from benchmarks import quality

        quality.main(given_words[1:])
        return
    if given_words[:1] == ["fuzz"]:
        from benchmarks import fuzz

        fuzz.main(given_words[1:])
        return
    if given_words[:1] == ["scale"]:
        from benchmarks import scale

        scale.main(given_words[1:])
        return
    if given_words[:1] == ["proportion"]:
        from benchmarks import proportion

        proportion.main(given_words[1:])
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [target.__name__ for target in TARGETS]
    parser.add_argument("targets", nargs="*", help=f"some of: {', '.join(names)}")
    parser.add_argument("--size", choices=SIZES, default="small", help="full takes 9 GB of disk (default: small)")
    parser.add_argument("--runs", type=int, default=5, help="of which the median counts (default: 5)")
    parser.add_argument("--tree", type=Path, help="a folder for the files (default: a temporary one)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=given.tree, prefix="fcosreport_benchmarks_") as folder:
        trees = Trees(Path(folder), SIZES[given.size])
        _say("making the files")
        trees.make()
        print(_heading(given.runs))
        for target in TARGETS:
            if not given.targets or target.__name__ in given.targets:
                _say(target.__name__)
                for row in target(trees, given.runs):
                    print(_line(row), flush=True)


def _say(text: str) -> None:
    print(f"{text} ...", file=sys.stderr, flush=True)


def _heading(runs: int) -> str:
    method = METHOD.format(
        runs=runs,
        cores=os.cpu_count(),
        machine=f"{platform.system()} {platform.machine()}",
        python=f"Python {platform.python_version()}",
        rg="with rg" if shutil.which("rg") else "no rg: it is a target's other half, so only speeds are told",
    )
    return f"{method}\n\n| work | target | measured | met |\n|---|---|---|---|"


def _line(row: Row) -> str:
    met = {True: "yes", False: "no", None: "not measured"}[row.met]
    return f"| {row.work} | {row.target} | {row.measured} | {met} |"


if __name__ == "__main__":
    main()
