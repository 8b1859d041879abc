"""FR207."""

from collections.abc import Iterator
from itertools import pairwise

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Curve, Event, Experiment
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_SEAM = ["#50 resumed: from iteration 60"]


@rule(
    "FR207",
    "warning",
    fires=[
        [{"curve_lr": "0.01 0.01 0.001 0.01 0.01", "events": _SEAM, "bbox": GOOD}],
        [{"curve_lr": "0.002 0.0002 0.02", "events": _SEAM, "state": "running"}],
    ],
    quiet=[
        [{"curve_lr": "0.01 0.01 0.001 0.001 0.001", "events": _SEAM, "bbox": GOOD}],
        [{"curve_lr": "0.001 0.004 0.01 0.01", "bbox": GOOD}],
        [{"curve_lr": "0.001 0.001 0.0015 0.002 0.003 0.01", "events": _SEAM}],
        [{"events": _SEAM, "bbox": GOOD}],
    ],
    needs=("no run was resumed", lambda records: [e for e in records.experiments if _seams(e)]),
)
def iterations_go_backwards(resumed: list[Experiment], settings: Settings) -> Iterator[Fault | NotRun]:
    """Where a training was resumed, the learning rate jumps up.

    By more than a factor of `lr_jump`, from one logged value to the next: the schedule started anew, while the weights
    went on. A warm-up rises in smaller steps, and what begins at the first step again, or at the first that is logged
    after it, is another training.

    Why: open-mmlab/mmdetection#6572: a resumed run is two trainings stitched together, and not the schedule that its
    settings tell.

    Do: Resume with the optimizer and the scheduler, not with the weights alone; or report it as a fine-tuning.
    """
    known = [(e, c) for e in resumed for c in e.curves if c.name == "lr" and c.points]
    if not known:
        yield NotRun("no resumed run has its learning rates at hand")
    for experiment, curve in known:
        seams = _seams(experiment)
        jump = _jump(curve, settings.lr_jump, [seam.iteration for seam in seams if seam.iteration is not None])
        if jump:
            step, before, after = jump
            yield Fault(
                f"{called(experiment)} was resumed, and its learning rate jumps from {before:.6g} to {after:.6g} at "
                f"{curve.unit} {step:g}.",
                (experiment,),
                tuple(dict.fromkeys((seams[0].where, curve.where))),
            )


def _seams(experiment: Experiment) -> list[Event]:
    return [event for event in experiment.events if event.kind == "resumed"]


def _jump(curve: Curve, factor: float, seams: list[int]) -> tuple[float, float, float] | None:
    """The first step at which the rate is more than `factor` times the one before, near a seam if these are known."""
    highest, begun = 0.0, curve.begin + _stride(curve)
    for (start, before), (step, after) in pairwise(zip(curve.steps, curve.values, strict=True)):
        if step < start and step <= begun:
            highest = 0.0
            continue
        near = not seams or curve.unit != "iteration" or any(start <= seam + 1 and seam <= step for seam in seams)
        highest = max(highest, before)
        fell = before < highest / factor or step < start or bool(seams)
        if near and fell and before > 0 and after > factor * before:
            return step, before, after
    return None


def _stride(curve: Curve) -> float:
    """How many iterations a log goes from one value to the next, so that the first may be missing; 0 for epochs."""
    strides = sorted(step - start for start, step in pairwise(curve.steps) if step - start > 1)
    return strides[len(strides) // 2] if strides and curve.unit == "iteration" else 0.0
