"""`python -m benchmarks`: make the files, measure each target, print the table, delete the files."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import table
from benchmarks.targets import TARGETS
from benchmarks.trees import CORPUS, SIZES, Trees


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for; all targets, if none is named.

    `quality` tells how many faults are found instead, `scale` what a store of many runs costs, `proportion` whether
    time and memory follow the size of what is read, `fuzz` whether any input ends a command or takes long, `evidence`
    what it costs to make numbers again and how honest the interval of a difference is.
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
    if given_words[:1] == ["evidence"]:
        from benchmarks import evidence

        evidence.main(given_words[1:])
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
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="real logs in folders (default: ../shared/corpus)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="a document between whose marks the table is put")
    given = parser.parse_args(arguments)
    before, behind = table.around(given.write) if given.write else ("", "")
    lines = [table.heading(" ".join(("python -m benchmarks", *given.targets, "--size", given.size)), given.runs)]
    with tempfile.TemporaryDirectory(dir=given.tree, prefix="fcosreport_benchmarks_") as folder:
        trees = Trees(Path(folder), SIZES[given.size], given.corpus)
        _say("making the files")
        trees.make()
        print(*lines)
        for target in TARGETS:
            if not given.targets or target.__name__ in given.targets:
                _say(target.__name__)
                for row in target(trees, given.runs):
                    lines.append(table.line(row, os.getloadavg()[0]))
                    print(lines[-1], flush=True)
    if given.write:
        given.write.write_text("\n".join((before.rstrip("\n"), *lines, behind)), encoding="utf-8")


def _say(text: str) -> None:
    print(f"{text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
