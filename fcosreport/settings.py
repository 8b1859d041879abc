"""Settings from `fcosreport.toml` or `[tool.fcosreport]` in `pyproject.toml`, of this folder or one above it.

Whoever wrote the file is perhaps not the one who runs fcosreport: what it asks for stays in its project, and each value
is held against what it may be.
"""

import os
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import inf
from pathlib import Path
from typing import Annotated, get_args, get_type_hints

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import replace

from fcosreport.errors import SettingsError
from fcosreport.files.allowed import checkout
from fcosreport.files.paths import is_under
from fcosreport.files.toml import TomlFile, shown
from fcosreport.records import Severity
from fcosreport.translation import codes
from fcosreport.wording import suggestion

_DIGITS = r"[0-9]{1,3}(?:\.[0-9]{1,16})?|\.[0-9]{1,16}"
_VALUE = re.compile(rf"\s*({_DIGITS})\s*%?(?:\s*(?:±|\+/?-|\\pm)\s*({_DIGITS}))?\s*(%?)\s*")
_BOUND = re.compile(rf"\s*(>=|≥|<=|≤)\s*((?:{_DIGITS})\s*%?)\s*")
_NOT_WORSE = re.compile(rf"(?i)\s*not worse than\s+(\S.*?)(?:\s+by more than\s+({_DIGITS})(?:\s*points?)?)?\s*")
_METRIC = re.compile(r"A[PR][0-9a-z]*")
_QUANTITY = (
    "above 0 and at most 1 or 100 %, such as 0.387, 38.7 ± 0.2, >= 0.35 or <= 0.4, "
    "or as in: not worse than NAME by more than 0.2 points"
)
_EXAMPLE = 'expect = [{ experiment = "baseline*", AP = "0.387 ± 0.002" }]'

Fraction = Annotated[float, Meta(ge=0, le=1)]
Factor = Annotated[float, Meta(ge=1, le=1000)]


class Expectation(Struct, frozen=True):
    """What the result of some experiments should be: `metric` from `low` to `high`, as fractions.

    With a `base` these are differences to the result of the experiment that it names. `experiment` and `base` match
    names and ids as in file names (`*` matches any), `text` is what was written, `file` and `line` are where.
    """

    experiment: str
    metric: str
    low: float
    high: float
    text: str
    base: str = ""
    task: str = "bbox"
    file: str = ""
    line: int = 1


class IgnoreTable(Struct, frozen=True):
    """A table `[[ignore]]`: findings of the rule `code` on experiments that `experiment` (a file-name pattern) matches.

    `until` is the last day, ISO, on which it holds; empty for ever. `line` of `file` is where it stands.
    """

    code: str
    experiment: str = "*"
    reason: str = ""
    until: str = ""
    file: str = ""
    line: int = 1


class Selector(Struct, frozen=True):
    """Rules that a text names: one by its code or name, a family by the first characters of its codes, or ALL.

    `place` says where it is written, `severity` what their findings weigh where that is chosen.
    """

    rules: str
    place: str
    severity: Severity | None = None


class Settings(Struct, frozen=True):
    """What a user may choose. Types tell the range, comments the meaning and the unit."""

    store: str = "reports/fcosreport.sqlite"  # in the project
    lang: str = "en"  # language of reports, by its code
    reference_lr: Annotated[float, Meta(gt=0, le=1000)] = 0.01  # base learning rate of the reference schedule; FCOS ...
    reference_batch_size: Annotated[int, Meta(ge=1, le=1_000_000)] = 16  # ... at this many images an iteration
    lr_scale_tolerance: Factor = 2.0  # between lr and batch size, both against the reference
    same_difference: Fraction = 0.002  # AP: largest difference of a near duplicate
    leak_gap: Fraction = 0.01  # AP50 - AP below which AP is flat over IoU
    leak_floor: Fraction = 0.5  # AP from which flatness is judged: ground truth that leaked finds almost everything
    too_good: Fraction = 0.95  # AP above which validation looks like training data
    warm_up_shown: Annotated[int, Meta(ge=0, le=10**9)] = 100  # iterations: a log that begins earlier shows the warm-up
    lr_jump: Factor = 2.0  # by which the learning rate jumps where a training is resumed
    cut_schedule: Fraction = 0.9  # share of the configured schedule below which a training was cut
    smallest_norm_batch: Annotated[int, Meta(ge=0, le=1_000_000)] = 4  # images a GPU that are too few for BatchNorm
    best_gap: Fraction = 0.005  # AP: how much better than the reported epoch the best one is
    early_best: Fraction = 0.6  # share of the schedule before which the best epoch came too early
    score_threshold: Fraction = 0.05  # score below which detections may be left out
    broken_weights: Fraction = 0.05  # AP below which missing keys have broken the model
    equal_losses: Annotated[int, Meta(ge=2, le=32)] = 20  # logged training losses equal in two runs; 32 are kept
    repeat_sigma: Annotated[float, Meta(gt=0, le=1)] = 0.002  # AP: deviation over seeds where no repeats tell it
    expect: tuple[Expectation, ...] = ()  # results that some experiments should have
    select: tuple[Selector, ...] = ()  # rules that run; all where there is none
    ignore: tuple[IgnoreTable | Selector, ...] = ()  # findings that somebody lets stand; rules that do not run
    severity: tuple[Selector, ...] = ()  # what findings weigh, other than their rules say


def load(folder: Path) -> Settings:
    """The settings in force for `folder`.

    Raises SettingsError with the file, the line where it is known, the key, and what is allowed there.
    """
    for parent in (folder, *folder.parents):
        for name, table in (("fcosreport.toml", ()), ("pyproject.toml", ("tool", "fcosreport"))):
            path = parent / name
            if os.path.isfile(path):
                file = TomlFile(path, table)
                values = file.values()
                if values is not None:
                    return _checked(values, file)
    return Settings()


def store_of(settings: Settings, folder: Path) -> Path:
    """Where the settings put the store of a command that runs in `folder`.

    Raises SettingsError where a link leads it out of the project.
    """
    project = checkout(folder) or os.path.realpath(folder)
    if not is_under(os.path.realpath(folder / settings.store), (project,)):
        raise SettingsError(f"key 'store': {settings.store} is a link out of {project}. Choose a place with --store.")
    return Path(settings.store)


def quantity(text: str) -> tuple[float, float]:
    """Value and tolerance of `0.387 ± 0.002`, `0.387 +- 0.002` or `38.7 ± 0.2` (percent), as fractions.

    A plain number is right to its last digit. Above 1, or with a percent sign, it is a percentage. Raises ValueError
    that says what is allowed.
    """
    found = _VALUE.fullmatch(text)
    if not found:
        raise ValueError(_QUANTITY)
    value = Decimal(found[1])
    exponent = value.as_tuple().exponent
    half_unit = Decimal(5).scaleb(int(exponent) - 1)
    tolerance = Decimal(found[2]) if found[2] else half_unit
    scale = 100 if value > 1 or "%" in text else 1
    if not 0 < value <= scale or tolerance > scale:
        raise ValueError(_QUANTITY)
    return float(value / scale), float(tolerance / scale)


def bounds(text: str) -> tuple[float, float, str]:
    """The lowest and the highest value that a text allows, as fractions, and the base that they are differences to.

    A `quantity`, `>= 0.35`, `<= 40 %`, or `not worse than NAME by more than 0.2`, in points, 0 where it is not said.
    Raises ValueError that says what is allowed.
    """
    if found := _NOT_WORSE.fullmatch(text):
        return -float(Decimal(found[2] or 0) / 100), inf, found[1]
    if found := _BOUND.fullmatch(text):
        value, _ = quantity(found[2])
        return (value, inf, "") if found[1] in (">=", "≥") else (-inf, value, "")
    value, tolerance = quantity(text)
    return value - tolerance, value + tolerance, ""


def _checked(values: Mapping[str, object], file: TomlFile) -> Settings:
    known = get_type_hints(Settings, include_extras=True)
    checked: dict[str, object] = {}
    many = {"expect": _expected, "select": _selectors, "ignore": _ignores, "severity": _severities}
    for key, value in values.items():
        if key not in known:
            raise file.slip(key, f"unknown. {suggestion(key, known)}")
        if key in many:
            checked[key] = tuple(many[key](value, key, file))
        elif key == "store":
            if not isinstance(value, str) or not _is_inside(value):
                raise file.must_be(key, "the path of a file below the current folder", value)
            checked[key] = value
        elif key == "lang":
            if value not in codes():
                raise file.must_be(key, f"the code of a language ({', '.join(codes())})", value)
            checked[key] = value
        else:
            checked[key] = _number(value, known[key], key, file)
    return replace(Settings(), **checked)  # each key and type was checked above


def _is_inside(path: str) -> bool:
    """Whether it is a path below the folder that it starts from, as far as it can be read from its words."""
    first = os.path.normpath(path).split(os.sep)[0]
    return path.isprintable() and not os.path.isabs(path) and first not in ("", ".", "..")


def _number(value: object, hint: object, key: str, file: TomlFile) -> object:
    """The value, if the type with its range that is the `hint` allows it."""
    try:
        return convert(value, hint)
    except ValidationError as error:
        kind, bounds = get_args(hint)
        words = "a number" if kind is float else "a whole number"
        span = f"from {bounds.ge} to" if bounds.gt is None else f"above {bounds.gt} and at most"
        raise file.must_be(key, f"{words} {span} {bounds.le:,}", value) from error


def _tables(given: object, key: str, file: TomlFile) -> Iterable[tuple[dict[str, object], str, int]]:
    """The tables of a list, each with its name and the line of its head, or that of the list."""
    example = f"[[{key}]]" if key == "ignore" else _EXAMPLE
    if not isinstance(given, list):
        raise file.must_be(key, f"a list of tables, as in {example}", given)
    heads = file.heads(key)
    at = heads if len(heads) == len(given) else [file.line(key) or 1] * len(given)
    for number, (table, line) in enumerate(zip(given, at, strict=True), 1):
        name = f"{key}[{number}]"
        if not isinstance(table, dict):
            raise file.must_be(name, f"a table, as in {example}", table, line)
        yield table, name, line


def _expected(given: object, key: str, file: TomlFile) -> Iterable[Expectation]:
    return (each for table in _tables(given, key, file) for each in _expectations(*table, file))


def _expectations(entry: Mapping[str, object], name: str, line: int, file: TomlFile) -> Iterable[Expectation]:
    experiment, task = entry.get("experiment", ""), entry.get("task", "bbox")
    for key, value in (("experiment", experiment), ("task", task)):
        if not isinstance(value, str) or not value:
            raise file.must_be(f"{name}.{key}", f"a text that is not empty, as in {_EXAMPLE}", value, line)
    values = {key: value for key, value in entry.items() if key not in ("experiment", "task")}
    if not values:
        raise file.slip(name, f"has no metric. Give one, as in {_EXAMPLE}", line)
    lines = enumerate(file.text.splitlines(), 1)
    line = next((at for at, text in lines if str(experiment) in text and text[:1] != "#"), line)
    for key, value in values.items():
        if not _METRIC.fullmatch(key):
            raise file.slip(f"{name}.{key}", "unknown. Known: experiment, task and metrics as AP, AP50, AR100.", line)
        try:
            text = value if isinstance(value, str) else shown(value)
            low, high, base = bounds(text)
            yield Expectation(str(experiment), key, low, high, text, base, str(task), str(file), line)
        except ValueError as error:
            raise file.must_be(f"{name}.{key}", str(error), value, line) from error


def _selectors(given: object, key: str, file: TomlFile) -> Iterable[Selector]:
    """The rules that a list of texts names."""
    for text in given if isinstance(given, list) else [given]:
        if not isinstance(text, str) or not text:
            raise file.must_be(key, f'a list of codes, families or names, as in {key} = ["FR4", "FR511"]', text)
        yield Selector(text, _place(key, file))


def _severities(given: object, key: str, file: TomlFile) -> Iterable[Selector]:
    """What the findings of rules weigh: a table of codes, families or names."""
    if not isinstance(given, dict):
        raise file.must_be(key, 'a table, as in severity = { FR4 = "warning" }', given)
    for text, word in given.items():
        severity = next((each for each in get_args(Severity) if each == word), None)
        if not severity:
            raise file.must_be(f"{key}.{text}", f"one of {', '.join(get_args(Severity))}", word, file.line(key))
        yield Selector(text, _place(key, file), severity)


def _place(key: str, file: TomlFile) -> str:
    return f"{file}:{file.line(key) or 1}: key '{key}'"


_IGNORE_KEYS = ("code", "experiment", "reason", "until")


def _ignores(given: object, key: str, file: TomlFile) -> Iterable[IgnoreTable | Selector]:
    """What a list ignores: rules by texts, findings by tables."""
    texts = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    yield from _selectors(texts, key, file)
    tables = [each for each in given if each not in texts] if isinstance(given, list) else given
    yield from (_ignore(*table, file) for table in _tables(tables, key, file))


def _ignore(table: Mapping[str, object], name: str, line: int, file: TomlFile) -> IgnoreTable:
    for key, value in table.items():
        if key not in _IGNORE_KEYS:
            raise file.slip(f"{name}.{key}", f"unknown. {suggestion(key, _IGNORE_KEYS)}", line)
        if key == "until" and (isinstance(value, datetime) or not isinstance(value, date)):
            raise file.must_be(f"{name}.{key}", "a date without quotes, as in until = 2030-01-31", value, line)
        if key != "until" and not (isinstance(value, str) and value):
            raise file.must_be(f"{name}.{key}", "a text that is not empty", value, line)
    if "code" not in table:
        raise file.slip(f"{name}.code", 'missing. Give the code of a rule, as in code = "FR401".', line)
    return IgnoreTable(**{key: str(value) for key, value in table.items()}, file=str(file), line=line)
