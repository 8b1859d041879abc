"""The sections and runs of a note as experiments, each with its state and reason, and the steps still to be done."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby

from msgspec.structs import replace

from fcosreport.notes import (
    formats,
    guides,
    headings,
    markup,
    outcomes,
    pasted,
    pictures,
    places,
    prose,
    results,
    rows,
    said,
)
from fcosreport.notes.again import Told, told_once
from fcosreport.notes.dates import day_of
from fcosreport.notes.frozen import keeping_frozen
from fcosreport.notes.linked import references
from fcosreport.notes.lone import of_weights
from fcosreport.notes.naming import file_name, heading_of, identified, run_name, told_apart
from fcosreport.notes.note import Note
from fcosreport.notes.parts import runs
from fcosreport.notes.remarks import claims, ignores, own_claims
from fcosreport.notes.said_of import citation_of, combined, differing_in, in_heading, in_path, mentions
from fcosreport.notes.sections import Section, names_a_run, says_result, tree
from fcosreport.notes.set_up import of_only_run
from fcosreport.notes.states import awaited, is_ticked, state_of
from fcosreport.notes.words import is_reading, is_step, task_of
from fcosreport.records import (
    Citation,
    Claim,
    Evaluation,
    Experiment,
    Ignore,
    Issue,
    Metric,
    Setting,
    Step,
    TableRow,
    Where,
)
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.settings.telling import LENGTHS, TELLING

_SENTENCE = 100  # characters of a line that is more than a setting
_FIRST = 8  # lines of an entry in which it says that its run failed


def read(
    text: str,
    path: str,
    evaluations: Sequence[Evaluation],
    settings: Sequence[Setting] = (),
    read_logs: Callable[[Sequence[str]], Iterable[Iterable[Evaluation]]] = lambda texts: [()] * len(texts),
) -> Note:
    """Read any text as a note, in the format that the suffix of `path` tells. Never raises on content.

    `evaluations` are the result blocks in it, `settings` those that readers of logs took, of which those in code count.
    `read_logs` finds the results in each of several texts that programs printed.
    A fence that is never closed and a note of more than 100,000 lines give an Issue, and the rest is read all the same.
    """
    text, generated = markup.without_table(formats.markdown(text, path))
    evaluations = [each for each in evaluations if each.where.line not in generated]
    parsed = markup.parse(text)
    evaluations = pasted.results(parsed, evaluations, read_logs)
    tables, in_code, declared = results.read(parsed, path)
    quoted = markup.in_code(parsed, settings)
    root = tree(
        parsed.lines,
        [*evaluations, *rows.unlabelled((*tables, *in_code), evaluations)],
        path,
        quoted,
    )
    reader = _Reader(path, root, tables, " ".join(line.text for line in parsed.lines))
    if not headings.are_of_paper([line.text for line in parsed.lines if line.kind == "heading"]):
        reader.read()
    issues = [
        Issue("this code fence is never closed: what follows was read as code", Where(path, n)) for n in parsed.unclosed
    ]
    if parsed.cut:
        told = f"only the first {markup.MOST_LINES} lines were read for headings and settings: split the note"
        issues.append(Issue(told, Where(path, markup.MOST_LINES)))
    if example := guides.examples(reader.experiments, parsed.lines, path):
        issues.append(example)
        reader.experiments.clear()
    elif not reader.experiments and not tables and (shown := pictures.only_shown(parsed, path)):
        issues.append(shown)
    issues += _lost(reader.experiments, tables, root, path)
    comments = list(ignores(text, path, parsed.lines))
    issues.extend(each for each in comments if isinstance(each, Issue))
    made = tuple(identified(told_apart(of_weights(of_only_run(reader.experiments, declared), text))))
    run_of = _names_by_line(made, root)
    remarks = ((row.where, text) for row in tables if row.is_own for _, text in row.others)
    return Note(
        made,
        tuple(sorted(reader.steps, key=lambda step: step.where)),
        tuple(issues),
        tuple(each for each in comments if isinstance(each, Ignore)),
        tuple(row for row in tables if row.results or not row.is_own),
        (
            *claims(parsed.lines, path, run_of),
            *reader.claims,
            *(claim for where, text in remarks for claim in own_claims(text, where, run_of(where.line))),
        ),
        tuple(references(parsed, path)),
    )


def _names_by_line(experiments: Sequence[Experiment], root: Section) -> Callable[[int], str]:
    """By the number of a line the name of the run that it is of; "" for other lines, and where names are not unique."""
    times = Counter(each.name for each in experiments)
    begun = {each.where.line: each.name if each.evaluations and times[each.name] == 1 else "" for each in experiments}
    names = dict(begun)
    for section in root.whole() if any(begun.values()) else ():
        lines = sorted({section.line, *(entry.line.number for entry in section.entries)} if section.level else ())
        run = ""
        for line in lines:
            run = begun.get(line, run)
            names.setdefault(line, run)
    return lambda line: names.get(line, "")


def _lost(
    experiments: Sequence[Experiment], rows_told: Sequence[TableRow], root: Section, path: str
) -> Iterator[Issue]:
    """Where lines of a section say results that are of no experiment and no row, in a note that tells of runs."""
    evaluations = [each for run in experiments for each in run.evaluations]
    if not evaluations:
        return
    known: dict[str, list[Metric]] = defaultdict(list)
    for metric in {m for e in (*evaluations, *chain(*(row.results for row in rows_told))) for m in e.metrics}:
        known[metric.name].append(metric)
    known["AP"] += known["AP50"]  # what VOC calls AP is that at an IoU of 0.5
    told = Counter(each.where.line for each in evaluations if each.form == "words")
    for section in root.whole():
        if section.is_supposed or section.is_todo or section.heading.is_problem or guides.is_of_paper(section):
            continue
        is_explained = section.is_documentation and not headings.is_summary(section.title)
        lines = {}
        for entry in section.entries:
            is_told = entry.told or (entry.beside and section.says_result)
            if not is_told or entry.line.kind not in ("item", "text"):
                continue
            found = [] if is_explained else [*entry.told, *entry.beside]
            left = [m for each in found for m in each.metrics if not any(map(m.agrees, known[m.name]))]
            beside = said.lost(entry.line) if told[entry.line.number] == 1 else ()
            if names := list(dict.fromkeys((*(f"{m.name} {m.text}" for m in left), *beside))):
                lines[entry.line.number] = names
        if lines:
            first, names = next(iter(lines.items()))
            more, are = f" and the results in {len(lines) - 1} more lines of this section", "are"
            more, are = (more, are) if len(lines) > 1 else ("", "is")
            message = (
                f"{', '.join(names)}{more} {are} not taken: a run has one result of each metric, and a line tells of"
                " one run. Give each run its own."
            )
            yield Issue(message, Where(path, first))


def of_tables(tables: Sequence[TableRow], path: str) -> tuple[Experiment, ...]:
    """The rows that tell of runs, in a file that is no note, as experiments. Its name is that of none of them."""
    reader = _Reader(path, root := Section(), tables, "")
    reader.read()
    return tuple(
        identified(
            replace(each, settings=tuple(s for s in each.settings if s.where.line > root.line))
            for each in reader.experiments
        )
    )


class _Reader:
    """Walks the sections of one note and gathers what they say. What their `text` never says none is asked for."""

    def __init__(self, path: str, root: Section, tables: Sequence[TableRow], text: str) -> None:
        self.path = path
        self._may_be_of_papers = guides.may_be_of_papers(text)
        self._may_say_results = said.may_say(text)
        self.experiments: list[Experiment] = []
        self._told = Told()
        self.steps: list[Step] = []
        self.claims: list[Claim] = []
        self._root = root
        self._titles: dict[Section, list[Setting]] = {}
        self._headings = sorted(root.headed(), key=lambda each: each[0])
        self._lines = [line for line, _ in self._headings]
        own = [row for row in tables if row.is_own and rows.is_labelled(row)]
        called = zip(own, rows.named(own), strict=True)
        self._tables = [list(group) for _, group in groupby(called, key=lambda pair: pair[0].table)]
        self._tabled = {self._section(table[0][0].where.line) for table in self._tables}
        self._published = {self._section(row.where.line) for row in tables if row.results and not row.is_own}
        self._boxed: set[int] = set()  # lines of steps that bear a box
        self._boxes: dict[int, Section] = {}  # by the lines of experiments for which nothing but a box speaks

    def read(self) -> None:
        """Read the whole note. Boxes and words of what is next count beside what tells of a run."""
        self.visit(self._root)
        self._told.take(list(self.experiments) if self._tables else [])
        for pairs in self._tables:
            table, names = zip(*pairs, strict=True)
            if any(row.results for row in table) or rows.is_plan(table):
                self.experiments.extend(list(self._of_rows(table, names)))
                self.claims.extend(rows.claims(table, names))
        if self._may_say_results and not self._published:
            is_told = any(each.evaluations for each in self.experiments)
            read = prose.ensembles if is_told else prose.experiments
            self.experiments.extend(read(self._root, self.path))
        self.experiments = sorted(told_once(self.experiments), key=lambda each: each.where.line)
        if not any(each.is_evident for each in self.experiments):
            self._keep_plans()

    def _keep_plans(self) -> None:
        """In a note that tells of no run a box is a step, and a step is boxed or asks for a result."""
        for each in self.experiments:
            if section := self._boxes.get(each.where.line):
                self._step(section.title, section.line, section.box)
        self.experiments = [each for each in self.experiments if each.where.line not in self._boxes]
        self.steps = [each for each in self.steps if each.task or each.where.line in self._boxed]

    def _section(self, line: int) -> Section:
        """The section below a heading in which a line stands."""
        return self._headings[bisect_right(self._lines, line, lo=1) - 1][1]

    def _of_rows(self, table: Sequence[TableRow], names: Sequence[str]) -> Iterator[Experiment]:
        """The rows of a table as experiments, but for those that sum up what stands elsewhere in the note."""
        section = self._section(table[0].where.line)
        if self._is_explained(table, section) and not any(map(rows.is_submitted, table)):
            return
        around = [*self._around(section), *section.agreed]
        named = self._carried(section)
        printed = self._printed_below(table, section)
        self._told.take(list(self.experiments), is_shifted=bool(printed))
        told = zip(table, names, rows.states(table), strict=True)
        for number, (row, name, (state, reason)) in enumerate(told):
            if (at := self._told.summed_by(row, name)) is not None:
                self.experiments[at] = rows.with_result(self.experiments[at], row)
                continue
            if not name or rows.is_chore(row) or self._told.repeats(row):
                continue
            link = next((link for link in row.links if places.is_run_folder(link.target)), None)
            yield Experiment(
                id="",
                name=name,
                where=row.where,
                title=row.title,
                group=row.table if len(table) > 1 else "",
                settings=combined(around, named, row.settings),
                evaluations=rows.with_block(row.results, printed[number]) if number in printed else row.results,
                citation=Citation(link.target, row.where) if link else None,
                mentions=tuple(places.mentions(" ".join((row.label, *(text for _, text in row.others))))),
                state=state,
                reason=reason,
            )

    def _is_explained(self, table: Sequence[TableRow], section: Section) -> bool:
        """Whether a table shows what may come out, or stands in a manual and calls none of its rows ours."""
        if section.is_supposed or not section.is_documentation:
            return section.is_supposed
        titles = headings.below_result([*(each.title for each in (*section.ancestors, section)[1:]), table[0].title])
        is_ours = any(results.OURS.search(row.label) for row in table)
        return not is_ours and any(map(headings.is_only_documentation, titles))

    def _printed_below(self, table: Sequence[TableRow], section: Section) -> dict[int, Experiment]:
        """The block of results of one of the rows, by the number of that; it is no experiment of its own then."""
        behind = self._told.first_behind(table[-1].where.line)
        number = None if behind is None else rows.printed_by(self.experiments[behind], table, section.title)
        return {} if behind is None or number is None else {number: self.experiments.pop(behind)}

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
        if made:
            self.experiments.extend(awaited(list(keeping_frozen(made))))
        if section.level == 0 and (section.measured or (not found and self._strong(section))):
            self.experiments.extend(awaited(list(self._experiments(section))))

    def _strong(self, section: Section) -> bool:
        """Whether a section is an experiment whatever stands around it."""
        if section.is_supposed or (self._may_be_of_papers and guides.is_of_paper(section)):
            return False
        if section.measured:
            return True
        if section in self._tabled or section in self._published:
            return False
        is_explained = section.is_documentation and not section.box
        if section.heading.is_todo or section.heading.is_problem or is_explained:
            return False
        if section.heading.is_common or section.is_around_runs:
            return False
        if section.heading.is_analysis and not any(e.told and says_result(e.line, section) for e in section.entries):
            return False
        declared = {s.name for entry in section.entries if entry.line.kind != "code" for s in entry.declared}
        listed = declared.intersection(TELLING)
        if listed and not (listed <= LENGTHS and any(len(entry.line.text) > _SENTENCE for entry in section.entries)):
            return True
        return any(
            (entry.citation and places.is_run_folder(entry.citation))
            or (entry.outcome.status and not headings.is_milestone(section.title))
            or (
                entry.told
                and (says_result(entry.line, section) or (section.level and entry.line.number == section.line))
            )
            for entry in section.entries
        ) or bool(section.box and (self._is_experiment(section) or names_a_run(section.title)))

    def _weak(self, section: Section) -> bool:
        """Whether a section is an experiment if one beside it is."""
        if section.is_documentation or section.is_todo or section.heading.is_analysis:
            return False
        if section in self._tabled or section in self._published:
            return False
        if is_step(section.title) or section.heading.is_common or section.heading.is_problem:
            return False
        failed = any(entry.outcome.failure for entry in section.entries[:_FIRST])
        told = (
            failed
            or section.outcome.told == "running"
            or any(places.is_of_run(entry.citation) for entry in section.entries)
        )
        return told or self._is_experiment(section) or bool(outcomes.failure(section.title))

    def _is_experiment(self, section: Section) -> bool:
        return any(setting.name in TELLING for setting in self._named(section))

    def _named(self, section: Section) -> list[Setting]:
        """The settings that a heading carries: asked for by all runs and sections below it."""
        if section not in self._titles:
            self._titles[section] = in_heading(section, self.path)
        return self._titles[section]

    def _experiments(self, section: Section) -> Iterator[Experiment]:
        where = Where(self.path, section.line)
        found = runs(section)
        group = f"{self.path}#{section.title}:{section.line}" if len(found) > 1 else ""
        if not group and section.is_item and section.parent and section.parent.item_children > 1:
            group = f"{self.path}#{section.parent.title}:{section.parent.line}"
        differing = differing_in(found) if len(found) > 1 else None
        heading = heading_of(section, self.path)
        around, named = self._around(section), self._carried(section)
        for run in found:
            state, reason = state_of(section, run)
            citation = citation_of(run, self.path)
            single = len(found) == 1 and section.level > 0
            place = where if single or not run.entries else Where(self.path, run.entries[0].line.number)
            if section.box and not (citation or run.evaluations or names_a_run(section.title)):
                self._boxes[place.line] = section
            own = [*run.shared, *run.declared, *run.said]
            yield Experiment(
                id="",
                name=run_name(heading, run, citation, differing),
                where=place,
                title=section.title,
                group=group,
                settings=combined(around, [*named, *in_path(citation)], own),
                evaluations=run.evaluations,
                citation=citation,
                mentions=() if citation else mentions(section, run),
                state=state,
                reason=reason,
                ticked=state == "finished" and is_ticked(section, run),
            )

    def _around(self, section: Section) -> list[Setting]:
        """The settings of the sections around one, the nearest of each name."""
        around: list[Setting] = []
        for above in section.ancestors:
            around += self._named(above)
            around += () if above.measured else above.declared.values()
            around += [replace(setting, inferred=True) for setting in above.common(section.line)]
        return list({setting.name: setting for setting in around}.values()) if around else around

    def _carried(self, section: Section) -> list[Setting]:
        """The settings that the heading of a run carries; the note's own name, where there is none."""
        if not section.title:
            return [*decode(file_name(self.path), Where(self.path, section.line))]
        return [] if section.is_item else self._named(section)

    def _steps(self, section: Section) -> None:
        todo = section.heading.is_todo
        if section.title and not todo and is_step(section.title) and not self._strong(section):
            self._step(section.title, section.line, section.box)
        for entry in section.entries:
            line = entry.line
            listed = line.kind == "item" and ((todo and not is_reading(line.text)) or line.box)
            told = line.kind in ("item", "text") and len(line.text) <= 200 and is_step(line.text)
            if line.text and (listed or told) and not (section.is_item and line.number == section.line):
                self._step(line.text, line.number, line.box)

    def _step(self, text: str, line: int, box: markup.Box) -> None:
        within = self._section(line)
        titles = (text, *(each.title for each in (within, *reversed(within.ancestors))))
        self.steps.append(Step(text, Where(self.path, line), task_of(text), box == "done", day_of(self.path, titles)))
        if box:
            self._boxed.add(line)
