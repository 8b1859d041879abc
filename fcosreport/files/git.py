"""What a change touches, as git tells it."""

import os
import subprocess
from pathlib import Path

from fcosreport.errors import UsageError


def changed(rev: str, folder: Path) -> frozenset[str]:
    """The files of the checkout around `folder` that differ from the revision or are untracked, as absolute paths.

    Raises UsageError where `folder` is in no checkout, or the checkout does not know the revision.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel", told="--changed-since needs a git checkout").rstrip("\n"))
    unknown = f"--changed-since {rev}: the checkout does not know it; fetch it, or give another (fetch-depth: 0 in CI)"
    commit = _git(top, "rev-parse", "--verify", "--end-of-options", f"{rev}^{{commit}}", told=unknown).strip()
    names = _git(top, "diff", "--name-only", "--no-renames", "-z", commit, "--", told=unknown)
    names += _git(top, "ls-files", "--others", "--exclude-standard", "-z", told=unknown)
    return frozenset(os.path.realpath(top / name) for name in names.split("\0") if name)


def tracked(checkout: str) -> frozenset[str]:
    """The files and submodules of a checkout, by their paths in it, those that a sparse one leaves out among them.

    There are none where git cannot tell.
    """
    try:
        names = _git(Path(checkout), "-c", "core.fsmonitor=false", "ls-files", "-z", told="not listed")
    except UsageError:
        return frozenset()
    return frozenset(names.split("\0"))


def _git(folder: Path, *words: str, told: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True)
    except FileNotFoundError as error:
        raise UsageError("--changed-since needs git, which was not found. Install it.") from error
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(f"{told}. git says: {lines[0] if lines else 'nothing'}") from error
    return os.fsdecode(done.stdout)
