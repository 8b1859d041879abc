"""What notes link in their own git checkout: whether it is there."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote

from msgspec.structs import replace

from fcosreport.files.allowed import checkout
from fcosreport.files.git import tracked
from fcosreport.records import Fragment, Reference


@dataclass(slots=True)
class Checkouts:
    """The git checkouts around the notes of one collect, each with its files.

    What a sparse checkout leaves out is there, and so is all below a submodule. Of a tree without git, and of a note
    that git does not know, nobody can say whether it is whole.
    """

    _trees: dict[str, str] = field(default_factory=dict)
    _files: dict[str, frozenset[str]] = field(default_factory=dict)

    def looked_for(self, note: str, said: Fragment) -> Iterator[Reference]:
        """The links of the note at a path, those that are dead marked; none where that cannot be told."""
        folder, name = os.path.split(os.path.realpath(note))
        tree = self._trees.setdefault(folder, checkout(folder)) if said.references and os.path.isfile(note) else ""
        if not tree or not self._has(tree, os.path.join(folder, name)):
            return
        for each in said.references:
            target = unquote(each.target).partition("#")[0].partition("?")[0]
            below = tree if target.startswith("/") else folder
            path = os.path.normpath(os.path.join(below, target.lstrip("/")))
            if path.startswith(tree + os.sep):
                yield replace(each, is_dead=not (os.path.exists(path) or self._has(tree, path)))

    def _has(self, tree: str, path: str) -> bool:
        if tree not in self._files:
            self._files[tree] = tracked(tree)
        inside = PurePosixPath(os.path.relpath(path, tree))
        return any(str(each) in self._files[tree] for each in (inside, *inside.parents))
