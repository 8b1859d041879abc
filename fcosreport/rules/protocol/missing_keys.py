"""FR307."""

import re
from collections.abc import Iterator

from fcosreport.judging.cases import GOOD
from fcosreport.judging.rule import EVALUATED, Fault, nothing, rule
from fcosreport.records import Evaluation, Event, Experiment, Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_GOOD, _BAD = f"{GOOD} #90", "0.001 0.002 0.001 #90"
_LEFT_OVER = re.compile(
    r"(?:(?:module|backbone|bottom_up|body|model|stem|head)\.)*"
    r"(?:fc\w*(?:\.\d+)?|classifier(?:\.\d+)?|last_linear|conv1|layer\d\.\d+\.conv\d)\.(?:weight|bias|\{.*\})"
    r"|.*num_batches_tracked|(?:.*\.)?(?:pixel_|data_preprocessor\.)(?:mean|std)"
)
"""What a checkpoint holds and a detector does not: the classifier of its backbone, the biases of Caffe's layers, and by
what pictures were made even."""


@rule(
    "FR307",
    "warning",
    fires=[
        [{"bbox": _BAD, "events": ["#70 missing keys: missing keys in source state_dict: bbox_head.fcos_cls.weight"]}],
        [{"bbox": _GOOD, "events": ["#70 unexpected keys: unexpected key: neck.fpn_convs.0.weight"]}],
    ],
    quiet=[
        [{"bbox": _GOOD, "events": ["#70 unexpected keys: unexpected key in source state_dict: fc.weight, fc.bias"]}],
        [
            {
                "bbox": _GOOD,
                "events": ["#70 unexpected keys: unexpected key: data_preprocessor.mean, data_preprocessor.std"],
            }
        ],
        [{"bbox": _GOOD, "events": ["#70 missing keys: missing keys: bbox_head.cls.weight"], "curve_loss": "2.1 1.9"}],
        [{"bbox": [f"{_BAD} @1", f"{GOOD} #95 @2"], "events": ["#70 missing keys: missing keys: class_embed.weight"]}],
        [{"bbox": f"{GOOD} #50", "events": ["#70 missing keys: missing keys: head.weight"]}],
        [{"bbox": _BAD, "events": ["#70 missing keys: missing keys: head.weight", "#80 finished: training time 1:00"]}],
        [{"bbox": _GOOD, "events": ["#70 started: world size 8"]}],
    ],
    needs=EVALUATED,
    shares=nothing,
)
def missing_keys(records: Records, settings: Settings) -> Iterator[Fault]:
    """Weights were evaluated that do not fit the model.

    An error where AP is below `broken_weights`. Where a training follows, what is missing is learned: no fault; its
    losses tell of it, or evaluations of several steps. Nor is what only the classifier of a backbone has.

    Why: facebookresearch/fvcore, fvcore/common/checkpoint.py: keys that do not fit are logged and left out, so what the
    checkpoint lacks keeps its random values, and the evaluation goes through.

    Do: Compare the names of both; the checkpoint is of another model, or of a wrapped one (`module.`).
    """
    for experiment in records.experiments:
        if experiment.curves or _is_training(experiment):
            continue
        for event in experiment.events:
            after = _after(experiment, event)
            if event.kind in ("missing keys", "unexpected keys") and after and not _is_normal(event.text):
                broken = (after["AP"] or 0) < settings.broken_weights
                text = " ".join(event.text.split())
                yield Fault(
                    f"{called(experiment)} was evaluated with weights that do not fit: "
                    f"{text[:160].rstrip('.')}{'…' if len(text) > 160 else ''}.",
                    (experiment,),
                    tuple(dict.fromkeys((event.where, after.where))),
                    severity="error" if broken else None,
                    explanations=(f"AP is {listed([m.text for m in after.metrics if m.name == 'AP'])}.",)
                    if broken
                    else (),
                )
                break


def _is_training(experiment: Experiment) -> bool:
    """Whether the log tells evaluations of several epochs or iterations."""
    logged = [e for e in experiment.evaluations if e.origin == "log"]
    return any(len(steps - {None}) > 1 for steps in ({e.epoch for e in logged}, {e.iteration for e in logged}))


def _after(experiment: Experiment, event: Event) -> Evaluation | None:
    """The first evaluation of the file after the event, if no training has finished between them."""
    same = (e for e in experiment.evaluations if e.origin == "log" and e.category is None)
    first = next((e for e in same if e.where.path == event.where.path and e.where.line > event.where.line), None)
    finished = (each.where for each in experiment.events if each.kind == "finished")
    return None if first and any(event.where < where < first.where for where in finished) else first


def _is_normal(text: str) -> bool:
    if "(only what" in text:
        return True
    keys = [key.strip() for key in text.rpartition(":")[2].split(",")]
    return all(_LEFT_OVER.fullmatch(key) for key in keys)
