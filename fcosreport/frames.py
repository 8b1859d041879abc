"""Records to pandas. Every column name is written here and nowhere else.

Settings, and metrics that are not among COCO's 12, give their own names to their columns.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fcosreport.records import COCO_METRICS, Evaluation, Experiment, Finding, Metric, Setting, Where

if TYPE_CHECKING:
    import pandas as pd

EXPERIMENT, STATE, REASON, WHERE = "experiment", "state", "reason", "where"
TASK, EPOCH, ITERATION, CATEGORY, ORIGIN = "task", "epoch", "iteration", "category", "origin"
CURVE, UNIT, STEP, VALUE = "curve", "unit", "step", "value"
CODE, NAME, SEVERITY, MESSAGE, EXPERIMENTS, ADVICE = "code", "name", "severity", "message", "experiments", "advice"

Cell = Setting | Metric | None
Sign = Literal["<", "<=", ">", ">=", "=", "!="]
Bound = tuple["Column", Sign, str | int | float]
"""A column, and what its values are held to."""
_LABELS = {"train_batch_size": "batch", "test_batch_size": "test batch", "iterations": "iters", "image_size": "size"}
_SETTINGS = (
    *("lr", "train_batch_size", "norm", "init", "backbone", "schedule", "epochs", "iterations", "optimizer"),
    *("image_size", "seed", "gpus", "test_batch_size"),
)
_LAST_SETTINGS = ("date",)  # differs from run to run and explains nothing
_TAKEN = frozenset({EXPERIMENT, STATE, REASON, WHERE, *COCO_METRICS})


@dataclass(frozen=True, slots=True)
class Column:
    """Something that experiments have: the setting `key`, or the metric `key` of their result in `task`."""

    key: str
    task: str | None = None

    @property
    def name(self) -> str:
        """`lr`, `AP`, `segm AP`: where no task is said, boxes are meant."""
        if self.task is None:
            return f"setting {self.key}" if self.key in _TAKEN else self.key
        return self.key if self.task == "bbox" else f"{self.task} {self.key}"

    @property
    def label(self) -> str:
        """The name as a narrow heading: `batch` for `train_batch_size`."""
        return _LABELS.get(self.key, self.name) if self.task is None else self.name

    @property
    def is_recall(self) -> bool:
        return self.task is not None and self.key.startswith("AR")


def settings(experiments: Sequence[Experiment]) -> tuple[Column, ...]:
    """A column for each setting, those that matter most first."""
    met = dict.fromkeys(setting.name for experiment in experiments for setting in experiment.settings)
    others = [name for name in met if name not in _SETTINGS and name not in _LAST_SETTINGS]
    return tuple(Column(name) for name in (*_SETTINGS, *others, *_LAST_SETTINGS) if name in met)


def shared(experiments: Sequence[Experiment]) -> tuple[Setting, ...]:
    """The settings that all experiments declare with one value; they belong above a table, not into it."""
    first = experiments[:1]
    left = {setting.name: setting for experiment in first for setting in experiment.settings}
    for experiment in experiments:
        if not left:
            break
        values = {setting.name: setting.value for setting in experiment.settings}
        left = {name: each for name, each in left.items() if name in values and values[name] == each.value}
    return tuple(left[column.key] for column in settings(first) if column.key in left)


def differing(experiments: Sequence[Experiment]) -> tuple[Column, ...]:
    """The columns of all other settings: what tells the experiments apart, last what only some of them declare."""
    same = {setting.name for setting in shared(experiments)}
    columns = [column for column in settings(experiments) if column.key not in same]
    values: dict[str, set[object]] = {column.key: set() for column in columns}
    for experiment in experiments:
        for name, value in {setting.name: setting.value for setting in experiment.settings}.items():
            if name in values and len(values[name]) < 2:
                values[name].add(value)
    return tuple(sorted(columns, key=lambda column: (column.key in _LAST_SETTINGS, len(values[column.key]) < 2)))


def tasks(experiments: Iterable[Experiment]) -> tuple[str, ...]:
    """The tasks that have a result anywhere, boxes first."""
    met = dict.fromkeys(task for experiment in experiments for task in experiment.tasks)
    return tuple(sorted(met, key=lambda task: task != "bbox"))


def metrics(experiments: Iterable[Experiment], task: str) -> tuple[Column, ...]:
    """A column for each metric that the results in `task` have, COCO's 12 first."""
    results = [experiment.result(task) for experiment in experiments]
    met = dict.fromkeys(metric.name for result in results if result for metric in result.metrics)
    return tuple(Column(name, task) for name in _coco_first(met))


def all_columns(experiments: Sequence[Experiment]) -> tuple[Column, ...]:
    """The columns of all settings, of COCO's 12 for boxes, and of what else was measured."""
    boxes = (Column(name, "bbox") for name in COCO_METRICS)
    measured = (column for task in tasks(experiments) for column in metrics(experiments, task))
    return tuple(dict.fromkeys((*settings(experiments), *boxes, *measured)))


def cells(experiment: Experiment, columns: Sequence[Column]) -> tuple[Cell, ...]:
    """What the experiment has in each column, with its printed text."""
    declared: dict[str, Cell] = {setting.name: setting for setting in experiment.settings}
    results = {task: experiment.result(task) for task in {column.task for column in columns} if task}
    return tuple(
        declared.get(column.key) if column.task is None else _metric(results[column.task], column.key)
        for column in columns
    )


def experiments(experiments: Sequence[Experiment]) -> "pd.DataFrame":
    """One row an experiment: name, state, reason, settings, the 12 of bbox, further tasks as `segm AP`, place."""
    columns = all_columns(experiments)
    rows = [cells(experiment, columns) for experiment in experiments]
    return _framed(
        {
            EXPERIMENT: _texts(experiment.name for experiment in experiments),
            STATE: _texts(experiment.state for experiment in experiments),
            REASON: _texts(experiment.reason for experiment in experiments),
            **{
                column.name: _series([_value(row[position]) for row in rows], is_metric=column.task is not None)
                for position, column in enumerate(columns)
            },
            WHERE: _texts(_place(experiment.where) for experiment in experiments),
        }
    )


def evaluations(experiments: Sequence[Experiment]) -> "pd.DataFrame":
    """One row an evaluation, in the order they were read, with all its metrics as fractions."""
    import pandas as pd

    pairs = [(experiment.name, each) for experiment in experiments for each in experiment.evaluations]
    names = _coco_first(dict.fromkeys(metric.name for _, each in pairs for metric in each.metrics))
    return _framed(
        {
            EXPERIMENT: _texts(name for name, _ in pairs),
            TASK: _texts(each.task for _, each in pairs),
            EPOCH: pd.Series([each.epoch for _, each in pairs], dtype="Int64"),
            ITERATION: pd.Series([each.iteration for _, each in pairs], dtype="Int64"),
            CATEGORY: _texts(each.category for _, each in pairs),
            ORIGIN: _texts(each.origin for _, each in pairs),
            **{name: _series([each[name] for _, each in pairs], is_metric=True) for name in names},
            WHERE: _texts(_place(each.where) for _, each in pairs),
        }
    )


def findings(findings: Sequence[Finding]) -> "pd.DataFrame":
    """One row a finding; several experiments or places stand in one cell, parted by a semicolon."""
    return _framed(
        {
            CODE: _texts(finding.code for finding in findings),
            NAME: _texts(finding.name for finding in findings),
            SEVERITY: _texts(finding.severity for finding in findings),
            MESSAGE: _texts(finding.message for finding in findings),
            EXPERIMENTS: _texts("; ".join(finding.experiments) for finding in findings),
            WHERE: _texts("; ".join(map(_place, finding.where)) for finding in findings),
            ADVICE: _texts(finding.advice for finding in findings),
        }
    )


def curves(experiments: Sequence[Experiment]) -> "pd.DataFrame":
    """One row a value of the curves whose points are at hand: experiment, curve, iteration or epoch, step, value."""
    import pandas as pd

    points = [(e.name, curve, array("d", curve.points)) for e in experiments for curve in e.curves]
    return _framed(
        {
            EXPERIMENT: _texts(name for name, _, both in points for _ in both[::2]),
            CURVE: _texts(curve.name for _, curve, both in points for _ in both[::2]),
            UNIT: _texts(curve.unit for _, curve, both in points for _ in both[::2]),
            STEP: pd.Series([step for *_, both in points for step in both[::2]], dtype="float64"),
            VALUE: pd.Series([value for *_, both in points for value in both[1::2]], dtype="float64"),
        }
    )


def _coco_first(names: Iterable[str]) -> tuple[str, ...]:
    met = dict.fromkeys(names)
    return (*(name for name in COCO_METRICS if name in met), *(name for name in met if name not in COCO_METRICS))


def _metric(result: Evaluation | None, name: str) -> Metric | None:
    return result.metric(name) if result else None


def _value(cell: Cell) -> str | int | float | bool | None:
    return cell.value if cell else None


def _place(where: Where) -> str:
    return f"{where.path}:{where.line}"


def _framed(columns: "dict[str, pd.Series[Any]]") -> "pd.DataFrame":
    """A table; its names are objects, for pandas' own type of text refuses half characters where pyarrow is there."""
    import pandas as pd

    table = pd.DataFrame(dict(enumerate(columns.values())))
    return table.set_axis(pd.Index(list(columns), dtype="object"), axis=1)


def _texts(values: Iterable[str | None]) -> "pd.Series[Any]":
    import pandas as pd

    return pd.Series(list(values), dtype="object")


def _series(values: Sequence[str | int | float | bool | None], *, is_metric: bool) -> "pd.Series[Any]":
    """Whole numbers stay whole beside missing ones; a setting that is now text, now number stays as it is."""
    import pandas as pd

    types = {type(value) for value in values if value is not None}
    if is_metric or (types <= {int, float} and float in types):
        return pd.Series(values, dtype="float64")
    is_whole = types == {int} and all(value is None or abs(int(value)) < 2**63 for value in values)
    return pd.Series(values, dtype="Int64" if is_whole else "object")
