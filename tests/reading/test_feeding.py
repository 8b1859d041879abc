"""A dialect that raises ends alone: what it had said stays, the others go on, and the fault is told with its place."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import row_of
from fcosreport.errors import ServerError
from fcosreport.reading import feeding
from fcosreport.reading.dialect import Dialect, Record, Window, dialects
from fcosreport.reading.file import read
from fcosreport.reading.window import BUFFER, Roll
from fcosreport.records import Evaluation, Fragment, Issue, Origin, TableRow
from fcosreport.store.packed import unpacked
from tests.conftest import GOOD, block
from tests.dialects.test_promises import ALL

ERRORS = (ValueError("x"), IndexError(), KeyError("a\nb"), RecursionError(), MemoryError(), StopIteration(), OSError(5))


class Noting:
    """A reader that says nothing."""

    def __init__(self, path: str, origin: Origin) -> None: ...

    def feed(self, window: Window) -> Iterator[Record]:
        return iter(())

    def close(self) -> Iterator[Record]:
        return iter(())


def breaking(one: Dialect, call: int, error: Exception) -> Dialect:
    """The dialect, but it raises at its `call`th call, or at the `call`th record that a call yields."""
    left = [call]

    def count() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise error

    class Breaking:
        def __init__(self, path: str, origin: Origin) -> None:
            count()
            self.ours = one.reader(path, origin)

        def feed(self, window: Window) -> Iterator[Record]:
            count()
            for record in self.ours.feed(window):
                yield record
                count()

        def close(self) -> Iterator[Record]:
            count()
            yield from self.ours.close()

    def whole_file(path: Path, shown: str) -> Iterator[Record]:
        count()
        for record in one.whole_file(path, shown) if one.whole_file else ():
            yield record
            count()

    return replace(one, reader=Breaking, whole_file=whole_file if one.whole_file else None)


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=st.integers(0, 12), error=st.sampled_from(ERRORS))
def test_a_fault_at_any_call_is_an_issue_and_the_others_go_on(
    tmp_path: Path, name: str, call: int, error: Exception
) -> None:
    sample = ALL[name]
    path = tmp_path / Path(sample.path).name
    path.write_bytes(sample.data + (b"" if sample.dialect.whole_file else b"\n" + block(GOOD).encode()))
    with pytest.MonkeyPatch.context() as patch:
        known = tuple(breaking(each, call, error) if each is sample.dialect else each for each in dialects())
        patch.setattr(feeding, "dialects", lambda: known)
        patch.setattr("fcosreport.reading.file.dialects", lambda: known)
        found: Any = read(path, sample.path, "log")
        patch.undo()
    whole = read(path, sample.path, "log")
    faults = [each for each in found.records if isinstance(each, Issue) and each.fault]
    assert len(faults) <= 1
    for each in faults:
        assert f"dialect {sample.dialect.name}" in each.message
        assert "\n" not in each.message
        assert each.where.path == sample.path
        assert type(error).__name__ in each.fault
    forms = {each.name for each in known if each.gives_way} | {sample.dialect.name}  # which step in where it fails
    others = [e for e in whole.records if isinstance(e, Evaluation) and e.form not in forms]
    is_index = any(isinstance(each, TableRow) for each in whole.records)  # which tells of no run, unless it fails
    assert is_index or [e for e in found.records if isinstance(e, Evaluation) and e.form not in forms] == others
    if not faults:
        assert found.records == whole.records


@pytest.mark.parametrize("text", ["1e400", "-1e400", "nan", "9" * 400])
def test_a_setting_that_no_number_can_be_is_an_issue_and_the_rest_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "log.txt"
    path.write_text(f"Namespace(lr={text}, batch_size=2, epochs=12, lr_decay_epoch='8', seed={text})\n{block(GOOD)}")
    row = row_of((Found(str(path), str(path), "log.txt", "log", path.stat().st_size, 0), None))
    assert not isinstance(row, ServerError)
    fragment = unpacked(row[4].outline, row[4].body)
    assert [each.value for each in fragment.segments[0].settings if each.name in ("lr", "seed")] == []
    assert len(fragment.segments[0].evaluations) == 1
    assert not any(issue.fault for issue in fragment.issues)


def test_a_carrier_gives_way_where_another_dialect_reads_the_line(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"bbox/AP": 38.7, "bbox/AP50": 58.0, "iteration": 19, "total_loss": 1.0}\n')
    (found,) = [e for e in read(tmp_path / "metrics.json", "metrics.json", "log").records if isinstance(e, Evaluation)]
    assert found.form == "detectron2-json"


class Exiting(Noting):
    def feed(self, window: Window) -> Iterator[Record]:
        raise SystemExit(0)


class Yielding(Noting):
    def feed(self, window: Window) -> Iterator[Any]:
        return iter(["no record"])


@pytest.mark.parametrize(
    ("reader", "told"), [(Exiting, "SystemExit: 0"), (Yielding, "TypeError: it yields no record, but str")]
)
def test_a_fault_hides_no_result_that_is_read_by_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: type[Noting], told: str
) -> None:
    known = (Dialect("odd", "Odd", (b"epoch",), reader), *dialects())
    monkeypatch.setattr(feeding, "dialects", lambda: known)
    monkeypatch.setattr("fcosreport.reading.file.dialects", lambda: known)
    path = tmp_path / "train.log"

    def read_as(text: str) -> Fragment:
        path.write_text(text)
        row = row_of((Found(str(path), str(path), "train.log", "log", path.stat().st_size, 0), None))
        assert not isinstance(row, ServerError)
        return unpacked(row[4].outline, row[4].body)

    fragment = read_as("epoch 1 AP 0.31 AP50 0.52\n")
    (issue,) = fragment.issues
    assert issue.message.startswith(f"A fault of dialect odd from this line on ({told})")
    assert (fragment.source.state, fragment.source.evaluations) == ("read", 1)
    fragment = read_as("epoch 1 begins\n")
    assert (fragment.source.state, fragment.source.reason) == ("not read", fragment.issues[0].message)


@pytest.mark.parametrize("behind", ["", "copypaste: Task: bbox\ncopypaste: AP,AP50\ncopypaste: 38.7000,57.3000\n"])
def test_results_that_a_reader_holds_back_are_read_by_no_other(behind: str) -> None:
    asked: list[tuple[int, int]] = []

    class Asking(Noting):
        def feed(self, window: Window) -> Iterator[Record]:
            asked.extend(window.untaken())
            return iter(())

    table = "Evaluation results for bbox: \n|  AP  | AP50 |\n|:----:|:----:|\n| 38.700 | 57.300 |\n"
    among = [each for each in dialects() if each.name == "detectron2"]
    asks = Dialect("asking", "A carrier", (b"AP50",), Asking, gives_way=True)
    fed = feeding.Feeding("train.log", "log", among=[*among, asks])
    fed.feed(Roll(BytesIO((table + behind).encode()), BUFFER))
    assert [each.where.line for each in fed.records()] == [7 if behind else 4]
    assert not asked


def test_a_program_shows_no_results(tmp_path: Path) -> None:
    text = "print('bbox_mAP: 0.3')\n{'bbox_mAP': 1.0, 'bbox_mAP_50': 1.0}\n"
    for name, count in (("test_metric.py", 0), ("metric.log", 1)):
        (tmp_path / name).write_text(text)
        found = [e for e in read(tmp_path / name, name, "log").records if isinstance(e, Evaluation)]
        assert min(len(found), 1) == count, name


@pytest.mark.parametrize(("text", "is_made"), [("nothing of it\n" * 9, False), (block(GOOD), True)])
def test_a_reader_is_made_for_a_file_that_is_for_it_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, is_made: bool
) -> None:
    made: list[str] = []

    class Made(Noting):
        def __init__(self, path: str, origin: Origin) -> None:
            made.append(path)

    log = tmp_path / "train.log"
    log.write_text(text)
    known = (Dialect("noting", "A format", (b"@",), Made),)
    monkeypatch.setattr(feeding, "dialects", lambda: known)
    read(log, "train.log", "log")
    assert made == ["train.log"] * is_made


def test_a_test_below_validations_is_no_other_form_of_them(tmp_path: Path) -> None:
    block = " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.412\n"
    path = tmp_path / "log.txt"
    path.write_text(block + "mAP on test dataset: 0.401\n")
    assert [(each.split, each.metrics[0].text) for each in results_of(path)] == [("", "0.412"), ("test", "0.401")]
    path.write_text(block + "test mAP: 0.4123\n")
    assert [each.split for each in results_of(path)] == [""]


def results_of(path: Path) -> list[Evaluation]:
    return [each for each in read(path, "log.txt", "log").records if isinstance(each, Evaluation)]
