"""What notes cite: the files that it adds to those under the given paths, or why it is not read."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from fcosreport.collecting.discover import Discovery, Found
from fcosreport.files.allowed import Allowed
from fcosreport.files.paths import is_under
from fcosreport.records import Experiment, Fragment, Issue
from fcosreport.wording import plain

MOST_FILES = 10_000
"""Files that citations add to one collect: a note cites runs, of a few files each, and hardly a whole archive."""
MOST_BYTES = 1 << 30
"""Their bytes: what two processes read in a minute or two."""

_TOO_MUCH = f"more than citations may add ({MOST_FILES:,} files, {MOST_BYTES >> 30} GB); give it as PATH"


@dataclass(slots=True)
class Citations:
    """What the notes of one collect cite. `roots` are the paths that were walked, `seen` the keys of the files met.

    `issues` are those of the walks; `unread` says what is not read, which the notes then say themselves.
    """

    allowed: Allowed
    roots: list[str]
    seen: set[str]
    issues: list[Issue] = field(default_factory=list)
    unread: list[Issue] = field(default_factory=list)
    _files: int = 0
    _bytes: int = 0

    def follow(self, note: Fragment) -> tuple[Fragment, list[Found]]:
        """The note, each of its citations with why it is not read, and the files that the others add."""
        found: list[Found] = []
        unread: dict[str, str] = {}
        for citation in (each.citation for each in note.experiments if each.citation):
            if citation.text not in unread:
                unread[citation.text] = reason = self._add(note.source.path, citation.text, found)
                if reason:
                    self.unread.append(Issue(f"{plain(citation.text, 120)} was not read: {reason}.", citation.where))
        return replace(note, experiments=tuple(_told(each, unread) for each in note.experiments)), found

    def _add(self, note: str, text: str, found: list[Found]) -> str:
        """Add the files that are cited, all of them or none; the answer is why not, "" where there is no objection."""
        path = _nearest(Path(note).absolute(), text)
        if path is None:
            return ""
        objection = self.allowed.objection(path)
        if objection or is_under(str(path), self.roots):
            return objection
        discovery = Discovery([path], self.allowed)
        fresh: list[Found] = []
        size = 0
        for file in discovery.files():
            if file.key not in self.seen:
                fresh.append(file)
                size += file.size
            if self._files + len(fresh) > MOST_FILES or self._bytes + size > MOST_BYTES:
                return _TOO_MUCH
        self._files += len(fresh)
        self._bytes += size
        self.roots.extend(discovery.roots)
        self.issues.extend(discovery.issues)
        self.seen.update(file.key for file in fresh)
        found.extend(fresh)
        return ""


def _nearest(note: Path, text: str) -> Path | None:
    """What is cited, where it is a file or folder beside or above the note, and does not hold the note itself."""
    paths = (Path(os.path.normpath(folder / text)) for folder in note.parents)
    path = next((path for path in paths if os.path.isfile(path) or os.path.isdir(path)), None)
    return None if path is None or note.is_relative_to(path) else path


def _told(experiment: Experiment, unread: dict[str, str]) -> Experiment:
    citation = experiment.citation
    return replace(experiment, citation=replace(citation, unread=unread[citation.text])) if citation else experiment
