"""`python -m benchmarks quality`: faults, planted in copies of real runs and known from public ones, and what is found.

Prints for each kind of planted fault how many were found, for each rule how often it was right, and the false alarms in
clean runs; then the same of real faults, and of what only looks like one. Nothing is kept.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks import real_quality
from benchmarks.checking import Tree, checked
from benchmarks.clean_runs import TRUE_ALARMS, Run, clean_runs
from benchmarks.faults import FAULTS, Fault
from fcosreport.records import Finding
from fcosreport.report.report import Report

CORPUS = Path(__file__).parents[1] / "../shared/corpus"
PLANTS = 5
"""Copies with a fault of one kind for each seed."""
TRIES = 60
"""Choices of a run for one copy: many a run has not what a fault is planted in."""


@dataclass
class Score:
    """What was found of the faults of one kind. One that does not show in what was read is missed like any other."""

    planted: int = 0
    found: int = 0
    misses: list[str] = field(default_factory=list)


@dataclass
class Result:
    """Scores by kind of fault, and for each rule its findings that were right and that were wrong."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> None:
    """Plant, check, and print the tables; then those of the real faults."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks quality", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help=f"each plants {PLANTS} copies a kind (default: 10)")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder with manifest.jsonl and anomalies.json")
    parser.add_argument("--only-real", action="store_true", help="plant nothing: check the real faults alone")
    given = parser.parse_args(arguments)
    if not given.only_real:
        if not (given.corpus / "manifest.jsonl").is_file():
            parser.exit(2, f"{given.corpus}: there is no manifest.jsonl. Name the folder with --corpus.\n")
        runs = clean_runs(given.corpus)
        result = measured(runs, given.seeds)
        print("\n".join([*_recall(result), "", *_precision(result), "", *false_alarms(runs), ""]))
    real = [real_quality.judged(case) for case in real_quality.real_cases()]
    print("\n".join([*real_quality.tables(real), "", *real_quality.open_ends(real)]))


def measured(runs: Sequence[Run], seeds: int) -> Result:
    """Plant every kind of fault `seeds` times PLANTS, and check each copy."""
    result = Result()
    for fault in FAULTS:
        print(f"{fault.name} ...", file=sys.stderr, flush=True)
        for seed in range(seeds):
            random = Random(f"{fault.name} {seed}")
            for _ in range(PLANTS):
                _plant(fault, random, runs, result)
    return result


def _plant(fault: Fault, random: Random, runs: Sequence[Run], result: Result) -> None:
    for _ in range(TRIES):
        pair = fault.make(random, runs)
        before = checked(pair[0]) if pair else None
        if pair and before and _is_fit(pair[0], before) and not _names(before) & set(fault.finds):
            _judge(fault, pair, before, result)
            return


def _is_fit(tree: Tree, report: Report) -> bool:
    """Whether a fault can be planted: a note must be joined with its log, which must hold one training then."""
    return bool(report.experiments) and ("note.md" not in tree or len(tree) == 1 or _is_joined(report))


def _judge(fault: Fault, pair: tuple[Tree, Tree], before: Report, result: Result) -> None:
    score, after = result.scores[fault.name], checked(pair[1])
    fired, known = _names(after), _names(before)
    score.planted += 1
    if fired & set(fault.finds):
        score.found += 1
    else:
        score.misses.append(next(iter(pair[1])))
    for finding in {f.name: f for f in after.findings}.values():
        if finding.name in {*fault.finds, *fault.also}:
            result.right[finding.name] += 1
        elif finding.name not in known and finding.severity != "info":
            result.wrong[finding.name] += 1
            result.examples.setdefault(finding.name, f"{fault.name}: {finding.message[:160]}")


def _names(report: Report) -> set[str]:
    return {finding.name for finding in report.findings}


def _is_joined(report: Report) -> bool:
    return any(len({e.origin for e in experiment.evaluations}) > 1 for experiment in report.experiments)


def _recall(result: Result) -> Iterable[str]:
    yield "| planted fault | copies | found | recall |\n|---|---:|---:|---:|"
    for name, score in result.scores.items():
        share = f"{100 * score.found / score.planted:.1f} %" if score.planted else "-"
        yield f"| {name} | {score.planted} | {score.found} | {share} |"
    absent = [fault.name for fault in FAULTS if fault.name not in result.scores]
    yield from (f"| {name} | 0 | | no run to plant it in |" for name in absent)
    yield ""
    yield from (
        f"Missed: {name}: {missed} ({number} x)"
        for name, score in result.scores.items()
        for missed, number in Counter(score.misses).most_common(3)
    )


def _precision(result: Result) -> Iterable[str]:
    yield "| rule | right | wrong | precision |\n|---|---:|---:|---:|"
    for name in sorted({*result.right, *result.wrong}):
        right, wrong = result.right[name], result.wrong[name]
        yield f"| {name} | {right} | {wrong} | {100 * right / (right + wrong):.1f} % |"
    yield ""
    yield from (f"Wrong: {name}: {text}" for name, text in sorted(result.examples.items()))


def false_alarms(runs: Sequence[Run]) -> Iterable[str]:
    """Findings in the clean runs together: all, and those that are left when the reviewed ones are taken off.

    Zeros and -1 that stand in the very lines that a finding points at need no review.
    """
    tree = {run.place: run.text for run in runs}
    report = checked(tree)
    told = [f for f in report.findings if f.name in ("zero-result", "no-ground-truth") and _stands_there(f, tree)]
    left = [f for f in report.findings if f not in told and f.severity != "info"]
    false = [f for f in left if not _reviewed(f)]
    experiments = len(report.experiments)
    yield f"{len(runs)} clean files, {experiments} experiments; {len(told)} findings of zero or -1 that stand there."
    yield "| other findings in clean runs | number | per 100 experiments | not true, as reviewed | per 100 |"
    yield "|---|---:|---:|---:|---:|"
    for severity in ("error", "warning"):
        numbers = [sum(finding.severity == severity for finding in each) for each in (left, false)]
        told_numbers = " | ".join(f"{number} | {100 * number / max(1, experiments):.1f}" for number in numbers)
        yield f"| {severity}s | {told_numbers} |"
    yield ""
    for number, finding in enumerate(left, 1):
        yield f"{number}. {finding.severity} {finding.name}: {finding.message[:200]}"
        yield from (f"   True: {reason}" for reason in _reviewed(finding))


def _reviewed(finding: Finding) -> list[str]:
    """Why a finding is true, for each of its files; empty where one of them was not reviewed."""
    found = [
        {reason for name, place, reason in TRUE_ALARMS if name == finding.name and place in where.path}
        for where in finding.where
    ]
    return sorted(set().union(*found)) if found and all(found) else []


def _stands_there(finding: Finding, tree: Tree) -> bool:
    """Whether each place of a finding prints zero or -1 for AP, as a look at its lines tells."""
    for where in finding.where:
        place = next((place for place in tree if where.path.endswith(f"/{place}")), "")
        lines = re.split(r"\r\n|\r|\n", tree.get(place, ""))[where.line - 1 : where.line + 8]
        if not re.search(r"(?<![\d.])(0(\.0+)?|-1(\.0+)?|-100(\.0+)?)(?![\d.])", "\n".join(lines)):
            return False
    return True


if __name__ == "__main__":
    main()
