"""The command `recompute`: the printed numbers beside those that the predictions give."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli.compare import Form, FormOption, print_out
from fcosreport.cli.options import Follow, Lang, StoreFile, Truth, spoken_in
from fcosreport.cli.terminal import SCREEN
from fcosreport.errors import UsageError

if TYPE_CHECKING:
    from fcosreport.cli.printout import Printout
    from fcosreport.records import Remade
    from fcosreport.report.report import Report

_RULES = "FR6"  # that judge what was made again


def recompute(
    paths: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs, with their predictions.")],
    truth: Truth = None,
    store: StoreFile = None,
    follow: Follow = None,
    form: FormOption = Form.text,
    lang: Lang = None,
) -> None:
    """Make the numbers of RUN again from its predictions; exit 1 where they differ, 2 where none can be made."""
    from fcosreport.report import remade
    from fcosreport.report.speaking import in_language, spoken

    language = spoken_in(lang)
    with pipeline.opened(store, SCREEN, follow=follow) as session:
        report = session.collected(paths).making_again(truth, losses=form == Form.json).report()
    print_out(_printout(spoken(in_language(report, language))), list(map(remade.data, report.remade)), form)
    if not any(each.metrics for each in report.remade):
        raise UsageError("no number could be made again; the reasons stand above.")
    if any(each.differing for each in report.remade):
        raise typer.Exit(1)


def _printout(report: "Report") -> "Printout":
    from fcosreport.cli.printout import Printout, Table
    from fcosreport.report import remade
    from fcosreport.report.report import SEVERITIES

    _ = report.view.language
    names = {each.id: each.name for each in report.experiments}
    rows = tuple(row for each in report.remade for row in _rows(each, names[each.experiment]))
    notes = (f"{names[each.experiment]}: {remade.told(each, _)}" for each in report.remade)
    findings = (
        f"{SEVERITIES[f.severity][0]} {f.code} {f.name}: {' '.join((f.message, *f.explanations))}"
        for f in report.open_findings
        if f.code.startswith(_RULES)
    )
    count, results = sum(each.agrees for each in report.remade), _.plural(len(report.remade), "result")
    title = _("{n} of {results} made again in every printed digit.", n=count, results=results)
    heads = (_("experiment"), _("metric"), _("printed"), _("made again"))
    return Printout(title, (Table(heads, rows, words=2),), (*findings, *notes))


def _rows(made: "Remade", name: str) -> Iterator[tuple[str, ...]]:
    """The AP, and what differs."""
    from fcosreport.comparing.columns import Column
    from fcosreport.report.remade import SIGN
    from fcosreport.report.showing import places, show

    differing = {printed.name for printed, _ in made.differing}
    for each in made.metrics:
        printed = made.printed.metric(each.name)
        if printed and (each.name == "AP" or each.name in differing):
            value = "–" if each.value is None else f"{each.value:.{max(places(printed), 3)}f}"
            sign = "≠ " if each.name in differing else SIGN
            yield name, Column(each.name, made.task).name, show(printed), f"{value} {sign}"
