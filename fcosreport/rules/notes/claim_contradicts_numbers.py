"""FR506."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from fcosreport.comparing.noise import alike, metric_of
from fcosreport.comparing.scores import exceeds, printed
from fcosreport.evidence.meant import Rated, meant
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Claim, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_LOW = {"name": "lr1e-4", "lr": 1e-4, "note_bbox": "0.172 0.327 0.161"}
_HIGH = {"name": "lr1e-3", "lr": 1e-3, "note_bbox": "0.292 0.470 0.308"}
_BEST = {"claim": "1e-4 is best", "subject": "1e-4"}
_GAIN = {"claim": "1e-3 improves 1e-4 by 0.5 AP", "subject": "1e-3", "other": "1e-4", "gain": 0.5}

_Understood = tuple[Claim, Rated, list[Rated]]
"""A claim, the experiment that it is of, and those it is held against: it is wrong where it is against each."""
_SO_FAR = re.compile(r"so far|\byet\b|until now|up to now|目前|迄今|至今|为止|これまで|지금까지", re.IGNORECASE)
"""A claim that is about those before it alone."""
_OF_OTHERS = re.compile(
    r"download|official|released?\b|published|pre-?trained model|model zoo|下载|官方|自己报告|提供的?模型|論文|公式",
    re.IGNORECASE,
)


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
        [
            {"name": "A", "note_bbox": "0.300"},
            {"name": "B", "note_bbox": "0.310", "lr": 1},
            {"claim": "+1.0", "subject": "B", "gain": 1.0, "about": "any"},
            {"name": "C", "note_bbox": "0.325"},
            {"claim": "+0.7", "subject": "C", "gain": 0.7, "about": "any"},
        ],
    ],
    quiet=[
        [_LOW, _HIGH, {"claim": "1e-3 is best", "subject": "1e-3"}],
        [_LOW, {**_HIGH, "note_bbox": "0.292 on:city"}, {**_LOW, "note_bbox": "0.172 on:nyu"}, _BEST],
        [_LOW, _HIGH, {"claim": "lr1e-3 beats 1e-4", "subject": "lr1e-3", "other": "1e-4"}],
        [_LOW, _HIGH, {**_GAIN, "gain": 12}],
        [_LOW, _HIGH, {**_GAIN, "gain": 0.12}],
        [_LOW, {**_HIGH, "note_bbox": "0.172 0.470 0.308"}, _BEST],
        [_LOW, {"claim": "1e-4 is the best so far", "subject": "1e-4"}, _HIGH],
        [_LOW, _HIGH, {"claim": "+0.5", "subject": "lr1e-3", "gain": 0.5, "about": "any"}],
        [_LOW, _HIGH, {"claim": "improved by 14.3", "subject": "lr1e-3", "gain": 14.3, "about": "any"}],
        [_LOW, {**_HIGH, "note_bbox": []}, _BEST],
        [_LOW, _HIGH, {"claim": "the baseline is best", "subject": "baseline"}],
        [_LOW, _HIGH, {**_BEST, "about": "APl"}],
        [
            {"name": "E1_lite_smoke", "note_bbox": "0.017"},
            {"name": "E1_lite_5e", "note_bbox": "0.100"},
            {"name": "E0", "note_bbox": "0.300"},
            {"claim": "lite is best", "subject": "lite"},
        ],
    ],
    needs=(
        "no note claims in words which of its experiments is better",
        lambda records: list(_judged(records)),
    ),
)
def claim_contradicts_numbers(understood: list[_Understood], settings: Settings) -> Iterator[Fault]:
    """A claim in words contradicts the numbers of the note's experiments.

    "5e-3 is best" while another of its series has a higher AP, "GN beats BN" while it does not, "+0.5 AP" where the
    difference is another at the printed precision, in words or in a column of differences. What a run's own lines claim
    is of that run ("1.2 better than 1e-3", "best so far"); a gain over nothing that is named is judged where others of
    the note are differences of its runs. Words that fit no experiment, or all of them, are not judged; nor are results
    on other data than most.

    Why: what is quoted is the sentence, not the numbers below it; of 109 faults read in 23 public repositories, most
    stood in what people wrote beside the logs (such as the tables of Megvii-BaseDetection/cvpods).

    Do: Mend the sentence, or the numbers.
    """
    for claim, mine, alternatives in understood:
        wrong = [_contradiction(claim, mine, theirs) for theirs in alternatives]
        if all(wrong):
            experiments = tuple(each for _, each in (mine, *alternatives[:1]))
            places = (claim.where, *(r.where for e in experiments if (r := e.result(claim.task))))
            yield Fault(f"The note says “{claim.text}”, but {wrong[0]}.", experiments, tuple(dict.fromkeys(places)))


def _contradiction(claim: Claim, mine: Rated, theirs: Rated) -> str:
    """What the numbers say instead of the claim; empty where they agree with it."""
    (metric, experiment), (other_metric, other) = mine, theirs
    is_loss = claim.gain is not None and claim.gain < 0
    if not is_loss and exceeds(_value(theirs), _value(mine), metric, other_metric, units=2):
        return f"{called(other)} has {printed(other_metric)}, {called(experiment)} {printed(metric)}"
    if claim.gain is not None and not any(
        _is_difference(claim.gain, *pair) for pair in ((mine, theirs), *_in_other_metrics(claim, experiment, other))
    ):
        difference = _value(mine) - _value(theirs)
        return f"{called(experiment)} and {called(other)} are {100 * difference:.4g} points of {metric.name} apart"
    return ""


def _in_other_metrics(claim: Claim, one: Experiment, other: Experiment) -> Iterator[tuple[Rated, Rated]]:
    """The same two by each of their metrics, where a claim does not say which one it is of."""
    result = None if claim.metric else one.result(claim.task)
    for name in (each.name for each in result.metrics) if result else ():
        mine, theirs = (metric_of(each, name, claim.task) for each in (one, other))
        if mine and theirs:
            yield (mine, one), (theirs, other)


def _judged(records: Records) -> Iterator[_Understood]:
    """The claims of which it is clear what they are about.

    Gains of a run over one that is not named count in a note where one of them at least is that of two of its runs.
    """
    loose: dict[str, list[_Understood]] = defaultdict(list)
    for claim in records.claims:
        found = None if claim.value else _understood(claim, records.experiments)
        if found and claim.gain is not None and not claim.other and found[1][1].name == claim.subject:
            loose[claim.where.path].append(found)
        elif found:
            yield found
    for each in loose.values():
        if any(not all(_contradiction(claim, mine, other) for other in others) for claim, mine, others in each):
            yield from each


def _understood(claim: Claim, experiments: Sequence[Experiment]) -> _Understood | None:
    """What the claim is about, and what it is held against: the best of what the words fit."""
    beside = alike((e for e in experiments if e.where.path == claim.where.path), claim.task)
    named = (
        [(metric, e) for e in beside if (metric := metric_of(e, name, claim.task))]
        for name in ([claim.metric] if claim.metric else ["AP", "AP50"])
    )
    rated = next(filter(None, named), [])
    if _SO_FAR.search(claim.text):
        from fcosreport.notes.dates import is_newest_first  # loads the reader of notes, which few need

        is_turned = is_newest_first(experiment.title for _, experiment in rated)
        told = ((each, each[1].where.line > claim.where.line) for each in rated)
        rated = [each for each, is_below in told if is_below == is_turned or each[1].name == claim.subject]
    own = [each for each in rated if each[1].name == claim.subject]
    if claim.gain is not None and not claim.other and len(own) == 1 < len(rated):
        return claim, own[0], [each for each in rated if each[1] is not own[0][1]]
    if claim.gain is not None and not claim.other:
        found = list(_with_and_without(claim.subject, rated))
        return (claim, found[0][0], [found[0][1]]) if len(found) == 1 else None
    subject = meant(claim.subject, rated, claim.where)
    if claim.gain is None and not claim.other and _is_of_a_family(claim.subject, subject):
        return None
    others = meant(claim.other, rated, claim.where) if claim.other else _rivals(subject, rated)
    if not subject or not others or {e.id for _, e in subject} & {e.id for _, e in others}:
        return None
    return claim, max(subject, key=_value), [max(others, key=_value)]


def _is_of_a_family(words: str, found: Sequence[Rated]) -> bool:
    """Whether words are a mere part of the names of several runs, of which smoke tests may be all that was read."""
    names = {experiment.name for _, experiment in found}
    return len(names) > 1 and all(words.lower() in name.lower() and words != name for name in names)


def _rivals(subject: Sequence[Rated], rated: Sequence[Rated]) -> list[Rated]:
    """Those that the best one beats: its own series, where it is of one; never a model that others trained."""
    taken = {e.id for _, e in subject}
    rest = [each for each in rated if each[1].id not in taken and not _OF_OTHERS.search(_names(each[1]))]
    groups = {e.group for _, e in subject} - {""}
    return [each for each in rest if each[1].group in groups] or rest


def _names(experiment: Experiment) -> str:
    return f"{experiment.name} {experiment.title} {experiment.citation.text if experiment.citation else ''}"


def _with_and_without(option: str, rated: Sequence[Rated]) -> Iterator[tuple[Rated, Rated]]:
    """The pairs of experiments that differ in nothing but an option, which the first of them has."""
    name = option.lower()
    having, lacking = list[tuple[object, Rated]](), dict[object, list[Rated]]()
    for each in rated:
        settings = {setting.name.lower(): setting.value for setting in each[1].settings}
        has_it, others = settings.pop(name, None), frozenset(settings.items())
        if has_it is True:
            having.append((others, each))
        else:
            lacking.setdefault(others, []).append(each)
    for rest, one in having:
        yield from ((one, other) for other in lacking.get(rest, ()))


def _is_difference(gain: float, mine: Rated, theirs: Rated) -> bool:
    """Whether the gain, in points or as a fraction, is the difference at the precision of both numbers and its own."""
    slack = mine[0].half_unit + theirs[0].half_unit + 1e-9
    decimals = len(f"{gain:g}".partition(".")[2])
    return any(
        abs(gain * unit - (_value(mine) - _value(theirs))) <= slack + 0.5 * 10.0**-decimals * unit for unit in (0.01, 1)
    )


def _value(rated: Rated) -> float:
    return rated[0].value or 0.0
