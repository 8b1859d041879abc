"""What may be read: below what the user gave, in its checkout, and where `--follow` allows it.

Whoever wrote a note or made a link is perhaps not the one who runs fcosreport, so neither leads anywhere else.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from fcosreport.errors import UsageError
from fcosreport.files.paths import is_under, url_of

KERNEL = ("/proc", "/sys", "/dev")
"""Where files are views of the machine and its processes: to read one may hang, or tell a secret."""


class Allowed(Struct, frozen=True):
    """Real paths of the folders in which links and citations are followed.

    A disk that is mounted below a `given` one is part of it; one below a checkout, each with its device, is not.
    """

    given: tuple[str, ...] = ()
    checkouts: Mapping[str, int] = field(default_factory=dict)

    def objection(self, path: str | Path) -> str:
        """Why nothing may be read at a path to which a link, a citation or a mount led; "" where it may."""
        real = os.path.realpath(path)
        if is_under(real, KERNEL):
            return "in a file system of the kernel, which is never read"
        if ".git" in real.lower().split(os.sep):
            return "in the folder of git, which is never read"
        if is_under(real, self.given):
            return ""
        devices = {device for root, device in self.checkouts.items() if is_under(real, (root,))}
        if not devices:
            return "outside what was given; --follow DIR to allow"
        return "" if _device(real) in devices else "not the disk of what was given; --follow DIR to allow"


def allowed(given: Sequence[Path], follow: Sequence[Path] = ()) -> Allowed:
    """What may be read where these paths are given, and those folders are to be followed.

    Raises UsageError for what is never read, a folder to follow that is none, and a given path on which a link leads
    out of its checkout.
    """
    for folder in follow:
        if not os.path.isdir(folder):
            raise UsageError(f"--follow {folder}: there is no such folder.")
    followed = tuple(os.path.realpath(folder) for folder in follow)
    local = [os.path.abspath(path) for path in given if not url_of(path)]
    for path in (*followed, *local):
        if is_under(os.path.realpath(path), KERNEL):
            raise UsageError(f"{path}: in a file system of the kernel, which is never read. Give another path.")
    for link in (each for path in local for each in (path, *map(str, Path(path).parents)) if os.path.islink(each)):
        real, tree = os.path.realpath(link), checkout(os.path.dirname(link))
        if tree and not is_under(real, (tree, *followed)):
            raise UsageError(f"{link}: a link that leads out of the checkout. Allow it: --follow {real}")
    folders = [os.path.realpath(path if os.path.isdir(path) else os.path.dirname(path)) for path in local]
    trees = {tree for folder in folders if (tree := checkout(folder))}
    return Allowed((*folders, *followed), {tree: _device(tree) for tree in trees})


def checkout(folder: str | Path) -> str:
    """The git checkout in which a folder lies, as a real path; "" where there is none."""
    real = Path(os.path.realpath(folder))
    return next((str(each) for each in (real, *real.parents) if os.path.lexists(each / ".git")), "")


def _device(path: str) -> int:
    """The disk of a folder, or of that which holds the file: in an overlay, files have numbers of their own."""
    try:
        return os.stat(path if os.path.isdir(path) else os.path.dirname(path)).st_dev
    except OSError:  # gone meanwhile
        return -1
