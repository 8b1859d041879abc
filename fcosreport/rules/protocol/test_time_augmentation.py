"""FR305."""

import re
from collections.abc import Iterator

from fcosreport.judging.rule import Fault, NotRun, rule
from fcosreport.records import Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_RESULT = "0.420 0.600 0.450"
_SAID = re.compile(
    r"(?<![a-z])(?:tta|aug(?:mented|mentation)?|ms|multi[ _-]?scale|flip)(?![a-z])|test[ _-]?time|多尺度|测试时增强",
    re.IGNORECASE,
)


@rule(
    "FR305",
    "warning",
    fires=[
        [{"bbox": _RESULT, "tta": True}],
        [{"name": "fcos_R_50_FPN_1x", "bbox": _RESULT, "tta": True}, {"bbox": "0.387 0.573 0.419", "tta": False}],
    ],
    quiet=[
        [{"bbox": _RESULT, "tta": False}],
        [{"name": "fcos_R_50_tta", "bbox": _RESULT, "tta": True}],
        [{"name": "fcos", "title": "FCOS with multi-scale testing", "bbox": _RESULT, "tta": True}],
        [{"tta": True, "state": "planned"}, {"bbox": _RESULT}],
    ],
)
def test_time_augmentation(records: Records, settings: Settings) -> Iterator[Fault | NotRun]:
    """The result is one with test-time augmentation, and the name does not say so.

    Why: facebookresearch/maskrcnn-benchmark#804: several scales and flips raise AP; what they give is of the test, and
    not of the model.

    Do: Say it in the name and the table, or evaluate without it.
    """
    known = [(e, s) for e in records.experiments if e.evaluations and (s := e.setting("tta"))]
    if not known:
        yield NotRun("no run tells whether it was tested with augmentation")
    for experiment, tta in known:
        if tta.value is True and not _SAID.search(f"{experiment.name} {experiment.title}"):
            message = f"{called(experiment)} was tested with test-time augmentation, which its name does not say."
            yield Fault(message, (experiment,), (tta.where,))
