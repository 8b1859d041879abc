"""A report in the language of its reader: what rules and readers said in English, translated with its values."""

from msgspec.structs import replace

from fcosreport.records import Experiment, Finding
from fcosreport.report.report import Report
from fcosreport.translation import Language


def spoken(report: Report) -> Report:
    """The report whose findings, issues and reasons are in the language of its view. Names and codes stay."""
    _ = report.view.language
    if not _.texts:
        return report
    return replace(
        report,
        title=report.title if report.sources else _(report.title),
        experiments=tuple(_reasoned(each, _) for each in report.experiments),
        findings=tuple(_finding(each, _) for each in report.findings),
        issues=tuple(replace(each, message=_.told(each.message)) for each in report.issues),
        not_run=tuple((name, _.told(reason)) for name, reason in report.not_run),
        compared=tuple((name, _.told(text)) for name, text in report.compared),
    )


def in_language(report: Report, language: Language) -> Report:
    """The report with that language in its view, in which outputs for people show it."""
    return replace(report, view=replace(report.view, language=language))


def _reasoned(experiment: Experiment, _: Language) -> Experiment:
    return replace(experiment, reason=_.told(experiment.reason)) if experiment.reason else experiment


def _finding(finding: Finding, _: Language) -> Finding:
    return replace(
        finding,
        message=_.told(finding.message),
        explanations=tuple(map(_.told, finding.explanations)),
        advice=_.told(finding.advice),
        ignored=_.told(finding.ignored),
    )
