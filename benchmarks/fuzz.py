"""`python -m benchmarks fuzz`: no input ends a command, and none takes long; kills and damage lose nothing.

Real files are mutated by chance, which a seed repeats (`mutations`). `reading` gives each to the reading of one file,
`growing` cuts real files and reads them on, `commands` gives some together to a whole command line, `stores` kills
collects and damages what they left.
"""

import argparse
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.mutations import REAL, mutated, sources
from benchmarks.stores import stores
from benchmarks.trying import Score, exit_code, try_input

_READING, _COMMAND = 0.1, 1.0  # seconds that an input may take whatever its size
_COMMANDS = (
    ("check", "--allow-empty"),
    ("check", "--allow-empty", "--format", "github", "--fail-on", "never"),
    ("check", "--allow-empty", "--format", "sarif"),
    ("render", "--json", "-o", "-"),
    ("render", "--md", "-o", "-"),
    ("render", "--html", "-o", "-"),
    ("render", "--csv", "-o", "-", "--sort", "-AP"),
    ("collect",),
)


def main(arguments: list[str]) -> None:
    """Run the parts that are asked for; exit with 1 if one of them found anything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz", description=__doc__)
    parser.add_argument("part", choices=[*PARTS], nargs="*", default=[*PARTS])
    parser.add_argument("--count", type=int, default=2000, help="inputs of each part (default: 2000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--patient", action="store_true", help="slow inputs are told, and no failure")
    parser.add_argument("--keep", type=Path, default=Path("fuzz"), help="where inputs that fail are kept")
    given = parser.parse_args(arguments)
    is_clean = True
    print("| part | inputs | MB | inputs a second | grown by | faults | slow |\n|---|--:|--:|--:|--:|--:|--:|")
    for part in given.part or [*PARTS]:
        score = run(part, given.count, given.seed, given.processes, given.keep.absolute())
        rate = score.inputs / score.seconds * given.processes if score.seconds else 0
        print(
            f"| {part}, seed {given.seed} | {score.inputs:,} | {score.size / 1e6:,.1f} | {rate:,.0f} |"
            f" {score.memory / 1e6:,.0f} MB | {len(score.faults)} | {len(score.slow)} |",
            flush=True,
        )
        for told in (*score.faults, *score.slow):
            print(f"  {told}", file=sys.stderr)
        is_clean &= not (score.faults or (score.slow and not given.patient))
    sys.exit(not is_clean)


def run(part: str, count: int, seed: int, processes: int, keep: Path) -> Score:
    """A part with so many inputs, shared by processes that each have a seed of their own."""
    jobs = [(part, -(-count // processes), f"{part} {seed} {number}", keep) for number in range(processes)]
    score = Score()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for one in pool.starmap(_run, jobs):
            score.add(one)
    return score


def _run(part: str, count: int, seed: str, keep: Path) -> Score:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="fcosreport_fuzz_") as folder:
        score = PARTS[part](count, random.Random(seed), Path(folder), keep)
    score.seconds = time.perf_counter() - began
    return score


def _reading(count: int, chance: random.Random, folder: Path, keep: Path) -> Score:
    """Each input through the reading of a file, as a log or note, and what it said into the store's form and back."""
    from fcosreport.collecting.discover import NOTE_SUFFIXES, Found
    from fcosreport.collecting.workers import row_of
    from fcosreport.errors import ServerError
    from fcosreport.store.packed import unpacked

    known, score, begun = sources(), Score(), 0
    for number in range(count):
        name, data = mutated(chance, known)
        suffix = Path(name).suffix.lower()
        file = folder / f"input{suffix}"
        file.write_bytes(data)
        found = Found(str(file), str(file), name, "note" if suffix in NOTE_SUFFIXES else "log", len(data), 0)

        def read(found: Found = found) -> str:
            row = row_of((found, None))
            if isinstance(row, ServerError):
                return str(row)
            packed = row[4]
            unpacked(packed.outline, packed.body, packed.points)
            return next((issue.message for issue in packed.issues if issue.fault), "")

        try_input(read, data, name, score, keep, _READING)
        if number == count // 10:
            begun = _memory()
    score.memory = max(0, _memory() - begun)
    return score


def _growing(count: int, chance: random.Random, folder: Path, keep: Path) -> Score:
    """Real files, read up to a cut, on to another, and on to the end: they say what they say when read afresh."""
    from msgspec.structs import replace

    from fcosreport.collecting.discover import Found
    from fcosreport.collecting.workers import fragment_of
    from fcosreport.reading import file as reading

    reading.LARGE = 0  # every log is worth to be read on
    known, score = sources(REAL), Score()
    for _ in range(count):
        name, data = chance.choice(known)
        path = folder / f"input{Path(name).suffix.lower()}"
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(2))

        def read(name: str = name, data: bytes = data, cuts: list[int] = cuts, path: Path = path) -> str:
            found = Found(str(path), str(path), name, "log", len(data), 0)
            grown = None
            for cut in cuts:
                path.write_bytes(data[:cut])
                grown = fragment_of(found, grown)
            path.write_bytes(data)
            one, other = (replace(fragment_of(found, old), mark=None) for old in (grown, None))
            return "" if one == other else f"differs where it is cut at {cuts}"

        try_input(read, data, name, score, keep, 1.0)
    return score


def _memory() -> int:
    """The most that the process has taken, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _commands(count: int, chance: random.Random, folder: Path, keep: Path) -> Score:
    """One to three inputs together through a whole command line, in this process."""
    known, score = sources(), Score()
    os.chdir(folder)
    told = os.open("told", os.O_RDWR | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(told, 2)
    for number in range(count):
        runs = folder / f"runs{number}"
        runs.mkdir()
        inputs = [mutated(chance, known) for _ in range(chance.randrange(1, 4))]
        for place, (name, data) in enumerate(inputs):
            file = runs / chance.choice(("", "one", "two_lr1e-3")) / (name if chance.random() < 0.8 else f"{place}.md")
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(data)
        words = chance.choice(_COMMANDS)

        def command(words: tuple[str, ...] = words, runs: Path = runs, number: int = number) -> str:
            os.truncate(told, 0)
            code = exit_code(*words, runs.name, "--store", f"{number}.sqlite")
            said = os.pread(told, 10_000, 0).decode(errors="replace")
            return "" if code in (0, 1) and "Traceback" not in said else f"{' '.join(words)}: exit {code}: {said}"

        try_input(command, b"\n--- next file\n".join(data for _, data in inputs), inputs[0][0], score, keep, _COMMAND)
        shutil.rmtree(runs)
        (folder / f"{number}.sqlite").unlink(missing_ok=True)
        score.memory = _memory() if number == count // 10 else score.memory
    score.memory = _memory() - score.memory
    return score


PARTS: dict[str, Callable[[int, random.Random, Path, Path], Score]] = {
    "reading": _reading,
    "growing": _growing,
    "commands": _commands,
    "stores": stores,
}
