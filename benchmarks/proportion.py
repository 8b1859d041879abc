"""`python -m benchmarks proportion`: whether time and memory stay in proportion to what is read, whatever it holds."""

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random

from benchmarks.patterns import PATTERNS, Pattern, filled
from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import rows_of
from fcosreport.reading.file import LARGE
from fcosreport.records import Origin

SIZES = (0.25, 1.0)
"""MB of each pattern: a second a MB that grows with the size is time that grows faster than the text."""
MOST = {"note": 2.0, "log": 0.5}
"""Seconds a MB that a pattern may take."""
BLOCKS = 100_000
"""Results in the large log."""
LIMIT = 120
"""Seconds of one reading, after which it is given up."""


def main(arguments: Sequence[str]) -> None:
    """Print a table of the seconds a MB of each pattern, or one of the other measures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks proportion", description=__doc__)
    parser.add_argument("words", nargs="*", help="only the patterns in whose name one of these words is")
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, help="MB of each pattern (default: 0.25 1)")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"seconds of one reading (default: {LIMIT})")
    parser.add_argument("--memory", action="store_true", help=f"a log of {BLOCKS:,} blocks instead")
    parser.add_argument("--files", type=int, help="so many small files instead, read by one process")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fcosreport_proportion_") as folder:
        if given.memory:
            print(_memory(Path(folder)))
        elif given.files:
            print("\n".join(_growth(Path(folder), given.files)))
        else:
            chosen = [n for n in PATTERNS if not given.words or any(word in n for word in given.words)]
            print("\n".join(_table(Path(folder), chosen, given.sizes, given.limit)))


def _table(folder: Path, names: Sequence[str], sizes: Sequence[float], limit: int) -> Iterator[str]:
    _warm_up(folder)
    yield f"| pattern | {' | '.join(f'{size:g} MB' for size in sizes)} | met |\n|---|{'--:|' * len(sizes)}---|"
    for name in names:
        pattern = PATTERNS[name]
        costs = [_cost(_written(folder, pattern, int(size * (1 << 20))), limit) for size in sizes]
        told = ["given up" if cost is None else f"{cost:.2f}" for cost in costs]
        met = all(cost is not None and cost <= MOST[pattern.origin] for cost in costs)
        print(name, *told, file=sys.stderr, flush=True)
        yield f"| {name} | {' | '.join(told)} | {'yes' if met else 'no'} |"


def _warm_up(folder: Path) -> None:
    """Load what reading loads, which is no part of what a text costs."""
    _read(_written(folder, PATTERNS["log: mmdetection training"], LARGE + 1))
    _read(_written(folder, PATTERNS["note: blocks pasted"], 1 << 16))


def _written(folder: Path, pattern: Pattern, size: int) -> Found:
    path = folder / ("note.md" if pattern.origin == "note" else "train.log")
    path.write_bytes(pattern.text(size).encode())
    return _found(path, pattern.origin)


def _found(path: Path, origin: Origin) -> Found:
    return Found(str(path), str(path), path.name, origin, path.stat().st_size, 0)


def _read(file: Found) -> None:
    rows_of([(file, None)])


def _cost(file: Found, limit: int) -> float | None:
    """The processor's seconds a MB of one reading, in a process of its own; None where it takes more than `limit`."""
    seconds = _apart(lambda: _processor_seconds(file), limit)
    return None if seconds is None else seconds / file.size * (1 << 20)


def _processor_seconds(file: Found) -> float:
    began = time.process_time()
    _read(file)
    return time.process_time() - began


def _apart(work: Callable[[], float], limit: int) -> float | None:
    """What `work` gives in a copy of this process; None where it takes more than `limit` seconds of the processor."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        try:
            os.write(writing, repr(work()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        given = answer.read()
    os.waitpid(child, 0)
    return float(given) if given else None


def _peak() -> float:
    """The most memory that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _memory(folder: Path) -> str:
    _warm_up(folder)
    path, block = folder / "blocks.log", PATTERNS["log: blocks between training lines"].piece
    random = Random(block)
    with path.open("w") as file:
        file.writelines(filled(block, number, random) for number in range(BLOCKS))

    def work() -> float:
        _read(_found(path, "log"))
        return _peak()

    peak = _apart(work, LIMIT)
    size = path.stat().st_size / (1 << 20)
    return f"{size:.0f} MB, {BLOCKS:,} blocks: " + ("given up" if peak is None else f"{peak:.0f} MB of memory")


def _growth(folder: Path, most: int) -> Iterator[str]:
    """How the memory of one process grows that reads small files, each with other words and numbers."""
    random = Random(most)
    texts = [(pattern.origin, pattern.text(1500)) for pattern in PATTERNS.values()]
    yield "| files read | memory |\n|--:|--:|"
    for number in count(1):
        origin, text = random.choice(texts)
        path = folder / f"{random.randrange(1 << 40)}.{'md' if origin == 'note' else 'log'}"
        path.write_bytes(_mutated(text, random).encode())
        _read(_found(path, origin))
        path.unlink()
        if number % max(1, most // 6) == 0:
            print(number, f"{_now():.0f} MB", file=sys.stderr, flush=True)
            yield f"| {number:,} | {_now():.0f} MB |"
        if number == most:
            return


def _mutated(text: str, random: Random) -> str:
    """The text with twenty places changed: characters replaced, doubled, left out, and new words put in."""
    for _ in range(20):
        at = random.randrange(len(text) + 1)
        new = random.choice((chr(random.randrange(32, 127)), f"{random.randrange(1 << 30)}", f"{random.random()}", ""))
        text = text[:at] + new + text[at + random.randrange(4) :]
    return text


def _now() -> float:
    """The memory that this process holds, in MB; the most that it held where the system does not tell."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * resource.getpagesize() / (1 << 20) if pages.exists() else _peak()
