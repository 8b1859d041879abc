"""The training lines among the JSON lines of mmdetection and its kin, as columns of numbers. For dialects.

Lines that have the same keys are decoded in bulk, into a struct that is made for them.
"""

import re
from array import array
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec.structs import astuple

from fcosreport.grammar.json_lines import number
from fcosreport.grammar.training_lines import COLUMNS, WANTED
from fcosreport.records import Samples, Where

_KINDS = 16  # kinds of lines that are kept in mind
_HELD = 100_000  # rows that wait for the length of an epoch
_NAN = float("nan")
_PLACES = ("epoch", "iter", "step")
_PLAIN = re.compile(r"[^\\\"\x00-\x1f]*")  # keys that a struct can have


class _Kind:
    """The training lines that have the same keys. `keys` are the columns that are kept, `names` their names here."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        plain = {key: value for key, value in said.items() if _PLAIN.fullmatch(key)}
        kept = {key: name for key, value in plain.items() if (name := _name(key)) and _number(value) is not None}
        self.keys, self.names = tuple(kept), tuple(kept.values())
        self.fields = {key: f"f{place}" for place, key in enumerate(plain)}
        self._types = [(self.fields[key], _type(key, value, key in kept)) for key, value in plain.items()]
        self._is_whole = plain == said
        self.decoder: msgspec.json.Decoder[msgspec.Struct] | None = None

    def __reduce__(self) -> tuple[type["_Kind"], tuple[dict[str, Any]]]:
        return _Kind, (self.said,)  # a decoder cannot be pickled

    def meets_again(self) -> None:
        """Make the decoder, which pays from the second time on that such a line comes behind another."""
        if self.decoder is None:
            rename = {field: key for key, field in self.fields.items()}
            struct = msgspec.defstruct(
                "Line", self._types, rename=rename, forbid_unknown_fields=self._is_whole, gc=False
            )
            self.decoder = msgspec.json.Decoder(struct)

    def row(self, said: dict[str, Any]) -> tuple[object, ...] | None:
        """A line as the decoder would give it; None where a value that counts is no number."""
        counted = (said[key] for key in (*self.keys, *_PLACES) if key in said)
        return tuple(said[key] for key in self.fields) if all(map(_is_plain, counted)) else None

    def columns(self, rows: list[tuple[object, ...]]) -> dict[str, "array[float]"]:
        """The numbers of the rows by key; what is nan was written as null."""
        values = dict(zip(self.fields, zip(*rows, strict=True), strict=True))
        places = [key for key in _PLACES if key in values]
        return {key: _column(values[key]) for key in dict.fromkeys((*self.keys, *places))}


def _column(values: tuple[object, ...]) -> "array[float]":
    try:
        return array("d", values)  # type: ignore[arg-type]
    except TypeError:
        return array("d", [_NAN if (given := _number(value)) is None else given for value in values])


class _Run(NamedTuple):
    """Training lines one behind the other. `iterations` may count from the begin of the epoch; `steps`, if told."""

    names: tuple[str, ...]
    columns: tuple["array[float]", ...]
    epochs: "array[float]"
    iterations: "array[float]"
    steps: "array[float] | None"
    line: int


def _name(key: str) -> str | None:
    name = key.removeprefix("train/")
    return name if name in WANTED or "loss" in name else None


def _type(key: str, value: object, kept: bool) -> Any:
    if key in _PLACES:
        return float
    if key == "mode":
        return Literal["train"]
    if not kept:
        return msgspec.Raw
    plain = float | None
    return list[plain] if isinstance(value, list) else dict[str, plain] if isinstance(value, dict) else plain


def _is_plain(value: object) -> bool:
    """Whether a value is a number or null, or holds nothing else."""
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
    return all(number(each) is not None for each in values)


def _number(value: object) -> float | None:
    """A number, the first of several learning rates, nan for null; None for what is no number."""
    if isinstance(value, list | dict) and value:
        value = next(iter(value.values() if isinstance(value, dict) else value))
    return number(value)


class Curves:
    """Gathers the training lines of one log.

    Version 2 counts the iterations of each epoch anew and does not tell how many an epoch has: that is the highest
    count seen, or what the evaluation behind tells. `by_iteration`: the trainer counts iterations and not epochs.
    """

    def __init__(self, path: str, *, by_iteration: bool = False) -> None:
        self.path, self.by_iteration = path, by_iteration
        self._kinds: dict[tuple[str, ...], _Kind] = {}
        self._kind: _Kind | None = None
        self._rows: list[tuple[object, ...]] = []
        self._line = 0  # of the first of these rows
        self._held: list[_Run] = []
        self._done: list[Samples] = []
        self._epoch = self._last = self._step = 0.0
        self._longest = self._interval = self._length = 0.0
        self._tells_epoch = False

    def all(self, text: bytes, line: int) -> bool:
        """Take all lines, if all are of the same kind as those before."""
        if self._kind is None or self._kind.decoder is None:
            return False
        try:
            rows = self._kind.decoder.decode_lines(text)
        except (ValueError, RecursionError):
            return False
        self._end()
        self._rows, self._line = list(map(astuple, rows)), line
        return bool(rows)

    def one(self, text: bytes, line: int) -> bool:
        """Take a line, if it is of the same kind as the one before."""
        if self._kind is None or self._kind.decoder is None:
            return False
        try:
            row = self._kind.decoder.decode(text)
        except (ValueError, RecursionError):
            return False
        self._add(astuple(row), line)
        return True

    def learn(self, said: dict[str, Any], line: int) -> None:
        """Take a line of another kind, if it is a training line."""
        if not _is_training(said):
            return
        keys = tuple(said)
        known = self._kinds.get(keys)
        if known is None and len(self._kinds) >= _KINDS:
            self._kinds.clear()
        kind = self._kinds.setdefault(keys, known or _Kind(said))
        if known:
            known.meets_again()
        if kind is not self._kind:
            self._end()
            self._kind = kind
        row = kind.row(said)
        if row:
            self._add(row, line)

    def _add(self, row: tuple[object, ...], line: int) -> None:
        self._line = self._line if self._rows else line
        self._rows.append(row)

    def place(self, said: dict[str, Any]) -> tuple[int | None, int | None]:
        """The epoch or iteration of a result; what its line counts depends on how training counts."""
        self._end()
        count, epoch = _count(said.get("step")), _count(said.get("epoch"))
        if epoch is not None and not self.by_iteration:
            length = _count(said.get("iter")) or 0
            if self._epoch == epoch and self._longest <= length < self._longest + self._interval:
                self._length = max(self._length, length)
            return epoch, None
        if epoch is not None:
            return None, int(self._step) or None
        if count is None or not self._step:
            return None, None
        counts_iterations = not self._tells_epoch or self._epoch != count == self._step
        return (None, count) if counts_iterations else (count, None)

    def taken(self) -> list[Samples]:
        """What is known so far."""
        self._end()
        if self._length or self.by_iteration or sum(len(run.epochs) for run in self._held) > _HELD:
            self._release()
        done, self._done = self._done, []
        return done

    def flush(self) -> list[Samples]:
        """What was still waiting for the length of an epoch."""
        self._end()
        self._release()
        return self.taken()

    def _end(self) -> None:
        """Make a run of the rows."""
        kind, rows, self._rows = self._kind, self._rows, []
        if not kind or not rows:
            return
        columns = kind.columns(rows)
        steps, iterations = columns.get("step"), columns["iter"]
        epochs = columns.get("epoch") or array("d", bytes(8 * len(rows)))
        run = _Run(kind.names, tuple(columns[key] for key in kind.keys), epochs, iterations, steps, self._line)
        self._tells_epoch = "epoch" in columns
        self._count(run)
        if steps or self.by_iteration or self._length or max(epochs) <= 1:
            self._emit(run)
        else:
            self._held.append(run)

    def _count(self, run: _Run) -> None:
        if run.epochs.count(self._epoch) == len(run.epochs):  # as it mostly is
            self._interval = max(self._interval, run.iterations[0] - self._last)
            self._last, self._longest = run.iterations[-1], max(self._longest, *run.iterations)
        else:
            for epoch, iteration in zip(run.epochs, run.iterations, strict=True):
                self._count_one(epoch, iteration, counts=run.steps is None)
        self._step = run.steps[-1] if run.steps else self._last

    def _count_one(self, epoch: float, iteration: float, *, counts: bool) -> None:
        if epoch == self._epoch:
            self._interval = max(self._interval, iteration - self._last)
        elif counts and epoch > self._epoch > 0 and iteration > self._last:
            self.by_iteration = True  # the count goes on over epochs
        else:
            self._length, self._longest = max(self._length, self._longest), 0.0
            self._interval = max(self._interval, iteration)
        self._epoch, self._last, self._longest = epoch, iteration, max(self._longest, iteration)

    def _emit(self, run: _Run) -> None:
        length = 0.0 if self.by_iteration else self._length
        places = zip(run.epochs, run.iterations, strict=True)
        steps = run.steps or array("d", [(epoch - 1) * length + iteration for epoch, iteration in places])
        self._done.append(Samples(run.names, steps, run.columns, Where(self.path, run.line)))

    def _release(self) -> None:
        held, self._held = self._held, []
        self._length = self._length or (self._longest if held else 0.0)
        for run in held:
            self._emit(run)


def _is_training(said: dict[str, Any]) -> bool:
    places = [said.get(key) for key in _PLACES if key in said]
    told = (said.get("mode") == "train" and "epoch" in said) or ("mode" not in said and "step" in said)
    counted = all(isinstance(place, int | float) and not isinstance(place, bool) for place in places)
    return told and counted and "iter" in said and len(said) <= COLUMNS and any(map(_name, said))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None
