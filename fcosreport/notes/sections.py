"""The sections of a note, each with its own lines and evaluations."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from msgspec.structs import replace

from fcosreport.notes import boards, headings, outcomes, places, said, words
from fcosreport.notes.entries import SAID_OF_ONE, Entry, entry_of, found_entry, saved_entries, tells_which
from fcosreport.notes.markup import BOLD_LEVEL, LONGEST_TITLE, Box, Line
from fcosreport.notes.once import once
from fcosreport.notes.pasted import captions
from fcosreport.records import Evaluation, Setting, Where
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.settings.telling import TELLING

_ITEM_LEVEL = 10
"""The heading level of a list item that heads a run, plus its depth: below every real heading."""
_VARIED = re.compile(
    r"(?i)\+ ?[A-Za-z]|\bw/|\b(?:with(?:out)?|baseline|tun(?:ed|ing)|ours?|dataset)\b|基线|改进|加入|添加"
)
"""What an author says of a model that he changed or trained: its mere name beside a number may be quoted."""
_CALLED = re.compile(r"[*`]{0,3}(?=[^\s:：]{0,60}\d)[A-Za-z][A-Za-z0-9.-]*_[\w.-]{1,60}[*`]{0,3}\s?[:：][*`]{0,3}\s")
"""An item that begins with the name of a run, as folders have it, and tells of that: `stage2_wide: mAP50: 0.46`."""
_RESULT_OF = re.compile(
    r"(?i)[*`]{0,3}(?=[^:：]{0,60}[\d_-])[^:：\s][^:：]{1,60}?[*`]{0,3}\s?(?:results?|结果|結果|결과)[*`]{0,3}\s?[:：]"
)
"""An item that begins with the name of a run and the word for its result: `wide-b8 50ep 结果：P=0.40`."""
_SHORT = 100  # characters of an item that names a run; longer ones tell of papers
_OF_CLASS = re.compile(
    r"(?i)(?!\W*(?:(?:over)?all|total|mean|average|macro|平均|全|整体|总体|전체|평균))[^:：|=]{1,40}(?:[:：|=]|\s[—–-]\s)\D{0,40}\d"
)
"""The name of a class and a number of it."""
_PARTS = re.compile(r"[;；。，、]|,\s|\.\s+(?=[A-Z])|\s(?:and|while|whereas|but|vs\.?|versus)\s")
"""What may stand between two results of one sentence."""
_BETWEEN = " ,;；。，、"
_OPENS = re.compile(r"[(（:：]")
_UNMARKED = words.Beginning()
_NAME = re.compile(r"(?=.*\d)[\w.+-]{1,24}")
"""A heading that is nothing but the name of a run: `m2-1`."""


@dataclass(eq=False)
class Section:
    """A heading and what stands below it, without the sections below it. The root has level 0 and no title.

    `heading` and `outcome` are what its title says of it, and of how a run went. `is_todo`: it, or one around it, is of
    what is still to be done; `is_supposed`: their numbers are hoped for, or show what a program would print.
    """

    title: str = ""
    line: int = 1
    level: int = 0
    depth: int = 0
    box: Box = ""
    parent: "Section | None" = None
    entries: list[Entry] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)
    is_repeated: bool = False  # its title stands below other headings as well, and tells no run from another

    def __post_init__(self) -> None:
        self.heading = headings.meaning(self.title)
        self.outcome = outcomes.outcome(self.title)
        self.is_todo: bool = self.heading.is_todo or (self.parent is not None and self.parent.is_todo)
        self.is_supposed: bool = self.heading.is_supposed or (self.parent is not None and self.parent.is_supposed)

    @once
    def ancestors(self) -> "tuple[Section, ...]":
        """The sections around this one, the root first."""
        return (*self.parent.ancestors, self.parent) if self.parent else ()

    def whole(self) -> "Iterator[Section]":
        """The section and all below it."""
        yield self
        for child in self.children:
            yield from child.whole()

    def headed(self) -> "list[tuple[int, Section]]":
        """The headings of the section and of those below it: the line of each, and the section it is in.

        One that only labels, such as `## Results`, opens none.
        """
        found: list[tuple[int, Section]] = []
        waiting = [self]
        while waiting:
            section = waiting.pop()
            if not section.is_item:
                labels = [entry.line.number for entry in section.entries if entry.line.kind == "heading"]
                found.append((section.line, section))
                found += [(line, section) for line in labels if line > section.line]
            waiting += reversed(section.children)
        return found

    @property
    def tells_of_runs(self) -> bool:
        """Whether it, or a section below, holds an evaluation or declares settings. Ask when the tree is whole."""
        return self.measured or bool(self.declared) or any(child.tells_of_runs for child in self.children)

    @property
    def is_around_runs(self) -> bool:
        """Whether runs are told of right below; what is planned there comes after it. Ask when the tree is whole."""
        return any(child.tells_of_runs for child in self.children if not child.heading.is_todo)

    @property
    def is_item(self) -> bool:
        """Whether a list item heads the section."""
        return self.level >= _ITEM_LEVEL

    @once
    def is_documentation(self) -> bool:
        """Whether it, or one around it, explains how to use something; an item that says a result does not, nor does a
        setup that declares settings above their result.
        """
        is_told = self.is_item and any(entry.told for entry in self.entries if entry.line.number == self.line)
        is_told = is_told or (
            self.heading.is_phase
            and any(entry.told for entry in self.entries)
            and any(entry.declared for entry in self.entries if entry.line.kind != "code")
        )
        is_own = self.heading.is_documentation and not is_told
        return is_own or (self.parent is not None and self.parent.is_documentation)

    @once
    def is_running(self) -> bool:
        """Whether its title says so, perhaps in brackets or behind a colon."""
        parts = _OPENS.split(self.title) if self.outcome is not outcomes.UNTOLD else ()
        return self.outcome.is_running or any(map(outcomes.is_running, parts[1:]))

    @once
    def measured(self) -> bool:
        """Whether the section itself holds an evaluation. Ask when the tree is whole."""
        return any(entry.evaluation for entry in self.entries)

    @property
    def says_result(self) -> bool:
        """Whether the section itself holds a result, printed or in words."""
        return self.measured or any(entry.told for entry in self.entries)

    @once
    def declared(self) -> dict[str, Setting]:
        """The settings that the section's own lists declare, the last of each name. Ask when the tree is whole."""
        return {setting.name: setting for entry in self.entries for setting in entry.declared}

    @once
    def agreed(self) -> list[Setting]:
        """Those of the declared settings that the section declares of one value: of several, each is of another run."""
        if not self.declared:
            return []
        values = {(setting.name, setting.value) for entry in self.entries for setting in entry.declared}
        times = Counter(name for name, _ in values)
        return [setting for name, setting in self.declared.items() if times[name] == 1]

    @once
    def _common(self) -> list[tuple[int, dict[str, Setting]]]:
        found: list[tuple[int, dict[str, Setting]]] = [(0, {})]
        for child in self.children:
            if child.declared and child.heading.is_common and not child.measured:
                found.append((child.line, {**found[-1][1], **child.declared}))
        return found

    def common(self, line: int) -> Iterable[Setting]:
        """What the sections right below, before `line`, declare for all the sections beside them."""
        found = self._common
        return found[bisect_left(found, line, key=lambda each: each[0]) - 1][1].values() if len(found) > 1 else ()

    @once
    def item_children(self) -> int:
        """How many list items right below head a run."""
        return sum(child.is_item for child in self.children)


def tree(
    lines: Sequence[Line], evaluations: Sequence[Evaluation], path: str, quoted: Sequence[Setting] = ()
) -> Section:
    """The root of the sections of a note. Every evaluation is in exactly one of them, the one its line stands in.

    `quoted` are the settings of the logs that are pasted into it.
    """
    entries = [
        entry_of(line, path) for line in _of_diary([part for each in _without_classes(lines) for part in _by_run(each)])
    ]
    heads = _heads(entries, evaluations)
    open_sections = [root := Section()]
    found = [*map(found_entry, evaluations), *map(found_entry, quoted), *saved_entries(lines, evaluations)]
    found += (entry_of(each, path) for each in captions(lines, evaluations))
    waiting = sorted(found, key=lambda each: each.line.number)[::-1]  # those of one line as they were printed
    for index, entry in enumerate(entries):
        while waiting and waiting[-1].line.number < entry.line.number:
            open_sections[-1].entries.append(waiting.pop())
        if entry.line.kind == "heading" or index in heads:
            _open(open_sections, entry)
            continue
        while open_sections[-1].is_item and _is_outside(entry.line, open_sections[-1]):
            open_sections.pop()
        open_sections[-1].entries.append(entry)
    open_sections[-1].entries.extend(reversed(waiting))
    _mark_repeated(root)
    return root


def _mark_repeated(root: Section) -> None:
    found: dict[str, list[Section]] = defaultdict(list)
    for _, section in root.headed():
        if section.level and not section.is_item:
            found[headings.bare(section.title)].append(section)
    for alike in found.values():
        parents = {each.parent for each in alike}
        if len(parents) > 1 and all(parent and parent.level for parent in parents):
            for each in alike:
                each.is_repeated = True


def _without_classes(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without those that say the number of one class each, below a heading that announces such numbers."""
    level = 0
    for line in lines:
        if line.kind == "heading" and (not level or line.level <= level):
            level = line.level if headings.is_of_classes(line.text) else 0
        is_of_class = level and line.kind in ("item", "text") and _OF_CLASS.match(line.text)
        if not is_of_class or words.is_result(line.text):
            yield line


def _by_run(line: Line) -> Sequence[Line]:
    """The line; one that tells the results of several runs as an item for each: `lr 0.01: mAP 31, lr 0.1: mAP 8`."""
    if line.kind not in ("item", "text") or line.box or not any(said.lost(line)):
        return [line]
    starts = [0]
    for part in _PARTS.finditer(line.text):
        before, rest = line.text[starts[-1] : part.start()], line.text[part.end() :]
        if any(said.results(replace(line, text=before), "")) and tells_which(_PARTS.split(rest, 1)[0]):
            starts.append(part.end())
    clauses = [line.text[start:end].strip(_BETWEEN) for start, end in pairwise([*starts, None])]
    named = [tells_which(each) for each in clauses]
    if len(clauses) < 2 or not all(named) or len(set(named)) < len(named):
        return [line]
    items = [replace(line, kind="item", text=each) for each in clauses]
    return items if all(_tells_a_run(entry_of(each, "")) for each in items) else [line]


def _of_diary(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines; a paragraph that begins with its date is an item of a diary, and so are several lines below each other
    of which each names a run and says its result; dates and numbers of experiments, of which there are several, head
    its entries, and `Plan:` the list below it.
    """
    begun = [words.beginning(line.text) if line.kind == "text" else _UNMARKED for line in lines]
    dates, numbered = sum(each.is_date for each in begun), sum(each.is_numbered for each in begun)
    labelled = {line.number for line, each in zip(lines, begun, strict=True) if each.is_labelled}
    listed = {line.number - 1 for line in lines if line.kind == "item"}
    for line, each in zip(lines, begun, strict=True):
        if each is _UNMARKED:
            yield line
        elif each.is_dated or (each.is_labelled and not labelled.isdisjoint((line.number - 1, line.number + 1))):
            yield replace(line, kind="item")
        elif line.number in listed and headings.is_todo(line.text) and line.text[-1] in ":：":
            yield replace(line, kind="heading", level=BOLD_LEVEL, text=line.text.rstrip(":：* "))
        elif (dates > 1 and each.is_date) or (numbered > 1 and each.is_numbered and line.number not in labelled):
            yield replace(line, kind="heading", level=BOLD_LEVEL)
        else:
            yield line


def _is_outside(line: Line, item: Section) -> bool:
    """Whether a line is not in the list item that heads a section; another paragraph of it is as deep as the item."""
    return line.depth < item.depth or (line.depth == item.depth and line.kind in ("item", "rule"))


def _heads(entries: Sequence[Entry], evaluations: Sequence[Evaluation]) -> set[int]:
    """The list items that head a run: a title with settings in the list below it, or a task box with settings."""
    measured = sorted(each.where.line for each in evaluations)
    stands: dict[int, tuple[int, int]] = {}
    proven: set[int] = set()
    listed: dict[tuple[int, int], list[int]] = defaultdict(list)
    untold: dict[tuple[int, int], list[int]] = defaultdict(list)
    boxes: Counter[tuple[int, int]] = Counter()
    heading, heading_is_todo = 0, False
    ends = _ends(entries)
    for index, entry in enumerate(entries):
        line, text = entry.line, entry.line.text
        if line.kind == "heading":
            heading, heading_is_todo = index, headings.is_todo(text)
        if line.kind != "item" or not text or len(text) > 200:
            continue
        place, end = (heading, line.depth), ends[index]
        if _says_own(entry):
            listed[place].append(index)
        elif _says_outcome(entry):
            untold[place].append(index)
        below = entries[index + 1 : end]
        boxes[place] += bool(line.box)
        is_plan = heading_is_todo and _plans_a_run(entry)
        boxed = line.box and (entry.declared or entry.said or names_a_run(text))
        dated = below and words.is_date(text)
        named = below and not (entry.citation or headings.is_label(text))
        told = named and not entry.told and any(each.told for each in below)
        told = told or (named and not entry.declared and any(each.declared or each.told for each in below))
        if boxed or is_plan or dated or told or headings.numbers_an_experiment(text):
            stands[index] = place
            last = entries[end].line.number if end < len(entries) else 1 << 60
            has_result = bisect_left(measured, line.number) < bisect_left(measured, last)
            if line.box or is_plan or has_result or any(each.citation for each in below):
                proven.add(index)
    for place, indexes in listed.items():
        if sum(_tells_a_run(entries[index]) for index in indexes) > 1:
            stands |= dict.fromkeys((*indexes, *untold[place]), place)
            proven.update((*indexes, *untold[place]))
    peers = Counter(stands.values())
    kept = {index for index, place in stands.items() if index in proven or peers[place] > 1}
    return {
        index for index in kept if not (_is_feature(entries[index]) and 2 * peers[stands[index]] < boxes[stands[index]])
    }


def _tells_a_run(entry: Entry) -> bool:
    """Whether an item says a result, and in the same breath of what: `- lr 1e-3: mAP 0.46`, `1. YOLOv8n: mAP50 0.8`.

    One that names the folder of a run does, however long it is.
    """
    if not _says_own(entry):
        return False
    text, said = entry.line.text, {each.name for each in (*entry.declared, *entry.said)}
    of_own = "epochs" in said or (len(text) <= _SHORT and _VARIED.search(text))
    tells = not SAID_OF_ONE.isdisjoint(said) or (of_own and detectors(text))
    is_named = _CALLED.match(text) or _RESULT_OF.match(text) or words.is_dated(text)
    return bool(tells or is_named or any(map(places.is_run_folder, places.mentions(text))))


def _says_own(entry: Entry) -> bool:
    return bool(entry.told and not entry.citation and "://" not in entry.line.text)


def _says_outcome(entry: Entry) -> bool:
    """Whether an item tells of a run without a result: how it went, or on which day, and with what settings."""
    text, said = entry.line.text, {each.name for each in (*entry.declared, *entry.said)}
    is_told = outcomes.outcome(text) is not outcomes.UNTOLD and any(outcomes.outcome(text))
    return not TELLING.isdisjoint(said) and (is_told or words.begins_dated(text))


def _plans_a_run(entry: Entry) -> bool:
    """Whether an item below a plan says which run it is: with two settings or more of those that tell runs apart."""
    return len({each.name for each in (*entry.declared, *entry.said)} & TELLING) > 1


def _is_feature(entry: Entry) -> bool:
    """Whether a box names, with one word of a setting, what may be a part of a program: `[x] Sync BN`."""
    return bool(entry.line.box) and not (entry.declared or entry.told or names_a_run(entry.line.text))


def names_a_run(text: str) -> bool:
    """Whether words of a line are the name of a run's folder: with the rate in it, or with the word to run it."""
    named = places.mentions(text)
    return bool(named) and (
        places.asks_to_run(text)
        or any(s.name == "lr" for name in named for s in decode(name.rpartition("/")[2], Where("", 1)))
    )


def says_result(line: Line, section: Section) -> bool:
    """Whether a line that names a metric is there to say the result of the run of its section, and names no other."""
    if line.kind in ("heading", "code") or _NAME.fullmatch(section.title) or words.is_dated(section.title):
        return True
    if headings.is_of_series(section.title) and not section.is_item:
        return not boards.before(line.text)
    return words.is_result(line.text) and not boards.before(line.text)


def _ends(entries: Sequence[Entry]) -> list[int]:
    """For each line the index of the first line after it that is not inside its list item."""
    ends = [len(entries)] * len(entries)
    inside: list[int] = []
    for index, entry in enumerate(entries):
        outermost = entry.line.kind == "heading"
        while inside and (outermost or entry.line.depth <= entries[inside[-1]].line.depth):
            if entry.line.kind != "item" and not outermost and entry.line.depth == entries[inside[-1]].line.depth:
                break  # another paragraph, a fence or a rule of the same list item
            ends[inside.pop()] = index
        if entry.line.kind == "item":
            inside.append(index)
    return ends


def _open(sections: list[Section], entry: Entry) -> None:
    line = entry.line
    level = line.level or _ITEM_LEVEL + line.depth
    while sections[-1].level >= level:
        sections.pop()
    above = sections[-1]
    if line.level and headings.is_label(line.text, is_bold=line.level == BOLD_LEVEL):
        before = above.children[-1] if above.children else None
        unfinished = before and _unfinished(before)
        if before and before.level == level and (unfinished or headings.is_task(line.text)):
            sections.append(before)
        sections[-1].entries.append(Entry(Line(line.number, "heading", line.text), outcome=entry.outcome))
        return
    section = Section(line.text[:LONGEST_TITLE], line.number, level, line.depth, line.box, above)
    if not line.level or entry.told:
        section.entries.append(entry)
    above.children.append(section)
    sections.append(section)


def _unfinished(section: Section) -> bool:
    return any(each.declared for each in section.entries) and not any(each.evaluation for each in section.entries)
