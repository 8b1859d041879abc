"""The files of a run that others rely on: written whole or not at all, and checkpoints read without running them."""

import hashlib
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import torch

from trainer.errors import TrainerError

CHECKPOINT, BEST = "checkpoint.pt", "best.pt"


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place at the end; what was there stays until then, whatever happens.

    What a killed process leaves of it is overwritten by the next.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.part")
    try:
        with made.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def write_checkpoint(path: Path, content: dict[str, Any]) -> None:
    """Write tensors and plain values."""
    with written_whole(path) as file:
        torch.save(content, file)


def read_checkpoint(path: Path, *parts: str) -> dict[str, Any]:
    """A checkpoint that has these parts, on the CPU; raises TrainerError where it has not, was cut, or is none."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise TrainerError(f"{path} cannot be read: {error.strerror or error}.") from None
    except (pickle.UnpicklingError, RuntimeError, EOFError, LookupError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise TrainerError(f"{path} is no checkpoint of tensors and plain values, or was cut.")
    if not content.keys() >= set(parts):
        raise TrainerError(f"{path} is not a checkpoint of this trainer. Begin a run from its weights with --init.")
    return content


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
