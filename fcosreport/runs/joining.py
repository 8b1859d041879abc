"""Files become runs: a log and its JSON twin are one, a log of two trainings is two, one in three logs is one."""

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import PurePosixPath

from msgspec.structs import replace

from fcosreport.records import FAILURES, Evaluation, Event, Fragment, Segment, Setting, Where
from fcosreport.runs.evaluations import (
    are_evaluated_alike,
    begun_anew,
    gone_on,
    in_epochs,
    is_same,
    merged_files,
    merged_in_file,
)
from fcosreport.runs.links import (
    beginning_of,
    copied_as,
    is_config,
    is_tracked,
    is_written_by_trainer,
    looks_on,
    run_path,
    stem_of,
    tells_apart,
    written_to,
)
from fcosreport.runs.models import by_model, evaluates_another
from fcosreport.runs.run import Run
from fcosreport.runs.twins import are_columns, changes, continues, contradict, is_same_training
from fcosreport.vocabulary.paths import last_part

_EVENTS = "events"
_LATER = "~"
"""Behind every time."""
_CELL = re.compile(r"In \[\d+\]: (.+)")
"""How a cell of a notebook is told that begins a run, and names its model."""


def runs_of(fragments: Iterable[Fragment]) -> list[Run]:
    """The runs of log fragments, by path."""
    groups: dict[PurePosixPath, list[Fragment]] = defaultdict(list)
    for fragment in fragments:
        groups[run_path(PurePosixPath(fragment.source.path))].append(fragment)
    _give_configs(groups)
    runs = [run for path in sorted(groups, key=_by_parts) for run in _runs_in(path, groups[path])]
    return _without_copies(runs)


def _give_configs(groups: dict[PurePosixPath, list[Fragment]]) -> None:
    """A configuration file of no run belongs to those whose logs lie flat beside it, else to the run of its folder.

    It lies flat beside logs that have names of their own, and has a general one: `config.yaml`.
    """
    alone = [path for path, fragments in groups.items() if all(map(is_config, fragments))]
    if not alone:
        return
    flat: dict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)
    for path in sorted(groups.keys() - set(alone)):
        logs = (PurePosixPath(each.source.path) for each in groups[path] if not is_config(each))
        if any(log.parent == path.parent for log in logs):
            flat[path.parent].append(path)
    for path in alone:
        around = flat[path] or [each for each in (path.parent,) if each in groups and each not in alone]
        fragments = groups.pop(path) if around else []
        for each in around:
            groups[each].extend(fragments)


def _runs_in(path: PurePosixPath, fragments: Sequence[Fragment]) -> Iterator[Run]:
    """The runs of one path, in the order of time: what goes on, or tells the same, is joined to what was before."""
    pieces = [
        Run(path, [fragment.source.path], [segment], merged_in_file(segment.evaluations))
        for fragment in fragments
        for whole in fragment.segments
        for segment in begun_anew(whole)
    ]
    copied = {fragment.source.path: each for fragment in fragments if (each := copied_as(fragment))}
    silent = [piece for piece in pieces if not (piece.evaluations or piece.curves)]
    logs = Counter(_kind(piece) for piece in pieces if piece.curves)
    told = [piece for piece in pieces if piece.evaluations or piece.curves or piece.events]
    runs: list[Run] = []
    for piece in sorted(told, key=_in_order_of(told)) if len(told) > 1 else told:
        named = [run for run in runs if _stems(run) & _stems(piece)]
        others = [] if _is_start(piece, logs) else [run for run in runs if run not in named]
        if not any(_join(run, piece, logs) for run in (*reversed(named), *reversed(others))):
            runs.append(piece)
    if not runs and (only := next((piece for piece in silent if is_written_by_trainer(piece.files[0])), None)):
        runs.append(dataclasses.replace(only, is_bare=True))
    for run in runs:
        run.is_start = _is_start(run, logs)
        run.configs = _configs(run, runs, silent)
        run.copied_as = {copied[file] for file in run.files if file in copied}
        run.part = _part(run, runs)
    yield from chain.from_iterable(map(by_model, runs))


def _in_order_of(pieces: Sequence[Run]) -> Callable[[Run], tuple[str, bool, list[str], int]]:
    """A key that sorts by time. A file that tells none is as old as its twin by name, or comes behind those that do.

    Of files that are as old those that a person can read come first: there a result is pointed at.
    """
    began: dict[PurePosixPath, str] = {}
    for piece in pieces:
        for stem in _stems(piece) if piece.began else ():
            began[stem] = min(piece.began, began.get(stem, piece.began))

    def key(piece: Run) -> tuple[str, bool, list[str], int]:
        named = (began[stem] for stem in _stems(piece) if stem in began)
        return piece.began or next(named, _LATER), _kind(piece) == _EVENTS, piece.files, piece.segments[0].line

    return key


def _is_start(piece: Run, logs: Mapping[str, int]) -> bool:
    """Whether the piece is a start that died at once: a log, as others beside it are, that tells of no more."""
    is_started = any(event.kind == "started" for event in piece.events)
    return is_started and not (piece.curves or piece.evaluations) and _kind(piece) in logs


def _configs(run: Run, runs: Sequence[Run], silent: Sequence[Run]) -> list[Setting]:
    """What configurations say that lie beside the run: those named as one of its files, and those named as none.

    These a program writes anew when it starts: of several trainings in one log, they are of the last.
    """
    named = {stem: each for each in runs for stem in _stems(each)} if silent else {}
    nobody = None if any(map(partial(_follows, run), runs)) else run
    of_run = [
        piece
        for piece in silent
        if piece.files[0] not in run.files and all(named.get(stem, nobody) is run for stem in _stems(piece))
    ]
    return [setting for piece in of_run for segment in piece.segments for setting in segment.settings]


def _follows(run: Run, other: Run) -> bool:
    """Whether another training of the same path begins further down in the file that the run begins in."""
    return other.files[0] == run.files[0] and other.segments[0].line > run.segments[0].line


def _kind(piece: Run) -> str:
    """How the piece is written, by its name: two files of one kind are no twins."""
    return _kind_of(piece.files[0])


def _kind_of(file: str) -> str:
    name = last_part(file)
    return _EVENTS if name.startswith("events.out.tfevents") else "".join(PurePosixPath(name).suffixes).lower()


def _stems(run: Run) -> set[PurePosixPath]:
    return {stem_of(PurePosixPath(file)) for file in run.files}


def _are_twins(run: Run, piece: Run, logs: Mapping[str, int]) -> bool:
    """Whether both tell of one training, by their names or else by their losses.

    What a tracker keeps of one process is of one, wherever in its epochs a loss was printed.
    """
    ours, theirs = run.curves, piece.curves
    kinds = [kind for file in run.files if logs[kind := _kind_of(file)]]  # others of its files log nothing
    is_only = logs[_kind(piece)] == 1 and _kind(piece) not in kinds and all(logs[kind] == 1 for kind in kinds)
    if is_same_training(ours, theirs) or (is_only and is_tracked(run.path)):
        return True
    goes_on = continues(run.segments[-1], piece.segments[0])
    if goes_on or contradict(ours, theirs) or piece.files[0] in run.files:
        return False
    return is_only or bool(_stems(run) & _stems(piece)) or are_evaluated_alike(run.evaluations, piece.evaluations)


def _join(run: Run, piece: Run, logs: Mapping[str, int]) -> bool:
    """Join the piece to the run if it is part of it: its twin, its continuation, or a test of it."""
    ours, theirs = run.curves, piece.curves
    if ours and theirs:
        if are_columns(ours, theirs):
            run.evaluations = merged_files(run.evaluations, piece.evaluations)
            told = _with_more(run.segments[-1], piece.segments)
            run.segments[-1] = replace(told, curves=(*told.curves, *theirs))
        elif _are_twins(run, piece, logs):
            mine = in_epochs(piece.evaluations, run.evaluations)
            run.evaluations = merged_files(mine, in_epochs(mine, piece.evaluations))
            if sum(curve.count for curve in theirs) > sum(curve.count for curve in ours):
                first, *rest = piece.segments  # which tell more; the run begins in the file by which it is called
                piece.segments, run.segments = run.segments, [replace(first, line=run.segments[0].line), *rest]
            run.segments[-1] = _with_more(run.segments[-1], piece.segments)
        elif continues(run.segments[-1], piece.segments[0]):
            run.segments.extend(_named_by_seam(run, piece))
            run.evaluations = gone_on(run.evaluations, piece.evaluations)
        else:
            return False
    elif (
        (theirs and _is_start(run, logs) and not _stems(run) & _stems(piece))
        or _begins_anew(run, piece)
        or _is_of_another(run, piece)
        or evaluates_another(run, piece)
    ):
        return False
    else:
        run.segments.extend(piece.segments)
        if piece.files[0] in run.files:  # what stands below in one file was evaluated again
            run.evaluations = [*run.evaluations, *piece.evaluations]
        else:
            run.evaluations = merged_files(run.evaluations, piece.evaluations)
    run.files = list(dict.fromkeys((*run.files, *piece.files)))
    return True


def _begins_anew(run: Run, piece: Run) -> bool:
    """Whether a log tells of another training: of a start that died, or of epochs that were evaluated before."""
    is_started = any(event.kind == "started" for event in piece.events)
    if not is_started or piece.files[0] not in run.files:
        return False
    empty = [of for of in (run, piece) if not (of.curves or of.evaluations)]
    if empty:  # launched, and died at once
        return any(event.kind in FAILURES for of in empty for event in of.events)
    if run.curves or piece.curves or not run.evaluations:
        return False
    before, after = ([each.epoch for each in of.evaluations if each.epoch is not None] for of in (run, piece))
    return bool(after) and min(after) <= max(before, default=1)


def _is_of_another(run: Run, piece: Run) -> bool:
    """Whether a cell of a notebook evaluates another model than that of the run, as both name theirs."""
    mine, theirs = ([each[1] for event in of.events if (each := _CELL.fullmatch(event.text))] for of in (run, piece))
    return bool(run.evaluations and mine and theirs) and mine[-1] != theirs[0]


def _with_more(segment: Segment, others: Sequence[Segment]) -> Segment:
    """A segment with the settings and events of its twin, whose curves tell the same and are left out.

    The twin's settings come first: a log announces what was changed after the configuration that both print.
    """
    settings = tuple(chain(*(other.settings for other in others), segment.settings))
    return replace(segment, settings=settings, events=tuple(chain(segment.events, *(o.events for o in others))))


def _named_by_seam(run: Run, piece: Run) -> list[Segment]:
    """The piece's segments, the first with an event that says where it goes on."""
    first = piece.segments[0]
    begin = min(curve.begin for curve in first.curves)
    unit = first.curves[0].unit
    text = f"goes on at {unit} {begin:g} what {run.files[-1]} ended at {unit} {max(c.end for c in run.curves):g}"
    seam = Event("resumed", text, Where(piece.files[0], first.line), first.began)
    return [replace(first, events=(seam, *first.events)), *piece.segments[1:]]


def _part(run: Run, runs: Sequence[Run]) -> str:
    """What tells this run from others of its path that came to something: its file, or the line it begins in.

    Several begin in one line where all of a notebook is one, as some services save it.
    """
    others = [other for other in runs if other.state(other.settings)[0]] if len(runs) > 1 else []
    if len(others) < 2:
        return ""
    alike = [other for other in others if other.files[0] == run.files[0]]
    file = PurePosixPath(run.files[0])
    line = f"from line {run.segments[0].line}" if len(alike) > 1 else ""
    same = [id(other) for other in alike if other.segments[0].line == run.segments[0].line]
    line += f", no. {same.index(id(run)) + 1}" if len(same) > 1 and id(run) in same else ""
    named = run.path.name or stem_of(file).name
    return line if file.name.startswith(named) else f"{file.name} {line}".rstrip()


def _without_copies(runs: Sequence[Run]) -> list[Run]:
    """The runs, those that are copies of others joined to these: whole, cut short, a JSON twin elsewhere, tracked."""
    kept: list[Run] = []
    begun: dict[str, list[Run]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: (looks_on(run.path), -sum(curve.count for curve in run.curves))):
        written = written_to(run.path, run.declared)
        beginnings = [each for each in (beginning_of(run.curves), *run.copied_as, written) if each]
        alike = (other for each in beginnings for cell in each.around for other in begun.get(cell, ()))
        original = next((other for other in alike if _is_copy(run, other)), None)
        if original is None:
            kept.append(run)
            for each in beginnings:
                begun[each.cell].append(run)
        else:
            if not _is_told_again(run, original):  # which tells the last numbers once more
                original.evaluations = merged_files(original.evaluations, run.evaluations)
            original.files.extend(file for file in run.files if file not in original.files)
            if tells_apart(run.path.name) and not tells_apart(original.path.name):
                original.path = run.path
    return sorted(kept, key=lambda run: (_by_parts(run.path), run.files[0], run.segments[0].line))


def _by_parts(path: PurePosixPath) -> list[str]:
    return str(path).split("/")


def _is_copy(run: Run, original: Run) -> bool:
    """Whether it is the same training, or the same file below another folder: of equal evaluations, names tell more."""
    times = {run.segments[0].began, original.segments[0].began} - {""}
    is_one_file = run.copied_as == original.copied_as != set() and run.name == original.name
    losses = [curve for curve in run.curves if "loss" in curve.name]
    is_copy = all(map(changes, losses)) and is_same_training(original.curves, run.curves)  # elsewhere, in all they log
    if not _is_told_again(run, original) and (len(times) > 1 or not (is_one_file or is_copy)):
        return False
    mine, theirs = ({s.name: s.value for s in each.settings} for each in (run, original))
    return all(mine[name] == theirs[name] for name in _TELLING if name in mine and name in theirs)


def _is_told_again(run: Run, original: Run) -> bool:
    """Whether a tracker or a notebook tells it of the run: both name one folder or log one training, one result."""
    if not looks_on(run.path):
        return False
    folders = [written_to(each.path, each.declared) for each in (run, original)]
    is_one_folder = folders[0] is not None and folders[0] == folders[1]
    if not (is_one_folder or is_same_training(original.curves, run.curves)):
        return False
    told = [replace(each, epoch=None, iteration=None) for each in run.evaluations]  # which a tracker counts its own way
    return bool(told) and _are_among(told, original.evaluations)


def _are_among(told: Iterable[Evaluation], known: Sequence[Evaluation]) -> bool:
    """Whether each is one of those known; looked for from where the one before it was found, as both are in order."""
    at = 0
    for each in told:
        places = chain(range(at, len(known)), range(at))
        found = next((place for place in places if is_same(each, known[place])), None)
        if found is None:
            return False
        at = found
    return True


_TELLING = ("lr", "seed", "norm", "backbone", "train_batch_size")  # runs that differ in one of these are no copies
