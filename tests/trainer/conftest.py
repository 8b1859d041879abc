"""What the trainer's tests share: settings of a run that takes seconds, and the command line as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TINY: dict[str, Any] = {
    "data": "shapes:8",
    "backbone": "resnet18",
    "channels": 64,
    "image_size": 64,
    "norm": "bn",
    "init": "scratch",
    "train_batch_size": 2,
    "test_batch_size": 2,
    "warmup_iterations": 4,
    "steps": "",
    "iterations": 6,
    "log_every": 1,
    "checkpoint_every": 2,
    "workers": 0,
    "threads": 1,
}


class _Skipped(pytest.Module):
    """A module that needs torch, where there is none."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip("the trainer needs torch: install the extra `trainer`", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skip the tests of the trainer where torch is not installed, but for those of its files."""
    if find_spec("torch") or module_path.name == "test_contract.py" or module_path.parent != Path(__file__).parent:
        return None
    module: pytest.Module = _Skipped.from_parent(parent, path=module_path)
    return module


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What pycocotools does with numpy 2 is not the trainer's to mend."""
    ignored = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(ignored)


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The shapes are drawn into a folder of the tests; one thread, so that other tests have the other cores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("OMP_NUM_THREADS", "1")
        yield


def options(settings: dict[str, Any]) -> list[str]:
    """Settings as options of the command line."""
    words = []
    for name, value in settings.items():
        flag = name.replace("_", "-")
        words += [f"--{flag}" if value else f"--no-{flag}"] if isinstance(value, bool) else [f"--{flag}", str(value)]
    return words


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "trainer", *map(str, words)]


def trainer(*words: str | Path, code: int = 0) -> str:
    """Run the trainer; a traceback or another exit code fails the test. Returns what it printed."""
    done = subprocess.run(command(*words), capture_output=True, text=True, timeout=240, check=False, env=os.environ)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr
