"""`python -m benchmarks fuzz stores`: after a kill, eight collects at once or damage nothing is lost, nothing wrong."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from difflib import unified_diff
from itertools import islice
from pathlib import Path

from benchmarks.mutations import sources
from benchmarks.trying import Score, exit_code, kept

_FILES, _BYTES = 80, 20_000
"""Files of a store, and the most bytes of each: so few that there is time for many stores."""


def stores(count: int, chance: random.Random, folder: Path, keep: Path) -> Score:
    """Collects that are killed or run at once, and stores that are damaged, in turns: nothing lost, nothing wrong."""
    score = Score()
    os.chdir(folder)
    known = [(name, data) for name, data in sources() if len(data) <= _BYTES]
    for number, (name, data) in enumerate(chance.sample(known, min(_FILES, len(known)))):
        file = Path("runs") / f"run{number % 40}" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    exit_code("render", "runs", "--store", "loaded.sqlite", "--json", "-o", "-")  # loads what its copies need
    began = time.perf_counter()
    if code := _ended(_begun("collect", "runs", "--store", "whole.sqlite")):
        raise SystemExit(f"collect: exit {code}")
    usual = time.perf_counter() - began
    if not (truth := _report("whole.sqlite")).startswith("{"):
        raise SystemExit(truth)
    for number in range(count):
        store = folder / "tried.sqlite"
        kind = ("killed", "damaged", "at once")[number % 3 if number % 24 == 2 else number % 2]
        if kind == "killed":
            process = _begun("collect", "runs", "--store", store.name)
            time.sleep(chance.random() * usual)
            os.kill(process, signal.SIGKILL)
            _ended(process)
        elif kind == "at once":
            for process in [_begun("collect", "runs", "--store", store.name) for _ in range(8)]:
                _ended(process)
        else:
            shutil.copy("whole.sqlite", store)
            _damage(chance, store)
        found = _report(store.name)
        score.inputs += 1
        if found != truth and not (kind == "damaged" and found.startswith("fcosreport: ")):
            told = " / ".join(islice(unified_diff(truth.splitlines(), found.splitlines(), lineterm="", n=0), 2, 6))
            score.faults.append(f"{kept(store.read_bytes(), 'store.sqlite', keep)}: {kind}: {told[:600]}")
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


def _begun(*words: str) -> int:
    """A command line in a copy of this process, which has loaded what it needs; what it says goes into two files."""
    process = os.fork()
    if not process:
        for number, name in enumerate(("out", "error"), 1):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        code = 1
        try:
            code = exit_code(*words)
            sys.stdout.flush()
        finally:
            os._exit(code)
    return process


def _ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _report(store: str) -> str:
    """The report of the runs; where there is none, what is said instead."""
    code = _ended(_begun("render", "runs", "--store", store, "--json", "-o", "-"))
    return Path("error" if code else "out").read_text()
