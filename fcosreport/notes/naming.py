"""What a run is called: by what it cites, its heading and what differs, or the note's own name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath

from msgspec.structs import force_setattr, replace

from fcosreport.notes import headings, outcomes, words
from fcosreport.notes.parts import Run, model_of
from fcosreport.notes.sections import Section
from fcosreport.records import Citation, Experiment
from fcosreport.vocabulary import is_stated
from fcosreport.vocabulary.detectors import detectors

_GENERIC_FILES = frozenset(
    "readme result results log logs note notes index report experiment experiments test train val eval output nohup"
    " stdout".split()
)
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()\s]{0,500}\)")
_COLON = re.compile("[:：]")
_ARROW = re.compile(r"\s(?:-{1,2}>|=>|→)\s")
"""What parts the name of a run from what came of it, in a heading."""
_OF_RESULT = re.compile(r"(?i)(?<=\S)\s?(?:\bresults?|结果|結果|결과)$")
_EMPHASIS = re.compile(r"\*{1,3}|`")
_SENTENCE = 100  # characters from which on a heading says more than a name
_KEYED = re.compile(
    r"(?i)[*_]{0,2}(?:network|model|detector|architecture|模型|网络|モデル|모델)[*_]{0,2}\s?[:：][*_]{0,2}\s?(?P<name>[^<>:：|]{2,60}?)\s{0,4}(?:<br|[|]|$)"
)
_CAPTION = 40  # characters of a name that stands by itself
_WIDEST = 60  # characters of what is said of a run, in its name


def heading_of(section: Section, path: str) -> str:
    """What a section is called: its heading, with the one above an item that is only settings; else the file's name.

    One that names no run but a phase of it, such as `Training results`, is called as what stands around it; one that
    stands below several headings with that above it, which is enough where nothing else there has a result.
    """
    above = section.parent.title if section.parent else ""
    is_result = not section.is_item and words.is_result(section.title)
    if section.parent and (section.heading.is_phase or is_result or _is_only_result(section)):
        return heading_of(section.parent, path)
    title = _before_result(section)
    title = _LINK.sub(r"\1", title) if "](" in title else title
    title = outcomes.unmarked(_EMPHASIS.sub("", title)).rstrip(":： ")
    if above and (section.is_repeated or (section.is_item and is_stated(section.title))):
        return f"{above} ({title})"
    return title or _title_of(section) or file_name(path)


def _title_of(root: Section) -> str:
    """The title of a note whose sections stand beside it: its first heading, if there is nothing below it."""
    first = root.children[0] if root.children and not root.level else None
    is_title = first and not (first.is_item or first.entries or first.children or first.heading.is_phase)
    return first.title if first and is_title else ""


def _is_only_result(section: Section) -> bool:
    """Whether a heading that stands below others as well has the only result of what is around it."""
    around = section.parent
    if not (around and section.is_repeated) or detectors(section.title):
        return False
    return not any(each.says_result for each in (around, *around.children) if each is not section)


def _before_result(section: Section) -> str:
    """The title of an item; of one that says a result behind a colon what stands before that: `YOLOv8n: mAP50 0.8`, and
    of one that numbers an experiment: `Train 17: wider`. Of a heading that says a result what stands before its arrow.
    """
    is_told = any(entry.told for entry in section.entries if entry.line.number == section.line)
    if not section.is_item:
        return (_ARROW.split(section.title, 1)[0] if is_told else "") or section.title
    if not (is_told or headings.numbers_an_experiment(section.title)):
        return section.title
    name = _OF_RESULT.sub("", _COLON.split(section.title, 1)[0])
    is_name = any(map(str.isalpha, name)) and not (headings.is_phase(name) or words.is_result(f"{name}: 1"))
    return name.strip() if is_name else section.title


def run_name(heading: str, run: Run, citation: Citation | None, differing: set[str] | None) -> str:
    """The last part of what the run cites, else the heading; with what differs where the section holds several runs.
    A program may have named the model of each.

    `differing` names the settings that tell the runs of the section apart; None where there is only one.
    """
    if citation:
        cited = PurePosixPath(citation.text.replace("\\", "/").rstrip("/"))
        if cited.name.strip(". "):
            is_log = cited.suffix in (".log", ".txt", ".json", ".out")
            is_generic = is_log and cited.stem in _GENERIC_FILES and cited.parent.name
            return cited.parent.name if is_generic else cited.name
    if differing is None:
        return heading
    for each in run.evaluations:
        if model := model_of(each):
            return model
    values = [f"{s.name} = {s.text}" for s in run.declared if s.name in differing]
    told = ", ".join(dict.fromkeys([*_model(run), *values])) or _said(run)
    if told and len(heading) > _SENTENCE:
        return told
    return f"{heading} ({told})" if told else heading


def _model(run: Run) -> Iterator[str]:
    """The model that a line names before its settings: `YOLOv5s, 300 epochs, batch size = 64`; or the name on a line of
    its own right above them: `RetinaNet:`; or what stands behind a word for it: `Network: MobileNetV2 + YOLOv3`.
    """
    for entry in run.entries:
        name, comma, _ = entry.line.text.partition(",") if entry.declared else ("", "", "")
        if comma and len(name) <= _WIDEST and detectors(name):
            yield name.strip()
    for entry in run.entries:
        if found := _KEYED.match(entry.line.text):
            yield found["name"].strip()
    for above, entry in pairwise(run.entries):
        caption = above.line.text.strip() if entry.declared and not above.declared else ""
        if caption.endswith((":", "：")) and len(caption) <= _CAPTION and not headings.is_phase(caption):
            yield caption.rstrip(":： ")


def _said(run: Run) -> str:
    """The first line of a run that is not printed by a program and states no setting, if it is no label."""
    lines = (entry.line for entry in run.entries if not entry.told)
    texts = (e.text for e in lines if e.kind == "item" or (e.kind == "text" and not words.is_log(e.text)))
    said = next((text for text in texts if text and not is_stated(text)), "")
    return "" if headings.is_label(said) else _clipped(_EMPHASIS.sub("", _LINK.sub(r"\1", said)).strip(":： "))


def _clipped(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1].rstrip()}…"


@lru_cache(64)  # each section of a note asks for it
def file_name(path: str) -> str:
    """The name of a note, or of its folder where the note's own says nothing."""
    file = PurePosixPath(path.replace("\\", "/"))
    return file.parent.name if file.stem.lower() in _GENERIC_FILES and file.parent.name else file.stem or path


def told_apart(made: Sequence[Experiment]) -> Iterator[Experiment]:
    """The experiments; those that have one name below several headings are called by these as well: `SSD (vgg16)`."""
    titles: dict[str, set[str]] = defaultdict(set)
    for each in made:
        titles[each.name].add(each.title)
    for each in made:
        is_apart = len(titles[each.name]) == 1 or not each.title or headings.is_phase(each.title)
        name = f"{_EMPHASIS.sub('', each.title)} ({each.name})"
        is_longer = is_apart or each.name in each.title or len(name) > _SENTENCE
        yield each if is_longer else replace(each, name=name)


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
        force_setattr(experiment, "id", name)  # it is nobody's yet, and to copy it takes long
        yield experiment
