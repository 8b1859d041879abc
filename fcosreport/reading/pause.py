"""What the reading of a large log has in mind where it pauses, as bytes that the store keeps.

It is a pickle, of which only data, and classes and functions of readers, are loaded: a store may come from a stranger.
"""

import io
import pickle
import pickletools
import zlib
from collections.abc import Collection, Sequence
from typing import Any

MOST = 64 << 20
"""Bytes of a state that is unpacked."""
_READERS = ("fcosreport.curves", "fcosreport.dialects.", "fcosreport.grammar.", "fcosreport.reading.")
_DATA = {
    "array": {"_array_reconstructor", "array"},
    "builtins": {"bool", "bytearray", "complex", "float", "frozenset", "int", "range", "set", "slice", "str"},
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "functools": {"partial"},
    "re": {"_compile"},
}

_NUMBERING = ("PUT", "BINPUT", "LONG_BINPUT")
"""What no state holds that we wrote: for a part of a high number, gigabytes are made."""


def packed(state: object, left_out: Sequence[object] = ()) -> bytes:
    """The state; b"" where it holds what cannot be packed. Of the objects in `left_out` only their place is told."""
    file = io.BytesIO()
    try:
        _Packer(file, left_out).dump(state)
    except Exception:  # foreign code: whatever it is, the log will be read from the start
        return b""
    return zlib.compress(file.getvalue(), 1)


def unpacked(state: bytes, put_in: Sequence[object], modules: Collection[str]) -> Any:
    """The state, with other objects in the places of those that were left out. `modules` are those of the dialects.

    Raises ValueError for what is damaged or holds anything else.
    """
    try:
        unzipping = zlib.decompressobj()
        data = unzipping.decompress(state, MOST)
        if not unzipping.eof:
            raise ValueError("it is cut, or too large")
        if any(op.name in _NUMBERING for op, _, _ in pickletools.genops(data)):
            raise ValueError("it numbers its parts itself")
        return _Unpacker(io.BytesIO(data), put_in, modules).load()
    except Exception as error:  # anything can be in there
        raise ValueError(f"no state of readers: {error}") from error


class _Packer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, left_out: Sequence[object]) -> None:
        super().__init__(file, 5)
        self._places = {id(each): place for place, each in enumerate(left_out)}

    def persistent_id(self, each: object) -> int | None:
        return self._places.get(id(each))


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, put_in: Sequence[object], modules: Collection[str]) -> None:
        super().__init__(file)
        self._put_in, self._modules = put_in, modules

    def persistent_load(self, place: int) -> object:
        return self._put_in[place]

    def find_class(self, module: str, name: str) -> Any:
        if name in _DATA.get(module, ()):
            return super().find_class(module, name)
        if module == "fcosreport.records" or module.startswith(_READERS) or module in self._modules:
            found = super().find_class(module, name)
            if getattr(found, "__module__", "") == module:  # and not what it imports
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no reader's")
