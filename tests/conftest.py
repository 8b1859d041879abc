"""What the tests share: the command line as a user runs it, a block as pycocotools prints it, and the corpus."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.repository import commit, git

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
ROWS = (
    "Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ]",
    "Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ]",
    "Precision  (AP) @[ IoU=0.75      | area=   all | maxDets=100 ]",
    "Precision  (AP) @[ IoU=0.50:0.95 | area= small | maxDets=100 ]",
    "Precision  (AP) @[ IoU=0.50:0.95 | area=medium | maxDets=100 ]",
    "Precision  (AP) @[ IoU=0.50:0.95 | area= large | maxDets=100 ]",
    "Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=  1 ]",
    "Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets= 10 ]",
    "Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ]",
    "Recall     (AR) @[ IoU=0.50:0.95 | area= small | maxDets=100 ]",
    "Recall     (AR) @[ IoU=0.50:0.95 | area=medium | maxDets=100 ]",
    "Recall     (AR) @[ IoU=0.50:0.95 | area= large | maxDets=100 ]",
)
GOOD = "0.387 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"
FAIR = "0.292 0.470 0.308 0.163 0.325 0.383 0.270 0.455 0.490 0.283 0.539 0.645"
POOR = "0.172 0.327 0.161 0.095 0.197 0.226 0.195 0.345 0.374 0.188 0.410 0.519"


def block(numbers: str = GOOD, task: str = "bbox") -> str:
    """The 12 lines of pycocotools for 12 numbers parted by spaces, with the line that names the task."""
    rows = (f" Average {row} = {number}\n" for row, number in zip(ROWS, numbers.split(), strict=True))
    return f"Evaluate annotation type *{task}*\n{''.join(rows)}"


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code, and what it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The command line as a user runs it, in an empty folder; a traceback fails the test."""

    def run(*words: str | Path, folder: Path = tmp_path, **options: object) -> Outcome:
        command = [sys.executable, "-m", "fcosreport", *map(str, words)]
        done = subprocess.run(command, capture_output=True, cwd=folder, timeout=120, **options)  # type: ignore[call-overload]
        outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in outcome.err, outcome.err
        return outcome

    return run


@pytest.fixture
def resumed_runs(tmp_path: Path) -> Path:
    """Two runs in a folder: `steady`, and `resumed`, whose learning rate jumps up where its second log goes on."""
    from tests.logs import log

    for name, numbers in (("steady", GOOD), ("resumed", FAIR)):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(log([0.01] * 5 + [0.001] * 5, numbers=numbers))
    (tmp_path / "runs" / "resumed" / "train.log").write_text(log([0.01] * 5, start=200, numbers=FAIR))
    return tmp_path / "runs"


@pytest.fixture
def committed_runs(tmp_path: Path) -> Path:
    """Two runs that declare another learning rate and print the same numbers, and a third of its own, in git."""
    for name, numbers in (("lr1en3", GOOD), ("lr1en2", GOOD), ("lr2en2", FAIR)):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(block(numbers))
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("reports/\n")
    commit(tmp_path)
    return tmp_path / "runs"


@pytest.fixture
def shared() -> Path:
    """The folder beside the project with what is not part of it; whoever needs it is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder `shared` of public files is not beside the project")
    return SHARED


@pytest.fixture
def corpus(shared: Path) -> Path:
    """The folder of real public files."""
    return shared / "corpus"


@pytest.fixture(params=["sibling", "original"])
def founding_note(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The note that the project exists for, and a small one of its kind, which every clone has."""
    if request.param == "original":
        folder: Path = request.getfixturevalue("shared")
        return folder / "notes" / "191209-baseline.md"
    from tests.sweep import SWEEP

    path = tmp_path / "sweep.md"
    path.write_text(SWEEP, encoding="utf-8")
    return path
