"""Training lines: every way to read them gives what a slow reader finds, line by line and pair by pair."""

import math
import re
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fcosreport.grammar.training_lines import COLUMNS, NAMES, NUMBER, PAIR, WANTED, TrainingLines

DETECTRON = re.compile(rb"(?<![\w.])iter: *(\d+)")
MMDETECTION = re.compile(rb"Epoch ?\[(\d+)\]\[ *(\d+)/(\d+)\]")
Row = tuple[int, float, dict[str, float]]


def iteration(epoch: bytes, position: bytes, count: bytes) -> float:
    return (int(epoch) - 1) * int(count) + int(position)


def kept(key: str) -> str | None:
    name = NAMES.get(key, key)
    return name if name and ("loss" in name or name in WANTED) else None


def slow(data: bytes, head: re.Pattern[bytes], step: Callable[..., float], first: int = 1) -> list[Row]:
    """Line number, step and columns of each training line."""
    starts = [match.start() for match in head.finditer(data)]
    rows: list[Row] = []
    for start, limit in pairwise([*starts, len(data)]):
        match = head.match(data, start)
        assert match
        end = re.compile(rb"(?s).*?(?=[\r\n]|\\[nr]|\Z)").match(data[:limit], match.end())
        assert end
        columns: dict[str, float] = {}
        for pair in PAIR.finditer(data, match.end(), end.end()):
            name = kept(pair[1].decode())
            if name and name not in columns and len(columns) < COLUMNS and pair.end() < len(data):
                columns[name] = float(pair[2]) * (1024 if (pair[3] or b"").startswith(b"G") else 1)
        where = first + len(re.findall(rb"\r\n?|\n", data[:start]))
        if columns:
            rows.append((where, float(step(*match.groups())), columns))
    return rows


def quick(data: bytes, head: re.Pattern[bytes], step: Callable[..., float], cuts: tuple[int, ...] = ()) -> list[Row]:
    """The same by TrainingLines, with `data` cut into windows; only a batch's first row knows its line."""
    lines = TrainingLines("log.txt", head, step=step)
    rows: list[Row] = []
    for start, stop in pairwise([0, *cuts, len(data)]):
        line = 1 + len(re.findall(rb"\r\n?|\n", data[:start]))
        for batch in lines.read(data[:stop], start, stop, line):
            for index, values in enumerate(zip(*batch.columns, strict=True)):
                at = batch.where.line if index == 0 else 0
                rows.append((at, batch.steps[index], dict(zip(batch.names, values, strict=True))))
            assert len(batch.steps) == len(batch.columns[0])
    return rows


def same(data: bytes, head: re.Pattern[bytes], step: Callable[..., float] = float, cuts: tuple[int, ...] = ()) -> None:
    expected, found = slow(data, head, step), quick(data, head, step, cuts)
    assert [repr(row[1:]) for row in found] == [repr(row[1:]) for row in expected]  # repr: a nan is equal to a nan
    assert all(line in (0, other) for (line, *_), (other, *_) in zip(found, expected, strict=True))


def line_starts(data: bytes) -> tuple[int, ...]:
    return tuple(match.end() for match in re.finditer(rb"\r\n?|\n", data) if match.end() < len(data))


def d2(number: int, *, lr: str = "0.01", loss: str = "", eta: str = "1:02:03", memory: str = "2786M") -> str:
    loss = loss or f"{7 / (number + 1):.4g}"
    return (
        f"[09/10 12:0{number % 10}:59 d2.utils.events]:  eta: {eta}  iter: {number}  total_loss: {loss}  "
        f"loss_cls: {number * 0.25}  loss_box_reg: 1e-0{number % 9 + 1}  "
        f"time: 0.3{number % 10}  lr: {lr}  max_mem: {memory}\n"
    )


numbers = st.one_of(
    st.floats(0, 1e6).map(lambda value: f"{value:.4f}"),
    st.floats(width=32).map(str),
    st.integers(-5, 10**6).map(str),
    st.sampled_from(
        ["nan", "NaN", "inf", "-inf", "1.", ".5", "+3", "1e-05", "2.0E+3", "-", "1.2.3", "1e999", "0x1", ""]
    ),
)
units = st.sampled_from(["", "", "", "M", "G", "s", "MB", "GiB", "%", "x"])
keys = st.sampled_from(
    [*NAMES, "lr", "loss", "loss_cls", "loss_ce_0", "loss_ce_1", "acc", "eta", "grad_norm", "1loss", "lo"]
)
means = st.one_of(st.just(""), st.just(""), numbers.map(lambda number: f" ({number})"))
columns = st.builds("{}:{}{}{}{}".format, keys, st.sampled_from(["", " ", "  "]), numbers, units, means)
lines = st.builds(
    "{}iter: {}{}{}".format,
    st.sampled_from(["", "[09/10 12:00:59] ", "\x1b[32mINFO\x1b[0m ", "max_", "2020-01-01 iter: 3 ", "loss: 2 "]),
    st.integers(0, 10**7).map(str),
    st.lists(columns, max_size=6).flatmap(
        lambda each: st.sampled_from([" ", "  ", ", ", " | ", "; "]).map(
            lambda gap: "".join(gap + part for part in each)
        )
    ),
    st.sampled_from(["\n", "\n", "\n", "\r", "\r\n", "\x1b[0m\n", "\\n", " 0.5 s/iter\n", ""]),
)


@given(st.lists(lines, max_size=12), st.integers(1, 5))
def test_any_columns_in_any_order_that_change_between_lines(made: list[str], times: int) -> None:
    data = ("".join(line * times for line in made)).encode()
    same(data, DETECTRON)
    same(data, DETECTRON, cuts=line_starts(data))


@given(st.lists(st.tuples(st.integers(0, 10**6), numbers, numbers, units), min_size=1, max_size=30))
def test_lines_of_one_kind_with_any_numbers(rows: list[tuple[int, str, str, str]]) -> None:
    text = "".join(
        f"Epoch [1][{at}/99]\tlr: {one}, eta: 1 day, 3:13:{at}, loss: {two}{unit}\n" for at, one, two, unit in rows
    )
    same(text.encode(), MMDETECTION, iteration)


@given(st.binary(max_size=300), st.binary(max_size=60))
@example(b"iter: 1 loss: 1\xff\n", b"iter: 1 loss: \xff1\n")
def test_any_bytes_are_read_without_an_error(noise: bytes, other: bytes) -> None:
    same(b"iter: 1 loss: 2\n" + noise + b"iter: 2 loss: 3 " + other + b"\n" + noise, DETECTRON)


@given(st.lists(st.integers(0, 999), min_size=1, max_size=20), st.data())
def test_a_log_cut_anywhere_gives_a_prefix(steps: list[int], data: st.DataObject) -> None:
    whole = "".join(d2(step) for step in steps).encode()
    part = whole[: data.draw(st.integers(0, len(whole)))]
    all_rows, rows = quick(whole, DETECTRON, float), quick(part, DETECTRON, float)
    assert [row[1:] for row in rows[:-1]] == [row[1:] for row in all_rows[: len(rows) - 1 if rows else 0]]
    assert not rows or rows[-1][2].items() <= all_rows[len(rows) - 1][2].items()


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: text.replace("\n", "\r"), id="CR"),
        pytest.param(lambda text: "".join(f"\x1b[32m{line}\x1b[0m\n" for line in text.splitlines()), id="ANSI"),
        pytest.param(lambda text: "".join(f"[1,0]<stderr>:{line}\n" for line in text.splitlines()), id="prefix"),
        pytest.param(lambda text: "".join(f'   "{line}\\n",\n' for line in text.splitlines()), id="notebook"),
        pytest.param(lambda text: text.replace("\n", "\\n"), id="notebook on one line"),
    ],
)
def test_variants_give_the_same_columns(changed: Callable[[str], str]) -> None:
    text = "".join(d2(number) for number in range(50))
    plain = quick(text.encode(), DETECTRON, float)
    assert len(plain) == 50
    assert [row[1:] for row in quick(changed(text).encode(), DETECTRON, float)] == [row[1:] for row in plain]


def test_values_are_named_scaled_and_placed() -> None:
    data = b"start\n" + d2(20, memory="2.5G").encode() + b"Test: iter 21\n" + d2(40, loss="nan").encode()
    first, second = quick(data, DETECTRON, float)
    assert first == (2, 20.0, first[2])
    assert list(first[2]) == ["loss", "loss_cls", "loss_box_reg", "time", "lr", "memory"]
    assert first[2]["memory"] == 2560
    assert math.isnan(second[2]["loss"])
    assert second[1] == 40


def test_lines_of_one_kind_are_one_batch() -> None:
    data = "".join(d2(number) for number in range(100)).encode()
    (batch,) = TrainingLines("log.txt", DETECTRON).read(data, 0, len(data), 7)
    assert list(batch.steps) == list(range(100))
    assert batch.where.line == 7


def test_an_eta_of_days_does_not_part_a_batch() -> None:
    data = "".join(d2(number, eta="1 day, 0:00:01" if number % 3 else "23:59:59") for number in range(30)).encode()
    (batch,) = TrainingLines("log.txt", DETECTRON).read(data, 0, len(data), 1)
    assert len(batch.steps) == 30


def test_a_running_mean_is_not_the_value() -> None:
    data = b"Epoch [1][ 5/99]  loss: 1.87 (2.99)  lr: 0.01\n" * 3
    assert [row[2] for row in quick(data, MMDETECTION, iteration)] == [{"loss": 1.87, "lr": 0.01}] * 3


def test_a_number_that_the_end_may_have_cut_is_not_taken() -> None:
    assert [row[2] for row in quick(b"iter: 1 lr: 0.01 loss: 0.28", DETECTRON, float)] == [{"lr": 0.01}]


def test_what_stands_before_the_head_counts() -> None:
    same(b"iter: 5 loss: 1\nmax_iter: 6 loss: 2\n iter: 7 loss: 3\n", DETECTRON)
    assert len(quick(b"max_iter: 6 loss: 2\n" * 3, DETECTRON, float)) == 0


@pytest.mark.parametrize(
    "pattern", [rb"(?i)ITER: (\d+)", rb"(?:iter|step): (\d+)", rb"(?m)^(?:iter): *(\d+)", rb"\biter: (\d+)"]
)
def test_heads_of_any_form_are_understood(pattern: bytes) -> None:
    data = b"iter: 1 loss: 2 Loss: 3\niter: 2 loss: 4 loss: 5\n"
    same(data, re.compile(pattern))
    assert len(quick(data, re.compile(pattern), float)) == 2


@pytest.mark.parametrize("step", ["9" * 400, "9" * 5000, "0"])
def test_a_step_that_is_no_number_is_left_out(step: str) -> None:
    data = f"Epoch [1][1/9] loss: 1\nEpoch [{step}][1/{step}] loss: 2\nEpoch [1][3/9] loss: 3\n".encode()
    rows = quick(data, MMDETECTION, lambda epoch, at, count: int(epoch) // int(count) * int(epoch) + int(at))
    assert [row[1] for row in rows] == [1, 3]


@pytest.mark.parametrize(
    "text",
    [
        b"iter: 1 " + b"loss: 1 " * 130_000,
        b"iter: 1 " + b"".join(b"loss%d: 1 " % number for number in range(90_000)),
        b"iter: 1 loss: 1 " * 65_000,
        b"iter: " * 170_000,
        b"iter: 1" * 150_000,
        b"iter: 1 " + b" " * 1_000_000,
        b"iter: 1 " + b"loss" * 250_000,
        b"iter: 1 loss: " + b"1" * 1_000_000 + b" \n",
        b"iter: 1 loss: 1\n" + b"iter: 1 loss: " + b"(1 " * 300_000,
        b"".join(b"iter: 1 x%d: 1 loss: 1 " % number + b"y" * (number % 50) + b"\n" for number in range(30_000)),
    ],
    ids=lambda text: text[:20].decode(),
)
def test_a_hostile_megabyte_takes_no_longer_than_a_line_reader_would(text: bytes) -> None:
    began = time.process_time()
    rows = quick(text, DETECTRON, float)
    assert time.process_time() - began < 20  # something quadratic takes hours
    assert all(len(row[2]) <= COLUMNS for row in rows)


def test_a_number_is_what_float_understands() -> None:
    for text in (b"1", b"-1.5e-3", b"+.5", b"1.", b"nan", b"NaN", b"inf", b"-inf"):
        assert re.fullmatch(NUMBER, text)
        float(text)


def test_other_pairs_can_be_told_apart() -> None:
    pair = re.compile(rb"(\w+ loss): (\d+\.\d+)()(?=[. ])")
    data = b"Step: 3. Epoch: 0/5. Cls loss: 0.74403. Reg loss: 0.15952. Total loss: 0.66496\n" * 3
    lines = TrainingLines("log.txt", re.compile(rb"Step: (\d+)\. "), pair=pair, keep=lambda name: name != "Reg loss")
    for _ in range(2):  # learned, and known
        (batch,) = lines.read(data, 0, len(data), 1)
        assert (batch.names, [list(column) for column in batch.columns]) == (("Cls loss",), [[0.74403] * 3])
