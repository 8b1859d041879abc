"""The commands `show` and `open`: one experiment on the terminal, the whole report in the browser."""

from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fcosreport import pipeline
from fcosreport.cli import completion, terminal
from fcosreport.cli.options import Follow, Lang, Paths, StoreFile, spoken_in

if TYPE_CHECKING:
    from fcosreport.cli.printout import Printout
    from fcosreport.records import Evaluation, Experiment, Where
    from fcosreport.report.report import Report
    from fcosreport.translation import Language


_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 24  # of a small curve, in characters
_METRICS = ("AP", "AP50", "AP75", "APs", "APm", "APl")
_EVALUATIONS = 20  # that are shown: the first and the last ones
_CURVES = 8


def show(
    experiment: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="A name or an id.", autocompletion=completion.experiments)
    ],
    paths: Paths = None,
    store: StoreFile = None,
    follow: Follow = None,
    lang: Lang = None,
) -> None:
    """Show one experiment: settings, evaluations, small curves, findings and files."""
    import shutil

    from fcosreport.cli.printout import WIDTH, as_text
    from fcosreport.comparing.pairs import chosen
    from fcosreport.files.whole import write_text
    from fcosreport.report.speaking import in_language, spoken

    language = spoken_in(lang)
    with pipeline.opened(store, terminal.SCREEN, make=bool(paths), follow=follow) as session:
        session = session.collected(paths) if paths else session
        report = session.report(select=lambda opened, _: opened.named(experiment))
        report = spoken(in_language(report, language))
        found = chosen((*report.experiments, *report.noted), experiment, session.store.names)
        (found,) = session.with_points([found])
    width = max(WIDTH, min(shutil.get_terminal_size().columns, 160))
    write_text(as_text(_printout(report, found), width), Path("-"))


def open_(
    paths: Paths = None,
    store: StoreFile = None,
    follow: Follow = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="PATH", readable=False, help="Folder or file.")
    ] = Path("reports"),
    lang: Lang = None,
) -> None:
    """Write the report of PATH, or of the whole store, as a page, and open it in the browser."""
    import webbrowser

    from fcosreport.report import outputs
    from fcosreport.report.report import CHARTED, renderers
    from fcosreport.report.speaking import in_language

    language = spoken_in(lang)
    report = pipeline.report_of(paths, store, terminal.SCREEN, curves=CHARTED, follow=follow)
    terminal.say_empty(report)
    html = [each for each in renderers() if each.name == "html"]
    for page in outputs.write_report(in_language(report, language), html, output, terminal.FAULTS.met)[:1]:
        terminal.say(f"wrote {page}")
        if not webbrowser.open(page.resolve().as_uri()):
            terminal.say("No browser could be started here: open the file yourself.")


def _printout(report: "Report", experiment: "Experiment") -> "Printout":
    from fcosreport.cli.printout import Printout, Table
    from fcosreport.comparing.columns import Column
    from fcosreport.report.report import STATES
    from fcosreport.report.showing import show

    _ = report.view.language
    settings = tuple((_(Column(s.name).label), show(s), _place(s.where)) for s in experiment.settings)
    told = [each for each in experiment.evaluations if each.category is None] or experiment.evaluations
    metrics = _metrics_of(told)
    evaluations = tuple(_evaluations(told, metrics, _))
    curves = tuple(
        (curve.name, _small(curve.values), *map(_number, (curve.first, curve.last, curve.low)))
        for curve in experiment.curves[:_CURVES]
    )
    reason = f": {experiment.reason}" if experiment.reason else ""
    return Printout(
        f"{experiment.name}: {STATES[experiment.state].removesuffix(chr(0xFE0F))} {_(experiment.state)}{reason}",
        (
            Table((_("setting"), _("value"), _("where")), settings, words=3),
            Table((_("task"), _("at"), _("where"), *metrics), evaluations, words=3),
            Table((_("curve"), "", _("first"), _("last"), _("lowest")), curves, words=2),
        ),
        (*_findings(report, experiment), *(f"{_('file')}: {path}" for path in experiment.files)),
    )


def _metrics_of(evaluations: "Sequence[Evaluation]") -> tuple[str, ...]:
    """The metrics that have a column: those of COCO, or those that there are where these have none of them."""
    met = dict.fromkeys(metric.name for each in evaluations for metric in each.metrics)
    return _METRICS if not met or met.keys() & set(_METRICS) else tuple(met)[: len(_METRICS)]


def _evaluations(told: "Sequence[Evaluation]", metrics: tuple[str, ...], _: "Language") -> Iterator[tuple[str, ...]]:
    from fcosreport.report.showing import place_in_run, show

    half = _EVALUATIONS // 2
    families = {each.family for each in told}
    for each in (*told[:half], *told[half:][-half:]):
        task = " ".join(filter(None, (each.task, each.category, each.family if len(families) > 1 else "")))
        yield task, place_in_run(each, _), _place(each.where), *(show(each.metric(name)) for name in metrics)


def _findings(report: "Report", experiment: "Experiment") -> Iterator[str]:
    from fcosreport.report.report import SEVERITIES

    _ = report.view.language
    for finding in report.findings:
        if experiment.id in finding.experiments:
            sign, word = SEVERITIES[finding.severity]
            ignored = f" ({_('ignored')}: {finding.ignored})" if finding.ignored else ""
            yield f"{sign} {_(word).upper()} {finding.code} {finding.name}: {finding.message}{ignored}"


def _place(where: "Where") -> str:
    return f"{where.path}:{where.line}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _small(values: Sequence[float]) -> str:
    """A curve as a row of bars, each the mean of its share of the values; a gap where one of them is not finite."""
    bars = min(_WIDTH, len(values))
    shares = [values[len(values) * i // bars : len(values) * (i + 1) // bars] for i in range(bars)]
    means = [sum(share) / len(share) if all(map(isfinite, share)) else None for share in shares]
    known = [mean for mean in means if mean is not None]
    low, span = min(known, default=0.0), (max(known, default=0.0) - min(known, default=0.0)) or 1.0
    return "".join(" " if m is None else _BARS[round((m - low) / span * (len(_BARS) - 1))] for m in means)
