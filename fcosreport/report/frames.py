"""The records of a report as pandas frames. Every column name is written here and nowhere else.

Metrics are fractions; NaN where there is none, or no ground truth, and a column names those without ground truth. Rows
about one experiment have its `id`, by which the frames join.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from fcosreport.comparing.columns import (
    EXPERIMENT,
    ID,
    NO_GROUND_TRUTH,
    REASON,
    STATE,
    WHERE,
    Cell,
    Column,
    _coco_first,
    all_columns,
    cells_of,
)
from fcosreport.records import Experiment, Finding, Metric, Where
from fcosreport.translation import Language

if TYPE_CHECKING:
    import pandas as pd


TASK, EPOCH, ITERATION, CATEGORY, ORIGIN = "task", "epoch", "iteration", "category", "origin"
OF, DATA_SET, SPLIT, WEIGHTS, AUGMENTED, FAMILY = "of", "data_set", "split", "weights", "augmented", "family"
CURVE, UNIT, STEP, VALUE = "curve", "unit", "step", "value"
CODE, NAME, SEVERITY, MESSAGE, EXPERIMENTS, ADVICE = "code", "name", "severity", "message", "experiments", "advice"
IGNORED = "ignored"
REMADE = "made again"

HEADINGS = (
    *(EXPERIMENT, STATE, REASON, WHERE, TASK, CATEGORY, ORIGIN),
    *(NAME, SEVERITY, MESSAGE, EXPERIMENTS, ADVICE, IGNORED, REMADE),
)
"""Headings that are words, not names of metrics and settings."""


def spoken(frame: "pd.DataFrame", _: Language) -> "pd.DataFrame":
    """The table with its words in a language: headings, states, severities."""
    if not _.texts:
        return frame
    said = {name: frame[name].map(_).astype(object) for name in (STATE, SEVERITY) if name in frame}
    return frame.assign(**said).rename(columns={name: _(name) for name in HEADINGS})


def experiments(experiments: Sequence[Experiment]) -> "pd.DataFrame":
    """One row an experiment: name, state, reason, settings, the 12 of bbox, further tasks as `segm AP`, place, id."""
    columns = all_columns(experiments)
    rows = [cells_of(experiment, columns) for experiment in experiments]
    return _framed(
        {
            EXPERIMENT: _texts(experiment.name for experiment in experiments),
            STATE: _texts(experiment.state for experiment in experiments),
            REASON: _texts(experiment.reason for experiment in experiments),
            **{
                column.name: _series([_value(row[position]) for row in rows], is_metric=column.task is not None)
                for position, column in enumerate(columns)
            },
            NO_GROUND_TRUTH: _texts(without_ground_truth(columns, row) for row in rows),
            WHERE: _texts(_place(experiment.where) for experiment in experiments),
            ID: _texts(experiment.id for experiment in experiments),
        }
    )


def evaluations(experiments: Sequence[Experiment]) -> "pd.DataFrame":
    """One row an evaluation, in the order they were read, with all its metrics as fractions."""
    import pandas as pd

    pairs = [(experiment, each) for experiment in experiments for each in experiment.evaluations]
    names = _coco_first(dict.fromkeys(metric.name for _, each in pairs for metric in each.metrics))
    return _framed(
        {
            EXPERIMENT: _texts(experiment.name for experiment, _ in pairs),
            TASK: _texts(each.task for _, each in pairs),
            EPOCH: pd.Series([each.epoch for _, each in pairs], dtype="Int64"),
            ITERATION: pd.Series([each.iteration for _, each in pairs], dtype="Int64"),
            CATEGORY: _texts(each.category for _, each in pairs),
            ORIGIN: _texts(each.origin for _, each in pairs),
            OF: pd.Series([each.of for _, each in pairs], dtype="Int64"),
            DATA_SET: _texts(each.data_set for _, each in pairs),
            SPLIT: _texts(each.split for _, each in pairs),
            WEIGHTS: _texts(each.weights for _, each in pairs),
            AUGMENTED: pd.Series([each.augmented for _, each in pairs], dtype="bool"),
            FAMILY: _texts(each.family for _, each in pairs),
            **{name: _series([_value(each.metric(name)) for _, each in pairs], is_metric=True) for name in names},
            NO_GROUND_TRUTH: _texts(
                "; ".join(m.name for m in each.metrics if _lacks_ground_truth(m)) for _, each in pairs
            ),
            WHERE: _texts(_place(each.where) for _, each in pairs),
            ID: _texts(experiment.id for experiment, _ in pairs),
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
            IGNORED: _texts(finding.ignored for finding in findings),
        }
    )


def involved(experiments: Sequence[Experiment], findings: Sequence[Finding]) -> "pd.DataFrame":
    """One row for each experiment that a finding names."""
    names = {experiment.id: experiment.name for experiment in experiments}
    pairs = [(finding, id_) for finding in findings for id_ in finding.experiments]
    return _framed(
        {
            EXPERIMENT: _texts(names.get(id_) for _, id_ in pairs),
            CODE: _texts(finding.code for finding, _ in pairs),
            NAME: _texts(finding.name for finding, _ in pairs),
            SEVERITY: _texts(finding.severity for finding, _ in pairs),
            MESSAGE: _texts(finding.message for finding, _ in pairs),
            IGNORED: _texts(finding.ignored for finding, _ in pairs),
            ID: _texts(id_ for _, id_ in pairs),
        }
    )


def curves(experiments: Sequence[Experiment]) -> "pd.DataFrame":
    """One row a value of the curves whose points are at hand: experiment, curve, iteration or epoch, step, value."""
    import pandas as pd

    pointed = [(experiment, curve) for experiment in experiments for curve in experiment.curves]
    return _framed(
        {
            EXPERIMENT: _texts(experiment.name for experiment, curve in pointed for _ in curve.steps),
            CURVE: _texts(curve.name for _, curve in pointed for _ in curve.steps),
            UNIT: _texts(curve.unit for _, curve in pointed for _ in curve.steps),
            STEP: pd.Series([step for _, curve in pointed for step in curve.steps], dtype="float64"),
            VALUE: pd.Series([value for _, curve in pointed for value in curve.values], dtype="float64"),
            ID: _texts(experiment.id for experiment, curve in pointed for _ in curve.steps),
        }
    )


def _place(where: Where) -> str:
    return f"{where.path}:{where.line}"


def _framed(columns: "dict[str, pd.Series[Any]]") -> "pd.DataFrame":
    """A table; its names are objects, for pandas' own type of text refuses half characters where pyarrow is there."""
    import pandas as pd

    table = pd.DataFrame(dict(enumerate(columns.values())))
    return table.set_axis(pd.Index(list(columns), dtype="object"), axis=1)


def _value(cell: Cell) -> str | int | float | bool | None:
    """The value of a cell; None too for the -1 that says "no ground truth", with which nobody can count."""
    return cell.value if cell and not _lacks_ground_truth(cell) else None


def _lacks_ground_truth(cell: Cell) -> bool:
    return isinstance(cell, Metric) and cell.value == -1


def without_ground_truth(columns: Sequence[Column], cells: Sequence[Cell]) -> str:
    """The names of the metrics that had nothing to be measured on, parted by a semicolon."""
    return "; ".join(column.name for column, cell in zip(columns, cells, strict=True) if _lacks_ground_truth(cell))


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
