"""Many notes as one view: what each says of a run, and what they still ask for, since when, and what would close it."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from msgspec import Struct

from fcosreport.notes.table import asks_for_table
from fcosreport.records import Evaluation, Experiment, Step, Where
from fcosreport.report.report import Report
from fcosreport.translation import Language
from fcosreport.wording import listed

_RAN = ("finished", "suspect", "stopped")


class Entry(Struct, frozen=True):
    """A run, and each result that a note claims of it: where, and the evaluation as it stands there."""

    experiment: Experiment
    claims: tuple[tuple[Where, Evaluation], ...]

    @property
    def places(self) -> tuple[Where, ...]:
        """Where notes tell of it, in the order of their names and lines."""
        return tuple(sorted({where for where, _ in self.claims} or {self.experiment.where}))


class Task(Struct, frozen=True):
    """An open step: how many days before the newest entry it was written (None: no date tells), what would close it."""

    step: Step
    days: int | None
    closed_by: str


def entries(report: Report) -> tuple[Entry, ...]:
    """The runs that notes tell of, in the report's order."""
    noted = {source.path for source in report.sources if source.kind == "note"}
    made = (Entry(each, tuple(_claims(each, noted))) for each in report.experiments)
    return tuple(entry for entry in made if entry.claims or entry.experiment.where.path in noted)


def _claims(experiment: Experiment, notes: set[str]) -> Iterator[tuple[Where, Evaluation]]:
    for each in experiment.evaluations:
        if each.category is None:
            yield from ((where, each) for where in (each.where, *each.also) if where.path in notes)


def tasks(report: Report) -> tuple[Task, ...]:
    """What the notes still ask for, the oldest first, those without a date behind them.

    Age is counted up to the newest day that a step or a log tells, so that it is the same whenever one looks.
    """
    told = chain((step.since for step in report.steps), (e.ended[:10] or e.began[:10] for e in report.experiments))
    newest = max(filter(None, map(_day, told)), default=None)
    _ = report.view.language
    made = (Task(step, _age(step, newest), _closed_by(step, report.experiments, _)) for step in report.open_steps)
    return tuple(sorted(made, key=lambda task: (task.days is None, -(task.days or 0))))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _age(step: Step, newest: date | None) -> int | None:
    day = _day(step.since)
    return (newest - day).days if newest and day else None


def _closed_by(step: Step, experiments: Sequence[Experiment], _: Language) -> str:
    if asks_for_table(step.text):
        return f"fcosreport note update {step.where.path} --append"
    if step.task is None:
        return _("a tick in its box")
    owed = [each.name for each in experiments if each.state in _RAN and not each.result(step.task)]
    if not owed:
        return _("a {task} result", task=step.task)
    return _("a {task} result of {names}", task=step.task, names=_.listed(listed(owed)))
