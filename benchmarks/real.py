"""The real tree: logs of a corpus, multiplied. No two are equal, as the last digits of their numbers are redrawn."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.against import collected
from benchmarks.table import Row
from benchmarks.trees import SEED, Trees, files

_NOTES = (".md", ".ipynb")
_DECIMALS = re.compile(rb"(?<=\d\.)\d{3,}")
_LEAST = 3000
"""Bytes below which a log is a fragment."""


def real(trees: Trees, runs: int) -> Iterator[Row]:
    """A whole collect of real logs: its time, its store, its memory."""
    folder = trees.root / "real"
    made = make(trees.corpus, folder, trees.size.real_bytes)
    if not made:
        target = "collect at most 1.0 x the naive loop, store at most 0.25 x the logs, at most 150 MB"
        yield Row("real logs", target, f"not measured: no logs in {trees.corpus.name}/, which is no part of this")
        return
    yield from collected(folder, runs, "real", most=1.0, kept=0.25)
    shutil.rmtree(folder)


def make(corpus: Path, folder: Path, size: int) -> int:
    """Write as many copies of the corpus's logs as come near `size` bytes, at least one; how many files that are.

    The first copy is the corpus itself. Bytes that are no text, as of event files, are copied as they are.
    """
    logs = {path: path.read_bytes() for path in files(corpus) if _is_log(path, corpus)}
    copies = max(1, round(size / max(1, sum(map(len, logs.values())))))
    for number, (path, data) in enumerate(logs.items()):
        ends = np.array([match.end() - 1 for match in _DECIMALS.finditer(data)] if b"\0" not in data else [], dtype=int)
        for copy in range(copies):
            random = np.random.default_rng((SEED, number, copy))
            written = np.frombuffer(data, np.uint8).copy()
            if copy:
                written[ends] = random.integers(ord("0"), ord("9") + 1, len(ends))
            run = folder / path.parent.name / f"copy{copy:03}" / f"run{number:03}"
            run.mkdir(parents=True)
            (run / path.name.rpartition("__")[2]).write_bytes(written.tobytes())
    return copies * len(logs)


def _is_log(path: Path, corpus: Path) -> bool:
    """Whether a file is the log of a run, no note, and none of the files about the corpus beside its folders."""
    return path.parent != corpus and path.suffix not in _NOTES and path.stat().st_size > _LEAST
