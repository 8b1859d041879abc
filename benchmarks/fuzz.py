"""`python -m benchmarks fuzz`: no input ends a command, and none takes long; kills and damage lose nothing.

Real files are mutated by chance, which a seed repeats (`mutations`). `reading` gives each to the reading of one file,
`growing` cuts real files and reads them on, `commands` gives some together to a whole command line, `stores` kills
collects and damages what they left.
"""

import argparse
import contextlib
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice
from pathlib import Path

from benchmarks.mutations import REAL, ROOT, mutated, sources

SLOW = 5.0
"""Seconds of CPU a MB that no input may take."""
_READING, _COMMAND = 0.1, 1.0  # seconds that an input may take whatever its size
_FILES = 80  # of a store that is killed or damaged: so few that there is time for many
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


@dataclass(slots=True)
class Score:
    """What a part of the inputs gave. `faults` and `slow` name their inputs, which are kept in a folder."""

    inputs: int = 0
    size: int = 0
    seconds: float = 0.0
    memory: int = 0  # bytes by which the process grew after the first tenth
    faults: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        self.inputs += other.inputs
        self.size += other.size
        self.seconds += other.seconds
        self.memory = max(self.memory, other.memory)
        self.faults += other.faults
        self.slow += other.slow


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
        score = run(part, given.count, given.seed, given.processes, given.keep)
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

        _try(read, data, name, score, keep, _READING)
        if number == count // 10:
            begun = _memory()
    score.memory = max(0, _memory() - begun)
    return score


def _growing(count: int, chance: random.Random, folder: Path, keep: Path) -> Score:
    """Real files, read up to a cut, on to another, and on to the end: they say what they say when read afresh."""
    from dataclasses import replace

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

        _try(read, data, name, score, keep, 1.0)
    return score


def _try(call: Callable[[], str], data: bytes, name: str, score: Score, keep: Path, least: float) -> None:
    """Count an input; keep it if it gives a fault or takes long, in the best of three."""
    began = time.process_time()
    try:
        fault = call()
    except Exception as error:  # that is what is looked for
        fault = f"{type(error).__name__}: {error}"
    seconds = time.process_time() - began
    score.inputs, score.size = score.inputs + 1, score.size + len(data)
    most = least + SLOW * len(data) / 1e6
    if not fault and seconds > most and min(seconds, *(_seconds(call) for _ in range(3))) > most:
        score.slow.append(f"{_kept(data, name, keep)}: {seconds:.2f} s for {len(data):,} bytes")
    if fault:
        score.faults.append(f"{_kept(data, name, keep)}: {fault}")


def _seconds(call: Callable[[], str]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def _kept(data: bytes, name: str, keep: Path) -> Path:
    keep.mkdir(parents=True, exist_ok=True)
    file = keep / f"{random.getrandbits(32):08x}_{name}"
    file.write_bytes(data)
    return file


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
            code = _exit_code(*words, runs.name, "--store", f"{number}.sqlite")
            said = os.pread(told, 10_000, 0).decode(errors="replace")
            return "" if code in (0, 1) and "Traceback" not in said else f"{' '.join(words)}: exit {code}: {said}"

        _try(command, b"\n--- next file\n".join(data for _, data in inputs), inputs[0][0], score, keep, _COMMAND)
        shutil.rmtree(runs)
        (folder / f"{number}.sqlite").unlink(missing_ok=True)
        score.memory = _memory() if number == count // 10 else score.memory
    score.memory = _memory() - score.memory
    return score


def _exit_code(*words: str) -> int:
    """Run the command line in this process."""
    from fcosreport.cli import app, terminal

    vars(terminal.FAULTS).update(vars(terminal.Faults()))  # as in a new process
    sys.argv = ["fcosreport", *words]
    try:
        app.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _stores(count: int, chance: random.Random, folder: Path, keep: Path) -> Score:
    """Collects that are killed or run at once, and stores that are damaged, in turns: nothing lost, nothing wrong."""
    runs, score = folder / "runs", Score()
    shutil.copytree(ROOT / "fcosreport", folder / "fcosreport")  # as it is now, whoever changes it meanwhile
    known = sources()
    for number, (name, data) in enumerate(chance.sample(known, min(_FILES, len(known)))):
        file = runs / f"run{number % 40}" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    began = time.perf_counter()
    code, _, error = _called(folder, "collect", "runs", "--store", "whole.sqlite")
    if code:
        raise SystemExit(error)
    usual = time.perf_counter() - began
    truth = _report(folder, "whole.sqlite")
    for number in range(count):
        store = folder / "tried.sqlite"
        kind = ("killed", "damaged", "at once")[number % 3 if number % 24 == 2 else number % 2]
        if kind == "killed":
            process = _begun(folder, "collect", "runs", "--store", store.name)
            time.sleep(chance.random() * usual)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        elif kind == "at once":
            for process in [_begun(folder, "collect", "runs", "--store", store.name) for _ in range(8)]:
                process.communicate()
        else:
            shutil.copy(folder / "whole.sqlite", store)
            _damage(chance, store)
        found = _report(folder, store.name)
        score.inputs += 1
        if found != truth and not (kind == "damaged" and found.startswith("fcosreport: ")):
            told = " / ".join(islice(unified_diff(truth.splitlines(), found.splitlines(), lineterm="", n=0), 2, 6))
            score.faults.append(f"{_kept(store.read_bytes(), 'store.sqlite', keep)}: {kind}: {told[:600]}")
        for each in folder.glob("tried.sqlite*"):
            each.unlink()
    return score


def _damage(chance: random.Random, store: Path) -> None:
    data = bytearray(store.read_bytes())
    if chance.random() < 0.2:
        del data[chance.randrange(len(data)) :]
    else:
        at = chance.randrange(len(data))
        data[at : at + chance.choice((1, 1, 8, 4096))] = chance.randbytes(chance.choice((1, 1, 8, 4096)))
    store.write_bytes(data)
    with contextlib.suppress(sqlite3.Error):
        sqlite3.connect(store).close()


def _begun(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "fcosreport", *words]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _called(folder: Path, *words: str) -> tuple[int, str, str]:
    process = _begun(folder, *words)
    out, error = process.communicate()
    return process.returncode, out, error


def _report(folder: Path, store: str) -> str:
    """The report of the runs; where there is none, what is said instead."""
    code, out, error = _called(folder, "render", "runs", "--store", store, "--json", "-o", "-")
    return out if code == 0 else error


PARTS: dict[str, Callable[[int, random.Random, Path, Path], Score]] = {
    "reading": _reading,
    "growing": _growing,
    "commands": _commands,
    "stores": _stores,
}
