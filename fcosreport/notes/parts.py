"""The runs of a section: several may stand under one heading and share what stands above them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from fcosreport.notes import headings, outcomes, words
from fcosreport.notes.markup import Line
from fcosreport.notes.said import is_beside
from fcosreport.notes.sections import Entry, Section
from fcosreport.records import Citation, Evaluation, Experiment, Metric, Setting, Where
from fcosreport.vocabulary import Value, stated
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.metrics import by_difficulty


@dataclass
class Run:
    """What a section says of one run. `shared`: settings that stand above all runs of the section."""

    entries: list[Entry]
    shared: tuple[Setting, ...] = ()

    def take(self, entries: Iterable[Entry]) -> None:
        """Add more of it; what was known of it is asked anew."""
        self.entries.extend(entries)
        for known in ("declared", "evaluations", "substantial"):
            self.__dict__.pop(known, None)

    @cached_property
    def declared(self) -> list[Setting]:
        return [setting for entry in self.entries for setting in entry.declared]

    @cached_property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """The results that stand there; those in words only where there is no other, as they comment on these."""
        measured = tuple(by_difficulty(entry.evaluation) for entry in self.entries if entry.evaluation)
        if measured:
            return measured
        told = [entry for entry in self.entries if entry.told or entry.beside]
        told.sort(key=lambda entry: _SAYS.get(entry.line.kind, 1))
        found = joined(each for entry in told for each in (*entry.told, *entry.beside))
        return tuple(by_difficulty(each) for each in found if not is_beside(each))

    @property
    def texts(self) -> Iterator[Line]:
        """The list items and sentences of the run."""
        return (entry.line for entry in self.entries if entry.line.kind in ("item", "text"))

    @cached_property
    def substantial(self) -> bool:
        """Whether it says anything of a run."""
        return any(
            e.declared or e.evaluation or e.told or e.citation or outcomes.failure(e.line.text) for e in self.entries
        )


_SAYS = {"code": 0, "heading": 2}
"""How sure it is that the author means the number as the result of the run: what was printed, said, in the heading."""


class _Part:
    """The run that is being read, with what tells the next one from it."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: list[Entry] = []
        self.values: dict[str, Value] = {}
        self.places: set[tuple[object, ...]] = set()
        self.complete = False
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        for setting in entry.declared:
            self.values.setdefault(setting.name, setting.value)
        if entry.evaluation:
            self.places.add(_place(entry.evaluation))
        self.complete = self.complete or bool(entry.evaluation or entry.citation)

    def is_over(self, entry: Entry) -> bool:
        """Whether `entry` may belong to another run: it repeats a result or a setting that tells runs apart."""
        if entry.evaluation:
            return _place(entry.evaluation) in self.places
        telling = {next(iter(self.values), ""), "lr", "train_batch_size", "seed"}
        return any(
            new.name in self.values and (self.complete or (new.value != self.values[new.name] and new.name in telling))
            for new in entry.declared
        )


def runs(section: Section) -> list[Run]:
    """The runs of a section, parted by rules, by a repeated setting or by a second result for the same task."""
    if len(section.entries) == 1 and section.entries[0].line.kind != "rule":
        return [Run([*section.entries])]
    parts = [_Part()]
    for entry in section.entries:
        if entry.line.kind == "rule":
            parts.append(_Part())
            continue
        cut = _cut(parts[-1].entries, entry, bool(section.title)) if parts[-1].is_over(entry) else None
        if cut is not None:
            begun = parts[-1].entries[cut:]
            del parts[-1].entries[cut:]
            parts.append(_Part(begun))
        is_below_rule = len(parts) > 1 and not parts[-1].entries
        parts[-2 if is_below_rule and _is_saved(entry) else -1].add(entry)
    return _shared(_merged(part.entries for part in parts))


def _cut(part: Sequence[Entry], entry: Entry, titled: bool) -> int | None:
    """Where in `part` the run of `entry` begins; None where nothing parts two results of one task."""
    kept = len(part)
    if entry.declared:
        while kept and not (_is_result(part[kept - 1]) or part[kept - 1].citation or part[kept - 1].declared):
            kept -= 1
        return kept
    while kept and not part[kept - 1].evaluation:
        kept -= 1
    separated = any(_parts_runs(each, titled) or _is_saved(each) for each in part[kept:])
    while separated and kept < len(part) and part[kept].citation:
        kept += 1
    return kept if separated else None


def _is_result(entry: Entry) -> bool:
    return bool(entry.evaluation or entry.told)


def _place(evaluation: Evaluation) -> tuple[object, ...]:
    return (evaluation.task, evaluation.category, evaluation.split, evaluation.epoch, evaluation.iteration)


def joined(told: Iterable[Evaluation]) -> Iterable[Evaluation]:
    """Results in words, of which a line may tell one number each; of a number that comes again, the last."""
    found: dict[tuple[object, ...], Evaluation] = {}
    for each in told:
        first = found.setdefault(_place(each), each)
        said = {metric.name: metric for metric in (*first.metrics, *each.metrics)}
        found[_place(each)] = replace(first if len(said) > len(each.metrics) else each, metrics=tuple(said.values()))
    return found.values()


def _is_saved(entry: Entry) -> bool:
    """Whether a program said there that the results above it are saved."""
    return bool(entry.citation and (entry.line.kind == "code" or words.SAVED.match(entry.line.text)))


def _parts_runs(entry: Entry, titled: bool) -> bool:
    text = entry.line.text
    listed = entry.line.kind == "item" or (titled and entry.line.kind == "text" and not words.is_log(text))
    return bool(text) and listed and not (entry.citation or headings.is_label(text) or words.task_of(text))


_NEAR = 4  # parts above the epochs of a run in which that is looked for


def _merged(parts: Iterable[list[Entry]]) -> list[Run]:
    """The parts as runs; one that says nothing of a run, or its numbers again, goes to the one before it.

    The epochs of a run go to it, where they stand a few parts below it.
    """
    made: list[Run] = []
    for part in parts:
        run = Run(part)
        owner = next((each for each in made[: -_NEAR - 1 : -1] if _traces(run, each)), None)
        if made and (not (run.substantial and made[-1].substantial) or _repeats(run, made[-1])):
            owner = made[-1]
        if owner:
            owner.take(part)
        else:
            made.append(run)
    return made


def _repeats(run: Run, before: Run) -> bool:
    """Whether a run is nothing but words on numbers that stand above it, as programs end what they print."""
    if run.declared or any(entry.evaluation or entry.citation for entry in run.entries):
        return False
    known = _known(before)
    said = [(known.get((each.task, metric.name)), metric) for each in run.evaluations for metric in each.metrics]
    return bool(said) and all(old and old.agrees(new) for old, new in said)


def _known(run: Run) -> dict[tuple[str, str], Metric]:
    return {(each.task, metric.name): metric for each in run.evaluations for metric in each.metrics}


def _traces(run: Run, before: Run) -> bool:
    """Whether a run is nothing but epochs of which one has the numbers of the run above it."""
    told = [entry.evaluation for entry in run.entries if entry.evaluation]
    if not told or run.declared or any(each.epoch is None for each in told):
        return False
    known = _known(before)
    pairs = ([(known.get((each.task, m.name)), m) for m in each.metrics] for each in told)
    return any(len(pair) > 1 and all(old and old.agrees(new) for old, new in pair) for pair in pairs)


def _shared(found: list[Run]) -> list[Run]:
    later = {setting.name for run in found[1:] for setting in run.declared}
    above: list[Setting] = []
    for entry in found[0].entries:
        if entry.evaluation or any(setting.name in later for setting in entry.declared):
            break
        above.extend(entry.declared)
    only_settings = len(above) == len(found[0].declared) and not any(
        e.evaluation or e.citation for e in found[0].entries
    )
    own = [] if only_settings and len(found) > 1 else found[:1]
    return [*own, *(Run(run.entries, tuple(above)) for run in found[1:])]


_GENERIC_FILES = frozenset(
    "readme result results log logs note notes index report experiment experiments test train val eval output nohup"
    " stdout".split()
)


_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()\s]{0,500}\)")
_EMPHASIS = re.compile(r"\*{1,3}|`")
_WIDEST = 60  # characters of what is said of a run, in its name


def heading_of(section: Section, path: str) -> str:
    """What a section is called: its heading, with the one above an item that is only settings; else the file's name.

    One that names no run but a phase of it, such as `Training results`, is called as what stands around it.
    """
    above = section.parent.title if section.parent else ""
    if section.parent and headings.is_phase(section.title):
        return heading_of(section.parent, path)
    if section.is_item and above and stated(section.title, Where(path, section.line)):
        return f"{above} ({section.title})"
    return _EMPHASIS.sub("", _LINK.sub(r"\1", section.title)).rstrip(":： ") or file_name(path)


def run_name(heading: str, run: Run, citation: Citation | None, differing: set[str] | None) -> str:
    """The last part of what the run cites, else the heading; with what differs where the section holds several runs.

    `differing` names the settings that tell the runs of the section apart; None where there is only one.
    """
    if citation:
        cited = PurePosixPath(citation.text.replace("\\", "/").rstrip("/"))
        if cited.name.strip(". "):
            is_log = words.is_run_folder(citation.text) and cited.suffix in (".log", ".txt", ".json", ".out")
            is_generic = is_log and cited.stem in _GENERIC_FILES and cited.parent.name
            return cited.parent.name if is_generic else cited.name
    if differing is None:
        return heading
    values = [f"{s.name} = {s.text}" for s in run.declared if s.name in differing]
    told = ", ".join(dict.fromkeys([*_model(run), *values])) or _said(run)
    return f"{heading} ({told})" if told else heading


def _model(run: Run) -> Iterator[str]:
    """The model that a line names before its settings: `YOLOv5s, 300 epochs, batch size = 64`."""
    for entry in run.entries:
        name, comma, _ = entry.line.text.partition(",")
        if entry.declared and comma and len(name) <= _WIDEST and detectors(name):
            yield name.strip()


def _said(run: Run) -> str:
    """The first line of a run that is not printed by a program and states no setting, if it is no label."""
    lines = (entry.line for entry in run.entries if not entry.told)
    texts = (e.text for e in lines if e.kind == "item" or (e.kind == "text" and not words.is_log(e.text)))
    said = next((text for text in texts if text and not stated(text, Where("", 1))), "")
    return "" if headings.is_label(said) else _clipped(_EMPHASIS.sub("", _LINK.sub(r"\1", said)).strip())


def _clipped(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1].rstrip()}…"


@lru_cache(64)  # each section of a note asks for it
def file_name(path: str) -> str:
    """The name of a note, or of its folder where the note's own says nothing."""
    file = PurePosixPath(path.replace("\\", "/"))
    return file.parent.name if file.stem.lower() in _GENERIC_FILES and file.parent.name else file.stem or path


def identified(made: Iterable[Experiment]) -> Iterator[Experiment]:
    """The experiments with ids: path, `#` and name, and a number where that is taken."""
    used: set[str] = set()
    counts: dict[str, int] = {}
    for experiment in made:
        base = f"{experiment.where.path}#{experiment.name}"
        name, count = base, counts.get(base, 1)
        while name in used:
            count += 1
            name = f"{base}-{count}"
        counts[base] = count
        used.add(name)
        object.__setattr__(experiment, "id", name)  # it is nobody's yet, and to copy it takes long
        yield experiment
