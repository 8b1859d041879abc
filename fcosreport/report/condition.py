"""A condition on experiments as a reader writes it: `lr<1e-2 and norm=="bn"`.

Nothing here evaluates what a user writes: a condition is read, and only what compares is understood.
"""

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from fcosreport.comparing.columns import (
    EXPERIMENT,
    ID,
    NO_GROUND_TRUTH,
    REASON,
    STATE,
    WHERE,
    Bound,
    Column,
    Sign,
    cells_of,
)
from fcosreport.errors import UsageError
from fcosreport.records import Experiment
from fcosreport.report import frames
from fcosreport.wording import plain, suggestion

Value = str | int | float | bool | None
Read = Callable[[Experiment], Value]
Test = Callable[[Experiment], bool]
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


def bounds(where: str, columns: Sequence[Column]) -> tuple[Bound, ...]:
    """What the condition asks of single columns: it holds for no experiment that breaks one of these.

    Raises UsageError where it cannot be read; what is wrong with its parts, `choose` tells.
    """
    condition, tree = Condition.read(where, by_name(columns))
    return tuple(condition.bounds(tree))


def by_name(columns: Sequence[Column]) -> dict[str, Column]:
    """The columns by each of their names."""
    known = {column.name: column for column in columns}
    for column in columns:
        known.setdefault(column.label, column)
        if column.task:
            known.setdefault(f"{column.task}.{column.key}", column)
    return known


def _reader(column: Column) -> Read:
    """What an experiment has in a column; None where it has nothing, nan, or an AP of -1 for no ground truth."""

    def read(experiment: Experiment) -> Value:
        cell = cells_of(experiment, (column,))[0]
        value = cell.value if cell else None
        if isinstance(value, float) and (not math.isfinite(value) or (column.task and value < 0)):
            return None
        return value

    return read


def readers_of(known: Mapping[str, Column]) -> dict[str, Read]:
    """How each name is read: columns, and what else stands in the table."""
    metrics = tuple(dict.fromkeys(column for column in known.values() if column.task))
    others: dict[str, Read] = {
        EXPERIMENT: lambda each: each.name,
        STATE: lambda each: each.state,
        REASON: lambda each: each.reason,
        NO_GROUND_TRUTH: lambda each: frames.without_ground_truth(metrics, cells_of(each, metrics)),
        WHERE: lambda each: f"{each.where.path}:{each.where.line}",
        ID: lambda each: each.id,
    }
    return others | {name: _reader(column) for name, column in known.items()}


class Condition(Struct, frozen=True):
    """A condition: its text, the same for Python, what names stand for, and those in backticks by their place."""

    text: str
    python: str
    known: Mapping[str, Column]
    readers: Mapping[str, Read]
    quoted: Mapping[int, str]

    @classmethod
    def read(cls, text: str, known: Mapping[str, Column]) -> tuple["Condition", ast.expr]:
        """The condition, and what it consists of. Raises UsageError with the place for what is no condition."""
        text = re.sub(r"\s", " ", text).strip()
        quoted: dict[int, str] = {}

        def stand_in(found: re.Match[str]) -> str:
            if found[2] is None:
                return found[0]
            quoted[found.start()] = found[2]
            return "_" * len(found[0])

        condition = cls(text, _QUOTED.sub(stand_in, text), known, readers_of(known), quoted)
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

    def test(self, node: ast.expr) -> Test:
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

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Test:
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

    def operand(self, node: ast.expr) -> Read:
        match node:
            case ast.Name() | ast.Attribute():
                return self.named(node)
            case ast.Constant(value=str() | int() | float() as value):
                return lambda experiment: value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return lambda experiment: -number
        raise self.error(self.place(node), "Compare the names of columns, numbers and texts in quotes.")

    def named(self, node: ast.expr) -> Read:
        name = self.name(node)
        if name not in self.readers:
            hint = suggestion(name, self.readers)
            raise self.error(self.place(node), f"There is no column {plain(name, 80)!r}. {hint} Texts stand in quotes.")
        return self.readers[name]

    def name(self, node: ast.expr) -> str:
        return self.quoted.get(self.place(node) - 1) or ast.unparse(node)

    def place(self, node: ast.expr) -> int:
        """Where a part of the text begins, in characters from 1."""
        return len(self.python.encode()[: node.col_offset].decode()) + 1

    def error(self, at: int, message: str) -> UsageError:
        return UsageError(f"--where {plain(self.text, 100)!r}, character {at}: {message}")
