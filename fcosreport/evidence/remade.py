"""What results that were made again prove: whose numbers are printed, and whose predictions lie beside a run."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from fcosreport.comparing.contrast import contrast
from fcosreport.comparing.scores import decimals
from fcosreport.evidence.equality import Entry, strength
from fcosreport.records import Evaluation, Experiment, Metric, Records, Remade, differing
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

Owned = tuple[Experiment, Remade]
"""An experiment with one of its results made again."""


class Foreign(Struct, frozen=True):
    """A result that belongs to another run. `by_print`: its printed numbers do, else the predictions beside it."""

    experiment: Experiment
    remade: Remade
    owner: Experiment
    by_print: bool


def owned(records: Records) -> list[Owned]:
    """What was made again, of experiments that are there; what could not be made is left out."""
    known = {each.id: each for each in records.experiments}
    return [(known[each.experiment], each) for each in records.remade if each.metrics and each.experiment in known]


def foreign(records: Records) -> Iterator[Foreign]:
    """The results that the predictions beside their runs do not give, and another run's do or print."""
    made = owned(records)
    for experiment, remade in made:
        if remade.agrees:
            continue
        theirs = [(e, each) for e, each in made if each.task == remade.task and contrast((experiment, e))]
        giving = [e for e, each in theirs if _equal(remade.printed, each.metrics)]
        printing = [e for e, each in theirs if _equal(each.printed, remade.metrics)]
        for owner in (*giving, *printing)[:1]:
            yield Foreign(experiment, remade, owner, bool(giving))


def _equal(printed: Evaluation, metrics: Sequence[Metric]) -> bool:
    """Whether the numbers are the same, and so many that this is no chance."""
    return not differing(printed, metrics) and strength(printed, decimals(printed)) is not None


def resolved(entries: Sequence[Entry], records: Records) -> tuple[str, ...]:
    """Whose the equal numbers of `entries` are, as a sentence; none where nothing was made again."""
    ids, task = {entry.experiment.id for entry in entries}, entries[0].evaluation.task
    made = [(e, remade) for e, remade in owned(records) if e.id in ids and remade.task == task]
    mine = [(e, remade) for e, remade in made if not differing(entries[0].evaluation, remade.metrics)]
    others = listed([f"{called(e)} ({given(remade)})" for e, remade in made if (e, remade) not in mine])
    names = listed([called(e) for e, _ in mine])
    if mine and others:
        return (f"The numbers are those of {names}, whose predictions give them, and not of {others}.",)
    if others:
        return (f"The predictions give other numbers: {others}.",)
    if len({remade.predictions.sha256 for _, remade in mine}) > 1:
        return (f"The predictions of {names} are different files, and each gives the numbers.",)
    ended = sorted((e for e, _ in mine if e.ended), key=lambda e: e.ended)
    if len(ended) > 1 and ended[0].ended < ended[1].ended:
        return (f"One file of predictions lies beside {names}, and gives the numbers; {called(ended[0])} ended first.",)
    return ()


def given(remade: Remade) -> str:
    """The first of the numbers that were made again, as precise as they are printed: `AP 0.319`."""
    printed = {each.name: each for each in remade.printed.metrics}
    first = next((each for each in remade.metrics if each.name == "AP"), remade.metrics[0])
    return f"{remade.task} {as_printed(first, printed[first.name])}"


def as_printed(made: Metric, printed: Metric) -> str:
    """A number made again, with as many decimals as the printed one: `AP50 0.573`."""
    if made.value is None:
        return f"{made.name} nan"
    places = min(max(len(printed.text.partition(".")[2]) + 2 * printed.percent, 3), 4)
    return f"{made.name} {made.value:.{places}f}"
