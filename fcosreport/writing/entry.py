"""The entry of a new run in the manner of the note that it goes into: like one that stands there, its facts changed.

What the model says of its own run beside settings, results and place is left out, as nothing tells that it holds here.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from fcosreport.comparing.plans import fulfilled
from fcosreport.notes.language import is_chinese
from fcosreport.notes.markup import Line, end_of, lines_of, parse
from fcosreport.records import COCO_METRICS, Evaluation, Experiment, Setting, Where
from fcosreport.vocabulary import stated
from fcosreport.wording import plain
from fcosreport.writing.mending import Reader, path_from
from fcosreport.writing.slips import as_printed

_AREAS = ("   all", "   all", "   all", " small", "medium", " large", *("   all",) * 3, " small", "medium", " large")
_DETECTIONS = ("100",) * 6 + ("  1", " 10", "100", "100", "100", "100")
_LABEL = re.compile(r".*[:：]\s*")
_ITEM = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*")
_NAME = re.compile(r"(?i)m?A[PR]\w*(?:[@_ ]?\d[\d.:]*)?")
"""The name of a metric, digits and all."""
_NUMBER = re.compile(r"\d")
_MARK = re.compile(r"\s*(?:[-*+]\s+)*")


class Entry(Struct, frozen=True):
    """The lines of an entry, where they belong: behind line `after` of the note, and the plan that they fulfil."""

    lines: tuple[str, ...]
    after: int
    plan: Experiment | None


def entry(run: Experiment, text: str, path: str, read: Reader) -> Entry:
    """The entry of `run` for the note `text` that is in `path`."""
    said = read(text)
    plans = [each for each in said if _is_open(each) and fulfilled(each, run)]
    plan = max(plans, key=lambda each: len(fulfilled(each, run)), default=None)  # the one that says most
    models = [each for each in said if _block(each)] or [each for each in said if _sentence(each, text)]
    if models:
        model = _Model(text, said, models[-1])
    else:
        own = _sample(is_chinese(text))
        model = _Model(own, read(own), read(own)[-1])
    lines = tuple(model.filled(run, path_from(run.id, path), plan))
    last = _Model(text, said, plan or said[-1]).end if said else len(lines_of(text))
    if plan and (mark := _item(text, plan.where.line)):
        lines = tuple(
            textwrap.indent(textwrap.dedent("\n".join(row.rstrip("\r\n") for row in lines)), mark).split("\n")
        )
    newline = end_of(text[: text.find("\n") + 1]) or "\n"
    return Entry(tuple(line.rstrip("\r\n") + newline for line in lines), last, plan)


def placed(text: str, made: Entry) -> str:
    """The note with the entry in its place."""
    lines = lines_of(text)
    above = "".join(lines[: made.after])
    gap = "" if not above or end_of(lines[made.after - 1]) else end_of(made.lines[0])
    return f"{above}{gap}{''.join(made.lines)}{''.join(lines[made.after :])}"


def _is_open(experiment: Experiment) -> bool:
    return not experiment.evaluations and not experiment.citation and experiment.state in ("planned", "noted")


def _block(experiment: Experiment) -> Evaluation | None:
    """The first result that stands there as a block of COCO's 12 numbers."""
    return next((e for e in experiment.evaluations if {*COCO_METRICS} <= {m.name for m in e.metrics}), None)


def _sentence(experiment: Experiment, text: str) -> Evaluation | None:
    """The first result that stands in a line of the note `text` which says nothing else: `结果: AP 38.3, AP50 68.7`."""
    rows = lines_of(text)
    told = (e for e in experiment.evaluations if e.origin == "note" and e.form == "words")
    return next((e for e in told if _says_only(rows[e.where.line - 1], e)), None)


def _says_only(row: str, result: Evaluation) -> bool:
    """Whether the only numbers of a line are those of a result."""
    at, rest = _filled(row, result, {m.name: "" for m in result.metrics})
    return at and not _NUMBER.search(_NAME.sub("", rest))


def _filled(row: str, result: Evaluation, numbers: Mapping[str, str]) -> tuple[bool, str]:
    """A line with each number of its result replaced by that of its metric; and whether all stand there, in order."""
    made, rest = "", row
    for metric in result.metrics:
        found = re.search(rf"(?<![\w.@]){re.escape(metric.text)}(?![\d.]*\d)", rest)
        if not found or metric.name not in numbers:
            return False, row
        made, rest = f"{made}{rest[: found.start()]}{numbers[metric.name]}", rest[found.end() :]
    return True, made + rest


def _item(text: str, number: int) -> str:
    """The blanks below the mark of the list item in a line of a note; none where that is no item."""
    lines = parse(text.removeprefix("\ufeff")).lines
    if not any(line.number == number and line.kind == "item" for line in lines):
        return ""
    return re.sub(r"\S", " ", _ITEM.match(lines_of(text)[number - 1])[0])  # type: ignore[index]  # it matches any row


class _Model:
    """An entry of a note that others are made after."""

    def __init__(self, text: str, said: Sequence[Experiment], experiment: Experiment) -> None:
        self._rows = lines_of(text)
        self._experiment = experiment
        self._path = experiment.where.path
        parsed = parse(text.removeprefix("\ufeff"))
        self._lines = {line.number: line for line in parsed.lines if line.kind != "code"}
        later = [each.where.line for each in said if each.where.line > experiment.where.line]
        heads = [line.number for line in parsed.lines if line.kind in ("heading", "rule") and self._is_behind(line)]
        self._end = min((*later, *heads), default=len(self._rows) + 1)
        self._first = experiment.where.line
        title = [n for n in range(self._first, 0, -1) if (n in self._lines and self._lines[n].kind == "heading")]
        self._title = title[0] if title and self._lines[title[0]].text == experiment.title else self._first
        self._settings = {s.name: s for each in said for s in each.settings if self._is_alone(s)}
        self._settings |= {s.name: s for s in experiment.settings if self._is_alone(s)}

    @property
    def end(self) -> int:
        """The last line of the entry that is not blank."""
        last = self._end - 1
        while last > self._first and not self._rows[last - 1].strip():
            last -= 1
        return last

    def filled(self, run: Experiment, cited: str, plan: Experiment | None) -> Iterator[str]:
        """The lines of the entry with the facts of `run`; below a plan without what that says already."""
        if plan is None and (head := self._lines.get(self._title)) and head.kind == "heading":
            yield self._rows[self._title - 1].replace(head.text, plain(run.name), 1)
        yield from self._declared(run, {s.name for s in plan.settings if not s.inferred} if plan else set())
        results = self._results(run)
        citation = self._experiment.citation
        for number in range(self._first, self.end + 1):
            row, line = self._rows[number - 1], self._lines.get(number)
            if number in results:
                yield results[number]
            elif citation and citation.where == Where(self._path, number):
                yield row.replace(citation.text, cited)
            elif row.strip().startswith(("```", "~~~")) or (line and number != self._title and _is_label(line)):
                yield row
        if not citation:
            yield f"{self._mark()}location: {cited}"

    def _is_behind(self, line: Line) -> bool:
        return line.number > self._experiment.where.line

    def _is_alone(self, setting: Setting) -> bool:
        """Whether a setting has a line of its own in the note's lists or text."""
        line = self._lines.get(setting.where.line)
        if setting.inferred or not line or line.kind == "heading" or setting.text not in self._rows[line.number - 1]:
            return False
        return len(stated(line.text, setting.where)) == 1

    def _declared(self, run: Experiment, told: set[str]) -> Iterator[str]:
        """A line for each setting that the note has lines for, in its order, if the run has it and no plan tells it."""
        for setting in sorted(self._settings.values(), key=lambda each: each.where.line):
            ours = run.setting(setting.name)
            if ours and setting.name not in told:
                text = _MARK.sub("", self._rows[setting.where.line - 1].rstrip("\r\n"), count=1)
                before, _, after = text.rpartition(setting.text)
                yield f"{self._mark()}{before}{ours.shown}{after}"

    def _mark(self) -> str:
        """What stands before the words of a line of the entry."""
        own = [s.where.line for s in self._settings.values() if self._first <= s.where.line < self._end]
        found = _MARK.match(self._rows[own[0] - 1]) if own else None
        return found[0] if found else "- "

    def _results(self, run: Experiment) -> Mapping[int, str]:
        """The lines of the block with the numbers of the run, by their numbers."""
        block = _block(self._experiment)
        said = None if block else _sentence(self._experiment, "".join(self._rows))
        result = run.result(told.task) if (told := block or said) else None
        if said and result:
            return self._in_a_line(said, result)
        if not block or not result:
            return {}
        found: dict[int, str] = {}
        at = block.where.line
        for ours in block.metrics:
            theirs = result.metric(ours.name)
            while at < self._end and not self._rows[at - 1].rstrip().endswith(ours.text):
                at += 1
            if theirs and theirs.value is not None and at < self._end:
                head = self._rows[at - 1].rstrip().removesuffix(ours.text)
                found[at] = f"{head}{as_printed(ours, theirs)}"
            at += 1
        return found

    def _in_a_line(self, said: Evaluation, result: Evaluation) -> Mapping[int, str]:
        pairs = [(ours, theirs) for ours in said.metrics if (theirs := result.metric(ours.name)) and theirs.text]
        numbers = {ours.name: as_printed(ours, theirs) for ours, theirs in pairs if theirs.value is not None}
        is_whole, row = _filled(self._rows[said.where.line - 1].rstrip("\r\n"), said, numbers)
        return {said.where.line: row} if is_whole else {}


def _is_label(line: Line) -> bool:
    return line.kind in ("item", "text") and bool(_LABEL.fullmatch(line.text))


def _sample(chinese: bool) -> str:
    """An entry as it is made for a note that has none with a block of numbers."""
    rows = [
        f"        Average {'Precision  (AP)' if number < 6 else 'Recall     (AR)'} @[ IoU={_range(name)} |"
        f" area={area} | maxDets={most} ] = 0.000\n"
        for number, (name, area, most) in enumerate(zip(COCO_METRICS, _AREAS, _DETECTIONS, strict=True))
    ]
    result = "结果：" if chinese else "result:"
    settings = "  - train_batch_size = 16\n  - lr = 0.01\n  - norm = bn\n  - init = scratch\n"
    return f'- ## run\n{settings}  - {result}\n    ```\n{"".join(rows)}    ```\n  - location: "run"\n'


def _range(name: str) -> str:
    return {"AP50": "0.50     ", "AP75": "0.75     "}.get(name, "0.50:0.95")
