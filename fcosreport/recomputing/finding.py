"""Which files hold predictions, and which ground truth: by what they hold, whatever they are called."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path

from msgspec import Struct

from fcosreport.files.allowed import Allowed
from fcosreport.files.paths import latest_first
from fcosreport.reading import predicted
from fcosreport.records import Experiment

_DEEPEST = 6  # folders below a given one that are looked into
_MOST = 50_000  # entries of folders
_TRUTH = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_LISTS = (b'"images"', b'"categories"', b'"annotations"')


class Beside(Struct, frozen=True):
    """The files with predictions in some folders, each with the tasks that it serves, and those with ground truth."""

    predictions: Mapping[Path, tuple[str, ...]]
    truths: tuple[Path, ...]


def found(roots: Iterable[Path]) -> Beside:
    """All that lies in these folders."""
    predictions: dict[Path, tuple[str, ...]] = {}
    truths: list[Path] = []
    for path in dict.fromkeys(path for root in roots for path in _files(root)):
        head = _head(path)
        if tasks := predicted.tasks(head):
            predictions[path] = tasks
        elif _TRUTH.match(head) and _is_truth(path):
            truths.append(path)
    return Beside(predictions, tuple(truths))


def _is_truth(path: Path) -> bool:
    """Whether the three lists of annotations are named anywhere in the file."""
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
            return all(text.find(key) >= 0 for key in _LISTS)
    except (OSError, ValueError):  # not readable, or emptied meanwhile
        return False


def _files(root: Path) -> Iterator[Path]:
    """The JSON files below a folder; a link leads out of it, so none is followed."""
    pending, seen = [(root, 0)], 0
    while pending and seen < _MOST:
        folder, depth = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:  # not readable, or gone: the walk that collects tells of it
            continue
        seen += len(entries)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEEPEST and not entry.name.startswith("."):
                    pending.append((folder / entry.name, depth + 1))
            elif entry.is_file(follow_symlinks=False) and entry.name.lower().endswith(".json"):
                yield folder / entry.name


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(predicted.HEAD)
    except OSError:
        return b""


def predictions_of(folder: str, task: str, beside: Beside, others: Collection[str]) -> list[Path]:
    """The files in a run's folder that serve a task, those that serve nothing else first, then the latest by name.

    What lies in the folder of one of the `others` is that run's.
    """
    root = Path(os.path.abspath(folder))
    apart = {Path(os.path.abspath(other)) for other in others} - {root}
    mine = [
        path
        for path, tasks in beside.predictions.items()
        if task in tasks and root in path.parents and not any(p in apart for p in path.parents if root in p.parents)
    ]
    return sorted(mine, key=lambda path: (len(beside.predictions[path]), latest_first(path)))


def truths_of(experiment: Experiment, folder: str, beside: Beside, allowed: Allowed) -> list[Path]:
    """Files with ground truth: those that the configuration names, else all, the nearest to the run's folder first.

    A path of the configuration is looked for from the folders of the run and from where fcosreport runs, as far as
    `allowed`; then a file of its name.
    """
    names = [name for name in re.split(r"[,\s]+", str(experiment.value("val_data") or "")) if name]
    start = os.path.abspath(folder)
    near = sorted(
        beside.truths,
        key=lambda path: (-len(os.path.commonpath((path, start))), "val" not in path.name, str(path)),
    )
    called = [path for path in near if path.name in {Path(name).name for name in names}]
    named = [path for name in names for path in _named(name, folder, allowed)]
    return list(dict.fromkeys((*named, *called))) or near


def _named(name: str, folder: str, allowed: Allowed) -> Iterator[Path]:
    start = Path(os.path.abspath(folder))
    for parent in (start, *start.parents, Path.cwd()):
        path = parent / name
        if path.suffix == ".json" and path.is_file() and not allowed.objection(path):
            yield path


def roots_of(folders: Sequence[str], given: Sequence[str]) -> list[Path]:
    """Where to look: the given folders, else those of the runs."""
    paths = [Path(path if os.path.isdir(path) else os.path.dirname(path)) for path in given] or [
        Path(os.path.abspath(folder)) for folder in folders
    ]
    return [path for path in dict.fromkeys(paths) if path.is_dir()]
