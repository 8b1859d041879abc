"""Settings come from the nearest file, and a slip in them is an error that names it."""

from pathlib import Path

import pytest

from fcosreport.errors import SettingsError
from fcosreport.settings import Settings, load


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()


def test_the_nearest_file_above_holds(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.fcosreport]\nreference_lr = 0.02\n")
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert load(tmp_path / "a" / "b").reference_lr == 0.02
    (tmp_path / "a" / "fcosreport.toml").write_text("reference_batch_size = 8\nreference_lr = 1\n")
    assert load(tmp_path / "a" / "b").reference_batch_size == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reference_rl = 1", "reference_rl"),
        ("reference_lr = 'x'", "reference_lr must be a number"),
        ("reference_batch_size = 1.5", "must be a whole number"),
        ("reference_batch_size = true", "must be a whole number"),
        ("store = 3", "must be a text"),
        ("a = [", "Mend the file"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "fcosreport.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        load(tmp_path)
