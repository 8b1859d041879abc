"""What every dialect promises, whatever its format; each is held to it by the samples of its own test file."""

import importlib
import importlib.util
import tempfile
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcosreport.reading.dialect import Dialect, Record, dialects, line_ends
from fcosreport.reading.file import read as read_file
from fcosreport.records import Evaluation, Event, Issue, Origin, Setting
from tests.dialects.feeding import told, windows

LONG = 1 << 20


class Sample(NamedTuple):
    """A small file of one dialect: where it lies, and what may stand before its lines without a change."""

    dialect: Dialect
    path: str
    data: bytes
    prefixes: tuple[str, ...]

    def read(self, data: bytes | None = None, size: int = LONG, origin: Origin = "log") -> list[Record]:
        return read(self.dialect, self.path, self.data if data is None else data, size, origin)


def read(one: Dialect, path: str, data: bytes, size: int = LONG, origin: Origin = "log") -> list[Record]:
    if not one.whole_file:
        return offered(one, path, data, size, origin)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path.rpartition("/")[2]
        file.write_bytes(data)
        return list(one.whole_file(file, path))


def offered(one: Dialect, path: str, data: bytes, size: int, origin: Origin) -> list[Record]:
    """What a dialect says of windows of which it is offered those that hold an anchor, or go on with what is open."""
    reader, is_meant = one.reader(path, origin), one.is_for(path)
    found: list[Record] = []
    for window in windows(data, size):
        if (
            is_meant
            or getattr(reader, "is_open", False)
            or any(window.data.find(a, window.start) >= 0 for a in one.anchors)
        ):
            found += reader.feed(window)
    return sorted([*found, *reader.close()], key=lambda record: record.where.line)


def test_file(one: Dialect) -> str:
    return f"tests/dialects/test_{one.name.replace('-', '_')}.py"


test_file.__test__ = False  # type: ignore[attr-defined]  # it names a test, and is none


def samples_of(one: Dialect) -> dict[str, bytes]:
    """The samples in the test file of a dialect."""
    name = test_file(one).removesuffix(".py").replace("/", ".")
    if importlib.util.find_spec(name) is None:
        return {}
    return getattr(importlib.import_module(name), "SAMPLES", {})


def samples() -> Iterator[Sample]:
    for one in dialects():
        for path, data in samples_of(one).items():
            module = importlib.import_module(test_file(one).removesuffix(".py").replace("/", "."))
            yield Sample(one, path, data, getattr(module, "PREFIXES", ()))


ALL = {f"{each.dialect.name} {each.path}": each for each in samples()}
TEXTS = {name: each for name, each in ALL.items() if not each.dialect.whole_file}
PREFIXED = [(name, prefix) for name, each in TEXTS.items() for prefix in each.prefixes]


@pytest.mark.parametrize("one", dialects(), ids=lambda one: one.name)
def test_a_dialect_has_a_sample_that_it_is_offered_and_reads(one: Dialect) -> None:
    found = samples_of(one)
    assert found, (
        f"The dialect {one.name} has no sample. Add SAMPLES to {test_file(one)}: a dict from the path of a small file, "
        "as a user would have it, to its bytes."
    )
    for path, data in found.items():
        assert one.is_for(path) or any(anchor in data for anchor in one.anchors), path
        assert [each for each in read(one, path, data) if not isinstance(each, Issue)], path


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_bytes_are_read_without_an_error(name: str, data: st.DataObject) -> None:
    sample = ALL[name]
    text = bytearray(sample.data)
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=99))
    size = data.draw(st.sampled_from((1, 50, 1000, LONG)))
    origin = data.draw(st.sampled_from(("log", "note")))
    for content in (bytes(text), data.draw(st.binary(max_size=300))):
        lines = line_ends(content, 0, len(content)) + 1
        for record in sample.read(content, size, origin):  # type: ignore[arg-type]  # one of the two
            assert 1 <= record.where.line <= lines


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_lines_in_any_order_are_read_without_an_error(name: str, data: st.DataObject) -> None:
    sample = ALL[name]
    lines = st.sampled_from([*sample.data.splitlines(keepends=True), b"\r", b"{"])
    content = b"".join(data.draw(st.lists(lines, max_size=40)))
    for record in sample.read(content, data.draw(st.sampled_from((1, 1000)))):
        assert 1 <= record.where.line <= line_ends(content, 0, len(content)) + 1


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4000), st.sampled_from((1, 2, 3)))
def test_windows_of_any_size_give_the_same(name: str, size: int, times: int) -> None:
    data = TEXTS[name].data * times
    assert told(TEXTS[name].read(data, size)) == told(TEXTS[name].read(data))
    assert told(TEXTS[name].read(data, 1)) == told(TEXTS[name].read(data))


@pytest.mark.parametrize("name", TEXTS)
def test_line_ends_make_no_difference(name: str) -> None:
    data = TEXTS[name].data.replace(b"\n", b"\r\n")
    for size in (1, 1000, LONG):
        assert told(TEXTS[name].read(data, size)) == told(TEXTS[name].read())


@pytest.mark.parametrize(("name", "prefix"), PREFIXED)
def test_what_stands_before_each_line_makes_no_difference(name: str, prefix: str) -> None:
    sample = TEXTS[name]
    text = sample.data.decode().replace("\r", "\n")  # a prefix stands before lines, not before each state of a bar
    end = "\x1b[0m\n" if "\x1b" in prefix else "\n"
    same = sample.read("".join(f"{prefix}{line}{end}" for line in text.splitlines()).encode())
    plain = sample.read(text.encode())
    for kind in (Evaluation, Setting, Event):
        assert [said(each) for each in same if isinstance(each, kind)] == [
            said(each) for each in plain if isinstance(each, kind)
        ]
    assert told(same)[1] == told(plain)[1]


def said(record: Record) -> tuple[object, ...]:
    """What a record says, without the text that is only quoted."""
    match record:
        case Evaluation():
            scope = (record.task, record.epoch, record.iteration, record.category)
            return record.where.line, record.also, record.metrics, scope
        case Setting():
            return record.where.line, record.name, record.value
        case Event():
            return record.where.line, record.kind, record.iteration, record.epoch
    return (record.where.line,)


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_cut_file_says_nothing_else_and_loses_nothing_before_the_cut(name: str, data: st.DataObject) -> None:
    sample = ALL[name]
    cut = data.draw(st.integers(0, len(sample.data)))
    last = line_ends(sample.data, 0, cut) + 1
    whole, part = results_of(sample.read()), results_of(sample.read(sample.data[:cut]))
    is_open = {line for each in whole for line in places(each) if max(places(each)) >= last}  # also told behind the cut
    begun, told_so_far = ([each for each in one if each.where.line not in is_open] for one in (whole, part))
    pairs = zip(told_so_far, [*begun, *[None] * len(part)], strict=False)
    others = [got for got, want in dropwhile(lambda pair: pair[0] == pair[1], pairs)]
    assert len({each.where.line for each in others}) <= 1, "more than the last one is not as in the whole"
    if not sample.dialect.whole_file:
        ended = [
            each for each in whole if max(places(each)) + 2 * len(each.metrics) < last
        ]  # a metric a line, at most two
        assert [each for each in ended if each not in part] == []


def results_of(records: list[Record]) -> list[Evaluation]:
    return [each for each in records if isinstance(each, Evaluation)]


def places(one: Evaluation) -> list[int]:
    return [one.where.line, *(where.line for where in one.also)]


@pytest.mark.parametrize(
    "text",
    [
        "We trained YOLOX, NanoDet and EfficientDet for 300 epochs; per class AP was not printed.\n",
        "| class | AP50 |\n|---|---|\n| person | high |\n",
        "mAP(0.50, integral) is what PaddleDetection calls AP50. Best test bbox ap is 0.915.\n",
        "lr=0.01\nmAP=0.77\n",
        "x = Namespace(a=1)\n",
        "Val_metrics: {'mAP': unknown}\n",
    ],
)
@pytest.mark.parametrize("one", [one for one in dialects() if one.anchors], ids=lambda one: one.name)
def test_words_about_frameworks_and_tables_of_other_things_say_nothing(one: Dialect, text: str) -> None:
    assert not read(one, "log.txt", text.encode())
    assert not read(one, "log.txt", text.encode(), origin="note")


SHARED = {
    ("events", "detectron2"),  # the sample holds a training line
    ("gluoncv", "coco-summary"),  # it prints the first row of the block
    ("told-behind", "coco-summary"),  # which reads the block itself
    ("paddledetection", "mmdetection"),  # which takes its table of categories for one of boxes
}
"""Whose sample is read by which other dialect as well."""


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_of_one_framework_says_nothing_to_the_dialects_of_others(name: str) -> None:
    sample = TEXTS[name]
    for other in dialects():
        is_offered = other.is_for(sample.path) or any(anchor in sample.data for anchor in other.anchors)
        if is_offered and not (other.whole_file or other.gives_way) and other is not sample.dialect:
            found = read(other, sample.path, sample.data)
            assert bool(found) == ((sample.dialect.name, other.name) in SHARED), (other.name, found)


@pytest.mark.parametrize("name", TEXTS)
def test_a_carrier_says_nothing_of_a_line_that_a_dialect_of_its_own_reads(name: str, tmp_path: Path) -> None:
    sample = TEXTS[name]
    file = tmp_path / Path(sample.path).name
    file.write_bytes(sample.data)
    found = read_file(file, sample.path, "log").records
    giving = {each.name for each in dialects() if each.gives_way}
    lines = [(each.where.line, each.task) for each in found if isinstance(each, Evaluation) and each.category is None]
    told = [each for each in found if isinstance(each, Evaluation) and each.form in giving]
    assert sample.dialect.gives_way or not told, told
    assert sample.dialect.name in ("wz-rows", "coco-summary") or len(lines) == len(set(lines))
