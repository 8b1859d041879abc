"""Living with findings: which of them somebody lets stand, and which of these ignores are of no use."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase

from msgspec.structs import replace

from fcosreport.judging.choosing import covers
from fcosreport.judging.rule import rules
from fcosreport.records import Experiment, Finding, Ignore, Records, Where
from fcosreport.settings import IgnoreTable, Selector, Settings


def apply(
    findings: Iterable[Finding],
    experiments: Iterable[Experiment],
    ignores: Iterable[Ignore],
    today: str,
    *,
    whole: bool = True,
) -> tuple[Finding, ...]:
    """The findings, `ignored` with the reason where an ignore holds, and a finding for each ignore that is of no use.

    `today` is an ISO date; it may be empty where no ignore has a last day. An ignore without a reason, or after its
    last day, holds for nothing. Where this is not the `whole` store, an ignore of the settings may be of use to the
    rest of it.
    """
    asked = tuple(ignores)
    reasoned = [each for each in asked if each.reason.strip()]
    holding = [each for each in reasoned if not _is_over(each, today)]
    known = {experiment.id: experiment for experiment in experiments}
    used: set[Ignore] = set()
    made = []
    for finding in findings:
        holds = [each for each in holding if _is_about(each, finding, known)]
        used.update(holds)
        made.append(replace(finding, ignored=_told(holds[0])) if holds else finding)
    made.extend(_findings_of("ignore-without-reason", [each for each in asked if each not in reasoned]))
    made.extend(_findings_of("expired-ignore", [each for each in reasoned if _is_over(each, today)]))
    made.extend(_findings_of("unused-ignore", [each for each in holding if each not in used and (whole or each.first)]))
    return tuple(made)


def of_settings(settings: Settings) -> tuple[Ignore, ...]:
    """The ignores that stand in the settings; they hold in every file."""
    return tuple(
        Ignore(each.code, each.reason, Where(each.file, each.line), each.experiment, each.until)
        for each in settings.ignore
        if isinstance(each, IgnoreTable)
    )


def selectors(settings: Settings) -> Iterator[Selector]:
    """The rules that the ignores of the settings name, each with the place where it stands."""
    for each in settings.ignore:
        yield Selector(each.code, f"{each.file}:{each.line}") if isinstance(each, IgnoreTable) else each


def today(ignores: Iterable[Ignore]) -> str:
    """Today as an ISO date; empty, and the calendar is not asked, where no ignore has a last day."""
    return date.today().isoformat() if any(each.until for each in ignores) else ""


def last_day(ignores: Iterable[Ignore], today: str) -> str:
    """The last day (ISO) on which the same ignores hold as today; empty for ever."""
    return min((each.until for each in ignores if each.until and not _is_over(each, today)), default="")


def _told(ignore: Ignore) -> str:
    """The reason, and until when it holds, as then the calendar was asked."""
    return f"{ignore.reason} (until {ignore.until})" if ignore.until else ignore.reason


def _is_over(ignore: Ignore, today: str) -> bool:
    return bool(ignore.until) and ignore.until < today


def _is_about(ignore: Ignore, finding: Finding, known: dict[str, Experiment]) -> bool:
    if covers(ignore.code, finding.code, finding.name) is None:
        return False
    named = [known[each] for each in finding.experiments if each in known]
    if ignore.pattern != "*" and not any(_matches(ignore.pattern, each) for each in named):
        return False
    if not ignore.first:
        return True
    places = (*finding.where, *(place for each in named for place in _places(each)))
    return any(place.path == ignore.where.path and ignore.first <= place.line <= ignore.last for place in places)


def _matches(pattern: str, experiment: Experiment) -> bool:
    return fnmatchcase(experiment.name, pattern) or fnmatchcase(experiment.id, pattern)


def _places(experiment: Experiment) -> Iterator[Where]:
    """Where a note speaks of an experiment."""
    yield experiment.where
    if experiment.citation:
        yield experiment.citation.where
    yield from (evaluation.where for evaluation in experiment.evaluations if evaluation.origin == "note")


def _findings_of(name: str, ignores: Sequence[Ignore]) -> Iterator[Finding]:
    """The findings of the rule of that name; the rules on ignores are shown only those that they are about."""
    rule = next(rule for rule in rules() if rule.name == name)
    results = rule.run(Records(ignores=tuple(ignores)), Settings())
    return (result for result in results if isinstance(result, Finding))
