"""Experiments that are read from a store hold equal texts once, and say what they said."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from fcosreport.collecting.collect import collect, open_store
from fcosreport.records import Experiment
from tests.conftest import ROOT


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
