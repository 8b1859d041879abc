"""How a run can end, what each end is called in metrics.jsonl, and its exit code."""

import errno
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import torch

Kind = TypeVar("Kind")

_NO_MEMORY = ("can't allocate memory", "not enough memory", "std::bad_alloc", "could not create a memory", "alloc_cpu")


class TrainerError(Exception):
    """Wrong input or settings: one line that says where and what to do."""


def checked(given: Any, kind: type[Kind], where: str) -> Kind:
    """What was read, as a record of this kind; raises TrainerError with what is wrong, which begins with `where`."""
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        named = f": {place.rstrip('`')}" if place else ""
        raise TrainerError(f"{where}{named}: {reason[0].lower()}{reason[1:]}.") from None


class NotFiniteError(Exception):
    """The loss became NaN or infinite."""


class TerminatedError(KeyboardInterrupt):
    """SIGTERM came. It is a KeyboardInterrupt so that whatever lets Ctrl-C pass lets it pass, too."""


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended: the status and reason of metrics.jsonl, and the exit code; 1 is a bug."""

    status: str
    reason: str = ""
    code: int = 0
    advice: str = ""

    @property
    def told(self) -> str:
        """As a sentence, with what to do next."""
        return f"{self.reason.removesuffix('.')}. {self.advice}".strip()


def ending(error: BaseException) -> End:
    """The end that `error` makes of a run."""
    if isinstance(error, TerminatedError):
        return End("interrupted", "SIGTERM", 143, "Go on with --resume.")
    if isinstance(error, KeyboardInterrupt):
        return End("interrupted", "Ctrl-C", 130, "Go on with --resume.")
    if isinstance(error, NotFiniteError):
        return End("failed", "nan", 4, "Lower --lr, lengthen --warmup-iterations, or set --clip.")
    if isinstance(error, TrainerError):
        last = str(error).strip().rpartition("\n")[2]  # a process that loads images gives it below its traceback
        return End("failed", last.removeprefix(f"{TrainerError.__module__}.TrainerError: "), 2)
    if _is_out_of_memory(error):
        return End("failed", "out of memory", 3, "Lower --train-batch-size or --image-size, or raise --accumulate.")
    if isinstance(error, OSError) and (error.filename or error.errno == errno.ENOSPC):
        return End("failed", f"{error.filename or 'A file'}: {error.strerror}", 2)
    return End("failed", f"{type(error).__name__}: {error}", 1)


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    told = isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY)
    return told or isinstance(error, MemoryError | torch.OutOfMemoryError)


@contextmanager
def sigterm_noted() -> Iterator[Callable[[], bool]]:
    """In the block SIGTERM interrupts nothing: what is given tells whether it has come."""
    came: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
    try:
        yield lambda: bool(came)
    finally:
        signal.signal(signal.SIGTERM, before)
