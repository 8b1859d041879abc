"""The baseline: findings that were there when checking began, so that only new ones fail."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from fcosreport.errors import UsageError
from fcosreport.files.whole import write_whole
from fcosreport.judging.identity import Identity, identities
from fcosreport.records import Experiment, Finding

FILE = "fcosreport-baseline.json"
SCHEMA = "fcosreport-baseline/1"
REASON = "in the baseline"


def text(findings: Sequence[Finding], experiments: Iterable[Experiment]) -> str:
    """The findings that nobody ignores as JSON, sorted, so that a change is a small difference of lines."""
    known = identities([finding for finding in findings if not finding.ignored], experiments)
    entries = [
        {"code": each.code, "experiments": each.experiments, "paths": each.paths, "number": each.number}
        for each in sorted(known)
    ]
    return json.dumps({"schema": SCHEMA, "findings": entries}, indent=2) + "\n"


def write(findings: Sequence[Finding], experiments: Iterable[Experiment], file: Path) -> int:
    """Make the open findings the baseline in `file`, and count them. Raises OutputError."""
    write_whole(file, text(findings, experiments))
    return sum(not finding.ignored for finding in findings)


def load(file: Path | None) -> frozenset[Identity]:
    """The findings of the baseline in `file`; for None those of the usual file, where it is there."""
    if file is None and not Path(FILE).exists():
        return frozenset()
    return read(file or Path(FILE))


def read(file: Path) -> frozenset[Identity]:
    """The findings that a file of `text` holds. Raises UsageError where it cannot be read or holds something else."""
    remedy = "Write it anew with --write-baseline."
    try:
        content = json.loads(file.read_bytes())
        if content["schema"] != SCHEMA:
            raise UsageError(f"{file}: a baseline of another version, {content['schema']!r}. {remedy}")
        return frozenset(
            Identity(str(each["code"]), tuple(each["experiments"]), tuple(each["paths"]), int(each["number"]))
            for each in content["findings"]
        )
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}. {remedy}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f"{file}: no baseline of fcosreport. {remedy}") from error


def apply(
    findings: Sequence[Finding], experiments: Iterable[Experiment], known: frozenset[Identity]
) -> tuple[Finding, ...]:
    """The findings, with those ignored that the baseline knows."""
    open_findings = [finding for finding in findings if not finding.ignored]
    old = {
        id(finding)
        for finding, identity in zip(open_findings, identities(open_findings, experiments), strict=True)
        if identity in known
    }
    return tuple(replace(finding, ignored=REASON) if id(finding) in old else finding for finding in findings)


def gone(findings: Iterable[Finding], known: frozenset[Identity]) -> int:
    """How many findings of the baseline are not among these any more."""
    return len(known) - sum(finding.ignored == REASON for finding in findings)
