"""Slips of the pen in a note that a log proves: which word should be which, or why that cannot be told."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from fcosreport.comparing.quotes import compared, differing_from
from fcosreport.records import Evaluation, Experiment, Metric, Where
from fcosreport.vocabulary.sentences import when
from fcosreport.vocabulary.settings.telling import MATTERS
from fcosreport.wording import listed, plain

Fact = tuple[object, ...]
"""What a note says of an experiment: `("cited",)`, `(2, "epoch")`, `(2, "AP50")` of its evaluation number 2, ..."""
CITED: Fact = ("cited",)
BOX: Fact = ("box",)

_PROOF = 3
"""Numbers that must agree to tell which run or evaluation is meant; one or two agree by chance."""


class Slip(Struct, frozen=True):
    """What `experiment` (its id) says of `fact` is `old` and should be `new`, as `source` proves.

    `old` is empty where nothing is said.
    """

    experiment: str
    fact: Fact
    where: Where
    old: str
    new: str
    source: Where

    def __str__(self) -> str:
        if self.fact == BOX:
            return "the box is ticked"
        name = "the run" if self.fact == CITED else str(self.fact[1])
        return plain(f"{name} {self.old} -> {self.new}" if self.old else f"{name} is {self.new}")


class Left(Struct, frozen=True):
    """What cannot be mended, and why."""

    where: Where
    why: str


def slips(said: Sequence[Experiment], others: Sequence[Experiment]) -> Iterator[Slip | Left]:
    """The slips in what a note says, its experiments in their order. `others` are the runs that no note cites."""
    is_citing = any(each.citation and each.citation.found for each in said)
    for experiment in said:
        claims = [e for e in experiment.evaluations if e.origin == "note" and e.category is None]
        logged = [e for e in experiment.evaluations if e.origin == "log" and e.category is None]
        if experiment.citation and experiment.citation.found:
            for claim in claims:
                yield from _said(experiment, claim, [e for e in logged if e.task == claim.task])
            if logged and experiment.state in ("finished", "suspect"):
                yield Slip(experiment.id, BOX, experiment.where, "", "", logged[-1].where)
        elif claims and (is_citing or experiment.citation):
            yield _cited(experiment, claims, others)


def number_of(experiment: Experiment, claim: Evaluation) -> int:
    """Which of the experiment's evaluations it is."""
    return [*map(id, experiment.evaluations)].index(id(claim))


def _said(experiment: Experiment, claim: Evaluation, logged: Sequence[Evaluation]) -> Iterator[Slip | Left]:
    """The slips in one quoted evaluation, against those of its task in the log."""
    logged = [each for each in logged if compared(claim, each)]
    if not logged:
        if claim.metrics:
            yield Left(claim.where, f"the cited log holds no {claim.task} evaluation")
        return
    fits = [each for each in logged if not differing_from(claim, each)]
    if fits:
        yield from _moment(experiment, claim, logged, fits)
        return
    meant = _meant(experiment, claim, logged)
    if isinstance(meant, str):
        yield Left(claim.where, meant)
        return
    quoted = {metric.name: metric for metric in claim.metrics}
    for ours, theirs in differing_from(claim, meant):
        if not (ours.half_unit and theirs.half_unit):
            yield Left(claim.where, f"{ours.name} is not printed as a number on both sides")
            continue
        fact = (number_of(experiment, claim), ours.name)
        yield Slip(experiment.id, fact, claim.where, quoted[ours.name].text, as_printed(ours, theirs), meant.where)


def _moment(
    experiment: Experiment, claim: Evaluation, logged: Sequence[Evaluation], fits: Sequence[Evaluation]
) -> Iterator[Slip | Left]:
    """The slip in which epoch or iteration is named for numbers that are those of `fits`."""
    unit = "epoch" if claim.epoch is not None else "iteration"
    named = getattr(claim, unit)
    if named is None:
        if logged[-1] not in fits:
            yield Left(claim.where, f"the numbers are those{when(fits[-1])} and not the last ones; say so beside them")
        return
    moments = {moment for each in fits if (moment := getattr(each, unit)) is not None}
    if named in moments or not moments:
        return
    told = f"{unit} {named} is named, and the numbers are those of {unit} {listed([*map(str, sorted(moments))])}"
    if len(moments) > 1 or len(compared(claim, fits[0])) < _PROOF:
        yield Left(claim.where, f"{told}; which is meant cannot be told")
    elif named - 1 in moments:
        yield Left(claim.where, f"{told}, which is the same where one counts from 0")
    else:
        fact = (number_of(experiment, claim), unit)
        yield Slip(experiment.id, fact, claim.where, str(named), str(*moments), fits[-1].where)


def _meant(experiment: Experiment, claim: Evaluation, logged: Sequence[Evaluation]) -> Evaluation | str:
    """The logged evaluation that a claim means which agrees with none, or why that cannot be told."""
    apart = {id(each): len(differing_from(claim, each)) for each in logged}
    near = [each for each in logged if 2 * apart[id(each)] < len(compared(claim, each))]
    nearest = [each for each in near if apart[id(each)] == min(apart[id(each)] for each in near)]
    named = [each for each in logged if _at(each) == _at(claim)] if _at(claim) != _NOWHERE else []
    if _at(claim) != _NOWHERE and not named:
        return f"{when(claim).strip()} is not in the log, and the numbers differ from all that are"
    if named and nearest and named[-1] not in nearest:
        return f"the numbers are almost those{when(nearest[-1])}, and not those{when(claim)} that is named"
    if near:
        return _one_of(named or nearest, logged[-1])
    if against := _contradicted(experiment):
        return f"the numbers differ from the cited log, which has another {listed(against)}: one of the two is wrong"
    if not named and experiment.state not in ("finished", "suspect"):
        return "the numbers differ from all in the cited log, and its run has not ended"
    return (named or logged)[-1]


_NOWHERE = (None, None)


def _at(evaluation: Evaluation) -> tuple[int | None, int | None]:
    return evaluation.epoch, evaluation.iteration if evaluation.epoch is None else None


def _one_of(nearest: Sequence[Evaluation], last: Evaluation) -> Evaluation | str:
    """The last one, or the only one."""
    if last in nearest:
        return last
    if len({tuple((m.name, m.value) for m in each.metrics) for each in nearest}) == 1:
        return nearest[-1]
    return f"the numbers are as near to {len(nearest)} evaluations of the log"


def _contradicted(experiment: Experiment) -> list[str]:
    """The settings that matter in which the note and the files of the run that it cites differ."""
    note = experiment.where.path
    ours = {s.name: s.value for s in experiment.settings if s.where.path == note}
    theirs = {s.name: s.value for s in experiment.settings if s.where.path != note}
    return [name for name in MATTERS if name in ours and name in theirs and ours[name] != theirs[name]]


def as_printed(ours: Metric, theirs: Metric) -> str:
    """The logged number in the unit and at the precision of the quoted one, as far as the log tells it."""
    if theirs.value == -1:
        return theirs.text
    value = Decimal(theirs.text) / (100 if theirs.percent else 1) * (100 if ours.percent else 1)
    places = min(_places(ours), max(0, _places(theirs) + 2 * theirs.percent - 2 * ours.percent))
    text = f"{value:.{places}f}"
    return text.removeprefix("0") if ours.text.startswith(".") else text


def _places(metric: Metric) -> int:
    return max(0, -int(Decimal(metric.text).as_tuple().exponent))


def _cited(experiment: Experiment, claims: Sequence[Evaluation], others: Sequence[Experiment]) -> Slip | Left:
    """The run that a section means which cites none, or one that is not there: the only one that has its numbers."""
    citation = experiment.citation
    where = citation.where if citation else claims[-1].where
    told = f"{plain(citation.text, 120)} was not found" if citation else "no run is cited"
    if citation and citation.unread:
        return Left(where, f"{plain(citation.text, 120)} was not read: {citation.unread}")
    if sum(len(claim.metrics) for claim in claims) < _PROOF:
        return Left(where, f"{told}, and one or two numbers do not tell which run it is")
    citable = [run for run in others if f"{run.where.path}/".startswith(f"{run.id}/")]  # not one of several in a log
    fitting = [run for run in citable if _has_all(run, claims) and not _differ(experiment, run)]
    if len(fitting) != 1:
        runs = listed([run.name for run in fitting]) or "no run that is not cited elsewhere"
        verb = "have" if len(fitting) > 1 else "has"
        return Left(where, f"{told}, and {plain(runs)} {verb} these numbers")
    return Slip(experiment.id, CITED, where, citation.text if citation else "", fitting[0].id, fitting[0].where)


def _has_all(run: Experiment, claims: Sequence[Evaluation]) -> bool:
    """Whether the log of a run prints all that is claimed, and that is enough to tell it from others."""
    count = 0
    for claim in claims:
        logged = [e for e in run.evaluations if e.origin == "log" and e.category is None and e.task == claim.task]
        fit = next((e for e in logged if compared(claim, e) and not differing_from(claim, e)), None)
        if fit is None:
            return False
        count += len(compared(claim, fit))
    return count >= _PROOF


def _differ(experiment: Experiment, run: Experiment) -> bool:
    """Whether both declare a setting that matters, and not the same; what a path that is wrong says does not count."""
    at = experiment.citation.where if experiment.citation else None
    ours = {s.name: s.value for s in experiment.settings if s.where != at}
    return any(name in ours and run.value(name) not in (None, ours[name]) for name in MATTERS)
