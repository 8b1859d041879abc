"""FR525."""

from collections.abc import Iterator

from msgspec import Struct

from fcosreport.comparing.quotes import compared, differing_from
from fcosreport.comparing.scores import printed
from fcosreport.judging.cases import FAIR, JOINED, POOR
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Evaluation, Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called, when
from fcosreport.wording import listed

_LOGGED = [f"{POOR} @9", f"{FAIR} @12"]
_FEW = 2  # numbers that agree, which one does by chance
_DIGITS = 3  # of such a number


class Renamed(Struct, frozen=True):
    """What a note says of test images, and the epoch of the training that has the same numbers."""

    run: Experiment
    claim: Evaluation
    logged: Evaluation


@rule(
    "FR525",
    "warning",
    fires=[
        [{"note_bbox": "0.292 0.470 0.308 split:test", "bbox": _LOGGED, **JOINED}],
        [{"note_bbox": "% 29.2 47.0 30.8 split:test", "bbox": [f"{each} split:val" for each in _LOGGED], **JOINED}],
    ],
    quiet=[
        [{"note_bbox": "0.292 0.470 0.308", "bbox": _LOGGED, **JOINED}],
        [{"note_bbox": "0.302 0.470 0.308 split:test", "bbox": _LOGGED, **JOINED}],
        [{"note_bbox": "0.29 0.47 split:test", "bbox": _LOGGED, **JOINED}],
        [{"note_bbox": "0.292 split:test", "bbox": _LOGGED, **JOINED}],
        [{"note_bbox": f"{FAIR} split:test", "bbox": [*_LOGGED, f"{FAIR} split:test"], **JOINED}],
        [{"note_bbox": f"{FAIR} split:test", "bbox": [*_LOGGED, FAIR], **JOINED}],
        [{"note_bbox": f"{FAIR} split:test", "bbox": FAIR, **JOINED}],
        [{"note_bbox": f"{FAIR} split:test", "bbox": _LOGGED, "val_data": "images/test", **JOINED}],
    ],
    needs=(
        "no note has the numbers of test images beside a training",
        lambda records: [held for each in records.experiments for held in _renamed(each)],
    ),
    shares=nothing,
)
def validation_called_test(found: list[Renamed], settings: Settings) -> Iterator[Fault]:
    """What a note says of test images are the numbers of an epoch of the training, as they are validated in between.

    Where two numbers or more agree in three digits, and no test in the log does. A training whose validation images
    are named as those of a test is tested in each epoch.

    Why: chenjie04/Dynamic-YOLO#2: what is told of the test set is performance of the validation. Its numbers are too
    good for that, as the weights are chosen by them.

    Do: Test the weights on the test images, or call the numbers those of the validation.
    """
    for each in found:
        numbers = listed([printed(ours) for ours, _ in compared(each.claim, each.logged)], most=4)
        text = f"{called(each.run)}: {numbers} stand for test images, and are those of the validation"
        yield Fault(f"{text}{when(each.logged)}.", (each.run,), (each.claim.where, each.logged.where))


def _renamed(run: Experiment) -> Iterator[Renamed]:
    claims = [each for each in run.evaluations if each.origin == "note" and each.split == "test" and not each.category]
    if not claims or "test" in str(run.value("val_data") or ""):
        return
    for claim in claims:
        logged = [each for each in run.evaluations if each.origin == "log" and _is_quoted(claim, each)]
        if logged and all(each.epoch is not None and each.split in ("", "val") for each in logged):
            yield Renamed(run, claim, logged[-1])


def _is_quoted(claim: Evaluation, logged: Evaluation) -> bool:
    """Whether all numbers of a claim are those of an evaluation, and some of them by no chance."""
    if claim.task != logged.task or logged.category or differing_from(claim, logged):
        return False
    telling = [ours for ours, _ in compared(claim, logged) if len(ours.text.replace(".", "").lstrip("0")) >= _DIGITS]
    return len(telling) >= _FEW
