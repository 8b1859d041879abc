"""Runs the rules over the records, and finds and explains a rule by its code or name."""

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.errors import FcosreportError, UsageError
from fcosreport.judging import choosing, ignores
from fcosreport.judging.rule import Compared, NotRun, Rule, rules
from fcosreport.judging.verdicts import Verdicts
from fcosreport.records import WORST_FIRST, Experiment, Finding, Issue, Records, Remade
from fcosreport.registry import FAULTS, fault
from fcosreport.settings import Settings


class Checked(Struct, frozen=True):
    """What the rules say: findings, worst first; names of those that found nothing, and of those that did not run.

    `compared` says of rules how much they could judge. `faults` tell of rules that raised; these count as not run, and
    what they had found before is kept.
    """

    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    not_run: tuple[tuple[str, str], ...]
    faults: tuple[Issue, ...] = ()
    compared: tuple[tuple[str, str], ...] = ()


def check(records: Records, settings: Settings, today: str = "", verdicts: Verdicts | None = None) -> Checked:
    """Run all rules. Findings are sorted by severity, code and place, whatever the order of the experiments.

    What notes and settings ignore is marked; `today` is an ISO date, for ignores that expire; where one can, and it is
    empty, the calendar is asked. With `verdicts` on all experiments, which the store keeps of many, rules are not shown
    those of which they say nothing. Raises SettingsError for a code in the settings that no rule has.
    """
    choosing.known((*settings.select, *settings.severity, *ignores.selectors(settings)))
    ignored = (*ignores.of_settings(settings), *records.ignores)
    asked = tuple(each for each in ignored if not choosing.is_left_out(each.code, settings))
    experiments = tuple(sorted(records.experiments, key=lambda e: (e.where, e.id)))
    ordered = replace(records, experiments=experiments, ignores=())
    results, faults = _results(ordered, settings, verdicts)
    found = [each for results_of in results.values() for each in results_of if isinstance(each, Finding)]
    judged = ignores.apply(
        sorted(found, key=_weight), experiments, asked, today or ignores.today(asked), whole=records.whole
    )
    findings = tuple(choosing.chosen(judged, settings))
    reasons = {code: next((e.reason for e in each if isinstance(e, NotRun)), "") for code, each in results.items()}
    with_findings = {finding.code for finding in found}
    not_run = [(r.name, reasons[r.code]) for r in rules() if reasons[r.code] and r.code not in with_findings]
    named = {*(finding.name for finding in findings), *(name for name, _ in not_run)}
    return Checked(
        tuple(sorted(findings, key=_weight)),
        tuple(rule.name for rule in rules() if rule.name not in named),
        tuple(not_run),
        tuple(faults),
        tuple((rule.name, c.text) for rule in rules() for c in results[rule.code] if isinstance(c, Compared)),
    )


def _results(
    records: Records, settings: Settings, verdicts: Verdicts | None
) -> tuple[dict[str, list[Finding | NotRun | Compared]], list[Issue]]:
    """What each rule yields, by its code, and the faults of rules."""
    results: dict[str, list[Finding | NotRun | Compared]] = {}
    faults: list[Issue] = []
    for rule in in_order(rules()):
        before = (each for code in rule.after for each in results.get(code, ()) if isinstance(each, Finding))
        told = {experiment for finding in before for experiment in finding.experiments}
        untold = tuple(e for e in records.experiments if e.id not in told) if told else records.experiments
        found: list[Finding | NotRun | Compared] = []
        results[rule.code] = found
        if not choosing.is_selected(rule.code, rule.name, settings):
            found.append(NotRun(choosing.LEFT_OUT))
            continue
        try:
            if verdicts and rule.shares:
                shown = rule.run(replace(records, experiments=verdicts.shown(rule, untold)), settings)
                has_run = verdicts.has_run(rule, untold)
                found.extend(each for each in shown if not (has_run and isinstance(each, NotRun)))
            else:
                found.extend(rule.run(replace(records, experiments=untold), settings))
        except FcosreportError:
            raise
        except FAULTS as error:  # a rule's fault, whatever it is
            faults.append(fault(f"rule {rule.name}", error))
            found.append(NotRun("a fault of the rule ended it; the issues tell more"))
    return results, faults


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The rules by code, but each later than those of `rules` that it is `after`. Raises UsageError for a circle."""
    known = {rule.code: rule for rule in rules}
    graph = TopologicalSorter({code: known.keys() & rule.after for code, rule in known.items()})
    try:
        graph.prepare()
    except CycleError as error:
        raise UsageError(f"rules wait for each other: {' -> '.join(error.args[1])}. Mend their `after`.") from error
    ready: list[str] = []
    ordered: list[Rule] = []
    while graph:
        ready = sorted((*ready, *graph.get_ready()))
        ordered.append(known[ready.pop(0)])
        graph.done(ordered[-1].code)
    return ordered


def _weight(finding: Finding) -> tuple[object, ...]:
    return WORST_FIRST.index(finding.severity), finding.code, finding.where[:1], finding.message


def suspects(
    experiments: Sequence[Experiment], findings: Iterable[Finding], remade: Sequence[Remade] = ()
) -> tuple[Experiment, ...]:
    """The experiments; `suspect` are those finished or stopped that an error names which nobody ignores.

    Where the error asks whose some numbers are, no doubt is left of those whose own predictions give them, if those of
    another give others.
    """
    errors = [finding for finding in findings if finding.severity == "error" and not finding.ignored]
    settled = {rule.code for rule in rules() if rule.is_settled}
    wrong = {each.experiment for each in remade if each.differing}
    proven = {each.experiment for each in remade if each.agrees} - wrong
    named = {
        name
        for finding in errors
        for name in finding.experiments
        if not (finding.code in settled and name in proven and not wrong.isdisjoint(finding.experiments))
    }
    return tuple(
        replace(experiment, state="suspect")
        if experiment.state in ("finished", "stopped") and experiment.id in named
        else experiment
        for experiment in experiments
    )


def is_failing(findings: Iterable[Finding], least: str) -> bool:
    """Whether one of the findings counts and is of the severity `least` or worse; never for another word."""
    failing = {severity for severity in WORST_FIRST if least in WORST_FIRST[WORST_FIRST.index(severity) :]}
    return any(finding.severity in failing and not finding.ignored for finding in findings)
