"""TensorBoard event files, `events.out.tfevents.*`, through TensorBoard's own reader.

That is an optional extra: `pip install 'fcosreport[tensorboard]'`. Scalars alone are read, each once; what a name means
is in `fcosreport.vocabulary.metric_names`. A record has no line, so every place is line 1.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from fcosreport.reading.dialect import Record, whole_file_dialect
from fcosreport.records import Evaluation, Issue, Samples, Where
from fcosreport.vocabulary.metric_names import curve_of, metric_of
from fcosreport.vocabulary.metrics import metrics

POINTS = 4_000_000
"""Scalars of a file that are kept; more do not fit a bounded memory."""
EVALUATIONS = 10_000
"""Evaluations of a file."""

_Points = tuple["array[float]", "array[float]"]  # steps and values


@whole_file_dialect("TensorBoard event files", paths=r"(?:^|/)events\.out\.tfevents\.[^/]*$")
def tensorboard(path: Path, shown: str) -> Iterator[Record]:
    """The evaluations and curves of the event file at `path`."""
    where = Where(shown, 1)
    try:
        loader = import_module("tensorboard.backend.event_processing.event_file_loader")
    except ImportError:
        how = "Install TensorBoard's reader: pip install 'fcosreport[tensorboard]'."
        yield Issue(f"Not read: TensorBoard event files need an optional extra. {how}", where)
        return
    points: dict[str, _Points] = defaultdict(lambda: (array("d"), array("d")))
    try:
        kept = 0
        for event in loader.EventFileLoader(str(path)).Load():
            for name, value in _scalars(event):
                points[name][0].append(event.step)
                points[name][1].append(value)
                kept += 1
            if kept > POINTS:
                yield Issue(f"Only the first {POINTS:,} scalars are read. Split the file.", where)
                break
    except Exception as error:  # the reader raises what it likes on a file that is cut or is none
        message = f"Reading stopped at a damaged record ({type(error).__name__}). Copy the file again, if it is whole."
        yield Issue(message, where)
    yield from _evaluations(points, where)
    yield from _curves(points, where)


def _scalars(event: Any) -> Iterator[tuple[str, float]]:
    """The scalars of an event that mean something here; TensorBoard turns old ones into tensors."""
    for value in event.summary.value:
        if not (metric_of(value.tag) or curve_of(value.tag)):
            continue
        if value.HasField("simple_value"):
            yield value.tag, value.simple_value
        elif value.HasField("tensor") and value.metadata.plugin_data.plugin_name in ("scalars", ""):
            numbers = value.tensor.float_val or value.tensor.double_val
            if len(numbers) == 1:
                yield value.tag, numbers[0]


def _evaluations(points: dict[str, _Points], where: Where) -> Iterator[Record]:
    """The metrics of one task and step are one evaluation."""
    found: dict[tuple[int, str, bool, str | None], dict[str, float]] = {}
    for name, (steps, values) in points.items():
        meaning = metric_of(name)
        for step, value in zip(steps, values, strict=True):
            key = (int(step), meaning.task, meaning.stated, meaning.category) if meaning else None
            if meaning and key and (key in found or len(found) < EVALUATIONS):
                found.setdefault(key, {})[meaning.metric] = value
    percent = any(value > 1 for said in found.values() for value in said.values())
    for (step, task, stated, category), said in sorted(found.items(), key=lambda each: each[0][0]):
        named = metrics(((name, f"{value:.6g}") for name, value in said.items()), percent=percent)
        yield Evaluation(task, named, where, "log", None, step, category, stated)


def _curves(points: dict[str, _Points], where: Where) -> Iterable[Record]:
    for name, (steps, values) in points.items():
        curve = curve_of(name)
        if curve and not metric_of(name):
            yield Samples((curve,), steps, (values,), where)
