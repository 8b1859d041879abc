"""FrozenBN that a note does not name: it was there before one of the entries changed it."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from fcosreport.records import Experiment, Setting
from fcosreport.vocabulary import norm_change
from fcosreport.vocabulary.detectors import detectors


def keeping_frozen(made: Sequence[Experiment]) -> Iterator[Experiment]:
    """Where one of the sections below a heading changes FrozenBN, those beside it that run the same model keep it."""
    titles = {each.title for each in made}
    telling = {title for title in titles if (change := norm_change(title)) and change[0] == "frozen"}
    changes: dict[frozenset[str], Experiment] = {}  # the first for each model
    for experiment in made if telling else ():
        if experiment.title in telling:
            changes.setdefault(_models(experiment), experiment)
    for experiment in made:
        if changes and experiment.setting("norm") is None:
            models = _models(experiment)
            changed = next((change for of, change in changes.items() if not (models and of) or models & of), None)
            if changed:
                kept = Setting("norm", "frozen", "FrozenBN, as it is changed only there", changed.where, inferred=True)
                experiment = replace(experiment, settings=(*experiment.settings, kept))
        yield experiment


def _models(experiment: Experiment) -> frozenset[str]:
    return detectors(f"{experiment.title} {experiment.name}")
