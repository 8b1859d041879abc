"""What the parts of `python -m benchmarks fuzz` share: an input is tried, counted, and kept where it fails."""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SLOW = 5.0
"""Seconds of CPU a MB that no input may take."""


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


def try_input(call: Callable[[], str], data: bytes, name: str, score: Score, keep: Path, least: float) -> None:
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
        score.slow.append(f"{kept(data, name, keep)}: {seconds:.2f} s for {len(data):,} bytes")
    if fault:
        score.faults.append(f"{kept(data, name, keep)}: {fault}")


def _seconds(call: Callable[[], str]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def kept(data: bytes, name: str, keep: Path) -> Path:
    """Where an input that failed is kept."""
    keep.mkdir(parents=True, exist_ok=True)
    file = keep / f"{random.getrandbits(32):08x}_{name}"
    file.write_bytes(data)
    return file


def exit_code(*words: str) -> int:
    """Run the command line in this process."""
    from fcosreport.cli import app, terminal

    vars(terminal.FAULTS).update(vars(terminal.Faults()))  # as in a new process
    sys.argv = ["fcosreport", *words]
    try:
        app.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0
