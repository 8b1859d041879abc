"""What registers itself by being there, the modules of a plugin folder and those that other packages name; its faults.

Whatever a plugin raises ends that plugin alone: the fault is told as an issue, and all others go on.
"""

import importlib
import pkgutil
import traceback
from collections.abc import MutableMapping
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from fcosreport.errors import FcosreportError
from fcosreport.records import Issue, Where
from fcosreport.wording import plain

FAULTS = (Exception, SystemExit)
"""What code of others may raise, and ends it alone: a plugin may be a script that exits."""

_Registered = TypeVar("_Registered")


def load(package: str, kind: str, registry: MutableMapping[str, _Registered]) -> None:
    """Load all modules below `package`, so that a new one edits nothing, and those of other packages.

    Others name a module by an entry point of the group `package`; what is loaded puts itself into `registry`. Raises
    FcosreportError, with the name of the other package, for one that cannot be loaded or takes a name that is taken;
    the registry is then as it was before that package.
    """
    below = importlib.import_module(package)
    for module in pkgutil.walk_packages(below.__path__, f"{package}."):
        importlib.import_module(module.name)
    for entry in sorted(entry_points(group=package), key=lambda each: each.name):
        _load(entry, kind, registry)


def _load(entry: EntryPoint, kind: str, registry: MutableMapping[str, _Registered]) -> None:
    before = dict(registry)
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
    try:
        entry.load()
        taken = [name for name, known in before.items() if registry.get(name) is not known]
        if taken:
            raise ValueError(f"it registers a name that is taken: {taken[0]}")
    except FAULTS as error:  # foreign code: whatever is wrong there, the user is to know whose it is
        registry.clear()
        registry.update(before)
        told = f"The {kind} {entry.name} of the package {package} cannot be loaded: {type(error).__name__}: {error}."
        raise FcosreportError(f"{told} Update or uninstall that package.") from error


def fault(whose: str, error: Exception | SystemExit, where: Where | None = None, told: str = "") -> Issue:
    """The issue that something of `whose`, like `dialect yolox`, went wrong: ours or the plugin's, never the user's.

    `where` is the input at which it did, by default the line of code; `told` says more of it.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    said = plain(f"{type(error).__name__}: {error}".rstrip(": "), 200)
    return Issue(
        f"A fault of {whose}{told and f' {told}'} ({said}). The rest is done. "
        "Please report it; fcosreport --debug COMMAND shows more.",
        where or Where(frame.filename, frame.lineno or 1),
        "".join(traceback.format_exception(error)),
    )
