"""JSON for other programs. `schemas/report-1.schema.json` says what it holds, and forbids anything else."""

import json
import math
import re
from collections.abc import Mapping

from fcosreport.records import Citation, Evaluation, Experiment, Finding, Source, Step, Where
from fcosreport.renderer import Report, renderer

SCHEMA = "fcosreport/1"
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_HALF = re.compile("[\ud800-\udfff]")  # half a character: a byte of a file name that is no UTF-8

Value = str | int | float | bool | None


@renderer("json", "JSON for other programs", "report.json")
def render(report: Report) -> str:
    """One object. Characters that nobody sees, or that steer a terminal, are escaped; nothing is lost."""
    text = json.dumps(_report(report), ensure_ascii=False, allow_nan=False, indent=2)
    text = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _HALF.sub("\ufffd", text) + "\n"


def _report(report: Report) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "version": report.version,
        "title": report.title,
        "experiments": [_experiment(each) for each in report.experiments],
        "findings": [_finding(each) for each in report.findings],
        "issues": [{"message": each.message, "where": _where(each.where)} for each in report.issues],
        "steps": [_step(each) for each in report.steps],
        "passed": list(report.passed),
        "sources": [_source(each) for each in report.sources],
    }


def _experiment(experiment: Experiment) -> dict[str, object]:
    return {
        "id": experiment.id,
        "name": experiment.name,
        "title": experiment.title,
        "group": experiment.group,
        "state": experiment.state,
        "reason": experiment.reason,
        "settings": _finite({each.name: each.value for each in experiment.settings}),
        "evaluations": [_evaluation(each) for each in experiment.evaluations],
        "citation": _citation(experiment.citation) if experiment.citation else None,
        "files": list(experiment.files),
        "where": _where(experiment.where),
    }


def _evaluation(evaluation: Evaluation) -> dict[str, object]:
    return {
        "task": evaluation.task,
        "epoch": evaluation.epoch,
        "iteration": evaluation.iteration,
        "category": evaluation.category,
        "metrics": _finite({each.name: evaluation[each.name] for each in evaluation.metrics}),
        "where": {**_where(evaluation.where), "origin": evaluation.origin},
        "also": [_where(each) for each in evaluation.also],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "experiments": list(finding.experiments),
        "where": [_where(each) for each in finding.where],
        "explanations": list(finding.explanations),
        "advice": finding.advice,
    }


def _step(step: Step) -> dict[str, object]:
    return {"text": step.text, "task": step.task, "done": step.done, "where": _where(step.where)}


def _source(source: Source) -> dict[str, object]:
    return {
        "path": source.path,
        "kind": source.kind,
        "size": source.size,
        "digest": source.digest,
        "lines": source.lines,
        "evaluations": source.evaluations,
    }


def _citation(citation: Citation) -> dict[str, object]:
    return {"text": citation.text, "found": citation.found, "where": _where(citation.where)}


def _where(where: Where) -> dict[str, object]:
    return {"path": where.path, "line": where.line}


def _finite(values: Mapping[str, Value]) -> dict[str, Value]:
    """JSON has no nan and no infinity."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
