"""FR403."""

from collections.abc import Iterator

from fcosreport.comparing.scores import decimals, printed, score, shown, vector
from fcosreport.evidence.equality import strength
from fcosreport.judging.cases import FAIR, GOOD, POOR
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Evaluation, Experiment, Origin, Records, TableRow
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_SOUND, _NOTHING = 0.1, 0.01  # AP of a model that was trained, and of one that finds next to nothing
_LEAST = 2  # numbers of a row on a run of one's own, as one is equal by chance


@rule(
    "FR403",
    "error",
    fires=[
        [{"bbox": GOOD, "segm": GOOD}],
        [{"note_bbox": "% 38.7 57.3 41.9 22.6 42.4 50.2", "note_segm": "% 38.7 57.3 41.9 22.6 42.4 50.2"}],
        [{"bbox": "0.387 0.573 0.419", "segm": "0.002 0.004 0.001"}],
        [{"row": "R-50", "bbox": "% 38.7", "segm": "% 38.7"}],
    ],
    quiet=[
        [{"bbox": GOOD, "segm": FAIR}],
        [{"bbox": GOOD}, {"segm": GOOD}],
        [{"bbox": "0.387 0.573", "segm": "0.387 0.551"}, {"bbox": "0.387 0.573", "segm": "-1 -1"}],
        [{"bbox": "0.387 0.573 0.419", "segm": "0.010 0.030 0.005"}],
        [{"row": "R-50", "bbox": "% 38.7 57.3", "segm": "% 38.7 55.1"}],
        [{"row": "R-50", "bbox": "% 38.7", "segm": "% 35.2"}, {"row": "R-101", "bbox": "0.39", "segm": "0.39"}],
        [{"bbox": "0 0 0", "segm": "0.165 0.341 0.142"}],
        [{"bbox": [f"{FAIR} @1", f"{GOOD} @2"], "segm": [f"{POOR} @1", f"{GOOD} @2"]}],
    ],
    needs=(
        "no experiment and no table has a result",
        lambda records: records if records.tables or any(e.evaluations for e in records.experiments) else None,
    ),
    shares=nothing,
)
def equal_bbox_and_segm(records: Records, settings: Settings) -> Iterator[Fault]:
    """The results for boxes and masks are equal, or one of them is almost 0.

    A mask fits less well than its box, so the two print different numbers. Equal ones come from one evaluation under
    two headings, but where the two differ at another epoch. AP above 0.1 for one and below 0.01 for the other means
    that the other was not evaluated rightly; where AP and AP50 are 0, see zero-result. A warning for a row of a
    table, which shows few numbers, and for one of one's own from two on.

    Why: cocodataset/cocoapi#478: boxes and masks were mixed up in the results file.

    Do: See which task each block was printed for. Masks that are filled boxes do give equal numbers.
    """
    for experiment in records.experiments:
        for origin in ("note", "log"):
            boxes, masks = (_last(experiment, task, origin) for task in ("bbox", "segm"))
            fault = _fault(experiment, boxes, masks) if boxes and masks else None
            if fault:
                yield fault
                break
    yield from filter(None, map(_in_row, records.tables))


def _in_row(row: TableRow) -> Fault | None:
    """A row of a table whose box and mask columns are equal; a run of one's own is told as such where it has enough."""
    boxes, masks = (next((e for e in row.results if e.task == task), None) for task in ("bbox", "segm"))
    if not boxes or not masks or vector(boxes) != vector(masks) or vector(boxes).degenerate:
        return None
    if decimals(boxes) < 3 or boxes["AP"] is None:
        return None
    if row.is_own and (vector(boxes).compared < _LEAST or strength(boxes, decimals(boxes))):
        return None
    text = f"The row “{row.label}” has the same numbers for bbox and segm ({shown(boxes.metrics)})."
    return Fault(text, where=(row.where,), severity="warning")


def _last(experiment: Experiment, task: str, origin: Origin) -> Evaluation | None:
    """The last evaluation of a task that says so itself; a task that was only assumed proves nothing."""
    suiting = [e for e in experiment.evaluations if (e.task, e.origin, e.category) == (task, origin, None)]
    return suiting[-1] if suiting and suiting[-1].task_stated else None


def _differ_before(experiment: Experiment, origin: Origin) -> bool:
    """Whether both differ at another epoch: then they are two evaluations, which are equal by chance."""
    told = [e for e in experiment.evaluations if e.origin == origin and e.category is None and e.progress]
    of = {(each.task, each.progress): vector(each) for each in told}
    masks = ((at, other) for (task, at), other in of.items() if task == "segm")
    return any(of.get(("bbox", at), other) != other for at, other in masks)


def _fault(experiment: Experiment, boxes: Evaluation, masks: Evaluation) -> Fault | None:
    place = (boxes.where, masks.where)
    box, mask = score(boxes, "AP"), score(masks, "AP")
    if box and mask:
        least, most = sorted((box.value or 0, mask.value or 0))
        weaker = boxes if box.value == least else masks
        if most > _SOUND and least < _NOTHING and (least or weaker["AP50"] != 0):
            text = f"{called(experiment)} has bbox {printed(box)} and segm {printed(mask)}."
            return Fault(text, (experiment,), place, advice="See whether both tasks were evaluated with their own ids.")
    if vector(boxes) != vector(masks) or _differ_before(experiment, boxes.origin):
        return None
    severity = strength(boxes, min(decimals(boxes), decimals(masks)))
    if not severity:
        return None
    count = len(vector(boxes).values)
    text = f"{called(experiment)} has the same {count} numbers for bbox and segm ({shown(boxes.metrics)})."
    return Fault(text, (experiment,), place, severity=severity)
