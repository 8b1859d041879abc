"""Records to pandas. Every column name is written here and nowhere else.

Settings, and metrics that are not among COCO's 12, give their own names to their columns.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from fcosreport.records import COCO_METRICS, Evaluation, Experiment, Metric, Setting
from fcosreport.vocabulary.metric_names import is_side, lower_is_better

EXPERIMENT, STATE, REASON, WHERE, ID = "experiment", "state", "reason", "where", "id"
NO_GROUND_TRUTH = "no_ground_truth"

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
_TAKEN = frozenset({EXPERIMENT, STATE, REASON, WHERE, ID, NO_GROUND_TRUTH, *COCO_METRICS})


class Column(Struct, frozen=True):
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
    def lower_is_better(self) -> bool:
        """Whether the metric counts what is wrong, as a miss rate does."""
        return self.task is not None and lower_is_better(self.key)

    @property
    def is_recall(self) -> bool:
        return self.task is not None and self.key.startswith("AR")


def setting_columns(experiments: Sequence[Experiment]) -> tuple[Column, ...]:
    """A column for each setting, those that matter most first."""
    met = dict.fromkeys(setting.name for experiment in experiments for setting in experiment.settings)
    others = [name for name in met if name not in _SETTINGS and name not in _LAST_SETTINGS]
    return tuple(Column(name) for name in (*_SETTINGS, *others, *_LAST_SETTINGS) if name in met)


def shared_settings(experiments: Sequence[Experiment]) -> tuple[Setting, ...]:
    """The settings that all experiments declare with one value; they belong above a table, not into it."""
    first = experiments[:1]
    left = {setting.name: setting for experiment in first for setting in experiment.settings}
    for experiment in experiments:
        if not left:
            break
        values = {setting.name: setting.value for setting in experiment.settings}
        left = {name: each for name, each in left.items() if name in values and values[name] == each.value}
    return tuple(left[column.key] for column in setting_columns(first) if column.key in left)


def differing_columns(experiments: Sequence[Experiment]) -> tuple[Column, ...]:
    """The columns of all other settings: what tells the experiments apart, last what only some of them declare."""
    same = {setting.name for setting in shared_settings(experiments)}
    columns = [column for column in setting_columns(experiments) if column.key not in same]
    values: dict[str, set[object]] = {column.key: set() for column in columns}
    for experiment in experiments:
        for name, value in {setting.name: setting.value for setting in experiment.settings}.items():
            if name in values and len(values[name]) < 2:
                values[name].add(value)
    return tuple(sorted(columns, key=lambda column: (column.key in _LAST_SETTINGS, len(values[column.key]) < 2)))


def tasks_of(experiments: Iterable[Experiment]) -> tuple[str, ...]:
    """The tasks that have a result anywhere, boxes first."""
    met = dict.fromkeys(task for experiment in experiments for task in experiment.tasks)
    return tuple(sorted(met, key=lambda task: task != "bbox"))


def metric_columns(experiments: Iterable[Experiment], task: str) -> tuple[Column, ...]:
    """A column for each metric that the results in `task` have, COCO's 12 first."""
    results = [experiment.result(task) for experiment in experiments]
    met = dict.fromkeys(metric.name for result in results if result for metric in result.metrics)
    return tuple(Column(name, task) for name in _coco_first(met))


def leading_column(experiments: Iterable[Experiment], task: str) -> Column:
    """The metric that results in `task` are told by: AP; where none has a kind of it, the first that they have."""
    met = [column for column in metric_columns(experiments, task) if not is_side(column.key)]
    return Column("AP", task) if not met or any(column.key.startswith("AP") for column in met) else met[0]


def all_columns(experiments: Sequence[Experiment]) -> tuple[Column, ...]:
    """The columns of all settings, of COCO's 12 for boxes, and of what else was measured."""
    boxes = (Column(name, "bbox") for name in COCO_METRICS)
    measured = (column for task in tasks_of(experiments) for column in metric_columns(experiments, task))
    return tuple(dict.fromkeys((*setting_columns(experiments), *boxes, *measured)))


def cells_of(experiment: Experiment, columns: Sequence[Column]) -> tuple[Cell, ...]:
    """What the experiment has in each column, with its printed text."""
    declared: dict[str, Cell] = {setting.name: setting for setting in experiment.settings}
    results = {task: experiment.result(task) for task in {column.task for column in columns} if task}
    return tuple(
        declared.get(column.key) if column.task is None else _metric(results[column.task], column.key)
        for column in columns
    )


def _coco_first(names: Iterable[str]) -> tuple[str, ...]:
    met = dict.fromkeys(names)
    return (*(name for name in COCO_METRICS if name in met), *(name for name in met if name not in COCO_METRICS))


def _metric(result: Evaluation | None, name: str) -> Metric | None:
    return result.metric(name) if result else None
