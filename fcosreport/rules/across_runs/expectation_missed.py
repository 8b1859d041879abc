"""FR410."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from math import isfinite

from fcosreport.comparing.scores import as_fractions, printed, score
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Evaluation, Experiment, Metric, Records, Where
from fcosreport.settings import Expectation, Settings
from fcosreport.vocabulary.sentences import called, when
from fcosreport.wording import listed

_B = "0.384 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"
_EXPECTED = Settings(expect=(Expectation("baseline*", "AP", 0.385, 0.389, "0.387 ± 0.002"),))
_ROUNDING = 1e-9


@rule(
    "FR410",
    "error",
    fires=[
        [{"name": "baseline", "bbox": _B}],
        [{"name": "baseline_2", "bbox": "% 38.99 57.3"}, {"name": "baseline_1", "bbox": GOOD}],
        [{"name": "other", "bbox": GOOD}],
        [{"name": "baseline", "segm": GOOD}],
    ],
    quiet=[
        [{"name": "baseline", "bbox": GOOD}],
        [{"name": "baseline", "bbox": "AP=0.3851 AP50=0.5"}],
        [{"name": "baseline", "bbox": "% 38.9 57.3"}, {"name": "other", "bbox": _B}],
        [{"name": "baseline", "bbox": [_B, GOOD]}],
    ],
    cases_with=_EXPECTED,
    needs=("", lambda records: records),  # an expected run that is not there is missed
)
def expectation_missed(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """A result is not what the settings expect.

    The last evaluation of each experiment that an entry of `expect` names is held against what it allows; what the
    rounding of the printed numbers may explain is no miss. An experiment or result that is not there is missed, too.

    Why: results shift unseen between versions of a framework; open-mmlab/mmdetection#3496 and #3624 ask why a model
    zoo's AP was not reached.

    Do: Find what changed since the value was expected, or correct the expectation in the settings.
    """
    if not settings.expect:
        yield NotRun("the settings have no `expect`")
    for expected in settings.expect:
        yield from _faults(expected, records.experiments)


def _faults(expected: Expectation, experiments: Sequence[Experiment]) -> Iterator[Fault]:
    place = Where(expected.file or "settings", expected.line)
    want = f"{expected.task} {expected.metric} {expected.text} is expected"
    based = [(each, found) for each in _named(experiments, expected.base) if (found := _found(each, expected))]
    base = max((metric for _, (_, metric) in based), key=lambda metric: metric.value or 0, default=None)
    if expected.base and not base:
        yield Fault(f"{want}, and no experiment {expected.base} has such a result.", (), (place,))
        return
    held = [each for each in _named(experiments, expected.experiment) if each not in [of for of, _ in based]]
    silent = []
    for experiment in held:
        found = _found(experiment, expected)
        if not found:
            silent.append(experiment)
        elif off := _off(expected, found[1], base):
            result, metric = found
            beside = f" against {printed(base)}" if base else ""
            text = f"{want}, and {printed(metric)}{beside} was found{when(result)}, {off * 100:+.2f} points away."
            yield Fault(f"{called(experiment)}: {text}", (experiment,), (result.where, place))
    if silent:
        names = listed([called(experiment) for experiment in silent])
        text = f"{want} of {names}, without such a result."
        yield Fault(text, tuple(silent), (place, *(e.where for e in silent)))
    elif not held:
        yield Fault(f"{want} of {expected.experiment}, and there is no such experiment.", (), (place,))


def _named(experiments: Sequence[Experiment], pattern: str) -> list[Experiment]:
    return [each for each in experiments if any(fnmatchcase(name, pattern) for name in (each.name, each.id))]


def _found(experiment: Experiment, expected: Expectation) -> tuple[Evaluation, Metric] | None:
    """The result that stands for the experiment, and what it has of the expected metric."""
    result = experiment.result(expected.task)
    found = score(as_fractions(result), expected.metric) if result else None
    return (result, found) if result and found else None


def _off(expected: Expectation, found: Metric, base: Metric | None) -> float:
    """How far a metric is from what is expected, as a fraction; 0 where it is allowed, or may be but for rounding."""
    value = (found.value or 0.0) - ((base.value or 0.0) if base else 0.0)
    slack = found.half_unit + (base.half_unit if base else 0.0) + _ROUNDING
    if expected.low - slack <= value <= expected.high + slack:
        return 0.0
    ends = [end for end in (expected.low, expected.high) if isfinite(end)]
    return value - sum(ends) / len(ends)
