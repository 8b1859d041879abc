"""The real part of `python -m benchmarks quality`: known public faults and look-alikes, and what is said of each.

`benchmarks/real_faults/` holds them, a file a family. An entry names its source, says what is wrong there (or why it
only looks wrong) and holds the fact as small files of our own, written after what the source says and not after what is
found. Where a source tells fewer numbers than a form has, the others are ours.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checking import Tree, checked
from benchmarks.clean_runs import METRICS, block_text
from fcosreport.records import Finding

FOLDER = Path(__file__).parent / "real_faults"
_BLOCK = re.compile(r"^\{(bbox|segm|keypoints):((?: -?\d\.\d+)+)\}$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """A fault or a look-alike. `finds`: rules of which one should fire; `also`: those that are true beside it.

    A look-alike has nothing to find. A fault that has nothing to find is one that no rule speaks of yet: it is missed.
    `source` is a thread, the commit that mended it, or `commit:path` and a path where it stands. `in_git`: the files
    are a whole git checkout.
    """

    family: str
    kind: str
    name: str
    source: str
    says: str
    files: Tree
    finds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    in_git: bool = False

    @property
    def is_fault(self) -> bool:
        return self.kind == "fault"


@dataclass(frozen=True)
class Judged:
    """A case with the findings that were made in it, one a rule."""

    case: Case
    findings: tuple[Finding, ...]

    @property
    def is_missed(self) -> bool:
        """Whether it is a fault of which nothing is said."""
        return self.case.is_fault and not {finding.code for finding in self.findings} & set(self.case.finds)

    @property
    def false(self) -> tuple[Finding, ...]:
        """The errors and warnings that are not true of it; a remark that weighs nothing is none."""
        true = {*self.case.finds, *self.case.also}
        return tuple(f for f in self.findings if f.code not in true and f.severity != "info")


def real_cases(folder: Path = FOLDER) -> list[Case]:
    """All entries, in the order of their files. Raises TypeError for one that lacks a part or has one too many."""
    return [case for file in sorted(folder.glob("*.toml")) for case in _of_family(file)]


def _of_family(file: Path) -> Iterator[Case]:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    for kind in ("fault", "look_alike"):
        for entry in table.pop(kind, []):
            for rules in ("finds", "also"):
                entry[rules] = tuple(entry.get(rules, ()))
            entry["files"] = {name: _BLOCK.sub(_block, text) for name, text in entry["files"].items()}
            yield Case(file.stem.replace("_", " "), kind, **entry)
    if table:
        raise TypeError(f"{file.name}: neither fault nor look_alike: {', '.join(table)}")


def _block(match: re.Match[str]) -> str:
    """`{bbox: AP AP50 ... ARl}` stands for what pycocotools prints of these numbers: twelve lines, or the first."""
    given = match[2].split()
    rows = block_text(dict.fromkeys(METRICS, "") | dict(zip(METRICS, given, strict=False))).splitlines()
    return "\n".join(rows[: len(given) + 1]).replace("*bbox*", f"*{match[1]}*")


def judged(case: Case) -> Judged:
    """Check the files of a case."""
    findings = checked(case.files, "utf-8", in_git=case.in_git).findings
    return Judged(case, tuple({finding.code: finding for finding in reversed(findings)}.values()))


def tables(results: Sequence[Judged]) -> Iterator[str]:
    """What was found by family, and what is true of it, as lines of Markdown."""
    yield "| real faults | faults | found | recall | look-alikes | silent |\n|---|---:|---:|---:|---:|---:|"
    for family in dict.fromkeys(result.case.family for result in results):
        yield _row(family, [result for result in results if result.case.family == family])
    yield _row("all", results)
    yield "\n| real faults and look-alikes | true | false | precision |\n|---|---:|---:|---:|"
    for severity in ("error", "warning"):
        false = sum(f.severity == severity for result in results for f in result.false)
        true = sum(f.severity == severity for result in results for f in result.findings) - false
        yield f"| {severity}s | {true} | {false} | {_share(true, true + false)} |"


def _row(name: str, results: Iterable[Judged]) -> str:
    faults = [result for result in results if result.case.is_fault]
    alike = [result for result in results if not result.case.is_fault]
    found = sum(not result.is_missed for result in faults)
    silent = sum(not result.false for result in alike)
    return f"| {name} | {len(faults)} | {found} | {_share(found, len(faults))} | {len(alike)} | {silent} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def open_ends(results: Iterable[Judged]) -> Iterator[str]:
    """Each fault that was missed and each finding that is false, a line each."""
    for result in results:
        case = result.case
        if result.is_missed:
            asked = ", ".join(case.finds) or "no rule"
            yield f"Missed: {case.family}: {case.name}: {case.says} ({asked}; {case.source})"
        for finding in result.false:
            yield f"False: {case.family}: {case.name}: {finding.code} {finding.name}: {finding.message[:160]}"
