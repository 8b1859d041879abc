"""JUnit's XML, for test reports."""

from xml.etree import ElementTree

import xmlschema

from fcosreport.report.report import Report
from tests.baseline import baseline
from tests.conftest import ROOT
from tests.renderers.rendering import REASON, checked_reports, living, render

SCHEMAS = ROOT / "tests" / "schemas"


@checked_reports
def test_junit_keeps_to_its_public_schema(report: Report) -> None:
    xmlschema.XMLSchema(SCHEMAS / "junit-4.xsd").validate(ElementTree.fromstring(render("junit", report)))


def test_junit_fails_on_errors_alone_and_skips_what_is_ignored_or_not_run() -> None:
    def counts(report: Report) -> list[str]:
        suite = ElementTree.fromstring(render("junit", report))[0]
        return [suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")]

    assert counts(baseline()) == ["7", "1", "0", "0"]
    assert counts(living()) == ["8", "0", "0", "2"]
    texts = [
        (each.text or "").split("\n")[0] for each in ElementTree.fromstring(render("junit", living())).iter("skipped")
    ]
    assert texts == [f"ignored: {REASON}", "no log was read"]
