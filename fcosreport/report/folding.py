"""Findings as a reader takes them in: where one rule speaks often, all that it says is one line that opens."""

from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct

from fcosreport.records import WORST_FIRST, Finding, Severity
from fcosreport.report.report import Report
from fcosreport.translation import Language

OFTEN = 3
"""Findings of one rule and severity, from which on they are one line."""


class Fold(Struct, frozen=True):
    """One finding, or all of one rule and severity where these are many."""

    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        return self.findings[0].severity

    @property
    def experiments(self) -> tuple[str, ...]:
        """The ids of the experiments that are named, each once."""
        return tuple(dict.fromkeys(name for each in self.findings for name in each.experiments))


def folds(report: Report, often: int = OFTEN) -> tuple[Fold, ...]:
    """The open findings, worst first, then those that name the most experiments.

    Those of one rule and severity are together where there are `often` of them.
    """
    made: list[Fold] = []
    for _, group in groupby(report.open_findings, key=lambda each: (each.severity, each.code)):
        found = tuple(group)
        made += [Fold(found)] if len(found) >= often else [Fold((each,)) for each in found]
    return tuple(sorted(made, key=lambda fold: (WORST_FIRST.index(fold.severity), -len(fold.experiments))))


def fold_told(fold: Fold, _: Language) -> str:
    """The message of a finding; of several, the rule and whom it names: `cut-schedule in 14 experiments`."""
    if len(fold.findings) == 1:
        return fold.findings[0].message
    named = len(fold.experiments)
    count = _.plural(named, "experiment") if named else _.plural(len(fold.findings), "place")
    return _("{rule} in {count}", rule=fold.findings[0].name, count=count)


def by_experiment(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The findings that name each experiment, by its id."""
    naming: dict[str, list[Finding]] = {}
    for finding in findings:
        for name in finding.experiments:
            naming.setdefault(name, []).append(finding)
    return naming
