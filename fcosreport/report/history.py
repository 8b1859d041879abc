"""The evaluations of one experiment over time, as a table."""

from collections.abc import Iterator

from msgspec import Struct

from fcosreport.comparing.columns import metric_columns
from fcosreport.records import Evaluation, Experiment, Metric


class History(Struct, frozen=True):
    """The evaluations of an experiment for one task over time, of which the first `left_out` are not shown."""

    task: str
    names: tuple[str, ...]
    rows: tuple[tuple[Evaluation, tuple[Metric | None, ...]], ...]
    left_out: int

    @property
    def cells(self) -> int:
        return len(self.rows) * len(self.names)


def histories(experiment: Experiment, rows: int, columns: int) -> Iterator[History]:
    """At most the last `rows` over all classes, each task's for themselves; classes have a chart of their own."""
    for task in experiment.tasks:
        told = [each for each in experiment.evaluations if each.task == task and each.category is None]
        names = tuple(column.key for column in metric_columns((experiment,), task))[:columns]
        shown = tuple((each, tuple(map(each.metric, names))) for each in told[-rows:])
        yield History(task, names, shown, len(told) - len(shown))
