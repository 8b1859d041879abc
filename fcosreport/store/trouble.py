"""What goes wrong with a store, in one line that says what to do."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from fcosreport.errors import StoreError
from fcosreport.files.raw import reason
from fcosreport.store.seals import DamagedError


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Whatever goes wrong meanwhile with the store in `path` becomes a StoreError."""
    try:
        yield
    except DamagedError as error:
        raise StoreError(
            f"{path}: what it keeps of {error} is damaged. Run: fcosreport collect {error}. "
            "If that is gone, remove the store, and collect again what there is."
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {_words(error, path)}. {_advice(error)}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:  # SQLite quotes damaged definitions of tables
        raise StoreError(f"{path}: damaged ({error}). Remove the file and collect again.") from error
    except OSError as error:
        raise StoreError(f"{path}: {reason(error)}. Choose another file with --store.") from error


def _words(error: sqlite3.DatabaseError, path: Path) -> str:
    """What SQLite says; where that is only that it cannot open a file, what the system says when it is asked to.

    Raises LimitError where it says that too many files are open.
    """
    if "unable to open" in str(error):
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT))
        except OSError as why:
            return reason(why)
    return str(error)


def _advice(error: sqlite3.DatabaseError) -> str:
    text = str(error)
    if "locked" in text:
        return "Another fcosreport is writing; try again when it has finished."
    if "full" in text or "I/O" in text:
        return "Make room on the disk, or choose another file with --store. The store is as it was."
    if "readonly" in text or "unable to open" in text:
        return "Make it and its folder writable, or choose another file with --store."
    return "It is no store, or damaged. Remove it and collect again, or choose another file with --store."
