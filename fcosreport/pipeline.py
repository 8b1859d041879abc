"""The stages in their order; the only module that knows them all.

discover -> read -> parse -> records -> store -> join -> check -> render
"""

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fcosreport.collecting.collect import Collected, Progress
    from fcosreport.collecting.executors import Start
    from fcosreport.comparing.columns import Column
    from fcosreport.judging.identity import Identity
    from fcosreport.judging.kept import Kept
    from fcosreport.records import Curve, Experiment, Fragment, Issue, Outline, Records, Remade, Source
    from fcosreport.report.report import Report
    from fcosreport.settings import Settings
    from fcosreport.store.store import Store

    Select = Callable[[Store, Sequence[Column]], Iterable[Experiment]]
    """Gives the experiments of a store that may be shown; the columns are those of all its experiments."""

# The stages are imported where they are used: a command that needs few of them is then quick.


_ASK_AGAIN = 10
"""Seconds after which `watch` looks again where nothing was told to have changed, as on servers."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where commands tell what they do: `say` takes a line, `progress` hands on the parts that are read.

    `met` takes the issues that were met, among which may be faults.
    """

    say: Callable[[str], None] = lambda text: None
    met: "Callable[[Iterable[Issue]], None]" = lambda issues: None
    progress: "Progress" = lambda parts, files: parts


@dataclass(frozen=True, slots=True)
class Session:
    """One store, and what is asked of it. `done` is what was collected for it; None where the whole store is meant.

    Links and citations may lead into the folders of `follow`, too. `again`: whether results are made again from their
    predictions, `losses` whether with where AP is lost; `truth` is the ground truth of them all, where it is given.
    """

    store: "Store"
    settings: "Settings"
    screen: Screen = field(default_factory=Screen)
    follow: Sequence[Path] = ()
    done: "Collected | None" = None
    again: bool = False
    truth: Path | None = None
    losses: bool = False

    def collected(self, paths: Sequence[Path], executor: "Start | None" = None) -> "Session":
        """The session of what is under `paths`, read where it is new or changed. Raises what `collect` does."""
        from fcosreport.collecting.collect import collect

        done = collect(paths, self.store, self.screen.progress, executor, self.follow)
        self.screen.met(done.fresh_issues)
        if done.is_mended:
            self.screen.say(f"{self.store.path}: it was damaged, and is mended. Collect again all else that it held.")
        return dataclasses.replace(self, done=done)

    def making_again(self, truth: Path | None = None, *, losses: bool = False) -> "Session":
        """The session whose reports hold results made again, on this ground truth where it is given.

        `losses`: they tell where AP is lost, too.
        """
        return dataclasses.replace(self, again=True, truth=truth, losses=losses)

    @property
    def roots(self) -> tuple[str, ...]:
        return self.done.roots if self.done else ()

    def kept(self, *asked: object, by: "Iterable[Callable[..., object]]" = ()) -> "Kept":
        """The place of an answer to what is `asked` of all that was collected, or of the whole store, which `by` make.

        What it tells is looked up without reading the store.
        """
        from fcosreport.judging.kept import Kept

        walked = (self.done.issues, self.done.references) if self.done else ()
        return Kept.of(self.store, sorted(self.roots), self.settings, walked, *asked, by=by)

    def report(self, known: "frozenset[Identity]" = frozenset(), select: "Select | None" = None) -> "Report":
        """The report of what was collected, or of the whole store.

        Findings that are `known` from a baseline are ignored. Of a large store that was judged before, only the
        experiments are read that `select` gives; the view counts the others as hidden.
        """
        from fcosreport.store.memory import uncollected

        with uncollected():
            return self._report(known, select)

    def _report(self, known: "frozenset[Identity]", select: "Select | None") -> "Report":
        from msgspec.structs import replace

        from fcosreport.evidence import zoos
        from fcosreport.judging import baseline, check, kept
        from fcosreport.judging.judgement import Judgement, judged
        from fcosreport.judging.verdicts import Verdicts
        from fcosreport.report.report import Report, View
        from fcosreport.version import __version__

        self.store.join()
        remade = self._remade()
        place = self.kept(*remade)
        outlines = self.store.outlines(self.roots)
        sources = tuple(outline.source for outline in outlines)
        shown = {source.path for source in sources}
        judgement = place.get(Judgement)
        if select and judgement and not (known or remade):
            some = select(self.store, judgement.columns)
        else:
            some = self.store.experiments()
        experiments = tuple(each for each in some if not shown.isdisjoint(each.files))
        records = replace(self._records(experiments, outlines), remade=remade)
        is_of_models = judgement.is_zoo if judgement else zoos.is_zoo(records.tables, records.experiments)
        if is_of_models:
            records, experiments = _pages(records), ()
        elif guides := zoos.of_guides(records.tables, experiments):
            experiments = tuple(each for each in experiments if each.id not in guides)
            records = replace(records, experiments=tuple(each for each in records.experiments if each.id not in guides))
        if judgement is None:
            verdicts = None
            if self.store.size() >= kept.MANY:
                verdicts = Verdicts.of(records.experiments, self.settings, self.store)
            judgement = replace(judged(records, self.settings, verdicts), is_zoo=is_of_models)
            place.put(judgement, judgement.last_day)
        issues = (*records.issues, *judgement.faults)
        self.screen.met(issues)
        experiments, noted = _apart(experiments)
        findings = baseline.apply(judgement.findings, records.experiments, known)
        return Report(
            title=_title(sources),
            version=__version__,
            experiments=check.suspects(experiments, findings, remade),
            findings=tuple(replace(each, experiments=()) for each in findings) if is_of_models else findings,
            issues=issues,
            sources=sources,
            steps=records.steps,
            passed=judgement.passed,
            not_run=judgement.not_run,
            compared=judgement.compared,
            columns=judgement.columns,
            last_day=judgement.last_day,
            published=tuple(row for outline in outlines for row in outline.tables if row.results and not row.is_own),
            noted=_of_runs(noted, experiments, sources),
            remade=remade,
            is_zoo=is_of_models,
            view=View(hidden=0 if is_of_models else judgement.count - len(experiments)),
        )

    def _remade(self) -> "tuple[Remade, ...]":
        """The results of what was collected, made again where that is asked for."""
        if not self.again:
            return ()
        shown = {outline.source.path for outline in self.store.outlines(self.roots)}
        return self.remade([each for each in self.store.experiments() if not shown.isdisjoint(each.files)])

    def remade(self, experiments: "Sequence[Experiment]") -> "tuple[Remade, ...]":
        """The results of these experiments made again. Raises UsageError where what evaluates is not installed."""
        from fcosreport.recomputing.remaking import Remaking

        return Remaking(self.store, self.truth, self.screen.say, self.losses).of(experiments, self.roots, self.follow)

    def _records(self, experiments: "Sequence[Experiment]", outlines: "Sequence[Outline]") -> "Records":
        """What the rules are shown: of what was run or planned all, and the points of runs that were resumed.

        In their learning rates the rules look for jumps.
        """
        from fcosreport.evidence import zoos
        from fcosreport.records import Records

        resumed = self.with_points([e for e in experiments if any(event.kind == "resumed" for event in e.events)])
        pointed = {experiment.id: experiment for experiment in resumed}
        walked = self.done.issues if self.done else ()
        made, noted = _apart(experiments)
        return Records(
            experiments=tuple(pointed.get(experiment.id, experiment) for experiment in made),
            noted=noted,
            steps=tuple(step for outline in outlines for step in outline.steps),
            issues=(*walked, *(issue for outline in outlines for issue in outline.issues)),
            sources=tuple(outline.source for outline in outlines),
            ignores=tuple(ignore for outline in outlines for ignore in outline.ignores),
            tables=zoos.once([row for outline in outlines for row in outline.tables]),
            claims=tuple(claim for outline in outlines for claim in outline.claims),
            data_sets=tuple(data_set for outline in outlines for data_set in outline.data_sets),
            references=self.done.references if self.done else (),
            whole=len(experiments) == self.store.size(),
        )

    def named(self, name: str) -> "Experiment":
        """The experiment of that name or id. Raises UsageError where no experiment has the name, or several."""
        from fcosreport.comparing.pairs import chosen

        self.store.join()
        found = self.store.named(name)
        if self.roots:
            shown = {outline.source.path for outline in self.store.outlines(self.roots)}
            found = [experiment for experiment in found if not shown.isdisjoint(experiment.files)]
        return chosen(found, name, self.store.names)

    def with_points(self, experiments: "Sequence[Experiment]") -> "tuple[Experiment, ...]":
        """The experiments, their curves with the points that the store keeps of them."""
        from msgspec.structs import replace

        if not experiments:
            return ()
        logs = sorted({path for experiment in experiments for path in experiment.files})
        curves = _curves_of(fragment for fragment in self.store.fragments_of(logs) if fragment.source.kind == "log")
        return tuple(replace(each, curves=curves.get(_run_id(each), each.curves)) for each in experiments)

    def with_curves(self, report: "Report", limit: int) -> "Report":
        """The report, the weightiest experiments that have curves (at most `limit`) with their points, for charts."""
        from msgspec.structs import replace

        curved = replace(report, experiments=tuple(each for each in report.experiments if each.curves))
        pointed = {each.id: each for each in self.with_points(curved.rows(limit))}
        return replace(report, experiments=tuple(pointed.get(each.id, each) for each in report.experiments))

    def with_whole_curves(self, name: str) -> "Experiment":
        """The experiment of that name or id, its curves with every logged point, read from its logs again.

        Raises UsageError as `named` does.
        """
        from msgspec.structs import replace

        from fcosreport.collecting.discover import Found, is_note
        from fcosreport.collecting.workers import fragment_of

        experiment = self.named(name)
        logs = [path for path in experiment.files if not is_note(path)]
        curves = _curves_of(fragment_of(Found(path, path, path, "log", 0, 0), whole=True) for path in logs)
        return replace(experiment, curves=curves.get(_run_id(experiment), ()))

    def watch(self, paths: Sequence[Path]) -> "Iterator[Report]":
        """The report of `paths` now, and again whenever something in it has changed; ends when it is interrupted.

        Only here a training is running: one whose log grows meanwhile. Such experiments stand first.
        """
        from msgspec.structs import replace
        from watchfiles import watch as changes

        from fcosreport.collecting.growth import Growth
        from fcosreport.files.paths import url_of
        from fcosreport.runs.state import running

        known, growth = None, Growth()
        local = [path for path in paths if not url_of(path)]  # a server is asked whenever the time is over
        for _ in chain([()], changes(*local, debounce=1000, rust_timeout=1000 * _ASK_AGAIN, yield_on_timeout=True)):
            new = self.collected(paths).report()
            now = monotonic()
            seen = running(new.experiments, growth.growing(new.sources, now))
            first = sorted(seen, key=lambda each: each.state != "running")
            new = replace(new, experiments=tuple(growth.paced(each, now) for each in first))
            if new != known:
                yield new
            known = new


@contextmanager
def opened(
    path: Path | None, screen: Screen | None = None, *, make: bool = True, follow: Sequence[Path] | None = None
) -> Iterator[Session]:
    """A session over the store in `path`, or over the one that the settings name; closed in the end.

    Files read by another version, or without a dialect that is there now, count as unread. Raises SettingsError,
    StoreError, and UsageError where nothing is there and it is not to be made.
    """
    from fcosreport import settings
    from fcosreport.collecting.collect import open_store

    chosen = settings.load(Path.cwd())
    screen = screen or Screen()
    store = open_store(path or settings.store_of(chosen, Path.cwd()), make=make)
    if store.is_rebuilt:
        screen.say(f"{store.path}: it was of an older fcosreport and is made anew. Collect again all that it held.")
    try:
        yield Session(store, chosen, screen, follow or ())
    finally:
        store.close()


def report_of(
    paths: Sequence[Path] | None,
    store: Path | None,
    screen: Screen | None = None,
    *,
    known: "frozenset[Identity]" = frozenset(),
    choose: "Callable[[Report], Report]" = lambda report: report,
    select: "Select | None" = None,
    curves: int = 0,
    executor: str | None = None,
    follow: Sequence[Path] | None = None,
    again: bool = False,
    truth: Path | None = None,
    losses: bool = False,
) -> "Report":
    """The report of `paths`, which are collected first, or of the whole store.

    `known` and `select` are as in `Session.report`; `executor` names who reads, and `follow` where links
    and citations may lead, too; `again`, `truth` and `losses` are as in Session. What `choose` leaves of the report has
    the points of at most `curves` experiments.
    """
    from fcosreport.collecting.executors import named

    start = named(executor)
    with opened(store, screen, make=bool(paths), follow=follow) as session:
        session = session.collected(paths, start) if paths else session
        session = session.making_again(truth, losses=losses) if again else session
        report = choose(session.report(known, select))
        return session.with_curves(report, curves) if curves else report


def _apart(experiments: "Sequence[Experiment]") -> "tuple[tuple[Experiment, ...], tuple[Experiment, ...]]":
    """What was run or planned, and what is only noted."""
    noted = tuple(each for each in experiments if each.state == "noted")
    return tuple(each for each in experiments if each.state != "noted"), noted


def _pages(records: "Records") -> "Records":
    """What the rules are shown of a zoo: no experiments but the results on the pages of its models."""
    from msgspec.structs import replace

    pages = {row.where.path for row in records.tables if row.results and not row.is_own}
    return replace(records, experiments=tuple(each for each in records.experiments if each.where.path in pages))


def _of_runs(
    noted: "Sequence[Experiment]", experiments: "Sequence[Experiment]", sources: "Sequence[Source]"
) -> "tuple[Experiment, ...]":
    """What is noted where a note tells of runs, or a trainer does, and what cites a log that may not be read.

    Settings in a guide or in notes on a paper are none of a run.
    """
    told = {each.where.path for each in experiments if each.is_evident}
    told |= {source.path for source in sources if source.kind != "note"}
    return tuple(each for each in noted if each.where.path in told or (each.citation and each.citation.unread))


def _curves_of(fragments: "Iterable[Fragment]") -> "dict[str, tuple[Curve, ...]]":
    from fcosreport.runs.joining import runs_of

    return {run.id: run.curves for run in runs_of(fragments)}


def _run_id(experiment: "Experiment") -> str:
    return (experiment.citation.found if experiment.citation else None) or experiment.id


def _title(sources: "Sequence[Source]") -> str:
    """The folder that all sources share, or the file where there is one."""
    paths = [source.path for source in sources]
    if not paths:
        return "Experiments"
    common = os.path.commonpath(paths) if len({os.path.isabs(path) for path in paths}) == 1 else ""
    return os.path.basename(os.path.abspath(common))
