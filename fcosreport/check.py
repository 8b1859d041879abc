"""Runs the rules over the records, and finds and explains a rule by its code or name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fcosreport import ignoring
from fcosreport.errors import SettingsError, UsageError, nearest
from fcosreport.records import Experiment, Finding, Ignore, Records
from fcosreport.rule import NotRun, Rule, rules
from fcosreport.settings import Settings

_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say: findings, worst first; names of those that found nothing, and of those that did not run."""

    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    not_run: tuple[tuple[str, str], ...]


def check(records: Records, settings: Settings, today: str = "") -> Checked:
    """Run all rules. Findings are sorted by severity, code and place, whatever the order of the experiments.

    What notes and settings ignore is marked; `today` is an ISO date, for ignores that expire. Raises SettingsError for
    a code in the settings that no rule has.
    """
    ignores = (*_ignored_in(settings), *records.ignores)
    experiments = tuple(sorted(records.experiments, key=lambda e: (e.where, e.id)))
    ordered = replace(records, experiments=experiments, ignores=())
    found: dict[str, list[Finding]] = {}
    not_run: list[tuple[str, str]] = []
    for rule in rules():
        told = {each for code in rule.after for finding in found.get(code, ()) for each in finding.experiments}
        shown = replace(ordered, experiments=tuple(e for e in ordered.experiments if e.id not in told))
        results = list(rule.run(shown if told else ordered, settings))
        found[rule.code] = [result for result in results if isinstance(result, Finding)]
        reasons = [result.reason for result in results if isinstance(result, NotRun)]
        if reasons and not found[rule.code]:
            not_run.append((rule.name, reasons[0]))
    everything = sorted((each for findings in found.values() for each in findings), key=_weight)
    findings = ignoring.apply(everything, experiments, ignores, today or date.today().isoformat())
    named = {*(finding.name for finding in findings), *(name for name, _ in not_run)}
    return Checked(
        tuple(sorted(findings, key=_weight)),
        tuple(rule.name for rule in rules() if rule.name not in named),
        tuple(not_run),
    )


def _ignored_in(settings: Settings) -> tuple[Ignore, ...]:
    ignores = ignoring.of_settings(settings)
    for ignore in ignores:
        try:
            find(ignore.code)
        except UsageError as error:
            raise SettingsError(f"{ignore.where.path}:{ignore.where.line}: {error}") from error
    return ignores


def _weight(finding: Finding) -> tuple[object, ...]:
    return _SEVERITIES.index(finding.severity), finding.code, finding.where[:1], finding.message


def suspects(experiments: Sequence[Experiment], findings: Iterable[Finding]) -> tuple[Experiment, ...]:
    """The experiments, with those `suspect` that are finished and that an error names which nobody ignores."""
    errors = [finding for finding in findings if finding.severity == "error" and not finding.ignored]
    named = {each for finding in errors for each in finding.experiments}
    return tuple(
        replace(experiment, state="suspect")
        if experiment.state == "finished" and experiment.id in named
        else experiment
        for experiment in experiments
    )


def is_failing(findings: Iterable[Finding], least: str) -> bool:
    """Whether one of the findings counts and is of the severity `least` or worse; never for another word."""
    failing = _SEVERITIES[: _SEVERITIES.index(least) + 1] if least in _SEVERITIES else ()
    return any(finding.severity in failing and not finding.ignored for finding in findings)


def find(name_or_code: str) -> Rule:
    """The rule of that code or name, in upper or lower case. Raises UsageError with the nearest one if unknown."""
    wanted = name_or_code.strip().lower().replace("_", "-")
    known = {key: rule for rule in rules() for key in (rule.name, rule.code.lower())}
    if wanted in known:
        return known[wanted]
    near = known.get(nearest(wanted, known))
    hint = f"Did you mean {near.code} {near.name}?" if near else "`fcosreport rules` lists all."
    raise UsageError(f"there is no rule {name_or_code!r}. {hint}")


def explain(rule: Rule) -> str:
    """What a rule looks for, why, and what to do: code, name, severity and docstring."""
    return f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.text}"
