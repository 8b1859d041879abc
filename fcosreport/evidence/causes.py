"""Why two experiments print the same numbers: the possible causes, ranked by what was read for and against each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, takewhile

from msgspec import Struct

from fcosreport.comparing.contrast import Contrast
from fcosreport.comparing.scores import vector
from fcosreport.evidence.equality import EQUAL_LOSSES, Entry, losses
from fcosreport.records import Experiment, Where
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_ROOT, _PROOF, _STRONG, _SIGN, _HINT = 13, 12, 8, 4, 2
"""What a clause weighs: losses that are the same, from which the same files follow; files that are the same; what a log
or note says itself; what fits one cause better than others; and what fits several, or is common."""
MOST = 20
"""Experiments of one duplicate that are held against each other: each pair is."""


class Evidence(Struct, frozen=True):
    """A clause that speaks for a cause, or against it where its weight is negative."""

    weight: int
    text: str


class Cause(Struct, frozen=True):
    """A possible cause, what was read about it, and what would show it where nothing was."""

    name: str
    evidence: tuple[Evidence, ...]
    missing: str

    @property
    def weight(self) -> int:
        return sum(each.weight for each in self.evidence)

    @property
    def sentence(self) -> str:
        """As in `The same checkpoint was evaluated: both load a.pth; against it: their checkpoints differ.`."""
        speaks = [each.text for each in self.evidence if each.weight > 0] or [self.missing]
        against = [each.text for each in self.evidence if each.weight < 0]
        return f"{self.name}: {'; '.join(speaks)}" + (f"; against it: {'; '.join(against)}" if against else "") + "."


def ranked(entries: Sequence[Entry], different: Contrast, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each cause of equal `entries` of which anything was read, the one for which most speaks first.

    The last sentence names all others that are possible, too.
    `different` is what the experiments declare differently, `fingerprints` those of the files by path.
    """
    all_experiments = {entry.experiment.id: entry.experiment for entry in entries}
    experiments = list(all_experiments.values())[:MOST]
    logged = {entry.experiment.id for entry in entries if entry.evaluation.origin == "log"}
    causes = [
        *_copied(entries, len(logged) == len(all_experiments)),
        Cause("One run under two names", tuple(_one_run(entries, experiments, fingerprints)), _NOTHING),
        Cause("The same checkpoint was evaluated", tuple(_checkpoint(experiments)), _WEIGHTS),
        Cause("The same predictions file was evaluated again", tuple(_predictions(experiments, len(logged))), _STALE),
        *_no_effect(experiments, different),
        Cause(
            "The pretrained weights were evaluated, not the trained ones", tuple(_pretrained(experiments)), _PUBLISHED
        ),
    ]
    causes.sort(key=lambda cause: -cause.weight)
    others = "; ".join(cause.name[0].lower() + cause.name[1:] for cause in causes if not cause.evidence)
    told = tuple(cause.sentence for cause in causes if cause.evidence)
    return (*told, f"Also possible: {others}.") if others else told


def proven(experiments: Sequence[Experiment]) -> bool:
    """Whether files show that one predictions file or one checkpoint served several of the experiments."""
    return any(_shared(experiments[:MOST], name) for name in ("predictions_sha256", "checkpoint_sha256"))


_NOTHING = "nothing that was read speaks for it"
_WEIGHTS = "the weights that were loaded, in each log, would show it"
_STALE = "a predictions file older than its checkpoint would show it"
_PUBLISHED = "compare the numbers with those published for the weights"


def _copied(entries: Sequence[Entry], all_logged: bool) -> Iterator[Cause]:
    notes = {e.experiment.id: e.experiment for e in entries if e.evaluation.origin == "note"}
    task = entries[0].evaluation.task
    results = [(e, e.result(task)) for e in notes.values()]
    logged = [(e, result) for e, result in results if result and result.origin == "log"]
    contradicted = [e for e, result in logged if vector(result) != vector(entries[0].evaluation)]
    missing = [e for e, result in results if result and result.origin == "note"]
    evidence = []
    if contradicted:
        say = "says" if len(contradicted) == 1 else "say"
        evidence.append(Evidence(_STRONG, f"the log of {listed([called(e) for e in contradicted])} {say} otherwise"))
    elif missing:
        cited = [e.citation.text for e in missing if e.citation]
        were = "was" if len(cited) == 1 else "were"
        how = "read" if any(e.citation.unread for e in missing if e.citation) else "found"
        text = f"the cited {listed(cited)} {were} not {how}" if cited else "no log is cited"
        evidence.append(Evidence(_SIGN if cited else _HINT, f"{text}, so nothing confirms the numbers"))
    elif all_logged and notes:
        evidence.append(Evidence(-_SIGN, "the logs themselves print these numbers"))
    if notes:
        yield Cause("Copied by hand into the note", tuple(evidence), _NOTHING)


def _one_run(
    entries: Sequence[Entry], experiments: Sequence[Experiment], fingerprints: Mapping[str, str]
) -> Iterator[Evidence]:
    places: list[Where] = [place for e in entries for place in {e.evaluation.where, *e.evaluation.also}]
    found = [e.citation.found for e in experiments if e.citation and e.citation.found]
    paths = sorted({entry.evaluation.where.path for entry in entries})
    content = [fingerprints[path] for path in paths if path in fingerprints]
    if len(set(places)) < len(places) and len(set(found)) < len(found):
        yield Evidence(_STRONG, f"both are held against one log, {found[0]}")
    elif len(set(content)) < len(content):
        yield Evidence(_STRONG, f"the files {listed(paths)} are the same, byte for byte")
    began = [e.began for e in experiments if e.began]
    if len(set(began)) < len(began):
        yield Evidence(_STRONG, f"both began at {max(began, key=began.count)}")
    elif len(began) > 1:
        yield Evidence(-_SIGN, f"they began at {listed(began)}")
    yield from _apart(experiments, "checkpoint_sha256", "their checkpoints differ")
    if _losses(experiments) == 0:
        yield Evidence(-_SIGN, "their training losses differ")


def _checkpoint(experiments: Sequence[Experiment]) -> Iterator[Evidence]:
    for file in _shared(experiments, "checkpoint_sha256")[:1]:
        yield Evidence(_PROOF, f"the files are the same, checkpoint_sha256 {file[:12]}")
    yield from _apart(experiments, "checkpoint_sha256", "their checkpoints differ, by their hashes")
    tested = [e for e in experiments if not e.curves]
    for words, weight, some in (("load", _SIGN, tested), ("start from", _HINT, [e for e in experiments if e.curves])):
        for file in _shared(some, "weights", "init", "resume")[:1]:
            yield Evidence(weight, f"both {words} {file}")
    named = [_values(e, "weights", "init", "resume") for e in tested]
    if len(tested) == len(experiments) and _disjoint(named):
        yield Evidence(-_HINT, f"they load {listed([min(each) for each in named])}")


def _predictions(experiments: Sequence[Experiment], logs: int) -> Iterator[Evidence]:
    for file in _shared(experiments, "predictions_sha256")[:1]:
        apart = _disjoint([_values(e, "checkpoint_sha256") for e in experiments])
        of = ", of other checkpoints" * apart
        yield Evidence(_PROOF, f"the files are the same, predictions_sha256 {file[:12]}{of}")
    yield from _apart(experiments, "predictions_sha256", "their predictions differ, by their hashes")
    if logs > 1:
        yield Evidence(_HINT, f"each has an evaluation in a log of its own; {_STALE}")


def _no_effect(experiments: Sequence[Experiment], different: Contrast) -> Iterator[Cause]:
    named = (*different.settings, *different.perhaps)
    if not named:
        return
    alone = "nothing else" if len(named) == 1 else "only that"
    equal = _losses(experiments)
    missing = "; equal loss curves would show it" * (equal is None)
    evidence = [Evidence(_HINT, f"{alone} is declared differently{missing}")]
    if equal:
        evidence.append(Evidence(_ROOT, f"the first {equal} training losses are equal"))
    elif equal == 0:
        evidence.append(Evidence(-_STRONG, "their training losses differ"))
    yield Cause(f"{listed(named)} never took effect", tuple(evidence), _NOTHING)


def _pretrained(experiments: Sequence[Experiment]) -> Iterator[Evidence]:
    loaded = [e for e in experiments if e.value("init") == "coco" or "/" in str(e.value("init"))]
    if loaded:
        yield Evidence(_HINT, f"{listed([called(e) for e in loaded])} starts from a trained model")


def _values(experiment: Experiment, *names: str) -> set[str]:
    """What the settings of these names say; of those that name weights only the paths of files."""
    texts = {str(s.value) for s in experiment.settings if s.name in names}
    return texts if names[0].endswith("sha256") else {text for text in texts if "/" in text and "://" not in text}


def _shared(experiments: Sequence[Experiment], *names: str) -> list[str]:
    """The values that two of the experiments share."""
    sets = [_values(experiment, *names) for experiment in experiments]
    return sorted(set().union(*(one & other for one, other in combinations(sets, 2))))


def _disjoint(sets: Sequence[set[str]]) -> bool:
    return len(sets) > 1 and all(sets) and not any(one & other for one, other in combinations(sets, 2))


def _apart(experiments: Sequence[Experiment], name: str, text: str) -> Iterator[Evidence]:
    if _disjoint([_values(experiment, name) for experiment in experiments]):
        yield Evidence(-_PROOF, text)


def _losses(experiments: Sequence[Experiment]) -> int | None:
    """How many first losses two experiments share value for value; 0 if too few, None where no two have curves."""
    heads = [losses(experiment) for experiment in experiments]
    pairs = [(one, other) for one, other in combinations(heads, 2) if min(len(one), len(other)) >= EQUAL_LOSSES]
    if not pairs:
        return None
    counts = [_equal_values(one, other) for one, other in pairs]
    return max(count if count >= EQUAL_LOSSES else 0 for count in counts)


def _equal_values(one: Sequence[float], other: Sequence[float]) -> int:
    """How many values are equal from the start on; none where they do not change, as on a constant or a nan curve."""
    equal = list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return len(equal) if len(set(equal)) > 1 else 0
