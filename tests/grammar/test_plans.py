"""What is read by a plan is what the reader reads row by row."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.dialects import printed_results
from fcosreport.grammar import named_results
from fcosreport.grammar.plans import SHAPES, Plans
from fcosreport.grammar.statements import Progress
from fcosreport.reading.dialect import Record
from fcosreport.records import Evaluation, Issue, Metric, Where

_NAMES = (
    *("mAP", "mAP50", "metrics/mAP50-95(B)", "bbox_mAP", "AP", "AP50", "AP75", "AR@100", "coco/segm_mAP", "mIoU"),
    *("metrics/precision(B)", "metrics/recall(B)", "Dice", "MOTA", "test/mAP", "AP-car", "per_class_AP/car", "loss"),
    *("epoch", "iter", "step", "checkpoint", "split", "dataset", "model", "yolov8n/mAP", "resnet/mAP", "lr", "ATE"),
)
_PLAIN = st.one_of(
    st.decimals(0, 1, places=3).map(str),
    st.decimals(0, 1, places=5).map(str),
    st.decimals(0, 110, places=1).map(str),
    st.decimals(0, 100, places=4).map(str),
    st.integers(0, 120).map(str),
    st.integers(0, 10**10).map(str),
)
_TEXTS = _PLAIN | st.sampled_from(
    ["-1", "nan", "1", "0.0", "1e-3", "", " 0.5", "val", "yolov8n.pt", "epoch_12.pth", "{}", "5"]
)
_STEPS = st.sampled_from([None, 0]) | st.integers(0, 10**7)
_Read = Callable[..., Iterable[Record]]


@st.composite
def _rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows of the same names, whose texts are mostly of the same kind."""
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=7, unique=True))
    first = [draw(_TEXTS) for _ in names]
    rows = [[draw(_like(text)) for text in first] for _ in range(5)]
    return [dict(zip(names, texts, strict=True)) for texts in (first, *rows)]


def _like(text: str) -> st.SearchStrategy[str]:
    """Texts of the same digits, but others; seldom any other."""
    try:
        float(text)
    except ValueError:
        return st.just(text) | _TEXTS if text == "" else st.just(text)
    whole, dot, decimals = text.partition(".")
    if not (whole.isdecimal() and (decimals.isdecimal() or not dot)):
        return st.just(text)
    other = st.integers(0, 10 ** len(decimals) - 1).map(lambda number: f"{whole}{dot}{number:0{len(decimals)}}")
    count = st.integers(0, 10 ** len(whole)).map(str)
    return st.one_of(other, other, other, other, _PLAIN) if dot else count


@pytest.mark.parametrize(
    ("read", "context"),
    [
        (named_results._results, ("log", None, None, False)),
        (named_results._results, ("log", True, None, True)),
        (named_results._results, ("note", False, "car", False)),
        (printed_results._of_object, ("log", "")),
        (printed_results._of_object, ("log", "test")),
    ],
)
@given(rows=_rows(), steps=st.lists(st.tuples(_STEPS, _STEPS, _STEPS), min_size=6, max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_plan_gives_what_its_reader_gives(
    read: _Read, context: tuple[Any, ...], rows: list[dict[str, str]], steps: list[tuple[int | None, ...]]
) -> None:
    plans = Plans(read)
    for line, (row, step) in enumerate(zip([*rows, *rows], [*steps, *steps], strict=True), 1):
        where, at = Where("a.log", line), Progress(*step)
        assert list(plans.records(row, where, at, *context)) == list(read(row, where, at, *context))


def _counting(read: _Read) -> tuple[_Read, list[int]]:
    asked: list[int] = []

    def counted(*given: Any) -> Iterable[Record]:
        asked.append(1)
        return read(*given)

    return counted, asked


def test_a_reader_is_asked_for_the_first_row_and_for_two_of_made_up_numbers() -> None:
    read, asked = _counting(named_results._results)
    plans = Plans(read)
    for number in range(100, 200):
        (found,) = plans.records(
            {"mAP": f"0.{number}1"}, Where("a", number), Progress(number), "log", None, None, False
        )
        assert isinstance(found, Evaluation)
        assert (found.epoch, found.where.line, found["AP"]) == (number, number, float(f"0.{number}1"))
    assert len(asked) == 3


def test_what_depends_on_more_than_the_shape_is_asked_each_time() -> None:
    def larger(row: dict[str, str], where: Where, at: Progress) -> Iterable[Record]:
        text = max(row.values())
        yield Evaluation("bbox", (Metric("AP", float(text), text),), where)

    def told(row: dict[str, str], where: Where, at: Progress) -> Iterable[Record]:
        yield Issue(f"odd: {row}", where)

    for read in (larger, told):
        counted, asked = _counting(read)
        plans = Plans(counted)
        for number in range(1, 50):
            row = {"a": f"0.{number:03}", "b": f"0.{500 - number}"}
            assert list(plans.records(row, Where("a", 1), Progress())) == list(read(row, Where("a", 1), Progress()))
        assert len(asked) == 49 + 2


def test_no_more_shapes_are_kept_than_fit_into_the_memory() -> None:
    plans = Plans(named_results._results)
    for number in range(3 * SHAPES):
        for _ in range(2):
            list(plans.records({f"loss {number}": "0.5"}, Where("a", 1), Progress(), "log", None, None, False))
    assert len(plans._met) <= SHAPES
    assert len(plans._plans) <= SHAPES
