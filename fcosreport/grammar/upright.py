"""Tables with the names of metrics down one column: what the columns of values beside it are of. For dialects.

Metric   YOLOv8n  YOLOv8s        metric,val,test        Metric  all   car   bus
mAP50    0.71     0.74           mAP50,0.71,0.70        AP50    0.68  0.71  0.65
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from fcosreport.grammar.classes import is_overall
from fcosreport.grammar.headings import are_of_all
from fcosreport.grammar.statements import Progress
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.metric_names import metric_of

_VALUE = frozenset(("value", "values", "score", "scores", "result", "results"))
"""How a column of values is called that says nothing of them."""
_OTHER = re.compile(
    r"(?i)(?<![a-z\d])(?:std|stdev|sd|var|min|max|diff\w*|delta|change|gain|improv\w*|target|goal|expected|required|unit|n"
    r"|count|support|note\w*|paper|published|reported|threshold|rank|p[ -]?value|ci|weight)(?![a-z\d])|[±Δ]"
)
"""Columns of other numbers than results."""
_EPOCH = re.compile(r"(?i)(?:after |at )?ep(?:och)?[ _:#-]?(\d{1,6})")


class Of(NamedTuple):
    """What a column of values is of; `prefix` stands before its names, as `val/`."""

    prefix: str
    category: str | None = None
    weights: str = ""
    at: Progress = Progress()


def columns_of(titles: Sequence[str], names: Collection[str]) -> list[Of | None]:
    """What the column below each title is of, beside names of metrics; None for one that is not understood.

    Titles of which nothing is known are models where no class has such metrics, and classes beside one over all.
    """
    known = [_known(title, names) for title in titles]
    left = {title for title, each in zip(titles, known, strict=True) if each is None and not _OTHER.search(title)}
    has_all = any(is_overall(title) and title for title in titles)
    are_models = not has_all and (are_of_all(names) or all(detectors(title.lower()) for title in left))
    unknown = {title: Of("", category=title) if has_all else Of("", weights=title) for title in left}
    return [
        each or (unknown.get(title) if has_all or are_models else None)
        for title, each in zip(titles, known, strict=True)
    ]


def _known(title: str, names: Collection[str]) -> Of | None:
    if title.lower() in _VALUE or is_overall(title):
        return Of("")
    if epoch := _EPOCH.fullmatch(title.strip()):
        return Of("", at=Progress(int(epoch[1])))
    prefix = f"{title.lower()}/"
    return Of(prefix) if any(metric_of(f"{prefix}{name}") for name in names) else None
