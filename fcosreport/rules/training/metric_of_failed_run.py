"""FR204."""

from collections.abc import Iterator

from fcosreport.judging.cases import FAIR, GOOD, JOINED
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed


@rule(
    "FR204",
    "error",
    fires=[
        [{"note_bbox": GOOD, "events": ["#70 out of memory: CUDA error"], **JOINED}],
        [{"note_segm": FAIR, "bbox": f"{GOOD} #50", "note_bbox": GOOD, "events": ["#70 killed: 9"], **JOINED}],
        [{"note_bbox": GOOD, "events": ["#12 error: KeyError: 'bbox'"], "state": "failed", **JOINED}],
    ],
    quiet=[
        [{"note_bbox": GOOD, "bbox": f"{GOOD} #90", "events": ["#70 out of memory: CUDA error"], **JOINED}],
        [{"note_bbox": GOOD, "bbox": f"{GOOD} #50", "events": ["#70 killed: 9"], **JOINED}],
        [{"state": "failed", "events": ["#70 out of memory: CUDA error"], **JOINED}],
        [{"note_bbox": GOOD, "bbox": GOOD, "events": ["#2 error: retried", "#9 finished: done"], **JOINED}],
        [{"note_segm": FAIR, "bbox": f"{GOOD} #50", "events": ["#60 finished: done", "#70 error: x"], **JOINED}],
    ],
    needs=(
        "no note claims a result of a run whose log is at hand",
        lambda records: [e for e in records.experiments if e.events and any(c.origin == "note" for c in e.evaluations)],
    ),
    shares=nothing,
)
def metric_of_failed_run(experiments: list[Experiment], settings: Settings) -> Iterator[Fault]:
    """A result is claimed for a run that failed before it evaluated that task.

    That a run failed is no fault. Numbers of an evaluation before the failure are those of a cut schedule.

    Why: tianzhi0549/FCOS#254: out of memory ends a run without a result, so its numbers come from elsewhere.

    Do: Look which run the numbers belong to, and cite that one.
    """
    for experiment in experiments:
        failure = experiment.failure
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
