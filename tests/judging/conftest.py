"""Two runs that are judged."""

from pathlib import Path

import pytest

from tests.conftest import GOOD, block


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs that declare another learning rate and print the same numbers."""
    for name in ("lr1en3", "lr1en2"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(block(GOOD))
    return tmp_path / "runs"
