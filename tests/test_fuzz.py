"""A short run of the fuzzer: no mutated input ends a command, and kills and damage lose nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(("part", "count"), [("reading", 400), ("growing", 40), ("commands", 24), ("stores", 8)])
def test_no_input_ends_a_command_and_nothing_is_lost(tmp_path: Path, part: str, count: int) -> None:
    words = ["fuzz", part, "--count", str(count), "--seed", "7", "--processes", "1", "--keep", str(tmp_path)]
    command = [sys.executable, "-m", "benchmarks", *words, "--patient"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"| {part}, seed 7 | {count:,} |" in done.stdout
