"""Settings from `fcosreport.toml` or `[tool.fcosreport]` in `pyproject.toml`, of this folder or one above it."""

import re
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from fcosreport.errors import SettingsError
from fcosreport.wording import suggestion

_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,16})?|\.[0-9]{1,16}"
_VALUE = re.compile(rf"\s*({_NUMBER})\s*%?(?:\s*(?:±|\+/?-|\\pm)\s*({_NUMBER}))?\s*(%?)\s*")
_METRIC = re.compile(r"A[PR][0-9a-z]*")
_EXAMPLE = 'expect = [{ experiment = "baseline*", AP = "0.387 ± 0.002" }]'


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the result of some experiments should be: `value` and `tolerance` of `metric`, as fractions.

    `experiment` matches names and ids as in file names (`*` matches any), `text` is the value as it was written, `file`
    and `line` are where.
    """

    experiment: str
    metric: str
    value: float
    tolerance: float
    text: str
    task: str = "bbox"
    file: str = ""
    line: int = 1


def expectations(given: object, file: Path) -> tuple[Expectation, ...]:
    """The expectations of the settings' `expect`, a list of tables; `file` is where they are written.

    Raises SettingsError with the file, the entry and an example for anything that is not understood.
    """
    if not isinstance(given, list):
        raise SettingsError(f"{file}: expect must be a list of tables. Example: {_EXAMPLE}")
    return tuple(each for number, entry in enumerate(given, 1) for each in _expectations(entry, number, file))


def quantity(text: str) -> tuple[float, float]:
    """Value and tolerance of `0.387 ± 0.002`, `0.387 +- 0.002` or `38.7 ± 0.2` (percent), as fractions.

    A plain number is right to its last digit. Above 1, or with a percent sign, it is a percentage. Raises ValueError.
    """
    found = _VALUE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no value such as 0.387, 0.387 ± 0.002 or 38.7 ± 0.2")
    value = Decimal(found[1])
    exponent = value.as_tuple().exponent
    half_unit = Decimal(5).scaleb(int(exponent) - 1)
    tolerance = Decimal(found[2]) if found[2] else half_unit
    scale = 100 if value > 1 or "%" in text else 1
    if value > scale:
        raise ValueError(f"{text!r} is above 100 percent")
    return float(value / scale), float(tolerance / scale)


def _expectations(entry: object, number: int, file: Path) -> tuple[Expectation, ...]:
    where = f"{file}: expect, entry {number}"
    if not isinstance(entry, dict):
        raise SettingsError(f"{where} must be a table. Example: {_EXAMPLE}")
    experiment, task = entry.get("experiment"), entry.get("task", "bbox")
    if not isinstance(experiment, str) or not experiment or not isinstance(task, str):
        raise SettingsError(f"{where} must name an experiment, and a task as text. Example: {_EXAMPLE}")
    values = {name: value for name, value in entry.items() if name not in ("experiment", "task")}
    unknown = [name for name in values if not _METRIC.fullmatch(name)]
    if unknown or not values:
        what = f"unknown key {unknown[0]!r}" if unknown else "no metric"
        raise SettingsError(f"{where}: {what}. Known: experiment, task and metrics such as AP, AP50, AR100.")
    line = _line(file, experiment)
    try:
        return tuple(
            Expectation(experiment, name, *quantity(str(value)), str(value), task, str(file), line)
            for name, value in values.items()
        )
    except ValueError as error:
        raise SettingsError(f"{where}: {error}.") from error


def _line(file: Path, experiment: str) -> int:
    """The line that names the experiment, for TOML readers keep none."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    return next((number for number, line in enumerate(lines, 1) if experiment in line and line[:1] != "#"), 1)


_KINDS = {str: "a text", int: "a whole number", float: "a number"}


_IGNORE_KEYS = ("code", "experiment", "reason", "until")
_IGNORE_HEAD = re.compile(r"\s*\[\[\s*(?:tool\s*\.\s*fcosreport\s*\.\s*)?ignore\s*\]\]")


@dataclass(frozen=True, slots=True)
class IgnoreTable:
    """A table `[[ignore]]`: findings of the rule `code` on experiments that `experiment` (a file-name pattern) matches.

    `until` is the last day, ISO, on which it holds; empty for ever. `line` of `file` is where it stands.
    """

    code: str
    experiment: str = "*"
    reason: str = ""
    until: str = ""
    file: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose. Thresholds carry their unit in the comment behind them."""

    store: str = "reports/fcosreport.sqlite"
    reference_lr: float = 0.01  # base learning rate of the reference schedule; FCOS: 0.01 ...
    reference_batch_size: int = 16  # ... at this many images an iteration
    lr_scale_tolerance: float = 2.0  # factor between lr and batch size, both against the reference
    same_difference: float = 0.002  # AP, as a fraction: largest difference of a near duplicate
    leak_gap: float = 0.01  # AP50 - AP, as a fraction, below which AP is flat over IoU
    leak_floor: float = 0.05  # AP, as a fraction, from which flatness is judged
    too_good: float = 0.95  # AP, as a fraction, above which validation looks like training data
    warm_up_shown: int = 100  # iterations: a log that begins earlier must show the warm-up
    lr_jump: float = 2.0  # factor by which the learning rate jumps where a training is resumed
    cut_schedule: float = 0.9  # share of the configured schedule below which a training was cut
    smallest_norm_batch: int = 4  # images a GPU: the most that are too few for BatchNorm
    best_gap: float = 0.005  # AP, as a fraction: how much better than the reported epoch the best one is
    early_best: float = 0.6  # share of the schedule before which the best epoch came too early
    score_threshold: float = 0.05  # score, as a fraction, below which detections may be left out
    broken_weights: float = 0.05  # AP, as a fraction, below which missing keys have broken the model
    equal_losses: int = 20  # logged training losses that are equal in two runs
    repeat_sigma: float = 0.002  # AP, as a fraction: standard deviation over seeds where no repeats tell it
    expect: tuple[Expectation, ...] = ()  # results that some experiments should have
    ignore: tuple[IgnoreTable, ...] = ()  # findings that somebody has looked at and lets stand


def load(folder: Path) -> Settings:
    """The settings in force for `folder`.

    Raises SettingsError with the file and the key for an unknown key, a wrong type or a file that is no TOML.
    """
    for parent in (folder, *folder.parents):
        for name, table in (("fcosreport.toml", ()), ("pyproject.toml", ("tool", "fcosreport"))):
            file = parent / name
            if file.is_file():
                values = _table(file, table)
                if values is not None:
                    return _checked(values, file)
    return Settings()


def _table(file: Path, keys: tuple[str, ...]) -> dict[str, object] | None:
    import tomllib

    try:
        values: object = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}. Mend the file or remove it.") from error
    for key in keys:
        if not isinstance(values, dict) or key not in values:
            return None
        values = values[key]
    if not isinstance(values, dict):
        raise SettingsError(f"{file}: [{'.'.join(keys)}] must be a table.")
    return values


def _checked(values: dict[str, object], file: Path) -> Settings:
    defaults = Settings()
    if "expect" in values:
        defaults = replace(defaults, expect=expectations(values["expect"], file))
        values = {key: value for key, value in values.items() if key != "expect"}
    known = {field.name: getattr(defaults, field.name) for field in fields(Settings)}
    for key, value in values.items():
        if key not in known:
            raise SettingsError(f"{file}: unknown setting {key!r}. {suggestion(key, known)}")
        if key == "ignore":
            continue
        wanted = type(known[key])
        if isinstance(value, bool) or not isinstance(value, (int, float) if wanted is float else wanted):
            raise SettingsError(f"{file}: {key} must be {_KINDS[wanted]}, not {value!r}.")
    values = {**values, "ignore": _ignores(values.get("ignore", []), file)}
    return replace(defaults, **values)  # type: ignore[arg-type]  # each key and type was checked above


def _ignores(tables: object, file: Path) -> tuple[IgnoreTable, ...]:
    """The tables `[[ignore]]`, each with the line of its head."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError(f"{file}: ignore must be tables: write [[ignore]] with code and reason.")
    rows = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    lines = [number for number, row in rows if _IGNORE_HEAD.match(row)]
    at = lines if len(lines) == len(tables) else [1] * len(tables)  # written in another of TOML's ways
    return tuple(_ignore(table, file, line) for table, line in zip(tables, at, strict=True))


def _ignore(table: dict[str, object], file: Path, line: int) -> IgnoreTable:
    for key, value in table.items():
        if key not in _IGNORE_KEYS:
            raise SettingsError(f"{file}:{line}: unknown key {key!r} in ignore. {suggestion(key, _IGNORE_KEYS)}")
        if key == "until" and (isinstance(value, datetime) or not isinstance(value, date)):
            raise SettingsError(f"{file}:{line}: until must be a date without quotes, as in until = 2030-01-31.")
        if key != "until" and not (isinstance(value, str) and value):
            raise SettingsError(f"{file}:{line}: {key} must be a text, not {value!r}.")
    if "code" not in table:
        raise SettingsError(f'{file}:{line}: an ignore needs the code of a rule, as in code = "FR401".')
    return IgnoreTable(**{key: str(value) for key, value in table.items()}, file=str(file), line=line)
