"""A note read again, as it would be with another text."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import fragment_of
from fcosreport.records import Experiment


@contextmanager
def reader(note: str) -> Iterator[Callable[[str], Sequence[Experiment]]]:
    """What reads a text as if it stood in `note`, and tells its experiments, without what logs say."""
    with TemporaryDirectory(prefix="fcosreport-") as folder:
        copy = Path(folder) / Path(note).name

        def read(text: str) -> Sequence[Experiment]:
            copy.write_bytes(text.encode())
            return fragment_of(Found(str(copy), str(copy), note, "note", 0, 0)).experiments

        yield read
