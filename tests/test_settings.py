"""Settings come from the nearest file, and a slip in them is an error that names it."""

import json
import re
from math import inf, isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.errors import SettingsError
from fcosreport.settings import IgnoreTable, Selector, Settings, bounds, load, quantity, store_of


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()


def test_the_nearest_file_above_holds(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.fcosreport]\nreference_lr = 0.02\n")
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert load(tmp_path / "a" / "b").reference_lr == 0.02
    (tmp_path / "a" / "fcosreport.toml").write_text("reference_batch_size = 8\nreference_lr = 1\n")
    assert load(tmp_path / "a" / "b").reference_batch_size == 8


def slip(folder: Path, text: str, name: str = "fcosreport.toml") -> str:
    """What is said of the settings, without the folder."""
    (folder / name).write_text(text)
    with pytest.raises(SettingsError) as error:
        load(folder)
    return str(error.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reference_rl = 1", ":1: key 'reference_rl': unknown. Did you mean reference_lr?"),
        ("\nreference_lr = 'x'", ":2: key 'reference_lr': must be a number above 0 and at most 1,000, not 'x'."),
        ("reference_lr = 0", "must be a number above 0 and at most 1,000, not 0."),
        ("reference_lr = nan", "above 0 and at most 1,000, not nan."),
        ("reference_lr = inf", "not inf."),
        ("reference_lr.bbox = 1", ":1: key 'reference_lr': must be a number above 0 and at most 1,000, not a table."),
        ("reference_batch_size = 1.5", "must be a whole number from 1 to 1,000,000, not 1.5."),
        ("reference_batch_size = true", "not true."),
        ("reference_batch_size = 0", "not 0."),
        ("lr_scale_tolerance = -2", "must be a number from 1 to 1,000, not -2."),
        ("too_good = 95", "must be a number from 0 to 1, not 95."),
        ("store = 3", "key 'store': must be the path of a file below the current folder, not 3."),
        ("a = [", "Mend the file"),
        ("a = " + "[" * 100_000, "Mend the file"),
        ("leak_gap = 0x" + "f" * 5000, "not so large a number."),
    ],
)
def test_a_slip_is_named_with_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    assert said in slip(tmp_path, text)


@pytest.mark.parametrize("text", ["reference_lr = 1", "same_difference = 0", "too_good = 1.0", "equal_losses = 32"])
def test_the_ends_of_a_range_are_allowed(tmp_path: Path, text: str) -> None:
    (tmp_path / "fcosreport.toml").write_text(text)
    assert load(tmp_path) != Settings()


def test_the_line_is_that_of_the_settings_own_table(tmp_path: Path) -> None:
    text = "[tool.other]\nleak_gap = 2\n\n[tool.fcosreport]\nleak_gap = 3\n"
    assert slip(tmp_path, text, "pyproject.toml").startswith("pyproject.toml:5: key 'leak_gap': must be")
    assert slip(tmp_path, "tool.fcosreport = 3", "pyproject.toml").endswith(
        "'tool.fcosreport': must be a table, not 3."
    )


@pytest.mark.parametrize("path", ["../../x", "/tmp/x", "a/../../x", "..", ".", "", "a\\u0000b"])
def test_settings_put_the_store_nowhere_outside(tmp_path: Path, path: str) -> None:
    assert "key 'store': must be the path of a file below the current folder" in slip(tmp_path, f'store = "{path}"')


def test_no_link_of_a_project_leads_the_store_or_the_settings_out_of_it(tmp_path: Path) -> None:
    for name in ("repo/sub", "repo/data", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    repo = tmp_path / "repo"
    (repo / "reports").symlink_to("../elsewhere")
    (repo / "sub" / "reports").symlink_to("../data")
    with pytest.raises(SettingsError, match=r"key 'store': reports/fcosreport\.sqlite is a link out of .*--store"):
        store_of(Settings(), repo)
    with pytest.raises(SettingsError, match="a link out of"):
        store_of(Settings(), repo / "sub")
    (repo / ".git").mkdir()
    assert store_of(Settings(), repo / "sub") == Path("reports/fcosreport.sqlite")
    (tmp_path / "elsewhere" / "secret.toml").write_text("password = 'x'")
    (repo / "fcosreport.toml").symlink_to("../elsewhere/secret.toml")
    with pytest.raises(SettingsError, match="toml: a link out of the project"):
        load(repo)


def a_text(text: str) -> str:
    return json.dumps(text).replace("\x7f", "")


KEYS = st.sampled_from(Settings.__struct_fields__)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.sampled_from(["experiment", "task", "AP", "AP50", "code", "reason", "until", "odd"]) | WORDS
VALUES = st.recursive(
    st.integers().map(str)
    | st.sampled_from(
        ["nan", "-inf", "1e400", "0x" + "f" * 5000, "9" * 5000, "2030-01-31", "2030-01-31T00:00:00", "01:02:03"]
    )
    | st.floats(allow_nan=False, allow_infinity=False).map(str)
    | st.booleans().map(lambda value: str(value).lower())
    | (WORDS | st.sampled_from(["0.387 ± 0.002", "FR401", "a*", "../x"])).map(a_text),
    lambda values: (
        st.lists(values, max_size=3).map(lambda each: f"[{', '.join(each)}]")
        | st.dictionaries(NAMES.map(a_text), values, max_size=4).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=8,
)


@given(KEYS, VALUES)
def test_any_value_gives_settings_or_an_error_that_names_the_key(key: str, value: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "fcosreport.toml").write_text(f"{key} = {value}\n", encoding="utf-8")
        try:
            settings = load(Path(folder))
        except SettingsError as error:
            one_line = rf".*(key '{key}|Mend the file).*"
            assert re.fullmatch(one_line, str(error))  # noqa: PT017  # that there is no error is right as well
        else:
            number = getattr(settings, key)
            assert not isinstance(number, float) or isfinite(number)


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


@pytest.mark.parametrize(
    "text", ["", "nan", "-1", "0", "0.3 ± 2", "0.387 ± ", "1e-3", "387", "0.38.7", "0.387 0.002", "٣٨", "True"]
)
def test_anything_else_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match="above 0 and at most 1 or 100 %"):
        quantity(text)


@pytest.mark.parametrize(
    ("text", "low", "high", "base"),
    [
        ("0.387 ± 0.002", 0.385, 0.389, ""),
        (">= 0.35", 0.35, inf, ""),
        (">=35", 0.35, inf, ""),
        ("≤ 40 %", -inf, 0.4, ""),
        ("not worse than v1.2 by more than 0.2", -0.002, inf, "v1.2"),
        ("not worse than last release by more than 0.25 points", -0.0025, inf, "last release"),
        ("not worse than base*", 0, inf, "base*"),
    ],
)
def test_a_bound_may_be_open_or_relative_to_another_run(text: str, low: float, high: float, base: str) -> None:
    *ends, named = bounds(text)
    assert ends == pytest.approx([low, high])
    assert named == base


@pytest.mark.parametrize("text", ["> 0.3", ">= 0.3 ± 0.1", ">=", "not worse than", "better than a"])
def test_what_is_no_bound_is_told_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r">= 0\.35 or <= 0\.4, or as in: not worse than NAME by more than 0\.2"):
        bounds(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("expect = 1", "key 'expect': must be a list of tables"),
        ("expect = ['a']", "key 'expect[1]': must be a table"),
        ("expect = [{ AP = '0.3' }]", "key 'expect[1].experiment': must be a text that is not empty"),
        ("expect = [{ experiment = 'a' }]", "key 'expect[1]': has no metric"),
        ("expect = [{ experiment = 'a', ap = '0.3' }]", "key 'expect[1].ap': unknown. Known: experiment"),
        ("expect = [{ experiment = 'a', AP = 'x' }]", "key 'expect[1].AP': must be above 0"),
        (
            "expect = [{ experiment = 'a', AP = '0.3' }, { experiment = 'a', task = 1, AP = '0.3' }]",
            "key 'expect[2].task': must be a text",
        ),
    ],
)
def test_a_slip_in_an_expectation_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in slip(tmp_path, text)


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


def test_the_settings_choose_rules_and_what_they_weigh(tmp_path: Path) -> None:
    file = tmp_path / "fcosreport.toml"
    file.write_text(
        "select = ['FR4', 'FR511']\nignore = ['FR402', { code = 'FR401', reason = 'seen' }]\n\n"
        "[severity]\nFR4 = 'warning'\nduplicate-metrics = 'info'\n"
    )
    settings = load(tmp_path)
    assert [each.rules for each in settings.select] == ["FR4", "FR511"]
    assert settings.select[0].place == f"{file}:1: key 'select'"
    assert [type(each) for each in settings.ignore] == [Selector, IgnoreTable]
    assert [(each.rules, each.severity) for each in settings.severity] == [
        ("FR4", "warning"),
        ("duplicate-metrics", "info"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("select = 4", "key 'select': must be a list of codes"),
        (
            "select = [4]",
            ':1: key \'select\': must be a list of codes, families or names, as in select = ["FR4", "FR511"]',
        ),
        ("severity = 'error'", ":1: key 'severity': must be a table, as in severity = { FR4 = \"warning\" }"),
        ("severity = { FR4 = 'fatal' }", ":1: key 'severity.FR4': must be one of error, warning, info, not 'fatal'."),
    ],
)
def test_a_slip_in_what_is_chosen_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in slip(tmp_path, text)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("ignore = 1", ":1: key 'ignore': must be a list of tables, as in [[ignore]]"),
        ("ignore = [401]", "key 'ignore[1]': must be a table"),
        ("ignore = ['']", "key 'ignore': must be a list of codes, families or names, as in ignore = "),
        ("[[ignore]]\nreason = 'x'", ":1: key 'ignore[1].code': missing. Give the code"),
        ("[[ignore]]\ncode = 'FR401'\nexperimnt = 'x'", "key 'ignore[1].experimnt': unknown. Did you mean experiment?"),
        ("[[ignore]]\ncode = 401", "'ignore[1].code': must be a text"),
        ("[[ignore]]\ncode = 'FR401'\nuntil = '2030-01-31'", "'ignore[1].until': must be a date"),
        ("[[ignore]]\ncode = 'FR401'\nuntil = 2030-01-31T00:00:00", "'ignore[1].until': must be a date"),
    ],
)
def test_a_slip_in_an_ignore_is_named(tmp_path: Path, table: str, said: str) -> None:
    assert said in slip(tmp_path, table)
