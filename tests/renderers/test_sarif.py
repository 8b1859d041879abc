"""SARIF, for code scanning."""

import json

import jsonschema

from fcosreport.report.report import Report
from tests.conftest import ROOT
from tests.renderers.rendering import REASON, checked_reports, living, render

SCHEMAS = ROOT / "tests" / "schemas"


@checked_reports
def test_sarif_keeps_to_its_public_schema(report: Report) -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    sarif = json.loads(render("sarif", report))
    jsonschema.Draft4Validator(schema).validate(sarif)
    prints = [each["partialFingerprints"]["fcosreport/v1"] for each in sarif["runs"][0]["results"]]
    assert len(set(prints)) == len(prints) == len(report.findings)


def test_sarif_tells_rules_places_and_what_is_suppressed() -> None:
    (run,) = json.loads(render("sarif", living()))["runs"]
    duplicate, rate, *_ = run["results"]
    assert (duplicate["ruleId"], duplicate["level"], rate["level"]) == ("FR401", "error", "warning")
    assert duplicate["suppressions"] == [{"kind": "external", "status": "accepted", "justification": REASON}]
    assert rate["suppressions"] == []
    place = {"artifactLocation": {"uri": "runs/191209-baseline.md"}, "region": {"startLine": 59}}
    assert duplicate["locations"] == [{"physicalLocation": place}]
    rule = run["tool"]["driver"]["rules"][duplicate["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("FR401", "DuplicateMetrics")
    assert "Why:" in rule["help"]["text"]
