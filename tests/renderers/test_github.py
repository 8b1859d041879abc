"""Commands for the log of GitHub."""

import re

from msgspec.structs import replace

from fcosreport.records import Finding, Where
from fcosreport.report.report import Report
from tests.renderers.rendering import NOTHING_FOUND, checked_reports, render


@checked_reports
def test_github_gets_one_command_a_finding_whatever_a_name_holds(report: Report) -> None:
    *commands, sums = render("github", report).splitlines()
    assert len(commands) == len(report.open_findings)
    for command in commands:
        assert re.fullmatch(r"::(error|warning|notice) (\w+=[^:,]*,)*title=[^:,]*::[^\n]+", command)
    assert sums.startswith("fcosreport: ")


def test_github_points_at_file_and_line() -> None:
    finding = Finding("FR101", "ap-above-ap50", "error", "100% odd: a, b", (), (Where("./a,b:c\\log.txt", 7),))
    command = render("github", replace(NOTHING_FOUND, findings=(finding,))).splitlines()[0]
    assert command == "::error file=a%2Cb%3Ac/log.txt,line=7,title=FR101 ap-above-ap50::100%25 odd: a, b"
