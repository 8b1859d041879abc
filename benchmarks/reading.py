"""Reading with fcosreport, as the benchmark needs it. As a program: how much memory reading takes above the start."""

import sys
from collections.abc import Iterable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from unittest.mock import patch

from fcosreport.reading import file
from fcosreport.reading.dialect import dialects
from fcosreport.records import Evaluation, Origin

BLOCK = "coco-summary"
_LOG: Origin = "log"


def evaluations(paths: Iterable[Path]) -> int:
    """How many evaluations there are, by the one dialect that COCO summaries are read with."""
    blocks = tuple(each for each in dialects() if each.name == BLOCK)
    with patch.object(file, "dialects", lambda: blocks):
        readings = (file.read(path, str(path), _LOG) for path in paths)
        return sum(isinstance(record, Evaluation) for reading in readings for record in reading.records)


def everything(paths: Iterable[Path]) -> int:
    """How many values of curves there are, by all dialects."""
    readings = (file.read(path, str(path), _LOG) for path in paths)
    return sum(curve.count for reading in readings for segment in reading.segments for curve in segment.curves)


def _memory() -> float:
    """The most that this process has held so far, in MB. What getrusage tells on Linux is the parent's, if larger."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    return getrusage(RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    dialects()
    before = _memory()
    everything(map(Path, sys.argv[1:]))
    print(f"{_memory() - before:.1f}")
