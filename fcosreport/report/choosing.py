"""What of a report is shown: which experiments and columns, in which order, ranked by what, under which title.

Columns are called as in the header of the CSV (`train_batch_size`, `segm AP`), as in the tables (`batch`), or as
`segm.AP`.
"""

import ast
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fcosreport.comparing.columns import EXPERIMENT, STATE, Column, all_columns
from fcosreport.errors import UsageError
from fcosreport.records import COCO_METRICS, Experiment
from fcosreport.report import frames, remade
from fcosreport.report.condition import Condition, by_name, readers_of
from fcosreport.report.report import Report
from fcosreport.report.showing import plural
from fcosreport.wording import plain, suggestion

if TYPE_CHECKING:
    import pandas as pd


_ALWAYS_SHOWN = (EXPERIMENT, STATE)


def choose(
    report: Report,
    *,
    columns: str | None = None,
    ablation: bool = False,
    sort: str | None = None,
    where: str | None = None,
    best_by: str | None = None,
    title: str | None = None,
) -> Report:
    """The report as its reader wants it; None leaves things as they are.

    `columns`: names parted by commas; those of `ablation` follow from the experiments. `sort`: a name, with `-` before
    it for the highest first; what has no value goes last. `where`: a condition on the experiments to be shown, such as
    `lr<1e-2 and norm=="bn"`; findings that name only others are left out, too. `best_by`: the metric that ranks. Raises
    UsageError for what is not known.
    """
    owed = (Column(name, task) for task in report.awaited for name in COCO_METRICS)
    known = by_name(tuple(dict.fromkeys((*(report.columns or all_columns(report.experiments)), *owed))))
    view = report.view
    if ablation and columns is not None:
        raise UsageError("--ablation chooses the columns itself. Leave out --columns.")
    view = replace(view, ablation=ablation)
    if columns is not None:
        view = replace(view, columns=_chosen(columns, known))
    if best_by is not None:
        view = replace(view, best_by=_metric(best_by, known))
    order = _order(sort, known) if sort is not None else None
    report = replace(report, view=view, title=report.title if title is None else title)
    if where is not None:
        condition, tree = Condition.read(where, known)
        report = _filtered(report, condition, tree)
    return replace(report, experiments=order(report.experiments)) if order else report


def touched(report: Report, files: Iterable[str]) -> Report:
    """The report with what concerns `files` (absolute paths) alone.

    These are the experiments that have one of the files, the findings that name one of these experiments or point at
    one of the files, and the experiments that these findings name.
    """
    known = frozenset(files)
    near = {each.id for each in report.experiments if _any_in(each.files, known)}
    findings = tuple(
        finding
        for finding in report.findings
        if not near.isdisjoint(finding.experiments) or _any_in((where.path for where in finding.where), known)
    )
    named = near.union(*(finding.experiments for finding in findings))
    return replace(
        report, findings=findings, experiments=tuple(each for each in report.experiments if each.id in named)
    )


def _any_in(paths: Iterable[str], files: frozenset[str]) -> bool:
    return any(os.path.realpath(path) in files for path in paths)


def frame(report: Report) -> "pd.DataFrame":
    """The experiments, one a row, with all columns or those that were chosen.

    Where results were made again, a column has the double tick of those that agree.
    """
    whole = frames.experiments(report.experiments)
    if report.remade:
        whole.insert(2, frames.REMADE, [remade.sign(report, each).strip() for each in report.experiments])
    if not report.view.columns:
        return whole
    import pandas as pd

    again = [frames.REMADE] if report.remade else []
    names = [*_ALWAYS_SHOWN, *again, *(column.name for column in report.view.columns)]
    return whole.reindex(columns=pd.Index(names, dtype="object"))


def _column(name: str, known: Mapping[str, Column], option: str) -> Column:
    if name not in known:
        raise UsageError(f"{option}: there is no column {plain(name, 80)!r}. {suggestion(name, known)}")
    return known[name]


def _chosen(text: str, known: Mapping[str, Column]) -> tuple[Column, ...]:
    names = [name.strip() for name in text.split(",")]
    found = dict.fromkeys(
        _column(name, known, "--columns") for name in names if name and (name in known or name not in _ALWAYS_SHOWN)
    )
    if not found:
        raise UsageError("--columns: experiment and state are always shown. Name settings or metrics, such as lr,AP.")
    return tuple(found)


def _metric(name: str, known: Mapping[str, Column]) -> Column:
    if name in known and known[name].task is None:
        raise UsageError(f"--best-by: {plain(name, 80)} is a setting. Name a metric, such as AP or segm.AP.")
    return _column(name, {each: column for each, column in known.items() if column.task}, "--best-by")


def _order(text: str, known: Mapping[str, Column]) -> Callable[[tuple[Experiment, ...]], tuple[Experiment, ...]]:
    readers, name = readers_of(known), text.strip()
    is_falling = name not in readers and name.startswith("-")
    name = name[1:].strip() if is_falling else name
    if name not in readers:
        raise UsageError(f"--sort: there is no column {plain(name, 80)!r}. {suggestion(name, readers)}")

    def order(experiments: tuple[Experiment, ...]) -> tuple[Experiment, ...]:
        values = [(readers[name](experiment), experiment) for experiment in experiments]
        there = [(value, experiment) for value, experiment in values if value is not None]
        there.sort(key=lambda pair: _rank(pair[0]), reverse=is_falling)
        return (*(e for _, e in there), *(e for value, e in values if value is None))

    return order


def _rank(value: str | int | float | bool) -> tuple[bool, float, str]:
    """Numbers before texts."""
    return (True, 0, value) if isinstance(value, str) else (False, value, "")


def _filtered(report: Report, condition: Condition, tree: ast.expr) -> Report:
    test = condition.test(tree)
    shown = tuple(experiment for experiment in report.experiments if test(experiment))
    names = {experiment.id for experiment in shown}
    return replace(
        report,
        experiments=shown,
        findings=tuple(f for f in report.findings if not f.experiments or not names.isdisjoint(f.experiments)),
        view=replace(
            report.view,
            hidden=report.view.hidden + len(report.experiments) - len(shown),
            nothing="" if shown else _none_left(report, condition, tree),
        ),
    )


def _none_left(report: Report, condition: Condition, tree: ast.expr) -> str:
    """That the condition leaves nothing, and what the experiments have in the columns that it asks for."""
    there = []
    for name in dict.fromkeys(column.name for column, *_ in condition.bounds(tree)):
        values = {condition.readers[name](each) for each in report.experiments} - {None}
        ordered = sorted((value for value in values if value is not None), key=_rank)
        if ordered:
            shown = [f"{value:g}" if isinstance(value, float) else str(value) for value in ordered]
            there.append(f"{name}: {shown[0]}" + (f" to {shown[-1]}" if len(shown) > 1 else ""))
    told = f" ({plain(', '.join(there), 200)})" if there else ""
    count = report.view.hidden + len(report.experiments)
    return f"None of {plural(count, 'experiment')} has {plain(condition.text, 100)}{told}."
