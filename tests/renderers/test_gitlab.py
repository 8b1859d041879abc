"""The code quality report of GitLab."""

import json

from fcosreport.report.report import Report
from tests.renderers.rendering import checked_reports, render


@checked_reports
def test_gitlab_gets_what_its_code_quality_report_needs(report: Report) -> None:
    entries = json.loads(render("gitlab", report))
    assert len({each["fingerprint"] for each in entries}) == len(entries) == len(report.open_findings)
    for entry in entries:
        assert entry["description"]
        assert entry["check_name"]
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["lines"]["begin"] >= 1
        assert "\\" not in entry["location"]["path"]
