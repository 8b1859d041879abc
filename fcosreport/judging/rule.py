"""What a rule is: a pure function of records that yields faults, in one file under `rules/`.

The docstring is the rule's documentation: a title, `Why:` with a public reference, `Do:` with what to do about it.
The cases in the decorator are its tests: plain data, at least as many that stay quiet as that fire.
"""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from fcosreport.errors import UsageError
from fcosreport.records import Confidence, Evaluation, Experiment, Finding, Records, Setting, Severity, Where
from fcosreport.registry import load
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when
from fcosreport.wording import plain, suggestion

Case = Sequence[Mapping[str, object]]
"""Experiments as plain data, one mapping each; `records_of` says what the keys mean."""

Judged = TypeVar("Judged")
"""What a rule judges: all records, or what it needs of them."""
Needs = tuple[str, Callable[[Records], Judged | None]]
"""Why a rule does not run, where the function selects nothing of the records; else what it selects is judged."""
_ALL: Needs[Records] = ("there is no experiment", lambda records: records if records.experiments else None)
EVALUATED: Needs[Records] = (
    "no experiment has a result",
    lambda records: records if any(experiment.evaluations for experiment in records.experiments) else None,
)
"""For `needs`: all records, where one experiment has a result."""


Shares = Callable[[Experiment], Iterable[str]]
"""What an experiment may have in common with others for a rule to speak of them together."""


def nothing(experiment: Experiment) -> tuple[str, ...]:
    """For `shares`: to the rule no experiment matters for another."""
    return ()


class Fault(Struct, frozen=True):
    """What a rule yields; with the rule's code and name it becomes a Finding.

    `severity` and `confidence` override the rule's own.
    """

    message: str
    experiments: tuple[Experiment, ...] = ()
    where: tuple[Where, ...] = ()
    explanations: tuple[str, ...] = ()
    advice: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None


class NotRun(Struct, frozen=True):
    """What a rule yields where the records lack what it needs: then it has neither passed nor found anything."""

    reason: str


class Compared(Struct, frozen=True):
    """What a rule yields beside its faults to say how much it could judge, as `481 of 570 entries compared`."""

    text: str


class Rule(Struct, frozen=True):
    """A registered rule. `name` says what is wrong; `title` and `section` come from the docstring.

    Experiments in which one of the rules `after` has found something are not shown to this one: their fault is told.
    `cases_with` are the settings under which the cases hold. `find` judges what `needs` selects. `is_settled`: it asks
    whose some numbers are, which predictions settle. `shares` as in `rule`; None where all experiments are shown.
    """

    code: str
    name: str
    severity: Severity
    find: Callable[[Any, Settings], Iterable[Fault | NotRun | Compared]]
    fires: tuple[Case, ...]
    quiet: tuple[Case, ...]
    text: str
    confidence: Confidence = "certain"
    after: tuple[str, ...] = ()
    cases_with: Settings = field(default_factory=Settings)
    needs: Needs[Any] = _ALL
    is_settled: bool = False
    shares: Shares | None = None

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].rstrip(".")

    def section(self, head: str) -> str:
        """The paragraph of the docstring that starts with `head:`, on one line."""
        for paragraph in self.text.split("\n\n"):
            if paragraph.startswith(f"{head}:"):
                return " ".join(paragraph[len(head) + 1 :].split())
        return ""

    def run(self, records: Records, settings: Settings) -> Iterator[Finding | NotRun | Compared]:
        """The findings of this rule, in the order the rule yields them, and how much it compared; or why it did not."""
        reason, select = self.needs
        selected = select(records)
        for fault in self.find(selected, settings) if selected else (NotRun(reason),):
            if isinstance(fault, NotRun | Compared):
                yield fault
                continue
            yield Finding(
                code=self.code,
                name=self.name,
                severity=fault.severity or self.severity,
                message=fault.message,
                experiments=tuple(experiment.id for experiment in fault.experiments),
                where=fault.where,
                explanations=fault.explanations,
                advice=fault.advice or self.section("Do"),
                confidence=fault.confidence or self.confidence,
            )


_RULES: dict[str, Rule] = {}


def rule(
    code: str,
    severity: Severity,
    *,
    fires: Sequence[Case],
    quiet: Sequence[Case],
    confidence: Confidence = "certain",
    after: Sequence[str] = (),
    cases_with: Settings | None = None,
    needs: Needs[Judged] = _ALL,  # type: ignore[assignment]  # then all records are judged
    is_settled: bool = False,
    shares: Shares | None = None,
) -> Callable[[Callable[[Judged, Settings], Iterable[Fault | NotRun | Compared]]], Rule]:
    """Register the decorated function as the rule `code`; its name, with dashes, is the function's.

    `needs`: a sentence, without its full stop, and a function that selects of the records what the rule can judge,
    which it gets in their place. Where that is nothing, the rule does not run, as the sentence says. `is_settled`: a
    run whose own predictions give its numbers is not suspect for it, where those of another run give others. `shares`
    gives texts: of an experiment that has none of them in common with another, the rule says what it says of it alone,
    and is not shown it where that is nothing. `nothing` where all it says is of one experiment each.
    """

    def register(find: Callable[[Judged, Settings], Iterable[Fault | NotRun | Compared]]) -> Rule:
        text, name = inspect.getdoc(find) or "", find.__name__.replace("_", "-")
        cases = tuple(fires), tuple(quiet)
        under = cases_with or Settings()
        made = Rule(
            code, name, severity, find, *cases, text, confidence, tuple(after), under, needs, is_settled, shares
        )
        if code in _RULES:
            raise ValueError(f"{code} is the code of both {_RULES[code].name} and {made.name}")
        _RULES[code] = made
        return made

    return register


Declaring = list[tuple[Experiment, tuple[Setting, ...]]]
"""Experiments, each with those of its settings that a rule is about."""


def declaring(*names: str) -> Callable[[Records], Declaring]:
    """For `needs`: the experiments that have a result and tell all these settings, each with the settings."""

    def select(records: Records) -> Declaring:
        evaluated = ((e, tuple(filter(None, map(e.setting, names)))) for e in records.experiments if e.evaluations)
        return [(experiment, found) for experiment, found in evaluated if len(found) == len(names)]

    return select


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by code. Raises FcosreportError for one of another package that cannot be loaded."""
    load("fcosreport.rules", "rule", _RULES)
    return tuple(rule for _, rule in sorted(_RULES.items()))


def fold(
    experiments: Iterable[Experiment],
    find: Callable[[Evaluation], str | None],
    *,
    classes: bool = False,
    tables: bool = False,
    severity: Severity | None = None,
) -> Iterator[Fault]:
    """One fault for each experiment with evaluations in which `find` sees something, told by the first of them.

    `find` returns what it sees as the second half of a sentence. `classes`: look at evaluations of one class, too.
    `tables`: what it sees has one cause in all rows of a table, so that one fault tells of them.
    """
    rows: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for experiment in experiments:
        looked_at = [e for e in experiment.evaluations if classes or e.category is None]
        seen = [(evaluation, text) for evaluation in looked_at if (text := find(evaluation))]
        if seen:
            first, text = seen[0]
            more = f", and in {len(seen) - 1} more of {len(looked_at)} evaluations" if len(seen) > 1 else ""
            fault = Fault(
                f"{called(experiment)}: {first.task} {text}{when(first)}{more}.",
                (experiment,),
                tuple(evaluation.where for evaluation, _ in seen),
                severity=severity,
            )
            if tables and experiment.group and first.form == "table":
                rows[experiment.group, first.task].append(fault)
            else:
                yield fault
    yield from map(of_rows, rows.values())


def of_rows(faults: Sequence[Fault]) -> Fault:
    """One fault for the rows of a table, of which each would tell the same; the first one's words tell of all."""
    first, *others = faults
    if not others:
        return first
    count = f"{len(others)} more row{'s' * (len(others) > 1)}"
    return replace(
        first,
        message=f"{first.message.removesuffix('.')}, as in {count} of its table.",
        experiments=tuple(experiment for fault in faults for experiment in fault.experiments),
        where=tuple(where for fault in faults for where in fault.where),
    )


def find(name_or_code: str) -> Rule:
    """The rule of that code or name, in upper or lower case. Raises UsageError with the nearest one if unknown."""
    wanted = name_or_code.strip().lower().replace("_", "-")
    known = {key: rule for rule in rules() for key in (rule.name, rule.code.lower())}
    if wanted in known:
        return known[wanted]
    shown = {key: f"{rule.code} {rule.name}" for key, rule in known.items()}
    hint = f"{suggestion(wanted, known, 5, shown=shown)} `fcosreport rules` lists all."
    raise UsageError(f"there is no rule {plain(name_or_code, 80)!r}. {hint}")
