"""The JSON report keeps to its published schema."""

import json
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from msgspec.structs import replace

from fcosreport.records import Confidence, Coverage, EventKind, Link, Severity, Source, State, TableRow, Unit
from fcosreport.report.report import Report
from tests.adopt import GOLDEN, compare
from tests.baseline import baseline
from tests.hostile import TEXTS, hostile
from tests.renderers.rendering import render, reports

SCHEMA = json.loads((Path(__file__).parents[2] / "fcosreport/schemas/report-2.schema.json").read_text("utf-8"))


def test_the_report_is_the_golden_one() -> None:
    compare({GOLDEN / "baseline.json": render("json", baseline())})


@reports
def test_json_keeps_to_the_published_schema(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render("json", report)))


def test_the_schema_forbids_what_it_does_not_know() -> None:
    report = json.loads(render("json", baseline()))
    for place in (report, report["experiments"][0], report["findings"][0], report["sources"][0]):
        place["surprise"] = 1
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(report, SCHEMA)
        del place["surprise"]


def test_what_others_published_and_what_became_of_each_file_is_told() -> None:
    (claim,) = baseline().experiments[0].evaluations
    at = claim.where
    row = TableRow(label="R-50", where=at, table="zoo.md:3", results=(claim,), links=(Link("Download", "model", "a"),))
    files = (
        Source("a.log", "log", evaluations=3, settings=5, state="read"),
        Source("b.log", "log", state="not understood", reason="b.log:7: mAP: 0.3"),
    )
    report = json.loads(render("json", replace(baseline(), published=(row,), sources=files)))
    jsonschema.validate(report, SCHEMA)
    assert report["published"][0]["evaluations"][0]["metrics"]["AP"] == claim["AP"]
    assert [each["state"] for each in report["coverage"]] == ["read", "not understood"]


@pytest.mark.parametrize(
    ("part", "name", "words"),
    [
        ("experiment", "state", State),
        ("event", "kind", EventKind),
        ("curve", "unit", Unit),
        ("finding", "severity", Severity),
        ("finding", "confidence", Confidence),
        ("coverage", "state", Coverage),
    ],
)
def test_the_schema_knows_every_word_of_a_closed_list(part: str, name: str, words: object) -> None:
    assert SCHEMA["$defs"][part]["properties"][name]["enum"] == [*get_args(words)]


@pytest.mark.parametrize("split", ["public", "overall", "test/crowded"])
def test_a_split_may_be_called_anything(split: str) -> None:
    first, *others = baseline().experiments
    changed = replace(first, evaluations=tuple(replace(each, split=split) for each in first.evaluations))
    report = json.loads(render("json", replace(baseline(), experiments=(changed, *others))))
    jsonschema.validate(report, SCHEMA)


def test_json_loses_nothing_but_nan() -> None:
    report = json.loads(render("json", hostile()))
    assert [each["name"] for each in report["experiments"]] == [text.replace("\udc80", "\ufffd") for text in TEXTS]
    metrics = report["experiments"][0]["evaluations"][0]["metrics"]
    assert (metrics["AP"], metrics["AP50"], metrics["AP75"]) == (0.5, None, None)
