"""Settings come from the nearest file, and a slip in them is an error that names it."""

from pathlib import Path

import pytest

from fcosreport.errors import SettingsError
from fcosreport.settings import IgnoreTable, Settings, load, quantity


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


@pytest.mark.parametrize(
    ("text", "value", "tolerance"),
    [
        ("0.387 ± 0.002", 0.387, 0.002),
        ("0.387 +- 0.002", 0.387, 0.002),
        ("0.387+/-0.002", 0.387, 0.002),
        ("38.7 ± 0.2", 0.387, 0.002),
        ("0.9 ± 0.2 %", 0.009, 0.002),
        ("38.7", 0.387, 0.0005),
        ("38.7 %", 0.387, 0.0005),
        ("0.39", 0.39, 0.005),
        ("0.390", 0.39, 0.0005),
        ("1", 1.0, 0.5),
    ],
)
def test_a_value_is_a_fraction_or_a_percentage_with_a_tolerance(text: str, value: float, tolerance: float) -> None:
    assert quantity(text) == pytest.approx((value, tolerance))


@pytest.mark.parametrize("text", ["", "nan", "-1", "0.387 ± ", "1e-3", "387", "0.38.7", "0.387 0.002", "٣٨", "True"])
def test_anything_else_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"no value|above 100"):
        quantity(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("expect = 1", "list of tables"),
        ("expect = ['a']", "entry 1 must be a table"),
        ("expect = [{ AP = '0.3' }]", "must name an experiment"),
        ("expect = [{ experiment = 'a' }]", "no metric"),
        ("expect = [{ experiment = 'a', ap = '0.3' }]", "unknown key 'ap'"),
        ("expect = [{ experiment = 'a', AP = 'x' }]", "entry 1: 'x' is no value"),
        ("expect = [{ experiment = 'a', AP = '0.3' }, { experiment = 'a', task = 1, AP = '0.3' }]", "entry 2"),
    ],
)
def test_a_slip_in_an_expectation_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "fcosreport.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        load(tmp_path)


def test_the_settings_hold_ignores(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(
        "[tool.fcosreport]\nreference_lr = 0.02\n\n[[tool.fcosreport.ignore]]\ncode = 'FR401'\nreason = 'seen'\n\n"
        "[[tool.fcosreport.ignore]]\ncode = 'FR101'\nexperiment = 'a*'\nreason = 'old'\nuntil = 2030-01-31\n"
    )
    assert load(tmp_path).ignore == (
        IgnoreTable("FR401", "*", "seen", "", str(file), 4),
        IgnoreTable("FR101", "a*", "old", "2030-01-31", str(file), 8),
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("ignore = 1", "must be tables"),
        ("ignore = ['FR401']", "must be tables"),
        ("[[ignore]]\nreason = 'x'", ":1: an ignore needs the code"),
        ("[[ignore]]\ncode = 'FR401'\nexperimnt = 'x'", "'experimnt' in ignore. Did you mean experiment?"),
        ("[[ignore]]\ncode = 401", "code must be a text"),
        ("[[ignore]]\ncode = 'FR401'\nuntil = '2030-01-31'", "until must be a date"),
        ("[[ignore]]\ncode = 'FR401'\nuntil = 2030-01-31T00:00:00", "until must be a date"),
        ("reference_rl = 1", "Did you mean reference_lr?"),
    ],
)
def test_a_slip_in_the_settings_is_named(tmp_path: Path, table: str, said: str) -> None:
    (tmp_path / "fcosreport.toml").write_text(table)
    with pytest.raises(SettingsError) as error:
        load(tmp_path)
    assert said in str(error.value)
