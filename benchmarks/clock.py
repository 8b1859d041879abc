"""Times, side by side: only ratios taken in one run can be believed."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

Work = Callable[[], object]


def side_by_side(works: Mapping[str, Work], runs: int) -> dict[str, float]:
    """The median seconds of each work; they take turns, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(runs + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return {name: median(each) for name, each in seconds.items()}


def once(work: Work) -> float:
    """The seconds of one time, for what cannot be repeated."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


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
    import sys

    return (sys.executable, *arguments)
