"""How records that are read together take little memory: equal parts once, large ones packed, no search for circles."""

import gc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, get_type_hints

import msgspec
from msgspec.structs import replace

from fcosreport.records import Evaluation, Experiment, Fragment, Metric, Segment, Where

LARGE = 1 << 20
"""Bytes of JSON from which on equal parts of it are made once."""
SMALL = 1 << 10
"""Bytes up to which what is kept is not deflated. More is much alike: names, places and steps."""

_LENGTH = 8  # bytes; the first is 0, as in no JSON, and no list of msgpack
_any = msgspec.json.Decoder().decode
_metric = msgspec.json.Decoder(Metric).decode
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_each = msgspec.json.Decoder(list[msgspec.Raw]).decode


_TYPES = get_type_hints(Evaluation) | {"metrics": list[msgspec.Raw]}  # which are still JSON
_told = msgspec.json.Decoder(msgspec.defstruct("_Told", list(_TYPES.items()))).decode


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

    def experiment(self, body: bytes) -> Experiment:
        """The experiment, with the texts of those before it; it takes half of what it would take alone."""
        parts = _parts(body)
        evaluations = self._evaluations(parts)
        return replace(msgspec.convert(self._plain(parts), Experiment), evaluations=evaluations)

    def fragment(self, body: bytes) -> Fragment:
        """What a file says."""
        parts = _parts(body)
        segments = tuple(map(self._segment, _each(parts.pop("segments", b"[]"))))
        return replace(msgspec.convert(self._plain(parts), Fragment), segments=segments)

    def _segment(self, body: msgspec.Raw) -> Segment:
        parts = _parts(body)
        evaluations = self._evaluations(parts)
        return replace(msgspec.convert(self._plain(parts), Segment), evaluations=evaluations)

    def _evaluations(self, parts: dict[str, msgspec.Raw]) -> tuple[Evaluation, ...]:
        return tuple(map(self._evaluation, _each(parts.pop("evaluations", b"[]"))))

    def _evaluation(self, body: msgspec.Raw) -> Evaluation:
        told: dict[str, Any] = msgspec.structs.asdict(_told(body))
        once = self._texts.setdefault
        for name, value in told.items():
            if type(value) is str:
                told[name] = once(value, value)
        told["metrics"] = tuple(map(self._metric, told["metrics"]))
        told["where"], told["also"] = self._place(told["where"]), tuple(map(self._place, told["also"]))
        return Evaluation(**told)

    def _metric(self, body: msgspec.Raw) -> Metric:
        text = bytes(body)
        if text not in self._metrics:
            made, once = _metric(text), self._texts.setdefault
            self._metrics[text] = replace(made, name=once(made.name, made.name), text=once(made.text, made.text))
        return self._metrics[text]

    def _place(self, where: Where) -> Where:
        return Where(self._texts.setdefault(where.path, where.path), where.line)

    def _plain(self, parts: dict[str, msgspec.Raw]) -> dict[str, Any]:
        plain = {name: _any(part) for name, part in parts.items()}
        self._share(plain)
        return plain

    def _share(self, plain: dict[str, Any]) -> None:
        once = self._texts.setdefault
        for key, value in plain.items():
            if type(value) is str:
                plain[key] = once(value, value)
            elif type(value) is list:
                for each in value:
                    if type(each) is dict:
                        self._share(each)
            elif type(value) is dict:
                self._share(value)


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
