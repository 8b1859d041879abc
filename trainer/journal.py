"""What a run leaves to read: log.txt for people, metrics.jsonl for programs."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import typer

from trainer.errors import End, ending

SCHEMA = "fcos-trainer/1"
LOG, METRICS = "log.txt", "metrics.jsonl"
_PACKAGES = ("torch", "torchvision", "hotcoco", "pycocotools")


class Journal:
    """Appends to both files, line by line, so that whatever ends the run leaves whole lines.

    Only the main process writes; the others keep silent but for the failure that ends them.
    """

    def __init__(self, folder: Path, main: bool = True) -> None:
        self.folder, self.main = folder, main
        if main:
            folder.mkdir(parents=True, exist_ok=True)

    def say(self, text: str) -> None:
        """A line of the log, which is shown, too."""
        if self.main:
            _append(self.folder / LOG, f"{_now()} {text}")
            typer.echo(text)

    def block(self, lines: Sequence[str]) -> None:
        """Lines that others print without a time, as the 12 of an evaluation."""
        if self.main:
            _append(self.folder / LOG, "\n".join(lines))
            typer.echo("\n".join(lines))

    def began(
        self, seed: int, settings: Mapping[str, Any], data: Mapping[str, Any], machine: Mapping[str, Any]
    ) -> None:
        """The line that opens a run, or opens it anew."""
        first = {"schema": SCHEMA, "run": self.folder.name, "seed": seed, "commit": _commit(), "time": _now()}
        versions = {"python": sys.version.split()[0]} | {name: _version(name) for name in _PACKAGES}
        self._write(first | {"settings": settings, "versions": versions, "machine": machine, "data": data})

    def event(self, event: str, **about: Any) -> None:
        """A line of metrics.jsonl. A number that is not finite becomes null."""
        self._write({"event": event, **({} if event == "train" else {"time": _now()}), **about})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self.main:
            _append(self.folder / METRICS, json.dumps(_finite(line), ensure_ascii=False, allow_nan=False))

    def ended(self, end: End, iteration: int) -> None:
        """The last line: how the run ended. A process that fails says so whichever it is."""
        told = events(self.folder)[-1:]
        if end.status == "interrupted" and told and told[0].get("status") == "failed":
            return  # another process failed, and torchrun stopped the rest
        if end.status == "failed":
            self.main = True
        text = f"{end.status.capitalize()} at iteration {iteration}"
        self.say(f"{text}: {end.told}" if end.reason else f"{text}.")
        self.event("status", status=end.status, reason=end.reason, iteration=iteration)


class Clock:
    """The iteration that a run has reached; its end is told with it."""

    iteration = 0


@contextmanager
def told(journal: Journal) -> Iterator[Clock]:
    """Whatever ends the block is written down: that it finished, or what ended it, which is raised again."""
    clock = Clock()
    try:
        yield clock
    except BaseException as error:
        journal.ended(ending(error), clock.iteration)
        raise
    journal.ended(End("finished", "", 0), clock.iteration)


def events(folder: Path) -> list[dict[str, Any]]:
    """The lines of a metrics.jsonl, the first line among them; those that were cut are left out."""
    try:
        lines = (folder / METRICS).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return [each for each in found if isinstance(each, dict)]


def _append(path: Path, text: str) -> None:
    """Append whole lines in one write, after the end of a line that a crash cut off."""
    with path.open("ab+") as file:
        cut = file.seek(0, os.SEEK_END) and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n"
        file.write(("\n" * bool(cut) + text + "\n").encode())


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    """The commit of the trainer, with a + where files differ from it; empty outside a git repository."""
    try:
        asked = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=+", "--abbrev=7"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip()
