"""Hashes of predictions and checkpoints, computed only for the runs that a duplicate names: they tell what happened.

No time stamp is asked: a copy or a clone has others than the files had where they were written.
"""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from fcosreport.files.allowed import checkout
from fcosreport.files.paths import is_under, latest_first
from fcosreport.judging.rule import rules
from fcosreport.records import WORST_FIRST, Experiment, Finding, Records, Setting, Where
from fcosreport.settings import Settings

DUPLICATES = "FR401"
FOREMOST = 3
"""Files of a kind that are looked at in a folder: the final ones by their names, else those of the highest number."""
LARGEST = 2 << 30
"""Bytes of a file above which it is not hashed."""
RUNS = 20
"""Runs of all duplicates together that are looked at."""

_SMALLEST = 3  # bytes: what is empty, or holds an empty list, is equal everywhere
_KINDS = {
    "predictions_sha256": (
        *("results/*.json", "*predictions*.json", "*predictions*.pth", "*results*.pkl", "*.bbox.json"),
        *("inference/*.json", "inference/*.pth", "inference/*/bbox.json", "inference/*/*.pkl", "inference/*/*.pth"),
    ),
    "checkpoint_sha256": ("model_final.*", "checkpoint.*", "latest.pth", "*.pth", "*.pt"),
}


def explained(records: Records, findings: Sequence[Finding], settings: Settings) -> tuple[Finding, ...]:
    """The findings, each duplicate with what the files in the folders of its runs speak for and against its causes.

    Without a duplicate no file is touched. Where a file is the same, the duplicate becomes an error; findings stay
    sorted by severity.
    """
    named = dict.fromkeys(e for f in findings if f.code == DUPLICATES and not f.ignored for e in f.experiments)
    if not named:
        return tuple(findings)
    known = folders(records.experiments)
    looked_at = {each: Path(known[each]) for each in list(named)[:RUNS] if each in known}
    inside = tuple({checkout(folder) or os.path.realpath(folder) for folder in looked_at.values()})
    experiments = tuple(
        replace(e, settings=(*e.settings, *_hashes(looked_at[e.id], inside))) if e.id in looked_at else e
        for e in records.experiments
        if e.id in named
    )
    (rule,) = (rule for rule in rules() if rule.code == DUPLICATES)
    again = rule.run(replace(records, experiments=experiments), settings)
    better = {f.experiments: f for f in again if isinstance(f, Finding)}
    told = (_with_causes(f, better.get(f.experiments)) if f.code == DUPLICATES else f for f in findings)
    return tuple(sorted(told, key=lambda finding: WORST_FIRST.index(finding.severity)))


def _with_causes(finding: Finding, better: Finding | None) -> Finding:
    if better is None or finding.ignored:
        return finding
    return replace(finding, explanations=better.explanations, severity=better.severity)


def folders(experiments: Sequence[Experiment]) -> dict[str, str]:
    """The folder of each experiment that has one of its own; in a shared folder, nothing tells whose a file is."""
    known = {e.id: folder for e in experiments if (folder := _folder(e))}
    counts = Counter(known.values())
    return {name: folder for name, folder in known.items() if counts[folder] == 1}


def _folder(experiment: Experiment) -> str | None:
    run = experiment.citation.found if experiment.citation and experiment.citation.found else experiment.id
    logs = {e.where.path for e in experiment.evaluations if e.origin == "log"}
    if any(is_under(log, (run,)) for log in logs):
        return run
    return os.path.dirname(min(logs)) if logs else None


def _hashes(folder: Path, inside: Sequence[str]) -> Iterator[Setting]:
    for name, patterns in _KINDS.items():
        for path, size in _foremost(folder, patterns, inside):
            digest = sha256(path) if size <= LARGEST else ""
            if digest:
                yield Setting(name, digest, digest, Where(str(path), 1))


def _foremost(folder: Path, patterns: Sequence[str], inside: Sequence[str]) -> list[tuple[Path, int]]:
    """The foremost files and their sizes in bytes; none to which a link leads that is not `inside` those of the runs.

    The patterns are in the order in which their files are final.
    """
    found: dict[Path, int] = {}
    try:
        for path in (path for pattern in patterns for path in sorted(folder.glob(pattern), key=latest_first)):
            about = path.stat()
            is_file = stat.S_ISREG(about.st_mode) and about.st_size >= _SMALLEST
            if is_file and is_under(os.path.realpath(path), inside):
                found[path] = about.st_size
    except (OSError, ValueError):  # gone or unreadable meanwhile; what was found so far still tells something
        pass
    return list(islice(found.items(), FOREMOST))


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hex, read in pieces; empty where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    except (OSError, ValueError):
        return ""
    return digest.hexdigest()
