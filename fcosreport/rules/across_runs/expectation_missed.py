"""FR410."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from fcosreport.comparing.scores import as_fractions, printed, score
from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Experiment, Records, Where
from fcosreport.settings import Expectation, Settings
from fcosreport.vocabulary.sentences import called, when
from fcosreport.wording import listed

_B = "0.384 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"
_EXPECTED = Settings(expect=(Expectation("baseline*", "AP", 0.387, 0.002, "0.387 ± 0.002"),))
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

    The last evaluation of each experiment that an entry of `expect` names is held against its value and tolerance; what
    the rounding of the printed number may explain is no miss. A warning where there is no such experiment or result.

    Why: results shift unseen between versions of a framework; open-mmlab/mmdetection#3496 and #3624 ask why a model
    zoo's AP was not reached.

    Do: Find what changed since the value was expected, or correct the expectation in the settings.
    """
    if not settings.expect:
        yield NotRun("the settings have no `expect`")
    for expected in settings.expect:
        named = [e for e in records.experiments if any(fnmatchcase(n, expected.experiment) for n in (e.name, e.id))]
        yield from _faults(expected, named)


def _faults(expected: Expectation, named: Sequence[Experiment]) -> Iterator[Fault]:
    place = Where(expected.file or "settings", expected.line)
    want = f"{expected.task} {expected.metric} {expected.text} is expected"
    silent = []
    for experiment in named:
        result = experiment.result(expected.task)
        found = score(as_fractions(result), expected.metric) if result else None
        if not result or not found or found.value is None:
            silent.append(experiment)
        elif abs(found.value - expected.value) > expected.tolerance + found.half_unit + _ROUNDING:
            off = (found.value - expected.value) * 100
            text = f"{want}, and {printed(found)} was found{when(result)}, {off:+.2f} points away."
            yield Fault(f"{called(experiment)}: {text}", (experiment,), (result.where, place))
    if silent:
        names = listed([called(experiment) for experiment in silent])
        text = f"{want} of {names}, without such a result."
        yield Fault(text, tuple(silent), (place, *(e.where for e in silent)), severity="warning")
    elif not named:
        text = f"{want} of {expected.experiment}, and there is no such experiment."
        yield Fault(text, (), (place,), severity="warning")
