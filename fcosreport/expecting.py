"""Results that are expected, as the settings declare them: `{ experiment = "baseline*", AP = "0.387 ± 0.002" }`."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from fcosreport.errors import SettingsError

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
