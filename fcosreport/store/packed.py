"""What a file says as bytes: how the store keeps it, and how it travels between processes."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from fcosreport.records import Curve, Fragment, Issue, Outline
from fcosreport.store.memory import LARGE, Sharing, deflated, inflated

if TYPE_CHECKING:
    from fcosreport.runs.links import Links

_encode = msgspec.json.Encoder().encode
_fragment = msgspec.json.Decoder(Fragment).decode
_outline = msgspec.json.Decoder(Outline).decode
_OUTLINED = Outline.__struct_fields__
_points = msgspec.msgpack.Decoder(list[bytes]).decode


class Packed(Struct, frozen=True):
    """A fragment as the store keeps it, which travels between processes at little cost; its issues, its links.

    `body` is what the outline does not say.
    """

    outline: bytes
    body: bytes
    points: bytes
    state: bytes
    issues: tuple[Issue, ...]
    links: "Links | None"


Row = tuple[str, str, int, int, Packed]
"""Absolute path, shown path, size in bytes, mtime in nanoseconds, and what the file says."""


class Kept(NamedTuple):
    """A row of the table `source`: a file, what read it, what links it to others, what it says."""

    path: str
    seal: int
    shown: str
    size: int
    mtime: int
    reader: str
    run_path: str | None
    above: str | None
    outline: bytes
    body: bytes
    points: bytes
    state: bytes


def pack(fragment: Fragment) -> Packed:
    """A fragment with its outline, the points of its curves, and the state in which its reading paused, apart."""
    from fcosreport.runs.links import links_of

    points = [curve.points for segment in fragment.segments for curve in segment.curves]
    segments = tuple(replace(segment, curves=_without_points(segment.curves)) for segment in fragment.segments)
    mark, state = fragment.mark, fragment.mark.state if fragment.mark else b""
    mark = replace(mark, state=b"") if mark else None
    made = {"experiments": fragment.experiments, "references": fragment.references}
    body = {**made, "segments": segments, "mark": mark}
    return Packed(
        deflated(_encode({name: getattr(fragment, name) for name in _OUTLINED})),
        deflated(_encode(body)),
        deflated(msgspec.msgpack.encode(points)),
        state,
        fragment.issues,
        links_of(fragment),
    )


def _without_points(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    return tuple(replace(curve, points=b"") for curve in curves)


def outlined(outline: bytes) -> Outline:
    """What the fragment says beside its experiments and segments, which takes a fraction of the time."""
    return _outline(inflated(outline))


def unpacked(outline: bytes, body: bytes, points: bytes = b"", state: bytes = b"") -> Fragment:
    """The fragment; its curves have points, and its mark has a state, if these are given."""
    whole = inflated(outline)[:-1] + b"," + inflated(body)[1:]  # the two halves of one object
    fragment = Sharing().fragment(whole) if len(whole) >= LARGE else _fragment(whole)
    if fragment.mark:
        fragment = replace(fragment, mark=replace(fragment.mark, state=state))
    if not points:
        return fragment
    waiting = iter(_points(inflated(points)))
    segments = tuple(
        replace(segment, curves=tuple(replace(curve, points=next(waiting)) for curve in segment.curves))
        for segment in fragment.segments
    )
    return replace(fragment, segments=segments)


def as_json(texts: Iterable[str]) -> str:
    """Any number of texts as one parameter of a query, for json_each."""
    return _encode(list(texts)).decode()
