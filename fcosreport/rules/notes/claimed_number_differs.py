"""FR524."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from fcosreport.comparing.noise import alike, metric_of
from fcosreport.comparing.scores import agree, as_fractions, printed
from fcosreport.evidence.meant import meant
from fcosreport.evidence.published import PROTOCOL, is_other_protocol
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Claim, Experiment, Metric, Records, TableRow, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary.metrics import metric as as_metric

_NEAR = 0.03  # AP by which a slip differs at most; what differs more is told of other images, or of another metric
_NO_NAME = re.compile(r"\b(?:our|ours|the|this|proposed|model|method|network|detector)\b|[^\w.+@-]+|[*_]+")
_OURS = re.compile(r"(?i)\b(?:ours?|proposed)\b")
_ROW = {"row": "FCOS R-50", "bbox": "% 38.7 57.5 41.7"}
_SAID = {"claim": "FCOS R-50 reaches 37.8 AP", "subject": "FCOS R-50", "value": "37.8"}


class Held(Struct, frozen=True):
    """A claimed number beside those that its subject has, each with its place, and its experiment if it is of one."""

    claim: Claim
    said: Metric
    own: Sequence[tuple[Metric, Where, Experiment | None]]


@rule(
    "FR524",
    "warning",
    fires=[
        [_ROW, _SAID],
        [{**_ROW, "row": "Ours"}, {**_SAID, "subject": "our model"}],
        [{"name": "gn", "note_bbox": "0.387 0.575"}, {**_SAID, "subject": "gn", "value": "0.378"}],
    ],
    quiet=[
        [_ROW, {**_SAID, "value": "38.7"}],
        [_ROW, {**_SAID, "value": "0.387"}],
        [_ROW, {**_SAID, "value": "39"}, {**_ROW, "table": "b", "bbox": "% 39.0"}],
        [_ROW, {**_SAID, "value": "57.5"}],
        [_ROW, {**_SAID, "value": "48.7"}],
        [_ROW, {**_SAID, "subject": "FCOS R-101"}],
        [_ROW, {**_SAID, "claim": "FCOS R-50 reaches 37.8 AP on test-dev"}],
        [{**_ROW, "path": "other.md"}, _SAID],
    ],
    needs=(
        "no note says in a sentence which AP one of its models has",
        lambda records: [held for claim in records.claims if claim.value and (held := _held(claim, records))],
    ),
)
def claimed_number_differs(found: list[Held], settings: Settings) -> Iterator[Fault]:
    """A sentence gives a model another number than a table or an experiment of the same note does.

    The sentence names the row, and no table of the note has its number anywhere. A number that is far off is of other
    images or of another metric.

    Why: leo372239-1024/Enhanced-YOLO26s-for-High-Speed-Railway-Foreign-Object-Detection-via-ECA-BiFPN-and-P2-Head: its
    README gives the improved model the mAP of the baseline. A table is measured anew, or digits change places, and what
    is quoted is the sentence.

    Do: See in the log which of the two is right, and mend the other.
    """
    for held in found:
        metric, where, experiment = min(held.own, key=lambda each: _apart(each[0], held.said))
        if _apart(metric, held.said) <= _NEAR:
            yield Fault(
                f"The note says “{held.claim.text}”, and has {printed(metric)} in line {where.line}.",
                (experiment,) if experiment else (),
                (held.claim.where, where),
            )


def _held(claim: Claim, records: Records) -> Held | None:
    """The numbers of what the claim names; None where the note has the claimed one, whatever it is of."""
    said = as_metric(claim.metric, claim.value, percent=None)
    rows = [row for row in records.tables if row.where.path == claim.where.path and not row.is_index]
    made = [each for each in records.experiments if each.where.path == claim.where.path]
    results = [*(e for row in rows for e in row.results), *(e for each in made for e in each.evaluations)]
    if not said or PROTOCOL.search(claim.text) or any(agree(said, m) for e in results for m in as_fractions(e).metrics):
        return None
    own = [*_of_rows(claim, rows), *_of_experiments(claim, made)]
    return Held(claim, said, own) if own else None


def _of_rows(claim: Claim, rows: Sequence[TableRow]) -> Iterator[tuple[Metric, Where, None]]:
    for row in rows:
        if _is_called(row.label, claim.subject) and not is_other_protocol(row):
            found = (as_fractions(e).metric(claim.metric) for e in row.results if e.task == claim.task)
            yield from ((metric, row.where, None) for metric in found if metric)


def _of_experiments(claim: Claim, made: Sequence[Experiment]) -> Iterator[tuple[Metric, Where, Experiment]]:
    beside = alike(made, claim.task)
    rated = [(metric, each) for each in beside if (metric := metric_of(each, claim.metric, claim.task))]
    for metric, each in meant(claim.subject, rated, claim.where):
        result = each.result(claim.task)
        yield metric, result.where if result else each.where, each


def _is_called(label: str, subject: str) -> bool:
    """Whether a sentence speaks of the model of a row, which is the authors' own where neither has a name."""
    one, other = (" ".join(_NO_NAME.sub(" ", words.lower()).split()) for words in (label, subject))
    return one == other and bool(one or _OURS.search(label))


def _apart(one: Metric, other: Metric) -> float:
    return abs((one.value or 0.0) - (other.value or 0.0))
