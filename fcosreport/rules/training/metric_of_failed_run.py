"""FR204."""

from collections.abc import Iterator

from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Event, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, listed

_CLAIM = "0.387 0.573 0.419"
_FOUND = {"cited": "run/a", "found": "run/a"}
_FAILED = ("out of memory", "killed", "error", "nan")


@rule(
    "FR204",
    "error",
    fires=[
        [{"note_bbox": _CLAIM, "events": ["#70 out of memory: CUDA error"], **_FOUND}],
        [{"note_segm": _CLAIM, "bbox": f"{_CLAIM} #50", "note_bbox": _CLAIM, "events": ["#70 killed: 9"], **_FOUND}],
        [{"note_bbox": _CLAIM, "events": ["#12 error: KeyError: 'bbox'"], "state": "failed", **_FOUND}],
    ],
    quiet=[
        [{"note_bbox": _CLAIM, "bbox": f"{_CLAIM} #90", "events": ["#70 out of memory: CUDA error"], **_FOUND}],
        [{"note_bbox": _CLAIM, "bbox": f"{_CLAIM} #50", "events": ["#70 killed: 9"], **_FOUND}],
        [{"state": "failed", "events": ["#70 out of memory: CUDA error"], **_FOUND}],
        [{"note_bbox": _CLAIM, "bbox": _CLAIM, "events": ["#2 error: retried", "#9 finished: done"], **_FOUND}],
    ],
)
def metric_of_failed_run(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """A result is claimed for a run that failed before it evaluated that task.

    That a run failed is no fault. Numbers of an evaluation before the failure are those of a cut schedule.

    Why: tianzhi0549/FCOS#254: out of memory ends a run without a result, so its numbers come from elsewhere.

    Do: Look which run the numbers belong to, and cite that one.
    """
    noted = [e for e in records.experiments if any(each.origin == "note" for each in e.evaluations)]
    if not any(experiment.events for experiment in noted):
        yield NotRun("no note claims a result of a run whose log is at hand")
        return
    for experiment in noted:
        failure = _failure(experiment)
        logged = {e.task for e in experiment.evaluations if e.origin == "log"}
        claims = [e for e in experiment.evaluations if e.origin == "note" and e.task not in logged]
        if failure and claims:
            tasks = listed(list(dict.fromkeys(claim.task for claim in claims)))
            text = " ".join(failure.text.split())[:120].rstrip(".")
            yield Fault(
                f"{called(experiment)} claims a {tasks} result, but the run failed before any such evaluation: {text}.",
                (experiment,),
                (*(claim.where for claim in claims), failure.where),
            )


def _failure(experiment: Experiment) -> Event | None:
    """What ended the run, if nothing came after it."""
    last = experiment.events[-1] if experiment.events else None
    failures = [event for event in experiment.events if event.kind in _FAILED]
    return None if not failures or last is None or last.kind == "finished" else failures[-1]
