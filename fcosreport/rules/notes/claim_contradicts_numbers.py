"""FR506."""

import re
from collections.abc import Iterator, Sequence

from fcosreport.comparing.noise import alike, metric_of
from fcosreport.comparing.scores import exceeds, printed
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Claim, Experiment, Metric, Where
from fcosreport.settings import Settings
from fcosreport.vocabulary import decode, phrases, stated
from fcosreport.vocabulary.numerals import rate
from fcosreport.vocabulary.sentences import called

_LOW = {"name": "lr1e-4", "lr": 1e-4, "note_bbox": "0.172 0.327 0.161"}
_HIGH = {"name": "lr1e-3", "lr": 1e-3, "note_bbox": "0.292 0.470 0.308"}
_BEST = {"claim": "1e-4 is best", "subject": "1e-4"}
_GAIN = {"claim": "1e-3 improves 1e-4 by 0.5 AP", "subject": "1e-3", "other": "1e-4", "gain": 0.5}

Rated = tuple[Metric, Experiment]


@rule(
    "FR506",
    "warning",
    fires=[
        [_LOW, _HIGH, _BEST],
        [_LOW, _HIGH, {"claim": "lr1e-4 beats 1e-3", "subject": "lr1e-4", "other": "1e-3"}],
        [_LOW, _HIGH, _GAIN],
        [
            {"norm": "gn", "note_bbox": "0.300"},
            {"norm": "bn", "note_bbox": "0.310"},
            {"claim": "GN is best", "subject": "GN"},
        ],
    ],
    quiet=[
        [_LOW, _HIGH, {"claim": "1e-3 is best", "subject": "1e-3"}],
        [_LOW, {**_HIGH, "note_bbox": "0.292 on:city"}, {**_LOW, "note_bbox": "0.172 on:nyu"}, _BEST],
        [_LOW, _HIGH, {"claim": "lr1e-3 beats 1e-4", "subject": "lr1e-3", "other": "1e-4"}],
        [_LOW, _HIGH, {**_GAIN, "gain": 12}],
        [_LOW, _HIGH, {**_GAIN, "gain": 0.12}],
        [_LOW, {**_HIGH, "note_bbox": "0.172 0.470 0.308"}, _BEST],
        [_LOW, {**_HIGH, "note_bbox": []}, _BEST],
        [_LOW, _HIGH, {"claim": "the baseline is best", "subject": "baseline"}],
        [_LOW, _HIGH, {**_BEST, "about": "APl"}],
    ],
    needs=(
        "no note claims in words which of its experiments is better",
        lambda records: [found for claim in records.claims if (found := _understood(claim, records.experiments))],
    ),
)
def claim_contradicts_numbers(understood: list[tuple[Claim, Rated, Rated]], settings: Settings) -> Iterator[Fault]:
    """A claim in words contradicts the numbers of the note's experiments.

    "5e-3 is best" while another has a higher AP, "GN beats BN" while it does not, "+0.5 AP" where the difference is
    another at the printed precision. Words that fit no experiment, or all of them, are not judged; nor are results on
    other data than most.

    Why: what is quoted is the sentence, not the numbers below it; of 109 faults read in 23 public repositories, most
    stood in what people wrote beside the logs (such as the tables of Megvii-BaseDetection/cvpods).

    Do: Mend the sentence, or the numbers.
    """
    for claim, mine, theirs in understood:
        (metric, experiment), (other_metric, other) = mine, theirs
        if exceeds(_value(theirs), _value(mine), metric, other_metric, units=2):
            told = f"{called(other)} has {printed(other_metric)}, {called(experiment)} {printed(metric)}"
        elif claim.gain is not None and not _is_difference(claim.gain, mine, theirs):
            difference = _value(mine) - _value(theirs)
            told = f"{called(experiment)} and {called(other)} are {100 * difference:.4g} points of {claim.metric} apart"
        else:
            continue
        places = (claim.where, *(result.where for e in (experiment, other) if (result := e.result(claim.task))))
        yield Fault(f"The note says “{claim.text}”, but {told}.", (experiment, other), tuple(dict.fromkeys(places)))


def _understood(claim: Claim, experiments: Sequence[Experiment]) -> tuple[Claim, Rated, Rated] | None:
    """The best of those that the claim is about, and the best of those that they are said to beat."""
    beside = alike((e for e in experiments if e.where.path == claim.where.path), claim.task)
    rated = [(metric, e) for e in beside if (metric := metric_of(e, claim.metric, claim.task))]
    subject = _meant(claim.subject, rated, claim.where)
    others = _meant(claim.other, rated, claim.where) if claim.other else [e for e in rated if e not in subject]
    if not subject or not others or {e.id for _, e in subject} & {e.id for _, e in others}:
        return None
    return claim, max(subject, key=_value), max(others, key=_value)


def _is_difference(gain: float, mine: Rated, theirs: Rated) -> bool:
    """Whether the gain, in points or as a fraction, is the difference at the precision of both numbers and its own."""
    slack = mine[0].half_unit + theirs[0].half_unit + 1e-9
    decimals = len(f"{gain:g}".partition(".")[2])
    return any(
        abs(gain * unit - (_value(mine) - _value(theirs))) <= slack + 0.5 * 10.0**-decimals * unit for unit in (0.01, 1)
    )


def _value(rated: Rated) -> float:
    return rated[0].value or 0.0


def _meant(words: str, rated: Sequence[Rated], where: Where) -> list[Rated]:
    """The experiments that words name: by the setting that they state, or as a part of the name."""
    said = [*stated(words, where), *phrases(words, where), *decode(words, where)]
    value = rate(words)
    named = re.compile(rf"(?<![a-z0-9]){re.escape(words)}(?![a-z0-9])", re.IGNORECASE)
    found = [each for each in rated if named.search(each[1].name)]
    if said:
        by_setting = [each for each in rated if all(each[1].value(s.name) == s.value for s in said)]
    else:
        by_setting = [each for each in rated if value is not None and each[1].value("lr") == value]
    found = by_setting or found
    return found if len(found) < len(rated) else []
