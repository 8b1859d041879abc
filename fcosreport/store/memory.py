"""How records that are read together take little memory: equal parts once, large ones packed, no search for circles."""

import gc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import asdict, replace

from fcosreport.records import Evaluation, Experiment, Fragment, Metric, Segment, Setting, Where

LARGE = 1 << 20
"""Bytes of JSON from which on equal parts of it are made once."""
SMALL = 1 << 10
"""Bytes up to which what is kept is not deflated. More is much alike: names, places and steps."""

_LENGTH = 8  # bytes; the first is 0, as in no JSON, and no list of msgpack
_metric = msgspec.json.Decoder(Metric).decode


def _told_of(kind: type[Struct], **open_fields: Any) -> Callable[[bytes | msgspec.Raw], Any]:
    """Reads JSON of that kind of record; the fields that are named stay JSON."""
    types = get_type_hints(kind) | open_fields
    defaults = {each.name: each.default for each in msgspec.structs.fields(kind)}
    fields = [
        (name, types[name], value) if value is not NODEFAULT else (name, types[name])
        for name, value in defaults.items()
    ]
    return msgspec.json.Decoder(msgspec.defstruct(f"_{kind.__name__}", fields, kw_only=True)).decode


_RAW = list[msgspec.Raw]
_evaluation = _told_of(Evaluation, metrics=_RAW)
_experiment = _told_of(Experiment, evaluations=_RAW)
_segment = _told_of(Segment, evaluations=_RAW)
_fragment = _told_of(Fragment, segments=_RAW)


def deflated(body: bytes) -> bytes:
    """JSON, or a list of msgpack, as it is kept: deflated, behind its length."""
    return len(body).to_bytes(_LENGTH, "big") + zlib.compress(body, 1) if len(body) > SMALL else body


def inflated(kept: bytes) -> bytes:
    """What was kept. Raises ValidationError where it is damaged."""
    if kept[:1] != b"\0":
        return kept
    try:
        return zlib.decompress(kept[_LENGTH:], bufsize=int.from_bytes(kept[:_LENGTH], "big"))
    except (zlib.error, MemoryError, OverflowError) as error:
        raise msgspec.ValidationError(str(error)) from error


class Sharing:
    """Records from JSON, in which equal texts and metrics are one: paths and names stand in each dozens of times.

    Evaluations, of which a log may hold a hundred thousand, are read one by one.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._metrics: dict[bytes, Metric] = {}
        self._last = Where("", 0)

    def experiment(self, body: bytes) -> Experiment:
        """The experiment, with the texts of those before it; it takes half of what it would take alone."""
        return Experiment(**self._run(_experiment(body)))

    def fragment(self, body: bytes) -> Fragment:
        """What a file says."""
        told = asdict(_fragment(body))
        return Fragment(**told | {"segments": tuple(Segment(**self._run(_segment(each))) for each in told["segments"])})

    def _run(self, told: Struct) -> dict[str, Any]:
        """What an experiment and a segment have in common."""
        parts = asdict(told)
        parts["evaluations"] = tuple(map(self._evaluation, parts["evaluations"]))
        parts["settings"] = tuple(map(self._setting, parts["settings"]))
        for name in ("events", "curves"):
            parts[name] = tuple(type(each)(**self._shared(asdict(each))) for each in parts[name])
        return self._shared(parts)

    def _evaluation(self, body: msgspec.Raw) -> Evaluation:
        told = asdict(_evaluation(body))
        told["metrics"] = tuple(map(self._metric, told["metrics"]))
        told["also"] = tuple(map(self._place, told["also"]))
        return Evaluation(**self._shared(told))

    def _setting(self, told: Setting) -> Setting:
        """As `_shared`, for the most frequent record, in half of the time."""
        once, value = self._texts.setdefault, told.value
        value = once(value, value) if type(value) is str else value
        return Setting(
            once(told.name, told.name), value, once(told.text, told.text), self._place(told.where), told.inferred
        )

    def _shared(self, told: dict[str, Any]) -> dict[str, Any]:
        once = self._texts.setdefault
        for name, value in told.items():
            if type(value) is str:
                told[name] = once(value, value)
            elif type(value) is Where:
                told[name] = self._place(value)
        return told

    def _metric(self, body: msgspec.Raw) -> Metric:
        text = bytes(body)
        if text not in self._metrics:
            made, once = _metric(text), self._texts.setdefault
            self._metrics[text] = replace(made, name=once(made.name, made.name), text=once(made.text, made.text))
        return self._metrics[text]

    def _place(self, where: Where) -> Where:
        """The place; what follows each other in one line shares it, as settings do."""
        if where != self._last:
            self._last = Where(self._texts.setdefault(where.path, where.path), where.line)
        return self._last


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: records hold no circles, and to look for some takes a third of a long check."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
