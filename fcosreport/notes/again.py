"""What a row of a table tells again of an experiment that stands in the note: by its number, its name or its numbers.

A note may have thousands of tables, so the experiments are found by what they are called, and not asked one by one.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from fcosreport.notes.headings import is_phase, is_summary
from fcosreport.notes.parts import place_of
from fcosreport.notes.rows import agrees, differs, tells_apart, text_of
from fcosreport.notes.subjects import BASELINE, is_of_class
from fcosreport.records import Experiment, Metric, TableRow
from fcosreport.vocabulary.run_names import canonical

_ORDINAL = re.compile(
    r"(?:(?P<word>exp(?:eriment|t)?|run|trial|实验|実験|실험)[\s._#-]*)?(?P<number>\d+(?:\.\d+)*)(?=[\s:：.)、（(]|$)",
    re.I,
)
_SIGNED = re.compile(r"(?i)\W{0,3}(?P<sign>(?:experiment|trial|[a-z]{1,4})[-_# ]{0,2}\d{1,5})(?![\w.])")
"""How an author numbers his experiments: `E3`, `MT-004`, `Run 7`."""
_BEST = re.compile(r"(?i)\s?[(（](?:the )?(?:best|final|recommended|最佳|最优|推荐|最终)[^()（）\d]{0,20}[)）]$")
"""A remark behind a name that does not tell it from the one without: `tiny (best model)`."""
_NEAR = 300
"""Experiments before a row of which one may have its numbers."""
_OF_LINES = ("words", "metric-lines")
"""The forms of results that stand a number a line, as people quote them."""
_QUOTED = (*_OF_LINES, "table")
"""The same of results that an author wrote; what a program printed was measured each time."""
_EXACT = 8
"""Digits that the numbers of two runs have not in common by chance."""


@dataclass(slots=True)
class Told:
    """The experiments that a note has told so far, in their order, and where those of a name or a number stand."""

    experiments: Sequence[Experiment] = ()
    _named: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _numbered: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _of_text: list[int] = field(default_factory=list)  # that are no rows of tables
    _by_line: list[int] = field(default_factory=list)  # without the rows that were added since

    def take(self, experiments: Sequence[Experiment], *, is_shifted: bool = False) -> None:
        """Note what is told now: more than before, or others in other places where it `is_shifted`."""
        if is_shifted:
            self._named.clear()
            self._numbered.clear()
            self._of_text.clear()
        known = 0 if is_shifted else len(self.experiments)
        if not known:
            self._by_line = sorted(range(len(experiments)), key=lambda at: experiments[at].where.line)
        for at, each in enumerate(experiments[known:], known):
            called = _BEST.sub("", each.name)
            for name in {*map(canonical, (each.name, each.title, _sign(each.name), called))} - {""}:
                self._named[name].append(at)
            self._numbered[_ordinal(each.title)].append(at)
            if not is_row(each):
                self._of_text.append(at)
        self.experiments = experiments

    def first_behind(self, line: int) -> int | None:
        """Which one stands first behind a line of a table that was not taken yet, as no row of the others does."""
        found = bisect_right(self._by_line, line, key=lambda at: self.experiments[at].where.line)
        return self._by_line[found] if found < len(self._by_line) else None

    def summed_by(self, row: TableRow, name: str) -> int | None:
        """Which one a row sums up: the one with its number in the heading (`EXP-4`, `1.1 lower lr`), or its name.

        A plain 4 may count anything.
        """
        ordinal, called = _ordinal(row.label), canonical(name)
        for at in self._numbered.get(ordinal, ()) if ordinal else ():
            if not self.experiments[at].group.startswith(row.table):
                return at
        named = self._named.get(called, ()) if called else ()
        return next((at for at in named if _is_called(self.experiments[at], row)), None)

    def repeats(self, row: TableRow) -> bool:
        """Whether a row tells again the numbers of an experiment that stands in the note.

        Rows of two tables with other names may have the same number by chance, but not three, nor one of many digits,
        and but for a baseline, which many tables show, and for what is summed up. Sentences on a row do not take its
        place.
        """
        measured = [metric for result in row.results for metric in result.metrics if metric.value]
        is_exact = sum(len(metric.text.strip("0.").replace(".", "")) for metric in measured) >= _EXACT
        is_again = len(measured) > 2 or is_exact or is_summary(row.title) or BASELINE.search(text_of(row))
        near: Iterable[int] = range(max(0, len(self.experiments) - _NEAR), len(self.experiments))
        asked = (self.experiments[at] for at in {*self._of_text[-_NEAR:], *(near if is_again else ())})
        told = (each for each in asked if each.evaluations and not _is_said(each))
        return any((is_again or not is_row(each)) and _repeats(row, each) for each in told)


def _is_called(experiment: Experiment, row: TableRow) -> bool:
    """Whether an experiment that has the name of a row has results, and is the same run.

    Rows of two tables may be called alike and be two runs, as on other data: then their settings or numbers differ. A
    table of one class has other numbers of the same runs.
    """
    if not experiment.evaluations or (row.label.isdecimal() and row.settings and is_row(experiment)):
        return False  # a plain 4 counts the rows of a table that tells their settings
    is_other = differs(row, experiment) or (_disagrees(row, experiment) and not is_of_class(row.title))
    is_common = BASELINE.search(row.label) is not None and not is_summary(row.title)  # each study has one
    return not ((is_row(experiment) or is_common) and is_other)


def _ordinal(text: str) -> str:
    found = _ORDINAL.match(text)
    return found["number"] if found and (found["word"] or "." in found["number"]) else ""


def _sign(name: str) -> str:
    """The number that a name begins with (`Exp 1` of `Exp 1 YOLOv8m`), by which later rows may call it."""
    found = _ORDINAL.match(name)
    return found.group() if found and found["word"] else ""


def _disagrees(row: TableRow, experiment: Experiment) -> bool:
    """Whether a row and an experiment have metrics in common, and most of these are not the same number."""
    pairs = [
        (mine, theirs)
        for result in row.results
        for each in experiment.evaluations
        if (result.task, result.split, result.data_set) == (each.task, each.split, each.data_set)
        for mine in result.metrics
        if (theirs := each.metric(mine.name))
    ]
    return sum(mine.agrees(theirs) for mine, theirs in pairs) < len(pairs) / 2


def is_row(experiment: Experiment) -> bool:
    """Whether a row of a table tells it."""
    return any(each.form == "table" for each in experiment.evaluations)


def _repeats(row: TableRow, experiment: Experiment) -> bool:
    """Whether a row prints an experiment's numbers again, rounded or not, and says nothing else of its settings."""
    return bool(row.results) and not differs(row, experiment) and all(
        any(agrees(result, each) for each in experiment.evaluations if each.task == result.task)
        for result in row.results
    )  # fmt: skip


def told_once(experiments: Sequence[Experiment]) -> Iterator[Experiment]:
    """The experiments without those of sentences that only quote numbers of another, which a table or a program tells.

    A sentence beside settings of its own tells of a run, and so does a list of three numbers and more. What bears the
    sign of an experiment above it (`E3`) and says its numbers again is that.
    """
    experiments = list(_without_twins(experiments))
    said = list(map(_is_said, experiments))
    if not any(said):
        yield from experiments
        return
    known: dict[tuple[str, str], set[int]] = defaultdict(set)
    numbers = [[_rounded(metric) for metric in _metrics(each)] for each in experiments]
    signs = [found["sign"].lower() if (found := _SIGNED.match(each.name)) else "" for each in experiments]
    for at, told in enumerate(numbers):
        for number in told if len(told) > 2 or signs[at] or not said[at] else ():
            known[number].add(at)
    for at, each in enumerate(experiments):
        places = [known.get(number, set()) for number in numbers[at]] if said[at] else []
        others = set.intersection(*places) if places else set[int]()
        if not any(
            len(numbers[other]) > len(numbers[at])
            or not said[other]
            or (signs[at] and signs[at] == signs[other] and experiments[other].where.line < each.where.line)
            for other in others
        ):
            yield each


def _without_twins(experiments: Iterable[Experiment]) -> Iterator[Experiment]:
    """The experiments without those that have the name of one above them, no other setting and no number that is not
    its own: one run, told twice; and with one of those that are called by what is around their headings, which only
    name parts of its results. What a program printed is never left out.
    """
    known: dict[str, list[tuple[Experiment, set[tuple[str, str]]]]] = defaultdict(list)
    made: list[Experiment] = []
    whole: dict[str, int] = {}
    for each in experiments:
        if not each.evaluations:
            made.append(each)
            continue
        numbers = set(map(_rounded, _metrics(each)))
        is_quoted = len(numbers) > 2 and not each.citation and all(e.form in _QUOTED for e in each.evaluations)
        if is_quoted and any(numbers <= n and _agree(each, one) for one, n in known[each.name]):
            continue
        at = whole.get(each.name)
        if at is not None and _is_part(each, made[at]):
            made[at] = _with_part(made[at], each)
            continue
        known[each.name].append((each, numbers))
        whole.setdefault(each.name, len(made))
        made.append(each)
    yield from made


def _is_part(part: Experiment, of: Experiment) -> bool:
    """Whether an experiment tells another part of the results of one above it that has its name."""
    if part.citation or is_row(part) or is_row(of) or not (part.evaluations and of.evaluations):
        return False
    is_named = part.title != of.title and all(is_phase(each.title) or each.title in of.name for each in (part, of))
    return is_named and _agree(part, of) and not _collides(part, of)


def _collides(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments have another number in the same place."""
    return any(
        mine.value is not None and (theirs := known.metric(mine.name)) and not mine.agrees(theirs)
        for each in other.evaluations
        for known in one.evaluations
        if place_of(each) == place_of(known)
        for mine in each.metrics
    )


def _with_part(one: Experiment, part: Experiment) -> Experiment:
    """An experiment with the results and settings that another place tells of it."""
    places = {place_of(each) for each in one.evaluations}
    more = [each for each in part.evaluations if place_of(each) not in places]
    names = {each.name for each in one.settings}
    settings = [each for each in part.settings if each.name not in names]
    return replace(one, evaluations=(*one.evaluations, *more), settings=(*one.settings, *settings)) if more else one


def _agree(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments declare no setting differently."""
    return all(other.value(setting.name) in (None, setting.value) for setting in one.settings)


def _metrics(experiment: Experiment) -> Iterator[Metric]:
    return (metric for each in experiment.evaluations for metric in each.metrics if metric.value is not None)


def _rounded(metric: Metric) -> tuple[str, str]:
    return (metric.name, f"{metric.value:.3f}")


def _is_said(experiment: Experiment) -> bool:
    """Whether nothing but sentences tell of an experiment, in numbers that tell it from others."""
    if not experiment.evaluations or experiment.citation:
        return False
    has_own = any(setting.where.line >= experiment.where.line for setting in experiment.settings)
    in_words = all(each.form in _OF_LINES and all(map(tells_apart, each.metrics)) for each in experiment.evaluations)
    return in_words and not has_own
