"""What a reader is told first: one sentence on what can be trusted, and above it when it ran and what was read."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from fcosreport.records import Finding, Severity
from fcosreport.report.folding import fold_told, folds
from fcosreport.report.report import Report
from fcosreport.report.showing import coverage_told
from fcosreport.wording import plain

_REASONS = 2  # that are told; of more errors the rest is counted
_LONGEST = 160  # characters of a reason
_HALF = 11  # characters that are kept of a long name, at its beginning and at its end
_ASIDE = re.compile(r"\s*[(（][^()（）]*[)）]$")  # what stands in brackets at the end of a sentence


class Verdict(Struct, frozen=True):
    """The sentence, in parts: what is `said` of the results, then `reasons`, each with the finding that it is about.

    `worst` is the severity of the worst open finding; None where there is none.
    """

    said: str
    reasons: tuple[tuple[str, Finding], ...] = ()
    more: str = ""
    worst: Severity | None = None

    def __str__(self) -> str:
        reasons = "; ".join(filter(None, (*(text for text, _ in self.reasons), self.more)))
        return f"{self.said}: {reasons}." if reasons else f"{self.said}."


def verdict(report: Report) -> Verdict:
    """What can be trusted of a report that is in the language of its reader."""
    _ = report.view.language
    worst = next((severity for severity, _count in report.severities), None)
    errors = [fold for fold in folds(report) if fold.severity == "error"]
    names = {each.id: each.name for each in report.experiments}
    reasons = tuple(
        (
            fitting(brief(fold_told(fold, _)), [names.get(name, name) for name in fold.experiments], _LONGEST),
            fold.findings[0],
        )
        for fold in errors[:_REASONS]
    )
    rest = sum(len(fold.findings) for fold in errors[_REASONS:])
    more = _("and {errors}", errors=_.plural(rest, "more error")) if rest else ""
    return Verdict(_said(report), reasons, more, worst)


def _said(report: Report) -> str:
    _ = report.view.language
    count = sum(bool(each.tasks) for each in report.experiments)
    results = _.plural(count, "result") if count else _.plural(len(report.published), "published row")
    doubtful = sum(each.state == "suspect" and bool(each.tasks) for each in report.experiments)
    counts = dict(report.severities)
    if report.is_blank and not any(source.state == "read" for source in report.sources):
        return _("Nothing was read that can be judged")
    if doubtful:
        return _("{n} of {results} cannot be trusted", n=f"{doubtful:,}", results=results)
    if errors := counts.get("error"):
        return _("{errors} found", errors=_.plural(errors, "error"))
    if not count and any(each.evaluations for each in report.experiments):
        return _("Results of single classes only, which fcosreport show lists")
    if not count and (report.experiments or not report.published):
        return _("No result yet")
    if warnings := counts.get("warning"):
        told = _.plural(warnings, "warning")
        return _("No error in {results}, and {warnings} to look at", results=results, warnings=told)
    return _("Nothing odd was found in {results}", results=results)


def brief(message: str) -> str:
    """A message without its asides: up to `, which`, without what stands in brackets behind it, without a full stop."""
    return _ASIDE.sub("", message.rstrip(".。")).partition(", which ")[0]


def fitting(message: str, names: Iterable[str], most: int) -> str:
    """A message in `most` characters, harmless to look at: long `names` are cut in the middle before its end is cut."""
    for name in sorted(names, key=len, reverse=True):
        if len(message) > most and len(name) > 3 * _HALF:
            message = message.replace(name, f"{name[:_HALF]}…{name[-_HALF:]}")
    return plain(message, most)


def extent(report: Report) -> Iterator[str]:
    """When the experiments ran, how many there are, or published rows, and how many files were understood.

    Where not all were, `coverage_told` says that.
    """
    _ = report.view.language
    days = sorted({day for each in report.experiments for day in _days(each.began, each.ended, each.value("date"))})
    if days:
        yield days[0] if len(days) == 1 else _("{first} to {last}", first=days[0], last=days[-1])
    if report.published and not report.experiments:
        yield _.plural(len(report.published), "published row")
    else:
        yield _.plural(len(report.experiments), "experiment")
    if report.sources and not coverage_told(report.sources):
        files = _.plural(len(report.sources), "file")
        yield _("{n} of {files} understood", n=f"{len(report.sources):,}", files=files)


def _days(*times: object) -> Iterator[str]:
    for time in times:
        try:
            yield date.fromisoformat(str(time)[:10]).isoformat()
        except ValueError:
            continue
