"""Reading with fcosreport, as the benchmark needs it. As a program: a whole collect, and the memory that it takes."""

import sys
from collections.abc import Iterable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from unittest.mock import patch

from fcosreport.collecting import workers
from fcosreport.collecting.collect import collect, open_store
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


def curves(paths: Iterable[Path]) -> int:
    """How many values of curves there are, by all dialects."""
    readings = (file.read(path, str(path), _LOG) for path in paths)
    return sum(curve.count for reading in readings for segment in reading.segments for curve in segment.curves)


def collect_alone(folder: Path, store: Path) -> None:
    """A whole collect into a new store, in this process alone."""
    store.unlink(missing_ok=True)
    opened = open_store(store)
    try:
        with patch.object(workers, "PARALLEL", sys.maxsize):
            collect([folder], opened)
    finally:
        opened.close()


def _memory() -> float:
    """The most that this process has held so far, in MB. What getrusage tells on Linux is the parent's, if larger."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024 / 1e6
    return getrusage(RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


if __name__ == "__main__":
    collect_alone(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{_memory():.1f}")
