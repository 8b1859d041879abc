"""How results that were made again are told: the double tick, the line with the hashes, the data for programs."""

from collections.abc import Iterator

from fcosreport.records import Experiment, Remade
from fcosreport.report.report import Report
from fcosreport.report.showing import DIGITS
from fcosreport.translation import Language, english

SIGN = "✓✓"
"""The predictions give every number that a run prints: nothing is left to believe."""


def sign(report: Report, experiment: Experiment) -> str:
    """The double tick, behind a space, where a result was made again and all that were agree; else empty."""
    made = [each for each in report.remade if each.experiment == experiment.id and each.metrics]
    return f" {SIGN}" if made and all(each.agrees for each in made) else ""


def lines(report: Report) -> Iterator[tuple[Experiment, str]]:
    """What was made again of each experiment of a report, and from what, or why it was not."""
    known = {each.id: each for each in report.experiments}
    for each in report.remade:
        if each.experiment in known:
            yield known[each.experiment], told(each, report.view.language)


def told(remade: Remade, _: Language = english) -> str:
    """What it was made from, with the hashes; or why it could not be made."""
    if remade.reason:
        return _("{task} not made again: {reason}.", task=remade.task, reason=_.told(remade.reason))
    values = {
        "task": remade.task,
        "predictions": f"{remade.predictions.path} ({remade.predictions.sha256[:DIGITS]})",
        "truth": f"{remade.truth.path} ({remade.truth.sha256[:DIGITS]})",
        "protocol": remade.protocol,
        "images": _.plural(remade.images, "image"),
    }
    if remade.differing:
        return _("{task} is printed otherwise than {predictions} gives on {truth}: {images}, {protocol}.", **values)
    return _("{task} made again from {predictions} on {truth}: {images}, {protocol}.", **values)


def data(remade: Remade) -> dict[str, object]:
    """All of it, for programs; metrics are fractions."""
    return {
        "experiment": remade.experiment,
        "task": remade.task,
        "agrees": remade.agrees,
        "reason": remade.reason,
        "protocol": remade.protocol,
        "images": remade.images,
        "metrics": {each.name: each.value for each in remade.metrics},
        "differing": [printed.name for printed, _ in remade.differing],
        "losses": dict(remade.losses.numbers) if remade.losses else {},
        "predictions": {"path": remade.predictions.path, "sha256": remade.predictions.sha256},
        "truth": {"path": remade.truth.path, "sha256": remade.truth.sha256},
    }
