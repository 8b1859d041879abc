"""The table of what was measured, printed row by row or written into a document between its marks."""

import os
import platform
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.clock import Time

BEGIN, END = "<!-- benchmarks -->\n", "<!-- end benchmarks -->"
_METHOD = (
    "`{command}`: medians of {runs} in which the works take turns, after one that fills the page cache; ratios "
    "are of CPU seconds, and of one row only. {cores} cores, {machine}, {python}, {rg}."
)
_COLUMNS = ("work", "target", "measured", "CPU seconds", "wall seconds", "load", "met")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: what was measured, or why it was not, and the times of all works behind it.

    `met` is None where nothing was measured, or nothing is asked for.
    """

    work: str
    target: str
    measured: str
    times: Mapping[str, Time] = field(default_factory=dict)
    met: bool | None = None


def heading(command: str, runs: int) -> str:
    """How and where it was measured, and the head of the table."""
    method = _METHOD.format(
        command=command,
        runs=f"{runs} run{'s' if runs > 1 else ''}",
        cores=os.cpu_count(),
        machine=f"{platform.system()} {platform.machine()}",
        python=f"Python {platform.python_version()}",
        rg="with rg" if shutil.which("rg") else "without rg",
    )
    return f"{method}\n\n{_cells(_COLUMNS)}\n{'|---' * len(_COLUMNS)}|"


def line(row: Row, load: float) -> str:
    """The row, with the load of the machine while it was measured: how many programs wanted a processor."""
    cpu = ", ".join(f"{name} {time.cpu:.3g}" for name, time in row.times.items())
    wall = ", ".join(f"{name} {time.wall:.3g}" for name, time in row.times.items())
    return _cells((row.work, row.target, row.measured, cpu, wall, f"{load:.1f}", _MET[row.met]))


def around(file: Path) -> tuple[str, str]:
    """What stands in a document before the table and behind it. Raises SystemExit unless its marks are there once."""
    parts = re.split(f"(?<={BEGIN}).*?(?={END})", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    if len(parts) != 2:
        raise SystemExit(
            f"{file}: the table belongs between the lines {BEGIN.strip()} and {END}. Put them there, once."
        )
    return parts[0], parts[1]


_MET = {True: "yes", False: "no", None: ""}


def _cells(words: tuple[str, ...]) -> str:
    return f"| {' | '.join(words)} |"
