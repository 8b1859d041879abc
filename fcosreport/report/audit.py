"""The audit of a zoo: how much of its tables could be compared, and what contradicts itself or its links, by folder."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct

from fcosreport.records import Finding
from fcosreport.report.report import SEVERITIES, Report
from fcosreport.translation import Language

MOST = 40
"""Findings of a part that are shown; the JSON report holds them all."""
CONTRADICTIONS, LINKS = "Contradictions", "Links"
_OF_LINKS = frozenset(("index-name-twice", "label-contradicts-links", "one-weights-many-numbers"))


class Part(Struct, frozen=True):
    """A part of an audit: its title, in English, and its findings by the folder of the models, worst first."""

    title: str
    folders: tuple[tuple[str, tuple[Finding, ...]], ...]

    @property
    def count(self) -> int:
        return sum(len(findings) for _, findings in self.folders)

    def first(self, most: int) -> "tuple[tuple[str, tuple[Finding, ...]], ...]":
        """The folders with at most so many findings."""
        shown = []
        for folder, findings in self.folders:
            if most > 0:
                shown.append((folder, findings[:most]))
            most -= len(findings)
        return tuple(shown)


class Audit(Struct, frozen=True):
    """What a zoo's tables say: `coverage`, how much of them could be compared or why nothing could, and the parts."""

    coverage: str
    parts: tuple[Part, ...]


def audit(report: Report) -> Audit | None:
    """The audit of the open findings; None for a report of runs."""
    if not report.is_zoo:
        return None
    said = dict((*report.not_run, *report.compared))
    links = [each for each in report.open_findings if each.name in _OF_LINKS]
    others = [each for each in report.open_findings if each.name not in _OF_LINKS]
    parts = (Part(CONTRADICTIONS, _by_folder(others)), Part(LINKS, _by_folder(links)))
    return Audit(said.get("table-against-block", ""), tuple(part for part in parts if part.folders))


def _by_folder(findings: Sequence[Finding]) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[os.path.dirname(finding.where[0].path) if finding.where else ""].append(finding)
    return tuple((folder, tuple(each)) for folder, each in sorted(found.items()))


def lines(found: Audit, _: Language) -> Iterator[tuple[int, str]]:
    """The audit line by line, each with its depth: 0 for coverage and titles, 1 for a folder, 2 and 3 for a finding."""
    if found.coverage:
        yield 0, f"{found.coverage}."
    for part in found.parts:
        yield 0, f"{_(part.title)}: {part.count:,}"
        for folder, findings in part.first(MOST):
            yield 1, folder
            for each in findings:
                yield 2, f"{SEVERITIES[each.severity][0]} {each.code} {each.message} {places(each, folder)}"
                yield from ((3, explanation) for explanation in each.explanations)
        if part.count > MOST:
            more = _("… and {more} more", more=_.plural(part.count - MOST, "finding"))
            yield 1, f"{more}: fcosreport render --json"


def places(finding: Finding, folder: str) -> str:
    """Where a finding points, as seen from the folder: `README.md:23, metafile.yml:40`."""
    return ", ".join(f"{_from(where.path, folder)}:{where.line}" for where in finding.where)


def _from(path: str, folder: str) -> str:
    return path[len(folder) + 1 :] if folder and path.startswith(f"{folder}{os.sep}") else path
