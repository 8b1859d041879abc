"""TensorBoard event files, `events.out.tfevents.*`: scalars, and the settings that its plugin for them keeps.

What a name means is in `fcosreport.vocabulary.metric_names`. A record has no line, so every place is line 1.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from fcosreport.grammar.event_file import Scalar, hparams, scalars
from fcosreport.grammar.named_results import are_of_detection
from fcosreport.reading.dialect import Record, whole_file_dialect
from fcosreport.records import Evaluation, Issue, Samples, Where
from fcosreport.vocabulary.beside import meanings
from fcosreport.vocabulary.metric_names import curve_of, metric_of
from fcosreport.vocabulary.metrics import metrics
from fcosreport.vocabulary.settings.keys import declared

POINTS = 4_000_000
"""Scalars of a file that are kept; more do not fit a bounded memory."""
EVALUATIONS = 10_000
"""Evaluations of a file."""

TAGS = 1_000
"""Names that are looked at to tell what was trained."""
_OVERLAP = re.compile(r"(?i)(?<![a-z])(?:iou|jaccard)(?![a-z])")
_ACCURACY = re.compile(r"(?i)(?<![a-z])(?:acc|accuracy|top[-_ ]?[15]|auc|auroc)(?![a-z])")
_OF_PLACES = re.compile(r"(?i)box|rpn|iou|dfl|obj|mask|reg(?![a-z])|center|seg|dice|point|anchor|depth|detr")

_Points = tuple["array[float]", "array[float]"]  # steps and values


@whole_file_dialect("TensorBoard event files", paths=r"(?:^|/)events\.out\.tfevents\.[^/]*$")
def tensorboard(path: Path, shown: str) -> Iterator[Record]:
    """The evaluations and curves of the event file at `path`."""
    where = Where(shown, 1)
    points: dict[str, _Points] = defaultdict(lambda: (array("d"), array("d")))
    tags = set[str]()
    try:
        with path.open("rb") as file:
            for kept, each in enumerate(scalars(file)):
                if kept >= POINTS:
                    yield Issue(f"Only the first {POINTS:,} scalars are read. Split the file.", where)
                    break
                yield from _settings(each, where)
                if len(tags) < TAGS:
                    tags.add(each.tag)
                if each.value is not None and _is_meant(each):
                    points[each.tag][0].append(each.step)
                    points[each.tag][1].append(each.value)
    except ValueError as error:
        yield Issue(f"Reading stopped at a damaged record ({error}). Copy the file again, if it is whole.", where)
    is_of_detection = are_of_detection(points)
    if is_of_detection:
        yield from _evaluations(points, where)
    if is_of_detection or not _is_of_classifier(tags):
        yield from _curves(points, where)


def _is_meant(scalar: Scalar) -> bool:
    """Whether it is a scalar that means something here."""
    is_known = metric_of(scalar.tag) or curve_of(scalar.tag) or _OVERLAP.search(scalar.tag)
    return scalar.plugin in ("scalars", "") and bool(is_known)


def _is_of_classifier(tags: Iterable[str]) -> bool:
    """Whether the names of what is logged tell an accuracy, and nothing of boxes or masks."""
    text = " ".join(tags)
    return bool(_ACCURACY.search(text)) and not _OF_PLACES.search(text)


def _settings(scalar: Scalar, where: Where) -> Iterator[Record]:
    if scalar.plugin == "hparams":
        try:
            found = hparams(scalar.content)
        except ValueError:
            return
        for key, value in found.items():
            yield from declared(key.replace("/", "."), value, where)


def _evaluations(points: dict[str, _Points], where: Where) -> Iterator[Record]:
    """The metrics of one task and step are one evaluation.

    Other numbers that a step is given once more are another one, without a step: a training that is over evaluates its
    best weights, and logs that as its last step.
    """
    found: dict[tuple[int, int, str, bool, str | None], dict[str, float]] = {}
    meant = dict(meanings(points))
    for name, (steps, values) in points.items():
        meaning = meant.get(name)
        if meaning is None:
            continue
        times: Counter[float] = Counter()
        for step, value in zip(steps, values, strict=True):
            key = (int(step), times[step], meaning.task, meaning.stated, meaning.category)
            times[step] += 1
            if key in found or len(found) < EVALUATIONS:
                found.setdefault(key, {})[meaning.metric] = value
    percent = any(value > 1 for said in found.values() for value in said.values())
    for (step, again, task, stated, category), said in sorted(found.items(), key=lambda each: each[0][:2]):
        if said == found.get((step, again - 1, task, stated, category)):
            continue
        named = metrics(((name, f"{value:.6g}") for name, value in said.items()), percent=percent)
        yield Evaluation(task, named, where, "log", None, None if again else step, category, stated)


def _curves(points: dict[str, _Points], where: Where) -> Iterable[Record]:
    for name, (steps, values) in points.items():
        curve = curve_of(name)
        if curve and not metric_of(name):
            yield Samples((curve,), steps, (values,), where)
