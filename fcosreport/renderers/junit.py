"""JUnit XML, which every CI server shows as a list of tests."""

from collections.abc import Mapping

from fcosreport.records import Finding, Where
from fcosreport.report.quoting import excerpt, quoted
from fcosreport.report.report import Report, renderer
from fcosreport.report.showing import finding_text
from fcosreport.wording import plain

QUOTED = 2  # lines of one finding


@renderer("junit", "JUnit XML for CI servers", "junit.xml", for_programs=True)
def render(report: Report) -> str:
    """A test case for each finding, and one for each rule that found nothing.

    An error fails; a warning or note passes, with its text as output; what is ignored or was not run is skipped.
    """
    from xml.etree import ElementTree as Xml

    failures = sum(finding.severity == "error" for finding in report.open_findings)
    skipped = len(report.ignored) + len(report.not_run)
    count = len(report.findings) + len(report.passed) + len(report.not_run)
    sums = {"tests": str(count), "failures": str(failures), "errors": "0"}
    names = {each.id: each.name or each.id for each in report.experiments}
    quotes = quoted(report, (where for finding in report.findings for where in finding.where[:QUOTED]))
    suites = Xml.Element("testsuites", sums)
    suite = Xml.SubElement(suites, "testsuite", {"name": "fcosreport", **sums, "skipped": str(skipped)})
    for finding in report.findings:
        case = Xml.SubElement(suite, "testcase", _case(finding.name, _name(finding, names)))
        kind, attributes = _outcome(finding)
        reason = [plain(f"ignored: {finding.ignored}")] if finding.ignored else []
        lines = (_place(where, finding, quotes) for where in finding.where)
        Xml.SubElement(case, kind, attributes).text = "\n".join((*reason, finding_text(finding), *lines))
    for name in report.passed:
        Xml.SubElement(suite, "testcase", _case(name, name))
    for name, why in report.not_run:
        case = Xml.SubElement(suite, "testcase", _case(name, name))
        Xml.SubElement(case, "skipped").text = plain(why)
    Xml.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(suites, encoding="unicode")}\n'


def _place(where: Where, finding: Finding, quotes: Mapping[Where, str]) -> str:
    line = f": {excerpt(quotes[where], finding.message)}" if where in quotes else ""
    return plain(f"{where.path}:{where.line}{line}", 4096)


def _case(rule: str, name: str) -> dict[str, str]:
    return {"classname": plain(f"fcosreport.{rule}"), "name": plain(name), "time": "0"}


def _name(finding: Finding, names: Mapping[str, str]) -> str:
    """The code and the experiments, by which a server knows the case again in the next build."""
    named = [names.get(each, each) for each in finding.experiments]
    return f"{finding.code} {finding.name}" + (f": {', '.join(named)}" if named else "")


def _outcome(finding: Finding) -> tuple[str, dict[str, str]]:
    if finding.ignored:
        return "skipped", {}  # the public schema knows no message there
    if finding.severity == "error":
        return "failure", {"type": finding.severity, "message": plain(finding.message)}
    return "system-out", {}
