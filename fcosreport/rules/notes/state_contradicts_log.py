"""FR504."""

from collections.abc import Iterator

from fcosreport.judging.cases import GOOD, JOINED
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Event, Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called


@rule(
    "FR504",
    "warning",
    fires=[
        [{"state": "finished", "curve_loss": "2.1 1.9", "events": ["#70 out of memory: CUDA error"], **JOINED}],
        [{"state": "finished", "curve_loss": "2.1 1.9", **JOINED}],
        [{"state": "planned", "bbox": GOOD, **JOINED}],
        [{"state": "running", "bbox": f"{GOOD} #90", "events": ["#99 finished: 12 epochs"], **JOINED}],
    ],
    quiet=[
        [{"state": "finished", "bbox": GOOD, "note_bbox": GOOD, **JOINED}],
        [{"state": "failed", "events": ["#70 out of memory: CUDA error"], **JOINED}],
        [{"state": "running", "bbox": GOOD, **JOINED}, {"state": "planned"}],
        [{"state": "finished", "bbox": f"{GOOD} #90", "events": ["#70 error: retried"], **JOINED}],
        [{"state": "finished"}],
    ],
    after=("FR204",),
    needs=(
        "no note cites a run whose log is at hand",
        lambda records: [e for e in records.experiments if e.citation and e.citation.found],
    ),
    shares=nothing,
)
def state_contradicts_log(joined: list[Experiment], settings: Settings) -> Iterator[Fault]:
    """The note says finished, and the run failed or has no result; or the box is open, and there is one.

    Why: tianzhi0549/FCOS#254 is such a run: it ended out of memory, and a tick in a note does not give it a result.

    Do: Tick the box, or take the tick away and say why the run failed.
    """
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
        failure = experiment.failure
        if failure:
            return f"the note says finished, and the run failed ({' '.join(failure.text.split())[:100]})", failure
        if not experiment.evaluations and experiment.curves:
            return "the note says finished, and the log holds no result", None
    if experiment.state == "planned" and logged:
        return "the note has it as still to be done, and the log holds a result", None
    if experiment.state == "running" and logged and finished:
        return "the note says running, and the log has finished", finished
    return None
