"""FR504."""

from collections.abc import Iterator

from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Event, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_RESULT = "0.387 0.573 0.419"
_FOUND = {"cited": "run/a", "found": "run/a"}
_FAILED = ("out of memory", "killed", "error", "nan")


@rule(
    "FR504",
    "warning",
    fires=[
        [{"state": "finished", "curve_loss": "2.1 1.9", "events": ["#70 out of memory: CUDA error"], **_FOUND}],
        [{"state": "finished", "curve_loss": "2.1 1.9", **_FOUND}],
        [{"state": "planned", "bbox": _RESULT, **_FOUND}],
        [{"state": "running", "bbox": f"{_RESULT} #90", "events": ["#99 finished: 12 epochs"], **_FOUND}],
    ],
    quiet=[
        [{"state": "finished", "bbox": _RESULT, "note_bbox": _RESULT, **_FOUND}],
        [{"state": "failed", "events": ["#70 out of memory: CUDA error"], **_FOUND}],
        [{"state": "running", "bbox": _RESULT, **_FOUND}, {"state": "planned"}],
        [{"state": "finished", "bbox": f"{_RESULT} #90", "events": ["#70 error: retried"], **_FOUND}],
        [{"state": "finished"}],
    ],
    after=("FR204",),
)
def state_contradicts_log(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """The note says finished, and the run failed or has no result; or the box is open, and there is one.

    Why: tianzhi0549/FCOS#254 is such a run: it ended out of memory, and a tick in a note does not give it a result.

    Do: Tick the box, or take the tick away and say why the run failed.
    """
    joined = [e for e in records.experiments if e.citation and e.citation.found]
    if not joined:
        yield NotRun("no note cites a run whose log is at hand")
    for experiment in joined:
        said = _contradiction(experiment)
        if said:
            text, event = said
            last = [e.where for e in experiment.evaluations if e.origin == "log"][-1:]
            places = dict.fromkeys((experiment.where, *([event.where] if event else last)))
            yield Fault(f"{called(experiment)}: {text}.", (experiment,), tuple(places))


def _contradiction(experiment: Experiment) -> tuple[str, Event | None] | None:
    logged = [e for e in experiment.evaluations if e.origin == "log"]
    finished = next((e for e in experiment.events if e.kind == "finished"), None)
    if experiment.state in ("finished", "suspect"):
        failure = _failure(experiment)
        if failure:
            return f"the note says finished, and the run failed ({' '.join(failure.text.split())[:100]})", failure
        if not experiment.evaluations and experiment.curves:
            return "the note says finished, and the log holds no result", None
    if experiment.state == "planned" and logged:
        return "the note has it as still to be done, and the log holds a result", None
    if experiment.state == "running" and logged and finished:
        return "the note says running, and the log has finished", finished
    return None


def _failure(experiment: Experiment) -> Event | None:
    """What ended the run: a failure after which nothing was evaluated or finished."""
    failures = [event for event in experiment.events if event.kind in _FAILED]
    if not failures or any(event.kind == "finished" for event in experiment.events[-3:]):
        return None
    later = (e for e in experiment.evaluations if e.origin == "log")
    last = failures[-1].where
    return None if any(e.where.path != last.path or e.where.line > last.line for e in later) else failures[-1]
