"""JSON for other programs. `schemas/report-1.schema.json` says what it holds, and forbids anything else."""

import json
import math
import re
from collections.abc import Mapping

from fcosreport.records import Citation, Curve, Evaluation, Event, Experiment, Finding, Setting, Source, Step, Where
from fcosreport.report.report import Report, renderer

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
        "not_run": [{"name": name, "reason": reason} for name, reason in report.not_run],
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
        "declared": [_setting(each) for each in experiment.settings],
        "evaluations": [_evaluation(each) for each in experiment.evaluations],
        "results": {task: _places(experiment, task) for task in experiment.tasks},
        "curves": [_curve(each) for each in experiment.curves],
        "events": [_event(each) for each in experiment.events],
        "began": experiment.began,
        "ended": experiment.ended,
        "citation": _citation(experiment.citation) if experiment.citation else None,
        "files": list(experiment.files),
        "where": _where(experiment.where),
    }


def _places(experiment: Experiment, task: str) -> dict[str, int | None]:
    """Which of the evaluations are the last and the best of a task."""
    chosen = {"last": experiment.result(task), "best": experiment.best(task)}
    return {
        name: next((index for index, each in enumerate(experiment.evaluations) if each is found), None)
        for name, found in chosen.items()
    }


def _setting(setting: Setting) -> dict[str, object]:
    value = _finite({"value": setting.value})
    return {
        "name": setting.name,
        **value,
        "text": setting.text,
        "inferred": setting.inferred,
        "where": _where(setting.where),
    }


def _curve(curve: Curve) -> dict[str, object]:
    told = ("name", "unit", "count", "begin", "end", "first", "last", "low", "high")
    return {**{name: getattr(curve, name) for name in told}, "where": _where(curve.where)}


def _event(event: Event) -> dict[str, object]:
    told = ("kind", "text", "time", "epoch", "iteration")
    return {**{name: getattr(event, name) for name in told}, "where": _where(event.where)}


def _evaluation(evaluation: Evaluation) -> dict[str, object]:
    return {
        "task": evaluation.task,
        "epoch": evaluation.epoch,
        "iteration": evaluation.iteration,
        "category": evaluation.category,
        "metrics": _finite({each.name: evaluation[each.name] for each in evaluation.metrics}),
        "where": {**_where(evaluation.where), "origin": evaluation.origin},
        "form": evaluation.form,
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
        "confidence": finding.confidence,
        "ignored": finding.ignored,
    }


def _step(step: Step) -> dict[str, object]:
    return {"text": step.text, "task": step.task, "done": step.done, "where": _where(step.where)}


def _source(source: Source) -> dict[str, object]:
    return {
        "path": source.path,
        "kind": source.kind,
        "size": source.size,
        "fingerprint": source.fingerprint,
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
