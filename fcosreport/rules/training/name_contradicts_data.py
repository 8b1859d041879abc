"""FR213."""

import re
from collections.abc import Iterator

from fcosreport.evidence.links import data_named
from fcosreport.evidence.recipes import names
from fcosreport.judging.rule import Fault, nothing, rule
from fcosreport.records import Experiment, Setting
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_OTHER_DATA = re.compile(r"(?i)pre-?train|fine-?tun|init|from|(?<![a-z])to(?![a-z])|coco2|2coco|transfer|style")
"""Words of a name beside which the data set is that of other weights, or a format."""
_NO_DATA = re.compile(r"(?:none|no|without|n/a)\b")  # of one that was not trained
_GENERIC = re.compile(
    r"data\w*|sets?|ann\w*|train\w*|val\w*|test\w*|images?|json|ya?ml|txt|xml|csv|labels?|instances|home|mnt|root|work\w*|users?"
    r"|mini\w*|person|keypoints|panoptic|split\w*|my|new|all|custom|full|trainval\w*"
)
"""Words of paths that name no data set."""
_TCT = "data/tct/train-cat10.json"


@rule(
    "FR213",
    "warning",
    fires=[
        [{"name": "fcos_r50_4x4_2x_coco", "train_data": _TCT}],
        [{"name": "run", "output_dir": "work_dirs/retinanet_voc", "train_data": "cityscapes/instancesonly_train.json"}],
    ],
    quiet=[
        [{"name": "fcos_r50_1x_coco", "train_data": "data/coco/annotations/instances_train2017.json"}],
        [{"name": "fcos_r50_1x_coco", "train_data": "annotations/instances_train2017.json"}],
        [{"name": "fcos_voc", "train_data": "VOCdevkit/VOC2007/trainval.txt"}],
        [{"name": "fcos_coco_tct", "train_data": _TCT}, {"name": "fcos_coco_pretrained", "train_data": _TCT}],
        [{"name": "fcos_r50_1x_coco", "train_data": "annotations/train.json"}, {"name": "fcos", "train_data": _TCT}],
        [{"name": "COCO baseline", "train_data": "None (stock weights)"}],
    ],
    needs=(
        "no run is named after a public data set and tells its data",
        lambda records: [(e, s) for e in records.experiments if (s := e.setting("train_data")) and _named(e)],
    ),
    shares=nothing,
)
def name_contradicts_data(told: list[tuple[Experiment, Setting]], settings: Settings) -> Iterator[Fault]:
    """A run is named after a public data set and trained on other data.

    Neither the folder nor the file of the annotations bears that name, and the run's name does not bear theirs.

    Why: zhaoyang97/mmdetection, work_dirs/fcos_r50_caffe_fpn_4x4_1x_coco: a configuration of COCO was copied for other
    data and kept its name, and its AP then stands beside those of COCO.

    Do: Give the run the name of its data, before the result gets into a table.
    """
    for experiment, data in told:
        named, text = _named(experiment), str(data.value).lower()
        words = {word for word in re.findall(r"[a-z]{2,}", text) if not _GENERIC.fullmatch(word)}
        is_coco = "coco" in named and re.search(r"(?:train|val|minival|valminusminival)_?20(?:14|17)", text)
        calls = " ".join(names(experiment)).lower()
        if _NO_DATA.match(text):
            continue
        if words and not is_coco and not any(name in text for name in named) and not any(w in calls for w in words):
            yield Fault(
                f"{called(experiment)} is named after {listed(sorted(named))}, and was trained on {data.shown[:120]}.",
                (experiment,),
                (data.where,),
            )


def _named(experiment: Experiment) -> set[str]:
    """The data sets that name the run, its output folder or its configuration as its own."""
    return {data for name in names(experiment) if not _OTHER_DATA.search(name) for data in data_named(name)}
