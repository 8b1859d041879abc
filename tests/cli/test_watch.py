"""`watch`: the report on the screen follows what is appended."""

import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import FAIR, GOOD, Run, block


def test_watch_shows_what_is_appended_and_that_it_runs(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "runs" / "one" / "log.txt"
    path.parent.mkdir(parents=True)
    path.write_text(block(FAIR))
    command = [sys.executable, "-u", "-m", "fcosreport", "watch", "runs"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        seen = ""
        while "0.292" not in seen:
            seen += process.stdout.readline()
        time.sleep(1)
        with path.open("a") as stream:
            stream.write("x\n" * 100 + block(GOOD))
        while not ("0.387" in seen and "1 running" in seen):
            seen += process.stdout.readline()
    finally:
        process.send_signal(2)
        _, error = process.communicate(timeout=100)
    assert "Traceback" not in error
    assert "\x1b" not in seen
