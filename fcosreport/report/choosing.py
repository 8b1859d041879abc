"""What of a report is shown: which experiments and columns, in which order, ranked by what, under which title.

Columns are called as in the header of the CSV (`train_batch_size`, `segm AP`), as in the tables (`batch`), or as
`segm.AP`. Nothing here evaluates what a user writes: a condition is read, and only what compares is understood.
"""

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fcosreport.comparing.columns import EXPERIMENT, REASON, STATE, WHERE, Bound, Column, Sign, all_columns, cells_of
from fcosreport.errors import UsageError, nearest
from fcosreport.records import Experiment
from fcosreport.report import frames
from fcosreport.report.report import Report
from fcosreport.vocabulary.printable import plain

if TYPE_CHECKING:
    import pandas as pd

_Value = str | int | float | bool | None
_Read = Callable[[Experiment], _Value]
_Test = Callable[[Experiment], bool]

_ALWAYS_SHOWN = (EXPERIMENT, STATE)
_LONGEST = 500  # characters of a condition
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|`([^`]*)`""")  # a text, or a name in backticks
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda value, values: value in values,
    ast.NotIn: lambda value, values: value not in values,
}

_SIGNS: dict[type[ast.cmpop], Sign] = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!="}
}


def choose(
    report: Report,
    *,
    columns: str | None = None,
    sort: str | None = None,
    where: str | None = None,
    best_by: str | None = None,
    title: str | None = None,
) -> Report:
    """The report as its reader wants it; None leaves things as they are.

    `columns`: names parted by commas. `sort`: a name, with `-` before it for the highest first; what has no value goes
    last. `where`: a condition on the experiments to be shown, such as `lr<1e-2 and norm=="bn"`; findings that name only
    others are left out, too. `best_by`: the metric that ranks. Raises UsageError for what is not known.
    """
    known = _by_name(report.columns or all_columns(report.experiments))
    view = report.view
    if columns is not None:
        view = replace(view, columns=_chosen(columns, known))
    if best_by is not None:
        view = replace(view, best_by=_metric(best_by, known))
    order = _order(sort, known) if sort is not None else None
    report = replace(report, view=view, title=report.title if title is None else title)
    if where is not None:
        condition, tree = _Condition.read(where, known)
        report = _filtered(report, condition.test(tree))
    return replace(report, experiments=order(report.experiments)) if order else report


def frame(report: Report) -> "pd.DataFrame":
    """The experiments, one a row, with all columns or those that were chosen."""
    whole = frames.experiments(report.experiments)
    if not report.view.columns:
        return whole
    import pandas as pd

    names = [*_ALWAYS_SHOWN, *(column.name for column in report.view.columns)]
    return whole.reindex(columns=pd.Index(names, dtype="object"))


def bounds(where: str, columns: Sequence[Column]) -> tuple[Bound, ...]:
    """What the condition asks of single columns: it holds for no experiment that breaks one of these.

    Raises UsageError where it cannot be read; what is wrong with its parts, `choose` tells.
    """
    condition, tree = _Condition.read(where, _by_name(columns))
    return tuple(condition.bounds(tree))


def _by_name(columns: Sequence[Column]) -> dict[str, Column]:
    """The columns by each of their names."""
    known = {column.name: column for column in columns}
    for column in columns:
        known.setdefault(column.label, column)
        if column.task:
            known.setdefault(f"{column.task}.{column.key}", column)
    return known


def _hint(name: str, known: Mapping[str, object]) -> str:
    by_lower = {each.lower(): each for each in known}
    near = by_lower.get(nearest(name.lower(), by_lower))
    names = ", ".join(plain(each, 40) for each in list(known)[:20])
    return f"Did you mean {plain(near, 80)}?" if near else f"There are: {names}{', ...' if len(known) > 20 else ''}."


def _column(name: str, known: Mapping[str, Column], option: str) -> Column:
    if name not in known:
        raise UsageError(f"{option}: there is no column {plain(name, 80)!r}. {_hint(name, known)}")
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


def _reader(column: Column) -> _Read:
    """What an experiment has in a column; None where it has nothing, nan, or an AP of -1 for no ground truth."""

    def read(experiment: Experiment) -> _Value:
        cell = cells_of(experiment, (column,))[0]
        value = cell.value if cell else None
        if isinstance(value, float) and (not math.isfinite(value) or (column.task and value < 0)):
            return None
        return value

    return read


def _readers(known: Mapping[str, Column]) -> dict[str, _Read]:
    """How each name is read: columns, and what else stands in the table."""
    others: dict[str, _Read] = {
        EXPERIMENT: lambda each: each.name,
        STATE: lambda each: each.state,
        REASON: lambda each: each.reason,
        WHERE: lambda each: f"{each.where.path}:{each.where.line}",
    }
    return others | {name: _reader(column) for name, column in known.items()}


def _order(text: str, known: Mapping[str, Column]) -> Callable[[tuple[Experiment, ...]], tuple[Experiment, ...]]:
    readers, name = _readers(known), text.strip()
    is_falling = name not in readers and name.startswith("-")
    name = name[1:].strip() if is_falling else name
    if name not in readers:
        raise UsageError(f"--sort: there is no column {plain(name, 80)!r}. {_hint(name, readers)}")

    def order(experiments: tuple[Experiment, ...]) -> tuple[Experiment, ...]:
        values = [(readers[name](experiment), experiment) for experiment in experiments]
        there = [(value, experiment) for value, experiment in values if value is not None]
        there.sort(key=lambda pair: _rank(pair[0]), reverse=is_falling)
        return (*(e for _, e in there), *(e for value, e in values if value is None))

    return order


def _rank(value: str | int | float | bool) -> tuple[bool, float, str]:
    """Numbers before texts."""
    return (True, 0, value) if isinstance(value, str) else (False, value, "")


def _filtered(report: Report, test: _Test) -> Report:
    shown = tuple(experiment for experiment in report.experiments if test(experiment))
    names = {experiment.id for experiment in shown}
    return replace(
        report,
        experiments=shown,
        findings=tuple(f for f in report.findings if not f.experiments or not names.isdisjoint(f.experiments)),
        view=replace(report.view, hidden=report.view.hidden + len(report.experiments) - len(shown)),
    )


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition: its text, the same for Python, what names stand for, and those in backticks by their place."""

    text: str
    python: str
    known: Mapping[str, Column]
    readers: Mapping[str, _Read]
    quoted: Mapping[int, str]

    @classmethod
    def read(cls, text: str, known: Mapping[str, Column]) -> tuple["_Condition", ast.expr]:
        """The condition, and what it consists of. Raises UsageError with the place for what is no condition."""
        text = re.sub(r"\s", " ", text).strip()
        quoted: dict[int, str] = {}

        def stand_in(found: re.Match[str]) -> str:
            if found[2] is None:
                return found[0]
            quoted[found.start()] = found[2]
            return "_" * len(found[0])

        condition = cls(text, _QUOTED.sub(stand_in, text), known, _readers(known), quoted)
        if len(text) > _LONGEST:
            raise UsageError(f"--where: {len(text):,} characters are too many; {_LONGEST} are the most.")
        try:
            with warnings.catch_warnings(action="ignore"):  # Python's advice on style
                tree = ast.parse(condition.python, mode="eval")
        except (SyntaxError, ValueError) as error:
            at = getattr(error, "offset", 1) or 1
            raise condition.error(at, 'This is no condition. Write it as in lr<1e-2 and norm=="bn".') from error
        return condition, tree.body

    def bounds(self, node: ast.expr) -> Iterator[Bound]:
        """The comparisons with a number or a text that a part of the condition needs."""
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                for each in values:
                    yield from self.bounds(each)
            case ast.Compare(
                left=ast.Name() | ast.Attribute() as left,
                ops=[op],
                comparators=[ast.Constant(value=str() | int() | float() as value)],
            ):
                column, sign = self.known.get(self.name(left)), _SIGNS.get(type(op))
                # what a store cannot be asked for
                is_odd = not value.isprintable() if isinstance(value, str) else abs(value) >= 1 << 63
                if column and sign and not is_odd:
                    yield column, sign, value

    def test(self, node: ast.expr) -> _Test:
        match node:
            case ast.BoolOp(op=op, values=values):
                tests, combined = [self.test(each) for each in values], all if isinstance(op, ast.And) else any
                return lambda experiment: combined(test(experiment) for test in tests)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                negated = self.test(operand)
                return lambda experiment: not negated(experiment)
            case ast.Compare(left=left, ops=ops, comparators=others):
                tests = [self.comparison(*each) for each in zip((left, *others), ops, others, strict=False)]
                return lambda experiment: all(test(experiment) for test in tests)
        raise self.error(self.place(node), "Only comparisons are understood, with and, or, not and parentheses.")

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> _Test:
        compare = _COMPARE.get(type(op))
        if compare is None:
            raise self.error(self.place(left), "Compare by < <= > >= == != or in.")
        one = self.operand(left)
        other = self.values(right) if isinstance(op, ast.In | ast.NotIn) else self.operand(right)

        def test(experiment: Experiment) -> bool:
            a, b = one(experiment), other(experiment)
            try:
                return a is not None and b is not None and compare(a, b)
            except TypeError:  # a text is neither below nor above a number
                return False

        return test

    def values(self, node: ast.expr) -> Callable[[Experiment], object]:
        if not isinstance(node, ast.List | ast.Tuple):
            raise self.error(self.place(node), 'Behind in stands a list, as in norm in ["bn", "gn"].')
        operands = [self.operand(each) for each in node.elts]
        return lambda experiment: [operand(experiment) for operand in operands]

    def operand(self, node: ast.expr) -> _Read:
        match node:
            case ast.Name() | ast.Attribute():
                return self.named(node)
            case ast.Constant(value=str() | int() | float() as value):
                return lambda experiment: value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return lambda experiment: -number
        raise self.error(self.place(node), "Compare the names of columns, numbers and texts in quotes.")

    def named(self, node: ast.expr) -> _Read:
        name = self.name(node)
        if name not in self.readers:
            hint = _hint(name, self.readers)
            raise self.error(self.place(node), f"There is no column {plain(name, 80)!r}. {hint} Texts stand in quotes.")
        return self.readers[name]

    def name(self, node: ast.expr) -> str:
        return self.quoted.get(self.place(node) - 1) or ast.unparse(node)

    def place(self, node: ast.expr) -> int:
        """Where a part of the text begins, in characters from 1."""
        return len(self.python.encode()[: node.col_offset].decode()) + 1

    def error(self, at: int, message: str) -> UsageError:
        return UsageError(f"--where {plain(self.text, 100)!r}, character {at}: {message}")
