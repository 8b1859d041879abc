"""JSON for other programs. `schemas/report-2.schema.json` says what it holds, and forbids anything else."""

import json
import math
import re
from collections.abc import Iterator

import msgspec

from fcosreport.records import Evaluation, Experiment, TableRow, Where
from fcosreport.report import remade
from fcosreport.report.audit import audit
from fcosreport.report.report import Report, renderer

SCHEMA = "fcosreport/2"
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_HALF = re.compile("[\ud800-\udfff]")  # half a character: a byte of a file name that is no UTF-8

Value = str | int | float | bool | None


@renderer("json", "JSON for other programs", "report.json", for_programs=True, tells_losses=True)
def render(report: Report) -> str:
    """One object. Characters that nobody sees, or that steer a terminal, are escaped; nothing is lost."""
    return "".join(_parts(report))


def _parts(report: Report) -> Iterator[str]:
    """The object in parts: long lists one by one, for all their objects together take ten times as much memory."""
    before = "{"
    for key, value in _report(report).items():
        yield f"{before}\n  {json.dumps(key)}: "
        before = ","
        if not isinstance(value, Iterator):
            yield _indented(value, 2)
            continue
        first = True
        for each in value:
            yield f"{'[' if first else ','}\n    {_indented(each, 4)}"
            first = False
        yield "[]" if first else "\n  ]"
    yield "\n}\n"


def _indented(value: object, columns: int) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return msgspec.json.format(_HALF.sub("\ufffd", text), indent=2).replace("\n", "\n" + " " * columns)


def _report(report: Report) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        **_fields(report, "version title"),
        "experiments": (_experiment(each) for each in (*report.experiments, *report.noted)),
        "published": (_published(each) for each in report.published),
        "findings": (
            _fields(each, "code name severity message experiments where explanations advice confidence ignored")
            for each in report.findings
        ),
        "remade": (remade.data(each) for each in report.remade),
        "issues": (_fields(each, "message where") for each in report.issues),
        "steps": (_fields(each, "text task done since where") for each in report.steps),
        "passed": list(report.passed),
        "not_run": [{"name": name, "reason": reason} for name, reason in report.not_run],
        "compared": [{"name": name, "text": text} for name, text in report.compared],
        "audit": _audit(report),
        "coverage": (
            {**_fields(each, "path state"), "results": each.evaluations, **_fields(each, "settings reason")}
            for each in report.sources
        ),
        "sources": (_fields(each, "path kind size fingerprint lines evaluations") for each in report.sources),
    }


def _audit(report: Report) -> dict[str, object] | None:
    """The audit of a zoo, with each finding by its number in `findings`."""
    at = {id(each): number for number, each in enumerate(report.findings)}
    made = audit(report)
    if not made:
        return None
    return {
        "coverage": made.coverage,
        "parts": [
            {
                "title": part.title,
                "folders": [
                    {"folder": name, "findings": [at[id(each)] for each in found]} for name, found in part.folders
                ],
            }
            for part in made.parts
        ],
    }


def _experiment(experiment: Experiment) -> dict[str, object]:
    return {
        **_fields(experiment, "id name title group state reason"),
        "settings": {each.name: _plain(each.value) for each in experiment.settings},
        "declared": [_fields(each, "name value text inferred where") for each in experiment.settings],
        "evaluations": [_evaluation(each) for each in experiment.evaluations],
        "results": {task: _places(experiment, task) for task in experiment.tasks},
        "curves": [_fields(each, "name unit count begin end first last low high where") for each in experiment.curves],
        "events": [_fields(each, "kind text time epoch iteration where") for each in experiment.events],
        **_fields(experiment, "began ended"),
        "citation": _fields(experiment.citation, "text found where") if experiment.citation else None,
        **_fields(experiment, "files where"),
    }


def _published(row: TableRow) -> dict[str, object]:
    return {
        **_fields(row, "label table title"),
        "settings": {each.name: _plain(each.value) for each in row.settings},
        "evaluations": [_evaluation(each) for each in row.results],
        "links": [_fields(each, "header text target") for each in row.links],
        **_fields(row, "where"),
    }


def _places(experiment: Experiment, task: str) -> dict[str, int | None]:
    """Which of the evaluations are the result and the best of a task."""
    chosen = {"last": experiment.result(task), "best": experiment.best(task)}
    return {
        name: next((index for index, each in enumerate(experiment.evaluations) if each is found), None)
        for name, found in chosen.items()
    }


def _evaluation(evaluation: Evaluation) -> dict[str, object]:
    return {
        **_fields(evaluation, "task task_stated epoch iteration category data_set split weights augmented of family"),
        "metrics": {each.name: _plain(evaluation[each.name]) for each in evaluation.metrics},
        "where": {**_fields(evaluation.where, "path line"), "origin": evaluation.origin},
        **_fields(evaluation, "form also"),
    }


def _fields(record: object, names: str) -> dict[str, object]:
    return {name: _plain(getattr(record, name)) for name in names.split()}


def _plain(value: object) -> object:
    """A value as JSON has it, which knows no nan and no infinity."""
    if isinstance(value, Where):
        return {"path": value.path, "line": value.line}
    if isinstance(value, tuple):
        return list(map(_plain, value))
    return None if isinstance(value, float) and not math.isfinite(value) else value
