"""FR502."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from fcosreport.judging.cases import FAIR, GOOD, JOINED
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Records, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed


@rule(
    "FR502",
    "error",
    fires=[
        [
            {"note_bbox": GOOD, "bbox": GOOD, **JOINED},
            {"note_bbox": FAIR, "cited": "run/b"},
        ],
        [{"note_bbox": GOOD, "cited": "run/a"}, {"note_bbox": FAIR, "cited": "run/b"}],
        [{"note_bbox": GOOD, "note_segm": "0.346 0.551 0.366", "bbox": GOOD, **JOINED}],
    ],
    quiet=[
        [{"note_bbox": GOOD, "bbox": GOOD, **JOINED}],
        [{"note_bbox": GOOD}, {"bbox": GOOD}],
        [{"state": "planned", "cited": "run/soon"}, {"state": "failed", "cited": "run/oom"}],
    ],
    after=("FR204",),
)
def cited_log_missing(records: Records, settings: Settings) -> Iterator[Fault]:
    """A log that a note cites is not there, or holds no evaluation of the task.

    Where no cited folder of a note is there, the logs are simply not at hand; then it is only said that the note's
    numbers were not checked. So it is where the cited log holds several trainings, and the note does not say which, and
    where the log may not be read: outside the given paths and their checkout, unless `--follow` allows it.

    Why: without its log, a number copied by hand cannot be told from a slip or from a stale predictions file
    (zylo117/Yet-Another-EfficientDet-Pytorch#125).

    Do: Give fcosreport the folder that holds the logs too, or mend the path in the note.
    """
    notes: dict[str, list[Experiment]] = defaultdict(list)
    for experiment in records.experiments:
        if experiment.citation and experiment.evaluations and not _unread(experiment):
            notes[experiment.citation.where.path].append(experiment)
    lost = {path: [e for e in each if e.citation and not e.citation.found] for path, each in notes.items()}
    yield from _not_read((*records.experiments, *records.noted))  # of what was run the log may tell the result
    places = _Places(records.experiments if any(lost.values()) else ())
    for path, experiments in notes.items():
        missing = lost[path]
        held = {e.id: count for e in missing if (count := places.held(e)) > 1}
        yield from (_several(e, held[e.id]) for e in missing if e.id in held)
        missing = [e for e in missing if e.id not in held]
        if missing and len(missing) == len(experiments):
            yield _not_checked(path, missing)
        else:
            yield from (_missing(experiment) for experiment in missing)
        for experiment in experiments:
            yield from _without_evaluation(experiment)


def _cited(experiment: Experiment) -> tuple[str, Where]:
    assert experiment.citation  # only experiments with a citation come here
    text = " ".join(experiment.citation.text.split())
    return (text if len(text) <= 120 else f"{text[:119]}…"), experiment.citation.where


class _Places:
    """The files and folders of all experiments, by their last part."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._named: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for each in experiments:
            for file in each.files:
                for path in (PurePosixPath(file.lower()), PurePosixPath(file.lower()).parent):
                    self._named[path.name].add((f"/{path}", each.id))

    def held(self, experiment: Experiment) -> int:
        """How many trainings the cited log or folder holds."""
        text = experiment.citation.text if experiment.citation else ""
        end = "/" + text.replace("\\", "/").strip().removeprefix("./").strip("/").lower()
        named = self._named.get(end.rpartition("/")[2], ())
        return len({number for path, number in named if path.endswith(end)})


def _unread(experiment: Experiment) -> str:
    """Why the cited log was not read; "" where it was, in this collect or an earlier one."""
    citation = experiment.citation
    return citation.unread if citation and not citation.found else ""


def _not_read(experiments: Sequence[Experiment]) -> Iterator[Fault]:
    alike: dict[tuple[str, str], list[Experiment]] = defaultdict(list)
    for experiment in experiments:
        if reason := _unread(experiment):
            alike[_cited(experiment)[1].path, reason].append(experiment)
    for (path, reason), each in alike.items():
        cited = [_cited(experiment) for experiment in each]
        texts = list(dict.fromkeys(text for text, _ in cited))
        yield Fault(
            f"Not read: {listed(texts)}, which {path} cites: {reason}.",
            tuple(each),
            tuple(where for _, where in cited),
            severity="info",
        )


def _several(experiment: Experiment, count: int) -> Fault:
    text, where = _cited(experiment)
    return Fault(
        f"Not checked against logs: {text} holds {count} trainings, and {called(experiment)} does not say which.",
        (experiment,),
        (where,),
        advice="Split the log where each training begins, and cite the part.",
        severity="info",
    )


def _not_checked(path: str, experiments: Sequence[Experiment]) -> Fault:
    cited = [_cited(experiment) for experiment in experiments]
    folders = list(dict.fromkeys(text for text, _ in cited))
    which = (
        f"none of the {len(folders)} folders that {path} cites" if len(folders) > 1 else "no log that the note cites"
    )
    return Fault(
        f"Not checked against logs: {which} was found ({listed(folders)}).",
        tuple(experiments),
        tuple(where for _, where in cited),
        severity="info",
    )


def _missing(experiment: Experiment) -> Fault:
    text, where = _cited(experiment)
    return Fault(
        f"{called(experiment)} cites {text}, which was not found, while other logs of the note were.",
        (experiment,),
        (where,),
    )


def _without_evaluation(experiment: Experiment) -> Iterator[Fault]:
    if not experiment.citation or not experiment.citation.found:
        return
    evidence = {e.task for e in experiment.evaluations if e.origin == "log"}
    for task in experiment.tasks:
        claimed = [e for e in experiment.evaluations if e.task == task]
        is_said = any(e.task_stated for e in claimed)  # else boxes were assumed, and the log tells what they are
        if task not in evidence and (is_said or not evidence):
            text, where = _cited(experiment)
            claims = [e.where for e in claimed]
            message = f"{called(experiment)} claims a {task} result, but {text} holds no {task} evaluation."
            yield Fault(message, (experiment,), (where, *claims))
