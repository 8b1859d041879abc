"""What a run leaves to read: log.txt for people, metrics.jsonl for programs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import typer

from trainer.errors import End, ending
from trainer.processes import Team
from trainer.settings import Settings

SCHEMA = "fcos-trainer/1"
LOG, METRICS = "log.txt", "metrics.jsonl"
_PACKAGES = ("torch", "torchvision", "hotcoco", "pycocotools")


class Journal:
    """Appends to both files, line by line, so that whatever ends the run leaves whole lines.

    Only the main process writes; the others keep silent but for the failure that ends them. `iteration`: the one that
    the run has reached, which is told with its end.
    """

    def __init__(self, folder: Path, main: bool = True) -> None:
        self.folder, self.main, self.iteration = folder, main, 0
        if main:
            folder.mkdir(parents=True, exist_ok=True)

    def say(self, text: str) -> None:
        """A line of the log, which is shown, too."""
        self._show(f"{_now()} {text}", text)

    def block(self, lines: Sequence[str]) -> None:
        """Lines that others print without a time, as the 12 of an evaluation."""
        self._show("\n".join(lines), "\n".join(lines))

    def _show(self, logged: str, shown: str) -> None:
        if self.main:
            _append(self.folder / LOG, logged)
            typer.echo(shown)

    def began(self, settings: Settings, data: Mapping[str, Any], team: Team) -> None:
        """What runs, on which data: the line that opens a run, or opens it anew."""
        told = settings.declared(team.size, team.on_gpu)
        versions = {"python": sys.version.split()[0]} | {name: version(name) for name in _PACKAGES if find_spec(name)}
        first = {"schema": SCHEMA, "run": self.folder.name, "seed": settings.seed, "commit": _commit(), "time": _now()}
        self._write(first | {"settings": told, "versions": versions, "machine": team.described(), "data": data})
        self.block([f"  {name}: {value}" for name, value in told.items()])

    def event(self, event: str, **about: Any) -> None:
        """A line of metrics.jsonl. A number that is not finite becomes null."""
        self._write({"event": event, **({} if event == "train" else {"time": _now()}), **about})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self.main:
            _append(self.folder / METRICS, msgspec.json.format(msgspec.json.encode(line), indent=0).decode())

    def ended(self, end: End) -> None:
        """The last line: how the run ended. A process that fails says so whichever it is."""
        told = events(self.folder)[-1:]
        if end.status == "interrupted" and told and told[0].get("status") == "failed":
            return  # another process failed, and torchrun stopped the rest
        self.main |= end.status == "failed"
        text = f"{end.status.capitalize()} at iteration {self.iteration}"
        self.say(f"{text}: {end.told}" if end.reason else f"{text}.")
        self.event("status", status=end.status, reason=end.reason, iteration=self.iteration)


@contextmanager
def told(journal: Journal) -> Iterator[None]:
    """Whatever ends the block is written down: that it finished, or what ended it, which is raised again."""
    try:
        yield
    except BaseException as error:
        journal.ended(ending(error))
        raise
    journal.ended(End("finished"))


def events(folder: Path) -> list[dict[str, Any]]:
    """The lines of a metrics.jsonl, the first line among them; those that were cut are left out."""
    try:
        lines = (folder / METRICS).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        with suppress(ValueError):
            found.append(json.loads(line))
    return [each for each in found if isinstance(each, dict)]


def _append(path: Path, text: str) -> None:
    """Append whole lines in one write, after the end of a line that a crash cut off."""
    with path.open("ab+") as file:
        cut = file.seek(0, os.SEEK_END) and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n"
        file.write(("\n" * bool(cut) + text + "\n").encode())


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")


def _commit() -> str:
    """The commit of the trainer, with a + where files differ from it; empty outside a git repository."""
    asked = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=+", "--abbrev=7"]
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    return ""
