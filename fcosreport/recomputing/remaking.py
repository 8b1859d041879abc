"""The results of experiments made again, each held against what was printed; what was made before is looked up."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec
import xxhash
from msgspec.structs import replace

from fcosreport.comparing.scores import as_fractions
from fcosreport.errors import UsageError
from fcosreport.files.allowed import Allowed, allowed
from fcosreport.files.paths import url_of
from fcosreport.judging.hashes import folders, sha256
from fcosreport.recomputing import memory, predictions, scoring, truth
from fcosreport.recomputing.finding import Beside, found, predictions_of, roots_of, truths_of
from fcosreport.recomputing.making import remade
from fcosreport.recomputing.predictions import Predictions
from fcosreport.recomputing.protocol import declared
from fcosreport.recomputing.truth import Truth
from fcosreport.recomputing.unusable import UnusableError
from fcosreport.records import Content, Evaluation, Experiment, Remade

CODE = 3
"""Another number where this code makes something else of the same files, so that what was kept is made anew."""
FILES = 3
"""Predictions, and annotations, that are tried for a result, until one gives the printed numbers."""
LARGE = 1 << 30
"""Bytes of predictions whose reading is told, with the memory that it takes."""
_MEMORY = 4  # bytes for a byte of predictions, with what is tried where numbers differ
_TASKS = ("bbox", "segm", "keypoints")
_NOWHERE = Content("", "")


class Shelf(Protocol):
    """Where results are kept by the content of what made them."""

    def remade(self, key: str) -> bytes | None: ...

    def save_remade(self, key: str, body: bytes) -> None: ...


@dataclass(frozen=True)
class Remaking:
    """Makes the results of experiments again, and keeps them on a shelf.

    `given` is ground truth for all of them; without it, it is found. `say` is told of files so large that they take
    long. `with_losses`: where AP is lost is told, too. Raises UsageError where hotcoco is not installed, or what was
    given is no ground truth.
    """

    shelf: Shelf
    given: Path | None = None
    say: Callable[[str], None] = lambda text: None
    with_losses: bool = False
    version: str = field(default_factory=scoring.require)

    def __post_init__(self) -> None:
        if self.given is not None:
            try:
                truth.read(self.given)
            except UnusableError as error:
                raise UsageError(f"--truth {error}. Give the annotations that the runs were evaluated on.") from error

    def of(
        self, experiments: Sequence[Experiment], roots: Sequence[str], follow: Sequence[Path] = ()
    ) -> tuple[Remade, ...]:
        """The results in logs below `roots` (absolute paths), or of all, in their order."""
        local = [path for path in roots if not url_of(path)]
        where = {name: folder for name, folder in folders(experiments).items() if not url_of(folder)}
        beside = found(roots_of(list(where.values()), local))
        files = _Files(beside, allowed([Path(path) for path in local or where.values()], follow), where, self)
        return tuple(_remade(e, as_fractions(printed), files, self) for e in experiments for printed in _logged(e))


def _logged(experiment: Experiment) -> Iterator[Evaluation]:
    results = (experiment.result(task) for task in experiment.tasks if task in _TASKS)
    return (result for result in results if result and result.origin == "log")


@dataclass(frozen=True)
class _Files:
    """What lies beside the runs; what is read is kept, the predictions of one file only."""

    beside: Beside
    allowed: Allowed
    folders: Mapping[str, str]
    asked: Remaking
    _truths: dict[Path, Truth] = field(default_factory=dict)
    _predictions: dict[tuple[Path, str], Predictions] = field(default_factory=dict)
    _contents: dict[Path, Content] = field(default_factory=dict)

    def content(self, path: Path) -> Content:
        if path not in self._contents:
            shown = os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
            self._contents[path] = Content(shown, sha256(path))
        return self._contents[path]

    def told_first(self, paths: Sequence[Path], hashes: Collection[str]) -> list[Path]:
        """The files that are tried, those first whose hash the log tells."""
        if any(hashes):
            paths = sorted(paths, key=lambda path: self.content(path).sha256 not in hashes)
        return list(paths[:FILES])

    def truth(self, path: Path) -> Truth:
        if path not in self._truths:
            self._truths[path] = truth.read(path)
        return self._truths[path]

    def predictions(self, path: Path, task: str) -> Predictions:
        if (path, task) not in self._predictions:
            self._predictions.clear()
            size = path.stat().st_size if path.is_file() else 0
            if size > LARGE:
                self.asked.say(f"{path}: reading {_room(path, size)}.")
            self._predictions[path, task] = predictions.read(path, task)
        return self._predictions[path, task]


def _room(path: Path, size: int) -> str:
    """What a file of predictions takes. Raises UnusableError where there is not so much memory."""
    needed, left = size * _MEMORY, memory.free()
    said = f"{size / 2**30:.1f} GB, which takes about {needed / 2**30:.1f} GB of memory"
    if left is not None and needed > left:
        raise UnusableError(f"{path}: {said}, and {left / 2**30:.1f} GB are free; recompute it where there is more")
    return said


def _remade(experiment: Experiment, printed: Evaluation, files: _Files, asked: Remaking) -> Remade:
    """The first of the files that gives the printed numbers, else the first that can be evaluated."""
    told = str(experiment.value("annotations_sha256") or "")
    blank = Remade(
        experiment=experiment.id,
        task=printed.task,
        predictions=_NOWHERE,
        truth=_NOWHERE,
        printed=printed,
        declared=told,
    )
    folder = files.folders.get(experiment.id)
    if printed.family not in ("coco", "lvis"):
        return replace(blank, reason="its AP is not COCO's")
    if folder is None:
        return replace(blank, reason="it has no folder of its own")
    paths = predictions_of(folder, printed.task, files.beside, files.folders.values())
    truths = [asked.given] if asked.given else truths_of(experiment, folder, files.beside, files.allowed)
    if not paths:
        return replace(blank, reason=f"no predictions of {printed.task} lie beside it")
    if not truths:
        return replace(blank, reason="no ground truth was found; give it with --truth")
    tried: list[Remade] = []
    hashes = {str(each.value) for each in experiment.settings if each.name == "predictions_sha256"}
    for path in files.told_first(paths, hashes):
        for candidate in files.told_first(truths, {told}):
            pair = replace(blank, predictions=files.content(path), truth=files.content(candidate))
            tried.append(_kept(path, candidate, experiment, pair, files, asked))
            if tried[-1].agrees:
                return tried[-1]
    return next((each for each in tried if not each.reason), tried[0])


def _kept(path: Path, candidate: Path, experiment: Experiment, pair: Remade, files: _Files, asked: Remaking) -> Remade:
    """What the same contents gave before, else what they give now, or why they give nothing."""
    images = experiment.value("val_images")
    way = declared(pair.printed, images if isinstance(images, int) and images > 0 else None)
    told = (CODE, asked.version, pair.predictions.sha256, pair.truth.sha256, way, pair.printed.metrics)
    bare, full = (xxhash.xxh3_128_hexdigest(repr((*told, losses)).encode()) for losses in (False, True))
    body = asked.shelf.remade(full) or (None if asked.with_losses else asked.shelf.remade(bare))
    if body is not None:
        was = msgspec.msgpack.decode(body, type=Remade)
        names = ("experiment", "predictions", "truth", "printed", "declared")
        return replace(was, **{name: getattr(pair, name) for name in names})
    try:
        found = files.predictions(path, pair.task)
        again = remade(found, files.truth(candidate), way, pair, with_losses=asked.with_losses)
    except UnusableError as error:
        return replace(pair, reason=str(error))
    asked.shelf.save_remade(full if asked.with_losses else bare, msgspec.msgpack.encode(again))
    return again
