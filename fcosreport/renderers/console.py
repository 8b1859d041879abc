"""The terminal: what can be trusted, the ☑️ table, the findings, and the sum of it, which stands next to the prompt."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fcosreport.comparing.columns import Column
from fcosreport.records import Finding, Severity, Where
from fcosreport.report import remade
from fcosreport.report.audit import audit, lines
from fcosreport.report.folding import Fold, fold_told, folds
from fcosreport.report.quoting import SideBySide, excerpt, quoted, side_by_side
from fcosreport.report.report import SEVERITIES, Report, renderer
from fcosreport.report.showing import coverage_told, place_in_run, show
from fcosreport.report.terminal_table import narrow, terminal_table
from fcosreport.report.verdict import extent, verdict
from fcosreport.translation import Language
from fcosreport.wording import plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

BETTER = 5  # experiments that are named whose best evaluation is not the last
OFTEN = 2  # findings of one rule, from which on they are one line
FINDINGS = 100  # of those that are told in full
IGNORED = 20
ISSUES = 5
NOTED = 10  # that are named
NAMED = 8  # experiments of findings that are one line
SAID = 3  # errors of one line that are told
PLACES = 4  # of one finding
QUOTED = 2  # lines of an error, where it is not told in full
_NARROWEST, _WIDEST = 40, 160  # columns that are used
_COLORS: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": "blue"}


class Screen(NamedTuple):
    """What is written on: so many columns. Where it is `cut`, a sentence has one line, and its end is left out."""

    width: int
    is_cut: bool
    is_colored: bool
    is_linked: bool


FILE = Screen(_WIDEST, False, False, False)
"""A file holds everything, whatever the terminal is like at which it was made."""


def screen() -> Screen:
    """The terminal, or the pipe, that stdout is. FORCE_COLOR, NO_COLOR and COLUMNS are what they are to others."""
    is_terminal = sys.stdout.isatty()
    wants_color = bool(os.environ.get("FORCE_COLOR")) or (is_terminal and os.environ.get("TERM") != "dumb")
    is_colored = wants_color and not os.environ.get("NO_COLOR")
    is_cut = is_terminal or os.environ.get("COLUMNS", "").isdigit()
    width = shutil.get_terminal_size().columns if is_cut else _WIDEST
    return Screen(max(_NARROWEST, min(width, _WIDEST)), is_cut, is_colored, is_colored and is_terminal)


@renderer("text", "Text for the terminal", "report.txt", sees=screen)
def render(report: Report) -> str:
    """The report as wide as the terminal; in colour where stdout is one that wants it, else without any escape code."""
    import re

    from rich.console import Console
    from rich.text import Text

    target = FILE if report.view.in_file else screen()
    out = StringIO()
    console = Console(
        file=out,
        width=target.width,
        emoji=False,
        force_terminal=target.is_colored,
        color_system="standard" if target.is_colored else None,
        legacy_windows=False,
    )
    for part in _Told(report, target).parts():
        ends = (part.no_wrap, part.overflow) if isinstance(part, Text) else (None, None)
        console.print(part, markup=False, highlight=False, crop=False, no_wrap=ends[0], overflow=ends[1])
    text = "".join(f"{line.rstrip()}\n" for line in out.getvalue().split("\n")[:-1])
    return re.sub("\x1b]8;id=[^;]*;", "\x1b]8;;", text)  # rich draws an id by lot


class _Told:
    """A report on a screen, part by part."""

    def __init__(self, report: Report, target: Screen) -> None:
        self.report, self.screen, self._ = report, target, report.view.language
        self.is_full = report.view.detail == "all"
        self.names = {each.id: plain(each.name) for each in report.experiments}
        self.quotes: Mapping[Where, str] = {}

    def parts(self) -> Iterator["RenderableType"]:
        yield from self.head()
        if self.report.view.detail == "verdict":
            return
        if self.report.experiments:
            yield from self.table()
        if self.report.view.detail != "table":
            yield from self.findings()
            yield from self.others()
        yield from self.sums()

    def head(self) -> Iterator["Text"]:
        from rich.text import Text

        _, report = self._, self.report
        told = verdict(report)
        sign = Text(f"{SEVERITIES[told.worst][0]} ", style=_COLORS[told.worst]) if told.worst else Text()
        yield sign.append(plain(str(told)), style="bold default")
        facts = [*extent(report)]
        if lost := coverage_told(report.sources, _):
            facts.append(lost.removesuffix("."))
        if settings := report.shared:
            shared = ", ".join(f"{_(Column(s.name).label)} {show(s)}" for s in settings)
            facts.append(f"{_('All share')}: {shared}")
        told_whole = Text(plain(" · ".join(facts), 4096), style="yellow")
        yield told_whole if lost and self.screen.is_cut else self.line(" · ".join(facts), "dim")

    def table(self) -> Iterator["RenderableType"]:
        from rich.text import Text

        _, report = self._, self.report
        made, gone = terminal_table(report, report.view.most_rows, self.screen.width)
        yield from made
        more = len(report.experiments) - report.view.most_rows
        if more > 0:
            yield Text(f"{_('… and {more} more', more=_.plural(more, 'experiment'))}: fcosreport render --csv")
        if gone:
            columns = ", ".join(map(plain, gone))
            choice = "" if report.view.ablation else _("; --columns chooses")
            yield Text(_("No room for {columns}", columns=columns) + choice, style="dim")
        if report.view.hidden:
            yield Text(_("{hidden} filtered out.", hidden=_.plural(report.view.hidden, "experiment")))
        if report.better:
            count = _.plural(len(report.better), "experiment")
            said = _("Numbers are those of the last evaluation; {count} had a better AP before:", count=count)
            best = (
                f"{each.name} {_('{value} at {place}', value=show(e.metric('AP')), place=place_in_run(e, _))}"
                for each, e in report.better[:BETTER]
            )
            yield self.line(f"{said} {', '.join(best)}{', …' if len(report.better) > BETTER else ''}", "dim")
        yield Text()

    def findings(self) -> Iterator["RenderableType"]:
        from rich.padding import Padding
        from rich.text import Text

        if audited := audit(self.report):
            for depth, line in lines(audited, self._):
                yield Padding(Text(plain(line), style="bold" if depth < 2 else ""), (not depth, 0, 0, 2 * depth))
            yield Text()
            return
        found = folds(self.report, FINDINGS if self.is_full else OFTEN)
        told = [each for each in found if self.is_full or each.severity != "info"]
        places = (w for each in told for f in each.findings[:FINDINGS] for w in f.where[: self.quoted_of(f)])
        self.quotes = quoted(self.report, places)
        for fold in told:
            yield from self.in_full(fold) if self.is_full else self.brief(fold)
        if notes := [each.findings[0] for each in found if each not in told]:
            named = ", ".join(f"{each.code} {each.name}" for each in notes)
            count = self._.plural(sum(len(each.findings) for each in found if each not in told), "note")
            yield self.line(f"{SEVERITIES['info'][0]} {count}: {named}", _COLORS["info"])

    def quoted_of(self, finding: Finding) -> int:
        """How many of its lines are quoted."""
        return PLACES if self.is_full else QUOTED if finding.severity == "error" else 0

    def brief(self, fold: Fold) -> Iterator["RenderableType"]:
        """What is wrong, where, and of an error the lines that show it. Of many, the first say what is meant."""
        from rich.text import Text

        first, told = fold.findings[0], fold_told(fold, self._)
        names = [self.names[name] for name in fold.experiments if name in self.names]
        if len(fold.findings) > 1 and names:
            told += f": {', '.join(names[:NAMED])}{', …' * (len(names) > NAMED)}"
        head = Text(f"{SEVERITIES[first.severity][0]} {plain(first.code)} ", style=_COLORS[first.severity])
        yield self.cut(head.append(plain(told, limit=2000), style="default"))
        if len(fold.findings) > 1:
            said = fold.findings[: SAID if first.severity == "error" else 1]
            yield from (self.cut(Text(f"  {plain(each.message, limit=2000)}")) for each in said)
        places = [*dict.fromkeys(where for finding in fold.findings for where in finding.where)]
        yield self.places(places, 1)
        yield from self.frame(first, QUOTED if first.severity == "error" else 0)

    def in_full(self, fold: Fold) -> Iterator["RenderableType"]:
        """All that the findings say."""
        from rich.padding import Padding
        from rich.text import Text

        _ = self._
        for finding in fold.findings[:FINDINGS]:
            sign, word = SEVERITIES[finding.severity]
            color = f"bold {_COLORS[finding.severity]}"
            yield Text(plain(f"{sign} {_(word).upper()} {finding.code} {finding.name}"), style=color)
            yield Padding(Text(plain(finding.message), style="bold"), (0, 0, 0, 2))
            yield self.places(finding.where, PLACES)
            yield from self.frame(finding, PLACES)
            for step, explanation in enumerate(finding.explanations, 1):
                yield Padding(Text(plain(f"{step}. {explanation}")), (0, 0, 0, 2))
            if finding.advice:
                yield Padding(Text(plain(f"→ {finding.advice}")), (0, 0, 0, 2))
            yield Text()
        if len(fold.findings) > FINDINGS:
            more = _.plural(len(fold.findings) - FINDINGS, "finding")
            told = _("… and {findings} more of {code}", findings=more, code=fold.findings[0].code)
            yield Text(f"{told}: fcosreport render --json")

    def places(self, places: Sequence[Where], most: int) -> "Text":
        """Where to look: whole paths that a terminal opens."""
        from rich.style import Style
        from rich.text import Text

        _ = self._
        line = Text("  ", no_wrap=True, overflow="ignore", style="dim")
        for number, where in enumerate(places[:most]):
            is_here = self.screen.is_linked and "://" not in where.path
            link = Path(os.path.abspath(where.path)).as_uri() if is_here else None
            line.append(", " * bool(number)).append(plain(f"{where.path}:{where.line}", 4096), Style(link=link))
        more = len(places) - most
        return line.append(_(" and {n} more", n=more) if more > 0 else "")

    def frame(self, finding: Finding, most: int) -> Iterator["RenderableType"]:
        """The lines that a finding points at, and two evaluations side by side."""
        from rich.text import Text

        known = [where for where in finding.where[:most] if where in self.quotes]
        digits = max((len(str(where.line)) for where in known), default=0)
        path = finding.where[0].path if known else ""  # which stands above
        for where in known:
            if where.path != path:
                yield self.places([where], 1)
            path = where.path
            bar = Text(f"  {where.line:>{digits}} │ ", style="blue")
            yield self.cut(bar.append(excerpt(self.quotes[where], finding.message), style="default"))
        if self.is_full and (pair := side_by_side(finding, {each.id: each for each in self.report.experiments})):
            yield from map(self.cut, _pair(pair))

    def others(self) -> Iterator["RenderableType"]:
        """What does not count, what was made again, what is only noted, and what could not be read."""
        from rich.text import Text

        _, report = self._, self.report
        lines = [(_ignored(each, _), "dim") for each in report.ignored[:IGNORED]]
        if (more := len(report.ignored) - IGNORED) > 0:
            lines.append((f"{_('… and {more} more', more=_.plural(more, 'finding'))}: fcosreport render --json", ""))
        lines += [(f"{each.name}: {told}", "") for each, told in remade.lines(report)]
        if report.noted:
            names = ", ".join(each.name for each in report.noted[:NOTED]) + ", …" * (len(report.noted) > NOTED)
            lines.append((_("Only noted, without a word of what came of it: {names}.", names=names), ""))
        for text, style in lines:
            whole = Text(plain(text, 4096), style=style)
            yield whole if self.screen.is_cut else self.cut(whole)
        most = FINDINGS if self.is_full else ISSUES
        for each in report.issues[:most]:  # a path in it is whole
            told = plain(f"{each.where.path}:{each.where.line}: {each.message}", 4096)
            yield Text(told, no_wrap=True, overflow="ignore")
        if (more := len(report.issues) - most) > 0:
            yield Text(f"{_('… and {more} more', more=_.plural(more, 'issue'))}: fcosreport render --json")
        if lines or report.issues:
            yield Text()

    def sums(self) -> Iterator["Text"]:
        from rich.text import Text

        _, report = self._, self.report
        states = [f"{narrow(state)} {count} {_(state)}" for state, count in report.states]
        if report.is_zoo:
            states = [_.plural(len(report.published), "published row")]
        sums = [_.plural(count, SEVERITIES[severity][1]) for severity, count in report.severities]
        yield Text(
            ", ".join((*(sums or [_("no findings")]), *([_.plural(len(report.issues), "issue")] * bool(report.issues))))
            + (_(", {n} ignored", n=f"{len(report.ignored):,}") if report.ignored else "")
            + (_(" (-v tells all)") if sums and not self.is_full else "")
            + "; " * bool(states)
            + ", ".join(states)
            + (_("; {checks} passed", checks=_.plural(len(report.passed), "check")) if report.passed else "")
            + (_(", {n} not run", n=len(report.not_run)) if report.not_run else ""),
            style="bold",
        )
        for name, text in report.compared if self.is_full and not report.is_zoo else ():
            yield Text(plain(f"{name}: {text}"))

    def line(self, text: str, style: str = "") -> "Text":
        from rich.text import Text

        return self.cut(Text(plain(text, 4096), style=style))

    def cut(self, text: "Text") -> "Text":
        """The text on one line: as much as there is room for, all of it where there is no end."""
        text.no_wrap = True
        text.overflow = "ellipsis" if self.screen.is_cut else "ignore"
        return text


def _ignored(finding: Finding, _: Language) -> str:
    sign, _word = SEVERITIES[finding.severity]
    return f"{_('ignored')}: {sign} {finding.code} {finding.message} {_('Reason')}: {finding.ignored}"


def _pair(pair: SideBySide) -> Iterator["Text"]:
    """Numbers side by side, the equal ones with an equals sign."""
    from rich.text import Text

    wide = max((len(name) for name, *_ in pair.rows), default=0)
    left = max((len(one) for _, one, *_ in pair.rows), default=0)
    for name, one, other, agrees in pair.rows:
        told = f"  {name:<{wide}}  {one:>{left}} {'=' if agrees else '≠'} {other}"
        yield Text(told, style="bold" if agrees else "dim")
