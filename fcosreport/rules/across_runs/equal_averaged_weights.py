"""FR412."""

from collections.abc import Iterator

from fcosreport.comparing.scores import shown, vector
from fcosreport.judging.rule import EVALUATED, Fault, nothing, rule
from fcosreport.records import AVERAGED, Evaluation, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_LEAST = 3  # steps; at fewer, the average may still be what it began with


def _run(*averaged: str) -> list[str]:
    plain = ("0.250 0.450", "0.270 0.470", "0.290 0.490")
    return [
        text
        for epoch, pair in enumerate(zip(plain, averaged, strict=True))
        for text in (f"{pair[0]} @{epoch}", f"{pair[1]} @{epoch} weights:ema")
    ]


@rule(
    "FR412",
    "warning",
    fires=[
        [{"segm": _run("0.250 0.450", "0.270 0.470", "0.290 0.490"), "bbox": _run("0.28 0.48", "0.29 0.5", "0.3 0.51")}]
    ],
    quiet=[
        [{"segm": _run("0.280 0.480", "0.300 0.500", "0.320 0.520")}],
        [{"segm": _run("0.250 0.450", "0.270 0.470", "0.300 0.510")}],
        [{"segm": ["0.250 0.450 @1", "0.250 0.450 @1 weights:ema"]}],
        [{"segm": [text for n in (1, 2, 3) for text in (f"0.000 0.000 @{n}", f"0.000 0.000 @{n} weights:ema")]}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def equal_averaged_weights(records: Records, settings: Settings) -> Iterator[Fault]:
    """Averaged weights print the numbers of the plain ones, evaluation by evaluation.

    In all evaluations of a task that the log prints of both, three at least.

    Why: roboflow/rf-detr#978: the masks of the plain model were logged under both names. An average over the steps of a
    training is another model than its last step.

    Do: Look which of the two models the evaluation of that task gets.
    """
    for experiment in records.experiments:
        for task in experiment.tasks:
            pairs = _pairs(experiment, task)
            if len(pairs) >= _LEAST and all(vector(plain) == vector(averaged) for plain, averaged in pairs):
                plain, averaged = pairs[-1]
                if not vector(plain).degenerate:
                    yield Fault(
                        f"{called(experiment)}: averaged and plain weights print the same {task} numbers "
                        f"({shown(plain.metrics)}) in all {len(pairs)} evaluations.",
                        (experiment,),
                        tuple(dict.fromkeys((plain.where, averaged.where))),
                    )


def _pairs(experiment: Experiment, task: str) -> list[tuple[Evaluation, Evaluation]]:
    """The evaluations of plain weights, each with that of averaged ones at the same step."""
    logged = [e for e in experiment.evaluations if (e.task, e.origin, e.category) == (task, "log", None)]
    averaged = {(e.epoch, e.iteration, e.data_set): e for e in logged if e.weights in AVERAGED}
    plain = [e for e in logged if not e.weights and (e.epoch, e.iteration) != (None, None)]
    pairs = [(e, averaged.get((e.epoch, e.iteration, e.data_set))) for e in plain]
    return [(e, other) for e, other in pairs if other]
