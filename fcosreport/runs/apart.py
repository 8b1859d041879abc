"""Runs of one name told apart by the folders above them: `yolo_s/adam` and `yolo_m/adam`."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import count


def base(name: str) -> str:
    """The name without what tells trainings of one folder apart: `adam` for `adam (from line 842)`."""
    return name.partition(" (")[0]


def names_apart(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What runs are called, by their ids, whose name another run has, too; `named` are ids and names of all of these.

    The name of a run is the end of its id, which is a path. Others, as those of entries of notes, stay as they are.
    """
    alike: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for id_, name in named:
        part = name.removeprefix(base(name))
        path = id_.removesuffix(part)
        if path.endswith(f"/{base(name)}"):
            alike[base(name)][path].append((id_, part))
    return {
        id_: f"{longer}{part}"
        for name, paths in alike.items()
        if len(paths) > 1
        for path, longer in _longer(paths, name.count("/") + 1)
        for id_, part in paths[path]
    }


def _longer(paths: Iterable[str], length: int) -> list[tuple[str, str]]:
    """The paths with as many of their last parts as make all of them differ, more than `length`."""
    parts = {path: path.split("/") for path in paths}
    ends = ({path: "/".join(each[-many:]) for path, each in parts.items()} for many in count(length + 1))
    return list(next(each for each in ends if len(set(each.values())) == len(each)).items())
