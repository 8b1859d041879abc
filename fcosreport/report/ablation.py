"""The ablation table: what was changed in each experiment, and what that brought."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from fcosreport.comparing.columns import Column, cells_of
from fcosreport.comparing.comparable import apart
from fcosreport.comparing.noise import OF_ONE_RUN
from fcosreport.comparing.scores import as_fractions, score
from fcosreport.records import Experiment, Setting
from fcosreport.report.report import Report
from fcosreport.report.showing import are_numbers, places, show
from fcosreport.vocabulary.settings.telling import MATTERS

TICK = "☑"
GAIN = "Δ AP"

_MOST = 8  # options, the weightiest first
_MOST_VALUES = 2  # of an option in words that have a column of ticks each; of more, the words are told
_USUALLY_UNSAID = ("init", "norm")  # what says nothing of them has the usual: pretrained weights, FrozenBN
_NAMED = re.compile(r"(?<![a-z])base-?line(?![a-z])|基线|基線|ベースライン", re.I)
_HEADINGS = {("init", "scratch"): "from scratch"}
_MASK = "segm"


class Option(Struct, frozen=True):
    """A column of what was changed: a tick where an option is on, or values, set to the right where they are numbers.

    `cells` are those of the experiments shown; empty where nothing is told.
    """

    heading: str
    cells: tuple[str, ...]
    is_tick: bool = True
    is_numeric: bool = False


class Ablation(Struct, frozen=True):
    """The columns of the table: options, then metrics, then by how much AP is above that of the baseline.

    `gains` are fractions with the decimals that both results are printed to; None where there is no such difference.
    """

    options: tuple[Option, ...]
    metrics: tuple[Column, ...]
    gains: tuple[tuple[float, int] | None, ...]

    @property
    def headings(self) -> tuple[tuple[str, bool], ...]:
        """The heading of each column, and whether it holds numbers."""
        options = ((option.heading, option.is_numeric) for option in self.options)
        return (*options, *((column.label, True) for column in self.metrics), (GAIN, True))

    def cells(self, number: int, experiment: Experiment) -> Iterator[tuple[str, Column | None]]:
        """The text in each column of the experiment of that number among those shown, and which metric it is, if any.

        Empty for what is still owed.
        """
        yield from ((option.cells[number], None) for option in self.options)
        for column, cell in zip(self.metrics, cells_of(experiment, self.metrics), strict=True):
            yield (show(cell) if cell and cell.value is not None else ""), column
        yield _signed(self.gains[number]), None


def ablation(report: Report, shown: Sequence[Experiment]) -> Ablation:
    """The table of the experiments `shown` of a report."""
    base, task = baseline(report), report.tasks[0]
    metrics = [Column(name, task) for name in ("AP", "AP50", "AP75")]
    further = dict.fromkeys((*report.tasks[1:], *report.awaited))
    return Ablation(
        tuple(_options(report, shown, base)),
        (*metrics, *(Column("AP", other) for other in further if other != task)),
        tuple(_gain(each, base, task) if base else None for each in shown),
    )


def baseline(report: Report) -> Experiment | None:
    """What the others are held against: the only experiment that is called so, else the first finished one."""
    rated = [each for each in report.experiments if (found := each.result(report.tasks[0])) and score(found, "AP")]
    called = [each for each in rated if _NAMED.search(each.name)]
    return called[0] if len(called) == 1 else next((each for each in rated if each.state == "finished"), None)


def _options(report: Report, shown: Sequence[Experiment], base: Experiment | None) -> Iterator[Option]:
    columns = [each for each in report.differing if each.key not in OF_ONE_RUN and _is_option(each, shown)]
    for column in columns[:_MOST]:
        yield from _option(column, shown, base)
    has_mask = [_MASK in each.tasks for each in shown]
    if not all(has_mask) and (any(has_mask) or _MASK in report.awaited):
        yield Option("masks", tuple(TICK if each else "" for each in has_mask))


def _is_option(column: Column, shown: Sequence[Experiment]) -> bool:
    """Whether a setting was changed: where one has it and another says nothing, only some settings tell so much."""
    values = [each.value(column.key) for each in shown]
    told = {value for value in values if value is not None}
    if column.key in _USUALLY_UNSAID:
        return True
    is_switch = any(isinstance(value, bool) for value in told)
    return len(told) > 1 and (is_switch or column.key in MATTERS or None not in values)


def _option(column: Column, shown: Sequence[Experiment], base: Experiment | None) -> Iterator[Option]:
    """The columns of one setting: ticks for a switch, and for words other than the baseline's; else its values."""
    settings = [each.setting(column.key) for each in shown]
    values = {setting.value for setting in settings if setting}
    if any(isinstance(value, bool) for value in values):
        yield Option(column.label, tuple(TICK if each and each.value is True else "" for each in settings))
        return
    usual = base.value(column.key) if base else None
    words = {value for value in values if isinstance(value, str) and _is_word(value)}
    others = sorted(words - {usual} or words)
    if len(others) <= _MOST_VALUES and (words == values or column.key in _USUALLY_UNSAID):
        for other in others:
            yield Option(_heading(column, other), tuple(TICK if _is(each, other) else "" for each in settings))
        return
    cells = tuple(show(setting) if setting else "" for setting in settings)
    yield Option(column.label, cells, is_tick=False, is_numeric=are_numbers(settings))


def _is(setting: Setting | None, value: str) -> bool:
    return setting is not None and setting.value == value


def _is_word(value: str) -> bool:
    return len(value) <= 20 and not re.search(r"[/\\\s]", value)


def _heading(column: Column, value: str) -> str:
    """What an option is called in a paper: `from scratch`, `BN`, `2x`."""
    return _HEADINGS.get((column.key, value), value.upper() if column.key == "norm" else value)


def _gain(experiment: Experiment, base: Experiment, task: str) -> tuple[float, int] | None:
    """By how much the AP is above that of the baseline, and to how many decimals; None for what is not comparable."""
    ours, theirs = experiment.result(task), base.result(task)
    if experiment.id == base.id or not ours or not theirs or apart(ours, theirs):
        return None
    one, other = score(as_fractions(ours), "AP"), score(as_fractions(theirs), "AP")
    if not one or not other or one.value is None or other.value is None:
        return None
    decimals = min(places(one), places(other))
    return round(one.value - other.value, decimals) + 0.0, decimals  # no -0


def _signed(gain: tuple[float, int] | None) -> str:
    """A gain as it is shown: `+0.012`, `-0.215`."""
    return f"{gain[0]:+.{gain[1]}f}" if gain else ""
