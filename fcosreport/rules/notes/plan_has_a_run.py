"""FR507."""

from collections.abc import Iterator

from fcosreport.comparing.plans import fulfilled
from fcosreport.judging.cases import FAIR, GOOD, JOINED
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_PLAN = {"state": "planned", "lr": 0.02, "norm": "gn", "note_bbox": []}
_RUN = {"name": "gn_lr2en2", "lr": 0.02, "norm": "gn", "bbox": GOOD}


@rule(
    "FR507",
    "info",
    fires=[
        [_PLAN, _RUN],
        [{**_PLAN, "state": "noted"}, _RUN, {"name": "another", "lr": 0.01, "norm": "gn", "bbox": FAIR}],
    ],
    quiet=[
        [_PLAN, {**_RUN, "lr": 0.01}],
        [_PLAN, _RUN, {**_RUN, "name": "again"}],
        [_PLAN, {**_RUN, **JOINED}],
        [{**_PLAN, "norm": "bn"}, {"name": "run", "lr": 0.02, "bbox": GOOD}],
        [{"state": "finished", "lr": 0.02, "norm": "gn", "note_bbox": GOOD}, _RUN],
        [_RUN],
    ],
    needs=(
        "no note plans a run beside a run that no note cites",
        lambda records: records if _plans(records) and _uncited(records) else None,
    ),
)
def plan_has_a_run(records: Records, settings: Settings) -> Iterator[Fault]:
    """A run has the settings that a note plans, and the note does not cite it.

    Exactly one run agrees with the plan in every telling setting that both name, in two or more.

    Why: a plan in words is easily forgotten, and its answer then lies in a folder: of 109 faults read in 23 public
    repositories, most stood in what people wrote beside the logs (such as the tables of Megvii-BaseDetection/cvpods).

    Do: Cite the run in the note if it is the planned one; its numbers are then held against what the note says.
    """
    runs = _uncited(records)
    for plan in _plans(records):
        fitting = [(run, names) for run in runs if (names := fulfilled(plan, run))]
        if len(fitting) == 1:
            run, names = fitting[0]
            told = listed([f"{name} = {s.shown}" for name in names if (s := plan.setting(name))])
            message = f"{called(run)} looks like what the note plans as {called(plan)} ({told}): cite it there."
            yield Fault(message, (run,), (plan.where, run.where))


def _plans(records: Records) -> list[Experiment]:
    """What notes plan, or only note, and of which nothing is at hand."""
    planned = [each for each in records.experiments if each.state == "planned"]
    noted = [each for each in records.noted if not each.files]  # that of a run are its settings
    return [e for e in (*planned, *noted) if not (e.evaluations or e.citation or e.curves)]


def _uncited(records: Records) -> list[Experiment]:
    return [
        e for e in records.experiments if not e.citation and (e.curves or any(v.origin == "log" for v in e.evaluations))
    ]
