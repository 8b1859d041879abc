"""Why a result is not to be relied on, in the few words that a row of a table has room for."""

from collections.abc import Mapping

from fcosreport.records import Experiment, Finding
from fcosreport.report.folding import by_experiment
from fcosreport.report.quoting import side_by_side
from fcosreport.report.report import Report
from fcosreport.report.verdict import brief, fitting
from fcosreport.translation import Language
from fcosreport.vocabulary.sentences import called

_LONGEST = 110  # characters


def doubts(report: Report) -> dict[str, str]:
    """By the ids of failed and suspect experiments: why they failed, or what the worst finding says of them."""
    named = by_experiment(report.open_findings)
    known = {each.id: each for each in report.experiments}
    told = {}
    for each in report.experiments:
        if each.state == "failed":
            told[each.id] = each.reason
        elif each.state == "suspect" and each.id in named:
            told[each.id] = _told(each, named[each.id][0], known, report.view.language)
    names = [each.name for each in report.experiments if each.id in told]
    return {name: fitting(text, names, _LONGEST) for name, text in told.items() if text}


def _told(experiment: Experiment, finding: Finding, known: Mapping[str, Experiment], _: Language) -> str:
    others = [known[name].name for name in finding.experiments if name != experiment.id and name in known]
    pair = side_by_side(finding, known)
    if pair and others and pair.agreeing == len(pair.rows):
        return _("the same {n} numbers as {name}", n=pair.agreeing, name=others[0])
    return brief(finding.message).removeprefix(called(experiment)).lstrip(": ")
