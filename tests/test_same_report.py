"""The same files give the same report, whenever they were written, and however they are given and read."""

import gzip
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.conftest import FAIR, GOOD, Run, block
from tests.logs import log

HEADING = "# Sweep\n\n## lr 1e-2"
OLD, NEW = 946_684_800, 2_000_000_000  # years 2000 and 2033


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs of several frameworks, twins, copies, a note, checkpoints, a packed log, and what is not understood."""
    tree = tmp_path_factory.mktemp("first") / "mixed"
    files = {
        "runs/fcos_lr1en2/log.txt": log([0.01] * 5),
        "runs/fcos_lr1en3/log.txt": log([0.001] * 5),
        "runs/fcos_lr1en2/model_final.pth": "weights",
        "runs/fcos_lr1en3/model_final.pth": "weights",
        "runs/cut/log.txt": log([0.01] * 5, numbers=FAIR)[:-20],
        "runs/yolo/results.csv": "epoch,metrics/mAP50(B),metrics/mAP50-95(B)\n1,0.5,0.3\n2,0.6,0.4\n",
        "runs/yolo/args.yaml": "epochs: 5\nlr0: 0.01\nbatch: 16\n",
        "runs/home/eval.log": "my own evaluator: mean AP is 0.312\n",
        "copies/fcos_lr1en2/log.txt": log([0.01] * 5),
        "notes/week.md": f"{HEADING}\n\nLog: `../runs/fcos_lr1en2/log.txt`\n\n```\n{block(FAIR)}```\n\n- [ ] mask\n",
    }
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    (tree / "runs/packed").mkdir()
    (tree / "runs/packed/log.txt.gz").write_bytes(gzip.compress(log([0.02] * 5, numbers=GOOD).encode(), mtime=0))
    return tree


def times(tree: Path, *stamps: int) -> None:
    """Give the files these time stamps in turn."""
    for number, file in enumerate(sorted(tree.rglob("*"))):
        os.utime(file, (stamps[number % len(stamps)],) * 2)


def reports(run: Run, tree: Path, where: Path, paths: Sequence[str], *more: str) -> Iterator[tuple[int, str]]:
    """Exit code and output of `render --json`, then of `check`, with a store of their own."""
    store = where / "store.sqlite"
    for words in (("render", "--json", "-o", "-"), ("check", "--format", "json")):
        store.unlink(missing_ok=True)
        done = run(*words, "--store", store, *more, *paths, folder=tree)
        yield done.code, done.out


@pytest.fixture(scope="module")
def copy(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same files, listed in another order where the disk lists them as they came."""
    copy = tmp_path_factory.mktemp("copied") / "mixed"
    for file in sorted((file for file in tree.rglob("*") if file.is_file()), reverse=True):
        (copy / file.relative_to(tree)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy / file.relative_to(tree))
    return copy


ALL = ("copies", "notes", "runs")


@pytest.mark.parametrize(
    ("stamps", "paths", "more"),
    [
        ((NEW,), ALL, ()),
        ((NEW, OLD, OLD + 5), ALL, ()),
        ((OLD,), ALL[::-1], ()),
        ((OLD,), ("runs", "copies", "notes", "runs/cut", "runs"), ()),
        ((OLD,), ALL, ("--executor", "process:1")),
        ((NEW,), ALL, ("--executor", "process:4")),
    ],
)
def test_the_same_files_give_the_same_bytes_and_exit_code(
    run: Run,
    tree: Path,
    copy: Path,
    tmp_path: Path,
    stamps: tuple[int, ...],
    paths: tuple[str, ...],
    more: tuple[str, ...],
) -> None:
    times(tree, OLD)
    times(copy, *stamps)
    (plain, plain_check), (other, other_check) = (
        list(reports(run, tree, tmp_path, ALL)),
        list(reports(run, copy, tmp_path, paths, *more)),
    )
    assert other == plain
    assert other_check == plain_check
    found = json.loads(plain[1])
    assert all(found[name] for name in ("experiments", "findings", "issues"))
