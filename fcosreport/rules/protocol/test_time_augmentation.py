"""FR305."""

import re
from collections.abc import Iterator

from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import Declaring, Fault, declaring, nothing, rule
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called

_SAID = re.compile(
    r"(?<![a-z])(?:tta|aug(?:mented|mentation)?|ms(?:[_-]?test)?|multi[ _-]?scale|flip)(?![a-z])|test[ _-]?time"
    r"|多尺度|测试时增强",
    re.IGNORECASE,
)


@rule(
    "FR305",
    "warning",
    fires=[
        [{"bbox": GOOD, "tta": True}],
        [{"name": "fcos_R_50_FPN_1x", "bbox": GOOD, "tta": True}, {"bbox": FAIR, "tta": False}],
    ],
    quiet=[
        [{"bbox": GOOD, "tta": False}],
        [{"name": "fcos_R_50_tta", "bbox": GOOD, "tta": True}],
        [{"name": "centripetalnet_mstest_16x6_210e", "bbox": GOOD, "tta": True}],
        [{"name": "fcos", "title": "FCOS with multi-scale testing", "bbox": GOOD, "tta": True}],
        [{"tta": True, "state": "planned"}, {"bbox": GOOD}],
    ],
    needs=("no run tells whether it was tested with augmentation", declaring("tta")),
    shares=nothing,
)
def test_time_augmentation(known: Declaring, settings: Settings) -> Iterator[Fault]:
    """The result is one with test-time augmentation, and the name does not say so.

    Why: facebookresearch/maskrcnn-benchmark#804: several scales and flips raise AP; what they give is of the test, and
    not of the model.

    Do: Say it in the name and the table, or evaluate without it.
    """
    for experiment, (tta,) in known:
        if tta.value is True and not _SAID.search(f"{experiment.name} {experiment.title}"):
            message = f"{called(experiment)} was tested with test-time augmentation, which its name does not say."
            yield Fault(message, (experiment,), (tta.where,))
