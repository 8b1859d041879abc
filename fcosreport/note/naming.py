"""What the experiments of a note are called, and the ids that tell them apart."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from fcosreport.note import words
from fcosreport.note.runs import Run
from fcosreport.note.sections import Section
from fcosreport.records import Citation, Experiment, Where
from fcosreport.vocabulary import stated

_GENERIC_FILES = frozenset("readme result results log logs note notes index report experiment experiments".split())


def run_name(section: Section, run: Run, citation: Citation | None, differing: set[str] | None, path: str) -> str:
    """The last part of what the run cites, else the heading; with what differs where the section holds several runs.

    `differing` names the settings that tell the runs of the section apart; None where there is only one.
    """
    if citation:
        cited = PurePosixPath(citation.text.replace("\\", "/").rstrip("/"))
        if cited.name.strip(". "):
            is_log = words.is_run_folder(citation.text) and cited.suffix in (".log", ".txt", ".json", ".out")
            is_generic = is_log and cited.stem in _GENERIC_FILES and cited.parent.name
            return cited.parent.name if is_generic else cited.name
    heading = section.title or file_name(path)
    above = section.parent.title if section.parent else ""
    if section.is_item and above and stated(section.title, Where(path, section.line)):
        heading = f"{above} ({section.title})"
    if differing is None:
        return heading
    values = [f"{s.name} = {s.text}" for s in run.declared if s.name in differing]
    said = next((line.text[:60] for line in run.texts if line.text and not stated(line.text, Where(path, 1))), "")
    told = ", ".join(dict.fromkeys(values)) or ("" if words.is_label(said) else said)
    return f"{heading} ({told})" if told else heading


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
        yield replace(experiment, id=name)
