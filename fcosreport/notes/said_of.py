"""What an entry of a note says of its run besides the result: settings, near and far, and where it lies."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from fcosreport.notes import places
from fcosreport.notes.parts import Run
from fcosreport.notes.sections import Section
from fcosreport.records import Citation, Setting, Where
from fcosreport.vocabulary import decode, stated
from fcosreport.vocabulary.settings.names import may_state
from fcosreport.vocabulary.signs import signed

_MOST_MENTIONS = 20
_AGAINST = signed(r"\b(?:vs|versus)\b|对比|比較|비교", "vs|versus")


def differing_in(found: Iterable[Run]) -> set[str]:
    """The names of the settings that tell the runs of a section apart."""
    values: dict[str, set[object]] = defaultdict(set)
    for run in found:
        for setting in run.declared:
            values[setting.name].add(setting.value)
    return {name for name, seen in values.items() if len(seen) > 1}


_SIGNS = re.compile(r"[:：;；()（）|]")
_NAMES = re.compile(r"\s(?=(?:lr|learning rate|batch(?: size)?|bs|seed|epochs)\s?[=:]?\s?\d)", re.IGNORECASE)
"""What parts the settings in a heading from the rest of it: `Run 3: lr 5e-3`, `FCOS R-50 lr 0.01 batch size 16`."""


def in_heading(section: Section, path: str) -> list[Setting]:
    """The settings that a heading carries; one that holds two things against each other states only what is equal."""
    where = Where(path, section.line)
    told = list(stated(section.title, where))
    if _AGAINST.search(section.title):
        return told
    if not told and may_state(section.title):
        parts = (*_SIGNS.split(section.title), *_NAMES.split(section.title))
        found = [each for part in parts for each in stated(part.strip(), where)]
        told = [each for each in found if len({other.value for other in found if other.name == each.name}) == 1]
    names = {setting.name for setting in told}
    return [*told, *[setting for setting in decode(section.title, where) if setting.name not in names]]


def combined(around: Sequence[Setting], named: Sequence[Setting], own: Sequence[Setting]) -> tuple[Setting, ...]:
    """The settings of a run. The nearer text overrides what stands around it; a name that contradicts stays, first."""
    stated_here = list({(s.name, s.value): s for s in reversed(own)}.values())[::-1] if len(own) > 1 else own
    if not (around or named):
        return tuple(stated_here)
    pairs = {(s.name, s.value) for s in stated_here}
    in_name = list({(s.name, s.value): s for s in named if (s.name, s.value) not in pairs}.values())
    taken = {s.name for s in (*stated_here, *in_name)}
    inherited = {s.name: s for s in around if s.name not in taken}
    return (*inherited.values(), *in_name, *stated_here)


def in_path(citation: Citation | None) -> tuple[Setting, ...]:
    """The settings that the last two names of a cited path carry."""
    if not citation or "://" in citation.text:
        return ()
    return decode("/".join(citation.text.replace("\\", "/").rstrip("/").split("/")[-2:]), citation.where)


def mentions(section: Section, run: Run) -> tuple[str, ...]:
    """The words of the heading and of the run's lines that may name its folder."""
    texts = (section.title, *[entry.line.text for entry in run.texts])
    named = [name for text in texts for name in places.mentions(text)]
    return tuple(dict.fromkeys(named))[:_MOST_MENTIONS] if named else ()


def citation_of(run: Run, path: str) -> Citation | None:
    """What a run cites, or where a log that is pasted there says that its results are."""
    if cited := [entry for entry in run.entries if entry.citation]:
        return Citation(cited[0].citation, Where(path, cited[0].line.number))
    if not (code := [entry for entry in run.entries if entry.line.kind == "code"]):
        return None
    for entry in code:
        if printed := places.SAVED.search(entry.line.text):
            above = entry.line.text.count("\n", 0, printed.start())
            return Citation(printed[1], Where(path, entry.line.number + entry.line.is_fenced + above))
    saved = [s for entry in code for s in entry.declared if s.name == "output_dir"]
    return Citation(str(saved[-1].value), saved[-1].where) if saved else None
