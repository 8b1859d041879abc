"""The sections and runs of a note as experiments, each with its state and reason, and the steps still to be done."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from fcosreport.notes import markup, results, rows, words
from fcosreport.notes.parts import Run, file_name, heading_of, identified, run_name, runs
from fcosreport.notes.remarks import claims, ignores
from fcosreport.notes.sections import Section, tree
from fcosreport.records import (
    Citation,
    Claim,
    Evaluation,
    Experiment,
    Ignore,
    Issue,
    Setting,
    State,
    Step,
    TableRow,
    Where,
)
from fcosreport.vocabulary import decode, norm_change, stated
from fcosreport.vocabulary.detectors import detectors

_TELLING = ("lr", "train_batch_size", "norm", "init", "epochs", "iterations", "schedule", "seed", "backbone")
"""Settings that tell one run from another; other settings alone make no experiment."""


_MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True)
class Note:
    """What a note says. Experiments stand in the note's order and hold every evaluation that was given, once."""

    experiments: tuple[Experiment, ...]
    steps: tuple[Step, ...]
    issues: tuple[Issue, ...]
    ignores: tuple[Ignore, ...] = ()
    tables: tuple[TableRow, ...] = ()
    claims: tuple[Claim, ...] = ()


def read(text: str, path: str, evaluations: Sequence[Evaluation], settings: Sequence[Setting] = ()) -> Note:
    """Read any text as a note; `evaluations` are the result blocks in it, `settings` those that readers of logs took,
    of which those in code count. Never raises on content.

    A fence that is never closed and a note of more than 100,000 lines give an Issue, and the rest is read all the same.
    """
    text, generated = markup.without_table(text)
    evaluations = [each for each in evaluations if each.where.line not in generated]
    parsed = markup.parse(text)
    tables = results.read(parsed, path)
    quoted = markup.in_code(parsed, settings)
    root = tree(parsed.lines, [*evaluations, *rows.unlabelled(tables, evaluations)], path, quoted)
    reader = _Reader(path, root, tables)
    reader.read()
    issues = [
        Issue("this code fence is never closed: what follows was read as code", Where(path, n)) for n in parsed.unclosed
    ]
    if parsed.cut:
        told = f"only the first {markup.MOST_LINES} lines were read for headings and settings: split the note"
        issues.append(Issue(told, Where(path, markup.MOST_LINES)))
    comments = list(ignores(text, path, parsed.lines))
    issues.extend(each for each in comments if isinstance(each, Issue))
    return Note(
        tuple(identified(reader.experiments)),
        tuple(sorted(reader.steps, key=lambda step: step.where)),
        tuple(issues),
        tuple(each for each in comments if isinstance(each, Ignore)),
        tuple(row for row in tables if row.results),
        (*claims(parsed.lines, path), *reader.claims),
    )


class _Reader:
    """Walks the sections of one note and gathers what they say."""

    def __init__(self, path: str, root: Section, tables: Sequence[TableRow]) -> None:
        self.path = path
        self.experiments: list[Experiment] = []
        self.steps: list[Step] = []
        self.claims: list[Claim] = []
        self._root = root
        self._titles: dict[Section, list[Setting]] = {}
        self._sections = sorted(_headed(root), key=lambda each: each.line)
        own = [row for row in tables if row.is_own and rows.is_labelled(row)]
        self._tables = [list(group) for _, group in groupby(own, key=lambda row: row.table)]
        self._tabled = {self._section(table[0].where.line) for table in self._tables}
        self._boxed: set[int] = set()  # lines of steps that bear a box
        self._boxes: dict[Where, Section] = {}  # of experiments for which nothing but a box speaks

    def read(self) -> None:
        """Read the whole note. Boxes and words of what is next count beside what tells of a run."""
        self.visit(self._root)
        for table in self._tables:
            if any(row.results for row in table):
                self.experiments.extend(self._of_rows(table))
                self.claims.extend(rows.claims(table))
        self.experiments.sort(key=lambda each: each.where.line)
        if not any(each.is_evident for each in self.experiments):
            self._keep_plans()

    def _keep_plans(self) -> None:
        """In a note that tells of no run a box is a step, and a step is boxed or asks for a result."""
        for each in self.experiments:
            if section := self._boxes.get(each.where):
                self._step(section.title, section.line, section.box)
        self.experiments = [each for each in self.experiments if each.where not in self._boxes]
        self.steps = [each for each in self.steps if each.task or each.where.line in self._boxed]

    def _section(self, line: int) -> Section:
        """The section below a heading in which a line stands."""
        return self._sections[bisect_right(self._sections, line, key=lambda each: each.line, lo=1) - 1]

    def _of_rows(self, table: Sequence[TableRow]) -> Iterator[Experiment]:
        """The rows of a table as experiments, but for those that sum up what stands elsewhere in the note."""
        section = self._section(table[0].where.line)
        if any(words.is_documentation(each.title) for each in (*section.ancestors, section)[1:]):
            return
        made = list(self.experiments)
        around = [*self._around(section), *section.declared.values()]
        named = self._carried(section)
        for row, name, (state, reason) in zip(table, rows.names(table), rows.states(table), strict=True):
            if not name or rows.is_of(row, made):
                continue
            link = next((link for link in row.links if words.is_run_folder(link.target)), None)
            yield Experiment(
                id="",
                name=name,
                where=row.where,
                title=row.title,
                group=row.table if len(table) > 1 else "",
                settings=_combined(around, named, row.settings),
                evaluations=row.results,
                citation=Citation(link.target, row.where) if link else None,
                mentions=tuple(words.mentions(" ".join((row.label, *(text for _, text in row.others))))),
                state=state,
                reason=reason,
            )

    def visit(self, section: Section) -> None:
        """Read a section and those below it."""
        self._steps(section)
        before = len(self.experiments)
        made: list[Experiment] = []
        weak: list[Section] = []
        for child in section.children:
            if self._strong(child):
                made.extend(self._experiments(child))
            else:
                weak.append(child)
            self.visit(child)
        found = bool(made) or len(self.experiments) > before
        for child in weak:
            if found and not child.children and self._weak(child):
                made.extend(self._experiments(child))
        self.experiments.extend(_awaited(list(_keeping_frozen(made))))
        if section.level == 0 and (section.measured or (not found and self._strong(section))):
            self.experiments.extend(_awaited(list(self._experiments(section))))

    def _strong(self, section: Section) -> bool:
        """Whether a section is an experiment whatever stands around it."""
        if section.measured:
            return True
        if section in self._tabled or words.is_todo(section.title):
            return False
        if any(words.is_documentation(s.title) for s in (*section.ancestors, section)[1:]) and not section.box:
            return False
        if words.is_common(section.title) or any(_is_experiment_below(child) for child in section.children):
            return False
        return any(
            (entry.line.kind != "code" and any(setting.name in _TELLING for setting in entry.declared))
            or words.is_run_folder(entry.citation)
            or words.status(entry.line.text)
            or (entry.told and words.is_result(entry.line.text))
            for entry in section.entries
        ) or bool(section.box and self._is_experiment(section))

    def _weak(self, section: Section) -> bool:
        """Whether a section is an experiment if one beside it is."""
        around = [*section.ancestors, section][1:]
        if any(words.is_documentation(s.title) or words.is_todo(s.title) for s in around):
            return False
        if words.is_step(section.title) or words.is_common(section.title):
            return False
        told = any(entry.citation or words.failure(entry.line.text) for entry in section.entries)
        return told or self._is_experiment(section) or bool(words.failure(section.title))

    def _is_experiment(self, section: Section) -> bool:
        return any(setting.name in _TELLING for setting in self._named(section))

    def _named(self, section: Section) -> list[Setting]:
        """The settings that a heading carries: asked for by all runs and sections below it."""
        if section not in self._titles:
            self._titles[section] = _named(section, self.path)
        return self._titles[section]

    def _experiments(self, section: Section) -> Iterator[Experiment]:
        where = Where(self.path, section.line)
        found = runs(section)
        group = f"{self.path}#{section.title}:{section.line}" if len(found) > 1 else ""
        if not group and section.is_item and section.parent and section.parent.item_children > 1:
            group = f"{self.path}#{section.parent.title}:{section.parent.line}"
        differing = _differing(found) if len(found) > 1 else None
        heading = heading_of(section, self.path)
        around, named = self._around(section), self._carried(section)
        for run in found:
            state, reason = _state(section, run)
            citation = _citation(run, self.path)
            single = len(found) == 1 and section.level > 0
            first = next((e.line.number for e in run.entries), section.line)
            place = where if single else Where(self.path, first)
            if section.box and not (citation or run.evaluations):
                self._boxes[place] = section
            own = [*run.shared, *run.declared, *(setting for entry in run.entries for setting in entry.said)]
            yield Experiment(
                id="",
                name=run_name(heading, run, citation, differing),
                where=place,
                title=section.title,
                group=group,
                settings=_combined(around, [*named, *_in_path(citation)], own),
                evaluations=run.evaluations,
                citation=citation,
                mentions=() if citation else _mentions(section, run),
                state=state,
                reason=reason,
                ticked=state == "finished" and _is_ticked(section, run),
            )

    def _around(self, section: Section) -> list[Setting]:
        """The settings of the sections around one, the nearest of each name."""
        around: list[Setting] = []
        for above in section.ancestors:
            around.extend(self._named(above))
            around.extend(() if above.measured else above.declared.values())
            around.extend(replace(setting, inferred=True) for setting in above.common(section.line))
        return list({setting.name: setting for setting in around}.values())

    def _carried(self, section: Section) -> list[Setting]:
        """The settings that the heading of a run carries; the note's own name, where there is none."""
        if not section.title:
            return [*decode(file_name(self.path), Where(self.path, section.line))]
        return [] if section.is_item else self._named(section)

    def _steps(self, section: Section) -> None:
        todo = words.is_todo(section.title)
        if section.title and not todo and words.is_step(section.title) and not self._strong(section):
            self._step(section.title, section.line, section.box)
        for entry in section.entries:
            line = entry.line
            listed = line.kind == "item" and (todo or line.box)
            told = line.kind in ("item", "text") and len(line.text) <= 200 and words.is_step(line.text)
            if line.text and (listed or told) and not (section.is_item and line.number == section.line):
                self._step(line.text, line.number, line.box)

    def _step(self, text: str, line: int, box: markup.Box) -> None:
        self.steps.append(Step(text, Where(self.path, line), words.task_of(text), box == "done"))
        if box:
            self._boxed.add(line)


def _differing(found: Iterable[Run]) -> set[str]:
    """The names of the settings that tell the runs of a section apart."""
    values: dict[str, set[object]] = {}
    for run in found:
        for setting in run.declared:
            values.setdefault(setting.name, set()).add(setting.value)
    return {name for name, seen in values.items() if len(seen) > 1}


def _is_experiment_below(section: Section) -> bool:
    return section.measured or bool(section.declared) or any(_is_experiment_below(child) for child in section.children)


def _named(section: Section, path: str) -> list[Setting]:
    """The settings that a heading carries."""
    where = Where(path, section.line)
    told = stated(section.title, where)
    names = {setting.name for setting in told}
    return [*told, *(setting for setting in decode(section.title, where) if setting.name not in names)]


def _combined(around: Iterable[Setting], named: Iterable[Setting], own: Iterable[Setting]) -> tuple[Setting, ...]:
    """The settings of a run. The nearer text overrides what stands around it; a name that contradicts stays, first."""
    stated_here = list({(s.name, s.value): s for s in reversed(list(own))}.values())[::-1]
    pairs = {(s.name, s.value) for s in stated_here}
    in_name = list({(s.name, s.value): s for s in named if (s.name, s.value) not in pairs}.values())
    taken = {s.name for s in (*stated_here, *in_name)}
    inherited = {s.name: s for s in around if s.name not in taken}
    return (*inherited.values(), *in_name, *stated_here)


def _in_path(citation: Citation | None) -> tuple[Setting, ...]:
    """The settings that the last two names of a cited path carry."""
    if not citation or "://" in citation.text:
        return ()
    return decode("/".join(citation.text.replace("\\", "/").rstrip("/").split("/")[-2:]), citation.where)


def _mentions(section: Section, run: Run) -> tuple[str, ...]:
    """The words of the heading and of the run's lines that may name its folder."""
    texts = (section.title, *(line.text for line in run.texts))
    return tuple(islice(dict.fromkeys(name for text in texts for name in words.mentions(text)), _MOST_MENTIONS))


def _citation(run: Run, path: str) -> Citation | None:
    """What a run cites, or where a log that is pasted there says that its results are."""
    found = next((entry for entry in run.entries if entry.citation), None)
    if found:
        return Citation(found.citation, Where(path, found.line.number))
    saved = [s for entry in run.entries if entry.line.kind == "code" for s in entry.declared if s.name == "output_dir"]
    return Citation(str(saved[-1].value), saved[-1].where) if saved else None


def _state(section: Section, run: Run) -> tuple[State, str]:
    """The state of a run and, where it failed, the reason."""
    texts = [section.title, *(line.text for line in run.texts)]
    declared = next((state for text in reversed(texts) if (state := words.status(text))), None)
    reason = next((why for text in texts if (why := words.failure(text))), "")
    if not declared and not reason:
        declared = next((state for text in reversed(texts) if (state := words.told(text))), None)
    if declared == "failed" or (not declared and not run.evaluations and (reason or section.box == "failed")):
        return "failed", reason or "marked as failed"
    if declared:
        return declared, ""
    if run.evaluations:
        return "finished", ""
    if any(words.is_running(text) for text in texts) or _running(section.title):
        return "running", ""
    if section.box == "done":
        return "finished", ""
    is_plan = section.box == "open" or any(words.is_todo(each.title) for each in (*section.ancestors, section))
    return ("planned" if is_plan else "noted"), ""


def _headed(section: Section) -> Iterator[Section]:
    """A section and those below it that have a heading."""
    if not section.is_item:
        yield section
    for child in section.children:
        yield from _headed(child)


def _is_ticked(section: Section, run: Run) -> bool:
    """Whether the note says in words or with a tick that the run is done; a result alone does not."""
    said = (words.status(line.text) or words.told(line.text) for line in run.texts)
    return section.box == "done" or "finished" in said


def _awaited(made: Sequence[Experiment]) -> Iterator[Experiment]:
    """Among entries with results, one of which nothing came yet is planned; elsewhere its settings are only noted."""
    is_diary = any(each.evaluations for each in made)
    return (replace(each, state="planned") if is_diary and each.state == "noted" else each for each in made)


def _running(title: str) -> bool:
    return any(
        words.is_running(part) for part in title.replace("（", "(").replace("：", ":").replace(":", "(").split("(")[1:]
    )


def _keeping_frozen(made: Sequence[Experiment]) -> Iterator[Experiment]:
    """Where one of the sections below a heading changes FrozenBN, those beside it that run the same model keep it."""
    changes: dict[frozenset[str], Experiment] = {}  # the first for each model
    for experiment in made:
        if (norm_change(experiment.title) or ("", ""))[0] == "frozen":
            changes.setdefault(_models(experiment), experiment)
    for experiment in made:
        if changes and experiment.setting("norm") is None:
            models = _models(experiment)
            changed = next((change for of, change in changes.items() if not (models and of) or models & of), None)
            if changed:
                kept = Setting("norm", "frozen", "FrozenBN, as it is changed only there", changed.where, inferred=True)
                experiment = replace(experiment, settings=(*experiment.settings, kept))
        yield experiment


def _models(experiment: Experiment) -> frozenset[str]:
    return detectors(f"{experiment.title} {experiment.name}")
