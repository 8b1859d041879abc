"""Which rules run and what their findings weigh: the most exact of what settings and options choose."""

from pathlib import Path

import pytest

from fcosreport.errors import SettingsError, UsageError
from fcosreport.judging.cases import GOOD, records_of
from fcosreport.judging.check import Checked, check
from fcosreport.judging.choosing import with_options
from fcosreport.settings import Settings, load

TWICE = [{"name": "a", "lr": 0.01, "bbox": GOOD}, {"name": "b", "lr": 0.02, "bbox": GOOD}]


def checked(*, select: str = "", ignore: str = "", severity: str = "", settings: Settings | None = None) -> Checked:
    options = [[text] if text else [] for text in (select, ignore, severity)]
    return check(records_of(TWICE), with_options(settings or Settings(), *options))


def told(result: Checked) -> list[tuple[str, str]]:
    return [(each.code, each.severity) for each in result.findings]


@pytest.mark.parametrize(
    ("select", "ignore", "is_told"),
    [
        ("", "", True),
        ("FR4", "", True),
        ("fr4,FR5", "", True),
        ("duplicate-metrics", "", True),
        ("ALL", "", True),
        ("FR1,FR5", "", False),
        ("", "FR4", False),
        ("", "duplicate_metrics", False),
        ("FR401", "FR4", True),
        ("FR4", "FR401", False),
        ("FR401", "FR401", False),
        ("ALL", "FR402", True),
    ],
)
def test_the_most_exact_choice_says_whether_a_rule_runs(select: str, ignore: str, is_told: bool) -> None:
    result = checked(select=select, ignore=ignore)
    assert ("FR401", "error") in told(result) or not is_told
    assert (("duplicate-metrics", "it is not selected") in result.not_run) is not is_told
    assert "duplicate-metrics" not in result.passed


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ("FR4=warning", "warning"),
        ("FR401=info,FR4=warning", "info"),
        ("FR401=info,duplicate-metrics=warning", "warning"),
        ("FR5=info", "error"),
    ],
)
def test_the_most_exact_choice_says_what_a_finding_weighs(severity: str, expected: str) -> None:
    assert ("FR401", expected) in told(checked(severity=severity))


def test_options_put_aside_what_the_settings_select_and_add_to_the_rest(tmp_path: Path) -> None:
    (tmp_path / "fcosreport.toml").write_text("select = ['FR1']\nignore = ['FR401']\nseverity = { FR401 = 'info' }\n")
    settings = load(tmp_path)
    assert not told(checked(settings=settings))
    assert ("FR401", "info") in told(checked(select="FR4", settings=settings))
    assert ("FR401", "warning") in told(checked(select="ALL", severity="FR401=warning", settings=settings))
    assert not told(checked(select="FR4", ignore="FR4", settings=settings))


def test_a_family_is_ignored_with_a_reason_and_an_ignore_of_what_does_not_run_is_not_called_unused(
    tmp_path: Path,
) -> None:
    (tmp_path / "fcosreport.toml").write_text("[[ignore]]\ncode = 'FR4'\nreason = 'seen'\n")
    settings = load(tmp_path)
    assert [(each.code, each.ignored) for each in checked(settings=settings).findings] == [("FR401", "seen")]
    assert not checked(ignore="FR4", settings=settings).findings


def test_what_names_no_rule_is_told_with_its_place_and_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "fcosreport.toml").write_text("\nseverity = { duplicate-metric = 'info' }\n")
    with pytest.raises(SettingsError, match=r"fcosreport.toml:2: key 'severity': .*Did you mean FR401 duplicate-met"):
        checked(settings=load(tmp_path))
    with pytest.raises(SettingsError, match="--select: there is no rule 'FR9'"):
        checked(select="FR9")
    for text in ("FR4", "FR4=fatal"):
        with pytest.raises(UsageError, match=f"--severity {text}: must be RULES=SEVERITY with one of error, warning"):
            checked(severity=text)
