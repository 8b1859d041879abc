"""FR503."""

from collections import defaultdict
from collections.abc import Iterator

from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Records, Step
from fcosreport.settings import Settings

_BOXES = {"bbox": GOOD}
_MASKS = {"segm": FAIR}


@rule(
    "FR503",
    "info",
    fires=[
        [{"step": "test their mask performance", "task": "segm"}, _BOXES],
        [{"step": "keypoints", "task": "keypoints"}],
    ],
    quiet=[
        [{"step": "test their mask performance", "task": "segm"}, _BOXES, _MASKS],
        [{"step": "make a table"}, _BOXES],
        [_BOXES],
    ],
    needs=("no note says what is still to be done", lambda records: records if records.steps else None),
)
def planned_step_without_result(records: Records, settings: Settings) -> Iterator[Fault]:
    """A note plans the test of a task, and no experiment has a result of that task.

    Why: a plan in words is easily forgotten: of 109 faults read in 23 public repositories, most stood in what people
    wrote beside the logs (such as the tables of Megvii-BaseDetection/cvpods).

    Do: Evaluate the task, or tick the step off.
    """
    tasks = {e.task for experiment in records.experiments for e in experiment.evaluations}
    open_steps: dict[str, list[Step]] = defaultdict(list)
    for step in records.steps:
        if step.task and not step.done and step.task not in tasks:
            open_steps[step.task].append(step)
    for task, steps in open_steps.items():
        text = " ".join(steps[0].text.split())
        quoted = text if len(text) <= 80 else f"{text[:79]}…"
        message = f"The step “{quoted}” is open: no experiment has a {task} result."
        yield Fault(message, where=tuple(step.where for step in steps))
