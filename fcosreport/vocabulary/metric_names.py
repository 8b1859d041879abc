"""What programs call the numbers they log: `bbox/AP`, `eval_map_small`, `metrics/mAP50-95(B)`, `Map@0.50:0.95`.

A name is read word by word, and every word must be known: one that is not (a threshold, a count, `best`) makes it no
metric. So a name is one of a closed list, whichever framework wrote it.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from fcosreport.records import COCO_METRICS
from fcosreport.vocabulary.metrics import KEYPOINT_METRICS

_SPLITS = {
    **dict.fromkeys(("train", "training", "训练集", "訓練集", "학습"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "验证", "验证集", "驗證", "驗證集", "検証", "검증"), "val"),
    **dict.fromkeys(("test", "测试", "测试集", "測試", "測試集", "テスト", "테스트"), "test"),
    **dict.fromkeys(
        ("public", "lb", "kaggle", "leaderboard", "submit", "submission", "리더보드", "제출", "线上"), "public"
    ),
    "private": "private",
}
"""What a result is on, by its word: `public` and `private` are the parts of a test set that a leaderboard shows."""
_OF_TEST = re.compile("|".join(word for word, split in _SPLITS.items() if split == "test"), re.I)
_TASKS = {
    **dict.fromkeys(("bbox", "box", "boxes", "detectionboxes", "hbb"), "bbox"),
    **dict.fromkeys(("obb", "rbox"), "obb"),  # oriented boxes, whose AP is another than that of the upright ones
    **dict.fromkeys(("segm", "seg", "mask", "masks", "detectionmasks"), "segm"),
    **dict.fromkeys(("keypoints", "keypoint", "pose", "kpt", "kpts", "oks"), "keypoints"),
}
_TRACKING = ("MOTA", "MOTP", "AMOTA", "AMOTP", "IDF1", "IDP", "IDR", "HOTA", "DetA", "AssA")
_PANOPTIC = ("PQ", "SQ", "RQ", "bPQ", "mPQ")
"""Those of nuclei say whether these are all of one class, or that it is the mean over classes."""
_ERRORS = ("mATE", "mASE", "mAOE", "mAVE", "mAAE")
"""Of nuScenes: how far translation, scale, orientation, velocity and attribute of the boxes found are off."""
_LOWER_IS_BETTER = frozenset({"MR", "AMOTP", *_ERRORS})
_SUBSETS = frozenset("reasonable bare partial heavy".split())
"""Of the pedestrians, by how much of them is hidden; as sizes, they part the miss rate."""
_LEVELS = frozenset("easy moderate hard".split())
"""How hard the images of WIDER FACE, KITTI and CrowdPose are; between easy and hard, medium is a level as well."""
_DISTANCES = frozenset({"AMOTP", *_ERRORS})
"""Metrics in metres, radians and the like, which are never in percent."""
_LETTERS = {"B": "bbox", "M": "segm", "P": "keypoints"}
_CORES = {
    **dict.fromkeys(("ap", "map"), "AP"),
    **dict.fromkeys(("ar", "mar"), "AR"),
    **dict.fromkeys(("precision", "percision", "prec", "p", "pr"), "P"),
    **dict.fromkeys(("recall", "rec", "r"), "R"),
    **dict.fromkeys(("f1", "hmean"), "F1"),
    **dict.fromkeys(("dice", "mdice", "dsc"), "Dice"),
    **dict.fromkeys(("aacc", "allacc"), "aAcc"),
    "macc": "mAcc",
    **{n.lower(): n for n in (*_PANOPTIC, "mIoU", "NDS", "MR", "PCK", "PCKh", "FROC", *_TRACKING, *_ERRORS)},
}
_TASK_OF = {
    **dict.fromkeys(_PANOPTIC, "panoptic_seg"),
    **dict.fromkeys(("mIoU", "Dice", "aAcc", "mAcc"), "sem_seg"),
    **dict.fromkeys(("PCK", "PCKh"), "keypoints"),
    **dict.fromkeys(_TRACKING, "tracking"),
}
"""Metrics that only one task has."""
_GLUED = {
    f"{m}{core}{part}": (f"{m}{core}", part)
    for m in ("", "m")
    for core in ("ap", "ar")
    for part in ("s", "m", "l", "small", "medium", "large")
}
_GLUED |= {f"ap{part}": ("ap", part) for part in "rcf"}
_GLUED |= {f"{boxes}{core}": (boxes, core) for boxes in ("hbb", "obb", "rbox") for core in ("ap", "map")}
_SIZES = {"small": "s", "medium": "m", "large": "l", **{part: part for part in "sml"}}
_RARITIES = dict.fromkeys("rcf", "lvis")
_PARTS = frozenset((*_SIZES, *_RARITIES, *_SUBSETS, *_LEVELS))
_FAMILIES = {"voc": "voc", "pascal": "voc", "lvis": "lvis", "nuscenes": "nuscenes"}
_FAMILY_OF = dict.fromkeys(("NDS", *_ERRORS), "nuscenes")
_WEIGHTS = {"ema": "ema"}
_NEUTRAL = frozenset(
    "coco metrics metric hparam results result eval evaluation evaluator iou area all maxdets det detection mean kpi"
    " score scores coefficient coef coeff similarity performance overall occ main across classes pts pred instances"
    " aggregate aggregated sensitivity 敏感度 精度 分数 分數 值 スコア 점수".split()
)
_OF_TASK = frozenset("results evaluation for of detection segmentation".split())
"""What stands beside the name of a task in a title."""
_PERCENT = frozenset(("pct", "percent", "percentage"))
_SIDE = ("P", "R", "F1", "aAcc", "mAcc")
"""What is a result only beside others: a name like these says many things."""
OF_RUN = frozenset(
    "best final last max peak highest ours our mine obtained achieved reproduced reported 最高 最佳 最好 最终".split()
)
"""Words of people that say which of its own results a run has under a name."""
_OF_BEST = re.compile(r"(?i)(?<![a-z])(?:best|max|peak|highest)(?![a-z])|最[高佳好]")
_OF_RESULT = re.compile(r"(?i)(?<![a-z\d])(?:(?P<best>best|max|peak|highest)|final|last)(?:[\W_]+|$)")
_OVERLAP = re.compile(r"(?<![a-z])iou(?P<said> (?:metric|score))?$", re.I)
"""`val IoU`, `IoU score`: the metric of segmentation; a name that is nothing but IoU is a threshold."""

_WRITTEN_OUT = (
    (re.compile(r"(?:mean[\s_]+)?average[\s_]+precision|平均精度均值"), "ap"),
    (re.compile(r"précision|precis(?:ão|ión)|精确[率度]|精確[率度]|查准率|適合率|정밀도|точность"), "precision"),
    (re.compile(r"\brappel\b|召回率|查全率|再現率|재현율|полнота"), "recall"),
    (re.compile(r"(?<=precision) ?[(]p[)]|(?<=recall) ?[(]r[)]"), ""),  # its own letter, which is no task
    (re.compile(r"平均交并比|平均交並比"), "miou"),
    (re.compile(r"(?<![a-z])(voc|coco)[ _-]?(?:20)?(?:07|12|14|17)(?:\+(?:20)?12)?(?!\d)"), r"\1"),  # of which year
    (re.compile(r"(?:mean[\s_]+)?average[\s_]+recall"), "ar"),
    # Keras numbers a name that comes again: `mean_io_u_5`
    (re.compile(r"mean[\s_]?io?_?us?(?![a-z])(?:(?<=_io_u)_\d{1,3}$)?|mious(?![a-z])"), "miou"),
    (re.compile(r"(?<=[a-z])[\s_]at[\s_](?=(?:iou[\s_=:]*)?\.?\d)|(?<=ar)[\s_@]?max(?:dets?)?[\s_]?(?=\d)"), "@"),
    (re.compile(r"(?<=ap)[\s_@]?5095(?!\d)"), "50-95"),
    (re.compile(r"(?:\b(?:for|of|on) )?(?<![a-z])(small|medium|large)[\s_]objects?(?![a-z])"), r"\1"),
    (re.compile(r"max[\s_]dets?(?![a-z])"), "maxdets"),
    (re.compile(r"(?:(?:log[\s_-])?average[\s_])?miss[\s_]rate(?: +\(mr\))?|mmr\b|mr(?:\^?-2)"), "mr"),
    (re.compile(r"multiple object tracking (?:accuracy|precision) \((mot[ap])\)"), r"\1"),
    (re.compile(r"nd_score"), "nds"),
    *((re.compile(rf"{word}[\s_]quality"), f"{word[0]}q") for word in "panoptic segmentation recognition".split()),
    (re.compile(r"instances_3d"), "instances"),
    (re.compile(r"detection_eval\b"), "voc map"),
    (re.compile(r"\bcocometric\b"), "coco map"),  # of icevision
    *((re.compile(rf"tp_errors/{name}_err"), f"ma{name[0]}e") for name in "trans scale orient vel attr".split()),
)
_PART = re.compile(
    r"(?i)a[pr]|io?_?u|[psr]q|cision|recall|(?<![a-z])(?:pr(?:ec)?|r(?:ec)?|p)(?![a-z])|f1|m[or]|nd|hota|id[fpr]|a[st]|eta|tp_err|pck"
    r"|a[oav]e|eval|cocom|quality|froc|hmean|dice|dsc|(?:[am]|all)acc|precis|précis|rappel|精|查准|適合|정밀|точн|召回|查全|再現|재현|полн|交[并並]比"
)
"""What is in every name of a metric: most texts are none, which is found sooner."""
_SURE = re.compile(
    r"\bacross all classes|\boverall[\s_]map\b|\bmean[\s_](?:ap|average)|miss[\s_]rate|mmr|mr\^?-2|mdice|mean[\s_]dice"
    r"|dice[\s_](?:score|coef|sim)|cocometric"
)
"""What no other trade says of an AP or MR."""
_LETTER = re.compile(  # ultralytics' `mAP50(B)`, and what TensorBoard and MLflow make of the brackets
    r"(?:(?<=[a-z0-9])(?:\((?=[BMP]\))|_(?=[BMP]_))|(?:(?<=mAP50)|(?<=mAP50-95)|(?<=precision)|(?<=recall))(?=[BMP]$))"
    r"([BMP])[_)]?$"
)
RANGE = r"0?\.?50?[-:_–,]+(?:0?\.0?5[-:_,])?0?\.?95(?![\d.])"
"""How the thresholds of IoU from 0.5 to 0.95 are written."""
_WORD = re.compile(rf"(?<![\d.]){RANGE}|\d*\.\d+|\d+|f1|idf1|[a-z]+|[^\W\d_a-z]+")
_IS_RANGE = re.compile(RANGE)
_NUMBERED = re.compile(
    r"(?:coco_eval_(?P<of>bbox|masks?|segm|keypoints?)(?P<ema>_ema)?"
    r"|(?<![a-z])(?P<stats>bbox|masks?|segm|keypoints?)[_/.](?:coco_)?stats)[_/.](?P<at>\d{1,2})$"
)
"""A number of COCO's summary by its place in the list."""
_OF_CLASS = re.compile(r"(?P<name>.*?(?<![a-zA-Z])m?AP)[-/](?P<category>[^/]+)")

_BY_MATCHING = re.compile(r"(?:box|cls|dfl)_o[mo]")
"""Losses of YOLOv10 by how boxes are matched: one to many, one to one."""
_CURVES = {
    **dict.fromkeys(("lr", "learning_rate", "base_lr", "lr0", "pg0", "lr-sgd", "lr-adam", "lr-adamw"), "lr"),
    **dict.fromkeys(("loss", "total_loss", "loss_total"), "loss"),
    **dict.fromkeys(("grad_norm", "data_time", "memory", "time"), None),
}


class Meaning(NamedTuple):
    """Which metric of which task a logged number is, and of what: class, split, weights, family of metric.

    `stated`: the name says the task, else bbox is assumed. `sure`: no other trade has a number of this name.
    `in_percent`: the name says so. What a name does not say is empty.
    """

    task: str
    metric: str
    stated: bool
    category: str | None = None
    split: str = ""
    weights: str = ""
    family: str = ""
    sure: bool = True
    in_percent: bool = False

    @property
    def is_side(self) -> bool:
        """Whether it is a result only beside others, as precision is."""
        return is_side(self.metric)

    @property
    def is_distance(self) -> bool:
        """Whether it is in metres or radians, and no share of anything."""
        return self.metric in _DISTANCES


@lru_cache(4096)
def metric_of(name: str) -> Meaning | None:
    """The metric that a logged number of that name is, or None."""
    name = unicodedata.normalize("NFKC", name[:200]).strip().strip("\"'`*")
    if not _PART.search(name) or name.endswith("+"):  # `AR4+` is of objects of a size or shape from 4 on
        return None
    if numbered := _NUMBERED.search(name):
        task = _TASKS.get((numbered["of"] or numbered["stats"]).rstrip("s"), "keypoints")
        metric = dict(enumerate(KEYPOINT_METRICS if task == "keypoints" else COCO_METRICS)).get(int(numbered["at"]))
        weights = "ema" if numbered["ema"] or "ema" in name.split("_") else ""
        return Meaning(task, metric, True, None, split_of(name), weights, "coco") if metric else None
    found = _of_words(name)
    of_class = _OF_CLASS.fullmatch(name) if found is None else None
    overall = _of_words(of_class["name"]) if of_class else None
    return overall._replace(category=of_class["category"]) if of_class and overall else found


def metric_called(name: str) -> Meaning | None:
    """The metric that people call by that name: `best mAP`, `final val IoU`."""
    words = name.split()
    kept = [word for word in words if word.lower() not in OF_RUN]
    called = " ".join(kept)
    overlap = _OVERLAP.search(called)
    is_result = overlap and (overlap["said"] or len(kept) < len(words) or split_of(called))
    return metric_of(_OVERLAP.sub("mIoU", called) if is_result else called)


def of_best(text: str) -> bool:
    """Whether words say that a number is the best of a run, and not what it ended with."""
    return bool(_OF_BEST.search(text))


@lru_cache(4096)
def own(name: str) -> tuple[str, bool]:
    """The name of a number without the word that says which result of a run it is of, and whether that is its best.

    `best_map50` is (`map50`, True), `final_map50` is (`map50`, False); any other name stays as it is.
    """
    found = None if metric_of(name) else _OF_RESULT.search(name)
    rest = (name[: found.start()] + name[found.end() :]).rstrip("_- (/") if found else ""
    last = rest.rpartition("/")[2]
    is_known = last.lower() == "epoch" or metric_of(rest) or metric_of(last)
    return (rest, bool(found["best"])) if found and is_known else (name, False)


def is_side(metric: str) -> bool:
    """Whether a metric of that name, as in a record, is a result only beside others."""
    return metric in _SIDE


def task_of(metric: str) -> str:
    """The only task that has a metric of that name, as in a record; "" where several have."""
    return _TASK_OF.get(metric, "")


@lru_cache(4096)
def split_of(name: str) -> str:
    """The split that a name tells, of several (`private LB`, `public test`) the one that says most; "" for none."""
    named = {_SPLITS[word] for word in _WORD.findall(name.lower()) if word in _SPLITS}
    return next((split for split in reversed(dict.fromkeys(_SPLITS.values())) if split in named), "")


def may_be_of_test(text: str) -> bool:
    """Whether a text may name the split `test`; quick, and sure where it says no."""
    return _OF_TEST.search(text) is not None


def split_alone(text: str) -> str:
    """The split that is all a text names, as `Validation set` does; "" where it says more."""
    words = set(_WORD.findall(text.lower())) - {"set", "split", "data", "dataset"}
    return split_of(text) if words <= _SPLITS.keys() else ""


def task_alone(text: str) -> str:
    """The task that is all a text names, as `Mask metrics` does; "" where it says more."""
    named = {_TASKS.get(word, "") for word in _WORD.findall(text.lower()) if word not in _NEUTRAL | _OF_TASK}
    return named.pop() if len(named) == 1 else ""


def slice_of(text: str) -> str:
    """The text that names a part of a split, such as `test/crowded`, which is images of its own; "" for a whole one."""
    return text if split_of(text) and not split_alone(text) else ""


def _of_words(name: str) -> Meaning | None:
    """The meaning of a name all of whose words are known."""
    letter = _LETTER.search(name)
    tasks = {_LETTERS[letter[1]]} if letter else set[str]()
    text = _abbreviated((name[: letter.start()] if letter else name).lower())
    cores, parts, said, is_ranged = list[str](), list[str](), dict[str, str](), False
    for word in _words(text):
        if _IS_RANGE.fullmatch(word) or word == "range":
            is_ranged = True
        elif word in _TASKS:
            tasks.add(_TASKS[word])
        elif word in _CORES and not (word in "pr" and cores):
            cores.append(_CORES[word])
        elif word in _PARTS or word[-1].isdigit():
            parts.append(word)
        elif not _is_said(word, said):
            return None
    core = _core(cores)
    told = parts if core == "AR" else _of_most(parts, is_ranged=is_ranged)  # which a recall is told of
    part = _part(core, told) if core and len(tasks) < 2 else None
    if part is None or (is_ranged and (core not in ("AP", "AR") or part in ("50", "75"))):
        return None
    family = said.get("family", "lvis" if part in _RARITIES and core == "AP" else _FAMILY_OF.get(core, ""))
    is_own = (
        "mAP" in name
        or "Dice" in name
        or "DICE" in name
        or bool(_SURE.search(name.lower()))
        or core not in ("AP", "AR", "MR", "Dice", *_SIDE)
    )
    split = split_of(text)
    sure = bool(part or is_ranged or tasks or said or split or is_own)
    task = tasks.pop() if tasks else _TASK_OF.get(core, "")
    return Meaning(
        *(task or "bbox", core + part, bool(task), None, split, said.get("weights", ""), family, sure),
        "percent" in said,
    )


def _abbreviated(text: str) -> str:
    for pattern, short in _WRITTEN_OUT:
        text = pattern.sub(short, text)
    return text


def _words(text: str) -> list[str]:
    """The words of a name, those that are glued (`aps`) taken apart."""
    return [part for word in _WORD.findall(text) for part in _GLUED.get(word, (word,))]


def _is_said(word: str, said: dict[str, str]) -> bool:
    """Whether a word tells what the number is of, or nothing."""
    for kind, words in (("weights", _WEIGHTS), ("family", _FAMILIES)):
        if word in words:
            said[kind] = words[word]
            return True
    if word in _PERCENT:
        said["percent"] = word
    return word in _NEUTRAL or word in _SPLITS or word in _PERCENT


def _of_most(parts: list[str], *, is_ranged: bool) -> list[str]:
    """The parts without the 100 detections that an AP counts at most, where a threshold stands beside it."""
    has_threshold = is_ranged or sum(part[-1].isdigit() for part in parts) > 1
    return [part for part in parts if part != "100"] if has_threshold else parts


def _core(cores: list[str]) -> str:
    """The one metric of a name; in `Precision/mAP` the precision is a heading."""
    kinds = set(cores)
    if len(kinds) == 2:
        kinds -= {"P"} if "AP" in kinds else {"R"} if "AR" in kinds else set()
    return kinds.pop() if len(kinds) == 1 else ""


def _part(core: str, parts: list[str]) -> str | None:
    """`50`, `75`, `s`, `100` behind the metric; None for parts that it does not have."""
    if core != "AP" and not _LEVELS.isdisjoint(parts):
        return None
    if core == "MR":
        subsets = set(parts) - {"reasonable"} or set(parts)
        return _only({f" {part}" for part in subsets}) if not any(part[-1].isdigit() for part in parts) else None
    if not _SUBSETS.isdisjoint(parts):
        return None
    sizes = list(dict.fromkeys(_SIZES.get(part, part) for part in parts if not part[-1].isdigit()))
    numbers = [part for part in parts if part[-1].isdigit()]
    if len(sizes) > 1 or len(numbers) > 2:
        return None
    if core == "AP":
        thresholds = {_threshold(number) for number in numbers if sizes == [] or number != "100"} - {""}
        return sizes[0] if sizes and not thresholds else _only(thresholds) if not sizes else None
    if core == "AR":
        return sizes[0] if sizes and sizes[0] in "sml" else _only(set(numbers)) if not sizes else None
    at_other = [number for number in numbers if _threshold(number) != "50"]
    if core in ("PCK", "PCKh") and len(at_other) == 1 and "." in at_other[0]:
        return f"@{at_other[0]}"  # the share of the body, or of the head, that a joint may be off
    return "" if not sizes and not at_other else None


def lower_is_better(metric: str) -> bool:
    """Whether a metric of that name, as in a record, counts what is wrong."""
    return metric.partition(" ")[0] in _LOWER_IS_BETTER


def _threshold(number: str) -> str | None:
    """An IoU in percent: `0.5`, `.50` and `50` are 50; None for what is none."""
    number = re.sub(r"^0(?=[57])", "0.", number)  # as in `map_05`
    value = round(100 * float(number)) if "." in number else int(number) if len(number) == 2 else 0
    return str(value) if 20 <= value < 100 and not value % 5 else None


def _only(parts: "set[str] | set[str | None]") -> str | None:
    return "" if not parts else next(iter(parts)) if len(parts) == 1 else None


def curve_of(name: str) -> str | None:
    """What the curve of that name is called here: `lr`, `loss`, or a part of the loss as it is printed; else None."""
    parts = name.strip()[:200].split("/")
    if len(parts) > 1 and "loss" in parts[-2].lower() and parts[-1].lower() in _SPLITS:  # `Loss/train`
        parts = [*parts[:-2], parts[-1].lower(), parts[-2]]
        name = "/".join(parts)
    last = parts[-1].lower().removeprefix("train_")
    if "val" in parts or "test" in parts or "eval" in parts or "valid" in parts:
        return name.strip() if "loss" in last or _BY_MATCHING.fullmatch(last) else None
    if last in _CURVES:
        return _CURVES[last] or last
    if _BY_MATCHING.fullmatch(last):
        return f"{parts[-1]}_loss"
    return parts[-1] if "loss" in last else None
