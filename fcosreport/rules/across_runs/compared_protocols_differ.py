"""FR408."""

import re
from collections.abc import Iterator, Sequence

from fcosreport.comparing.groups import under_headings
from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_PROTOCOL = {
    "max_dets": "detections an image",
    "val_images": "number of images",
    "val_data": "validation set",
    "score_threshold": "score threshold",
    "nms": "NMS threshold",
    "image_size": "image size",
    "tta": "test-time augmentation",
}
_NOTE = re.compile(r"\.(?:md|markdown|rst|csv|tsv|tex|html?)$", re.IGNORECASE)
_ONE = {"note_bbox": GOOD, "group": "note#sweep"}
_TWO = {"note_bbox": FAIR, "group": "note#sweep"}


@rule(
    "FR408",
    "warning",
    fires=[
        [{"max_dets": 100, **_ONE}, {"max_dets": 300, **_TWO}],
        [{"tta": True, "name": "with TTA", **_ONE}, {"tta": False, **_TWO}],
        [{"val_images": 5000, "nms": 0.6, **_ONE}, {"val_images": 500, "nms": 0.6, **_TWO}],
    ],
    quiet=[
        [{"max_dets": 100, **_ONE}, {"max_dets": 100, **_TWO}],
        [{"max_dets": 100, **_ONE}, _TWO],
        [{"max_dets": 100, **_ONE}, {"max_dets": 300, **_TWO, "group": "note#other"}],
        [
            {"image_size": 512, **_ONE, "note_bbox": f"{GOOD} form:table"},
            {"image_size": 640, **_TWO, "note_bbox": f"{FAIR} form:table"},
        ],
        [
            {"image_size": 512, "a/args.yaml": {"image_size": 512}, **_ONE, "note_bbox": f"{GOOD} form:table"},
            {"image_size": 640, "b/args.yaml": {"image_size": 640}, **_TWO, "note_bbox": f"{FAIR} form:table"},
        ],
        [
            {"tables/sizes.csv": {"image_size": 512}, **_ONE, "note_bbox": f"{GOOD} form:table"},
            {"tables/sizes.csv": {"image_size": 640}, **_TWO, "note_bbox": f"{FAIR} form:table"},
        ],
        [
            {"image_size": 640, "title": "image size 640", **_ONE},
            {"image_size": 800, "title": "image size 800", **_TWO},
        ],
    ],
    needs=(
        "no runs stand under one heading",
        lambda records: under_headings(e for e in records.experiments if e.evaluations),
    ),
)
def compared_protocols_differ(compared: list[list[Experiment]], settings: Settings) -> Iterator[Fault]:
    """Runs that stand under one heading were evaluated in different ways.

    Of what their logs tell: detections an image, images, score and NMS thresholds, image size, augmentation. What a
    heading itself declares, or each row of a table, is what is compared.

    Why: voxel51/fiftyone#5541: the same detections give another AP under another protocol.

    Do: Evaluate all of them in the same way, or say in the table what differs.
    """
    for runs in compared:
        apart = {name: runs_of for name in _PROTOCOL if (runs_of := _apart(runs, name))}
        if apart:
            found = listed([f"{_PROTOCOL[name]} ({listed(list(values))})" for name, values in apart.items()])
            named = [run for run in runs if any(run.setting(name) for name in apart)]
            yield Fault(
                f"{listed([called(run) for run in named])} are compared, and differ in {found}.",
                tuple(named),
                tuple(dict.fromkeys(s.where for run in named for name in apart if (s := run.setting(name)))),
            )


def _is_in_row(run: Experiment, setting: Setting) -> bool:
    """Whether the line of a note that the run stands in says the setting, or the row of its result, or another note."""
    rows = {each.where for each in run.evaluations if each.form == "table"}
    said = [each.where for each in run.settings if each.name == setting.name and each.shown == setting.shown]
    if _NOTE.search(run.where.path) and run.where in said:
        return True
    return bool(rows) and any(where in rows or _NOTE.search(where.path) for where in said)


def _apart(runs: Sequence[Experiment], name: str) -> tuple[str, ...]:
    """The values of a setting, where they differ and no title says so."""
    found = [(run, setting) for run in runs if (setting := run.setting(name))]
    values = tuple(dict.fromkeys(setting.shown for _, setting in found))
    said = all(setting.shown in f"{run.name} {run.title}" or _is_in_row(run, setting) for run, setting in found)
    return values if len(values) > 1 and not said else ()
