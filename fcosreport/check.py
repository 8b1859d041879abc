"""Runs the rules over the records, and finds and explains a rule by its code or name."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from fcosreport.errors import UsageError
from fcosreport.records import Experiment, Finding, Records
from fcosreport.rule import Rule, rules
from fcosreport.settings import Settings

_SEVERITIES = ("error", "warning", "info")


def check(records: Records, settings: Settings) -> tuple[Finding, ...]:
    """The findings of all rules: worst first, then by code and place, whatever the order of the experiments."""
    ordered = replace(records, experiments=tuple(sorted(records.experiments, key=lambda e: (e.where, e.id))))
    findings = (finding for rule in rules() for finding in rule.run(ordered, settings))
    return tuple(sorted(findings, key=lambda f: (_SEVERITIES.index(f.severity), f.code, f.where[:1], f.message)))


def suspects(experiments: Sequence[Experiment], findings: Iterable[Finding]) -> tuple[Experiment, ...]:
    """The experiments, with those `suspect` that are finished and that an error-level finding names."""
    named = {each for finding in findings if finding.severity == "error" for each in finding.experiments}
    return tuple(
        replace(experiment, state="suspect")
        if experiment.state == "finished" and experiment.id in named
        else experiment
        for experiment in experiments
    )


def passed(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The names of the rules that found nothing."""
    codes = {finding.code for finding in findings}
    return tuple(rule.name for rule in rules() if rule.code not in codes)


def find(name_or_code: str) -> Rule:
    """The rule of that code or name, in upper or lower case. Raises UsageError with the nearest one if unknown."""
    wanted = name_or_code.strip().lower().replace("_", "-")
    known = {key: rule for rule in rules() for key in (rule.name, rule.code.lower())}
    if wanted in known:
        return known[wanted]
    near = get_close_matches(wanted, known, n=1, cutoff=0.4)
    hint = f"Did you mean {known[near[0]].code} {known[near[0]].name}?" if near else "`fcosreport rules` lists all."
    raise UsageError(f"there is no rule {name_or_code!r}. {hint}")


def explain(rule: Rule) -> str:
    """What a rule looks for, why, and what to do: code, name, severity and docstring."""
    return f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.text}"
