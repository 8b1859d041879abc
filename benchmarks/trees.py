"""The files that are measured, made from a seed and kept until the benchmark ends."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.formats import MMDETECTION_JSON, POOL, Format, formats, summary

SEED = 191209
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made: logs and their bytes, large logs and theirs, JSON logs of the small size, folders, runs.

    Then small logs and theirs, scalars in an event file, and the bytes of real logs.
    """

    logs: int
    log_bytes: int
    large: int
    large_bytes: int
    json_logs: int
    folders: int
    runs: int
    small: int = 0
    small_bytes: int = 0
    scalars: int = 0
    real_bytes: int = 0


SIZES = {
    "tiny": Size(12, 20_000, 1, 200_000, 1, 20, 1_000, 24, 2_000, 500, 1),
    "small": Size(240, 1_000_000, 2, 100_000_000, 20, 5_000, 100_000, 9_000, 6_700, 100_000, 60_000_000),
    "full": Size(2_000, 1_000_000, 20, 200_000_000, 100, 200_000, 100_000, 9_000, 6_700, 100_000, 312_000_000),
}


@dataclass(frozen=True, slots=True)
class Trees:
    """The folders of logs of every format, of large and of small ones, of JSON logs, and of many run folders.

    `corpus` is the folder of real logs, which are multiplied where they are measured.
    """

    root: Path
    size: Size
    corpus: Path = CORPUS

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def large(self) -> Path:
        return self.root / "large"

    @property
    def small(self) -> Path:
        return self.root / "small"

    @property
    def json(self) -> Path:
        return self.root / "json"

    @property
    def folders(self) -> Path:
        return self.root / "folders"

    def make(self) -> None:
        """Write everything."""
        random = Random(SEED)
        ends = {each.name: [each.end(random) for _ in range(POOL)] for each in formats()}
        printed = [each for each in formats() if "Average" in each.evaluation(random, 1)]
        _write(self.logs, formats(), self.size.logs, self.size.log_bytes, ends, random)
        _write(self.large, printed, self.size.large, self.size.large_bytes, ends, random)
        _write(self.json, [MMDETECTION_JSON], self.size.json_logs, self.size.log_bytes, ends, random)
        for number in range(self.size.folders):
            folder = self.folders / f"group_{number // 500:04}" / f"run_{number:06}"
            folder.mkdir(parents=True)
            (folder / "log.txt").write_text(f"lr: 0.{number % 97 + 1:03}\n" + summary(random))
        _write(self.small, formats(), self.size.small, self.size.small_bytes, ends, random)

    def remove(self) -> None:
        """Delete everything."""
        for folder in (self.logs, self.large, self.small, self.json, self.folders):
            shutil.rmtree(folder, ignore_errors=True)


def files(folder: Path) -> list[Path]:
    """The files below a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write(
    folder: Path, kinds: Sequence[Format], count: int, size: int, ends: dict[str, list[str]], random: Random
) -> None:
    for number in range(count):
        kind = kinds[number % len(kinds)]
        path = folder / f"run_{number:05}" / kind.name
        path.parent.mkdir(parents=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(kind.text(random, size, ends[kind.name]))
