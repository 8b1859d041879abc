"""FR502."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.records import Experiment, Records, Where
from fcosreport.rule import Fault, rule
from fcosreport.settings import Settings
from fcosreport.wording import called, listed

_CLAIM = "0.387 0.573 0.419"


@rule(
    "FR502",
    "error",
    fires=[
        [
            {"note_bbox": _CLAIM, "bbox": _CLAIM, "cited": "run/a", "found": "run/a"},
            {"note_bbox": "0.292 0.470 0.308", "cited": "run/b"},
        ],
        [{"note_bbox": _CLAIM, "cited": "run/a"}, {"note_bbox": "0.292 0.470 0.308", "cited": "run/b"}],
        [{"note_bbox": _CLAIM, "note_segm": "0.346 0.551 0.366", "bbox": _CLAIM, "cited": "run/a", "found": "run/a"}],
    ],
    quiet=[
        [{"note_bbox": _CLAIM, "bbox": _CLAIM, "cited": "run/a", "found": "run/a"}],
        [{"note_bbox": _CLAIM}, {"bbox": _CLAIM}],
        [{"state": "planned", "cited": "run/soon"}, {"state": "failed", "cited": "run/oom"}],
    ],
    after=("FR204",),
)
def cited_log_missing(records: Records, settings: Settings) -> Iterator[Fault]:
    """A log that a note cites is not there, or holds no evaluation of the task.

    Where no cited folder of a note is there, the logs are simply not at hand; then it is only said that the note's
    numbers were not checked.

    Why: without its log, a number copied by hand cannot be told from a slip or from a stale predictions file
    (zylo117/Yet-Another-EfficientDet-Pytorch#125).

    Do: Give fcosreport the folder that holds the logs too, or mend the path in the note.
    """
    notes: dict[str, list[Experiment]] = defaultdict(list)
    for experiment in records.experiments:
        if experiment.citation and experiment.evaluations:
            notes[experiment.citation.where.path].append(experiment)
    for path, experiments in notes.items():
        missing = [e for e in experiments if e.citation and not e.citation.found]
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
        if task not in evidence:
            text, where = _cited(experiment)
            claims = [e.where for e in experiment.evaluations if e.task == task]
            message = f"{called(experiment)} claims a {task} result, but {text} holds no {task} evaluation."
            yield Fault(message, (experiment,), (where, *claims))
