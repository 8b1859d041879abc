"""Times, side by side: only ratios taken in one run can be believed."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds of processors, those of further processes with them, and seconds on the wall."""

    cpu: float
    wall: float


def side_by_side(works: Mapping[str, Work], runs: int) -> dict[str, Time]:
    """The median of each work; they take turns, after one round that does not count."""
    times: dict[str, list[Time]] = {name: [] for name in works}
    for turn in range(runs + 1):
        for name, work in works.items():
            taken = timed(work)
            if turn:
                times[name].append(taken)
    return {name: middle(each) for name, each in times.items()}


def timed(work: Work) -> Time:
    """What it takes once."""
    cpu, wall = _processors(), time.perf_counter()
    work()
    return Time(_processors() - cpu, time.perf_counter() - wall)


def middle(times: Sequence[Time]) -> Time:
    """The medians of both seconds."""
    return Time(median(each.cpu for each in times), median(each.wall for each in times))


def program(*command: str) -> Work:
    """A program whose output is thrown away."""

    def run() -> None:
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    return run


def output(*command: str) -> str:
    """What a program prints, to stdout and then to stderr. Raises CalledProcessError where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def python(*arguments: str) -> Sequence[str]:
    """A command for the Python that runs this."""
    return (sys.executable, *arguments)


def _processors() -> float:
    return sum(used.ru_utime + used.ru_stime for used in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))
