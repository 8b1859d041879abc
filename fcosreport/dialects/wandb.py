"""A run folder of Weights & Biases: `files/wandb-summary.json` and `files/wandb-metadata.json`.

`files/output.log` is what the trainer printed and `files/config.yaml` a configuration: other dialects read those. The
summary holds the last value of everything that was logged.
"""

from collections.abc import Iterator
from math import nan
from typing import Any

from fcosreport.grammar.json_lines import decoded, number
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Issue, Origin, Setting, Where
from fcosreport.vocabulary.metric_names import metric_of
from fcosreport.vocabulary.metrics import metrics
from fcosreport.vocabulary.settings.keys import declared

LIMIT = 8 << 20
"""Bytes of a file that are read; what is longer is the summary of no detector."""
DEPTH = 4
"""Nests of a summary that are looked into: `{"bbox": {"AP": 38.7}}`."""

_NOT_FINITE = ("NaN", "Infinity", "-Infinity")  # which W&B writes as text

_Logged = dict[tuple[str, bool, str | None], dict[str, float]]


@dialect("Weights & Biases run folder", paths=r"(?:^|/)wandb-(?:summary|metadata)\.json$")
class Wandb:
    """Keeps the file until its end: it is one JSON object."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.kept: list[bytes] = []
        self.lines: dict[str, int] = {}
        self.size = 0

    def feed(self, window: Window) -> Iterator[Record]:
        new = window.data[window.start :]
        self.size += len(new)
        if self.size <= LIMIT:
            self.kept.append(new)
        return iter(())

    def close(self) -> Iterator[Record]:
        text, self.kept = b"".join(self.kept), []
        if not text.strip():
            return
        content = decoded(text.removeprefix(b"\xef\xbb\xbf"))
        if content is None:
            why = "too large" if self.size > LIMIT else "cut or garbled"
            yield Issue(f"This file of Weights & Biases is {why}, and left out. Look at it.", Where(self.path, 1))
        elif self.path.endswith("wandb-summary.json"):
            yield from self._summary(content, text)
        else:
            yield from self._metadata(content, text)

    def _summary(self, content: dict[str, Any], text: bytes) -> Iterator[Record]:
        step, epoch = content.get("_step"), content.get("epoch")
        logged: _Logged = {}
        for name, value in _flat(content, "", DEPTH):
            meaning = metric_of(name)
            logged_value = nan if value in _NOT_FINITE else number(value)
            if meaning and value is not None and logged_value is not None:
                said = logged.setdefault((meaning.task, meaning.stated, meaning.category), {})
                said.setdefault(meaning.metric, logged_value)
        percent = any(value > 1 for said in logged.values() for value in said.values())
        for (task, stated, category), said in logged.items():
            yield Evaluation(
                task,
                metrics(((name, repr(value)) for name, value in said.items()), percent=percent),
                Where(self.path, 1),
                self.origin,
                epoch if isinstance(epoch, int) else None,
                step if isinstance(step, int) else None,
                category,
                stated,
            )

    def _metadata(self, content: dict[str, Any], text: bytes) -> Iterator[Record]:
        started, program = content.get("startedAt"), content.get("program")
        if isinstance(started, str) and started:
            yield Event("started", str(program or "started")[:200], self._where(text, "startedAt"), started[:19])
        git = content.get("git")
        commit = git.get("commit") if isinstance(git, dict) else None
        for name, value in (("host", content.get("host")), ("commit", commit), ("program", program)):
            if isinstance(value, str) and value:
                yield Setting(name, value, value, self._where(text, name))
        count = content.get("gpu_count")
        if isinstance(count, int) and 0 < count < 100_000:
            yield Setting("gpus", count, str(count), self._where(text, "gpu_count"))
        for key, value in _arguments(content.get("args")):
            yield from declared(key, value, self._where(text, "args"))

    def _where(self, text: bytes, key: str) -> Where:
        at = text.find(b'"' + key.encode() + b'"')
        return Where(self.path, len(text[: max(at, 0)].splitlines()) or 1)


def _flat(content: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, dict) and depth:
            yield from _flat(value, f"{prefix}{name}/", depth - 1)
        else:
            yield prefix + name, value


def _arguments(given: object) -> Iterator[tuple[str, str]]:
    """The arguments of a command line: `--lr 0.01`, `--lr=0.01`, `SOLVER.BASE_LR 0.01`, `optimizer.lr=0.01`."""
    words = [word for word in given if isinstance(word, str)][:1000] if isinstance(given, list) else []
    for word, after in zip(words, [*words[1:], ""], strict=False):
        key, has_value, value = word.partition("=")
        if has_value:
            yield key.lstrip("-"), value
        elif word.startswith("--") or "." in word:
            yield word.lstrip("-"), "true" if after.startswith("--") or not after else after
