"""Equal texts of experiments, held once: paths and names stand in an experiment dozens of times.

An experiment that was just decoded takes 18 KB; so it takes 10. Nobody else holds it yet, and what it says stays the
same, which is why its frozen parts may be touched here.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from fcosreport.records import Experiment, Where

_set = object.__setattr__


class Sharing:
    """The texts that were met so far, in experiments that are read together."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def shared(self, experiment: Experiment) -> Experiment:
        """The same experiment, with the texts of those before it."""
        once, paths = self._texts.setdefault, dict[str, str]()

        def share(where: Where) -> None:
            _set(where, "path", paths.setdefault(where.path, where.path))

        for setting in experiment.settings:
            _set(setting, "name", once(setting.name, setting.name))
            _set(setting, "text", once(setting.text, setting.text))
            share(setting.where)
        for evaluation in experiment.evaluations:
            share(evaluation.where)
            for metric in evaluation.metrics:
                _set(metric, "name", once(metric.name, metric.name))
                _set(metric, "text", once(metric.text, metric.text))
        for event in experiment.events:
            share(event.where)
        for curve in experiment.curves:
            share(curve.where)
        return experiment


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: records hold no circles, and to look for some takes a third of a long check."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
