"""Experiments that are read from a store hold equal texts once, and say what they said."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from fcosreport.collecting.collect import collect, open_store
from fcosreport.collecting.discover import Found
from fcosreport.collecting.workers import fragment_of
from fcosreport.records import Experiment
from fcosreport.store.memory import LARGE, inflated
from fcosreport.store.packed import pack, unpacked
from tests.conftest import GOOD, ROOT, block


def texts(experiment: Experiment) -> Iterator[str]:
    for setting in experiment.settings:
        yield from (setting.name, setting.text)
    for evaluation in experiment.evaluations:
        for metric in evaluation.metrics:
            yield from (metric.name, metric.text)


def test_texts_that_are_equal_are_held_once_and_nothing_is_changed(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "s.sqlite")) as store:
        collect([ROOT / "runs"], store)
        experiments = store.experiments()
        assert [store.named(each.id) for each in experiments] == [[each] for each in experiments]
    held = [text for experiment in experiments for text in texts(experiment)]
    assert len({id(text) for text in held}) == len(set(held)) < len(held)
    for experiment in experiments:
        paths = [setting.where.path for setting in experiment.settings]
        assert len({id(path) for path in paths}) == len(set(paths))


def test_the_many_results_of_a_large_log_are_kept_small_and_read_as_they_were(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("".join(f"Epoch [{n}][1/1]\n{block(GOOD)}" for n in range(1500)))
    origin = fragment_of(Found(str(log), str(log), "train.log", "log", log.stat().st_size, 0))
    kept = pack(origin)
    assert len(inflated(kept.body)) > LARGE > 20 * len(kept.body)
    read = unpacked(kept.outline, kept.body, kept.points)
    assert read == origin
    (segment,) = read.segments
    assert len(segment.evaluations) == 1500
    assert len({id(metric) for evaluation in segment.evaluations for metric in evaluation.metrics}) == 12


@pytest.mark.parametrize("kept", [b"", b"\0", b"\0" * 7 + b"\x09damaged", b"\0" + b"\xff" * 20])
def test_what_is_damaged_is_told(kept: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        unpacked(kept, kept)
