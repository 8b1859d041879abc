"""What the column headers of result tables mean: `box AP`, `mAP@.50IOU`, `AP<sub>50</sub>`, `Lr schd`, `inf time`.

A header with a word that is not understood (`Novel AP`, `AP (test-dev)`) is no metric: nothing rather than a guess.
"""

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.vocabulary.metric_names import OF_RUN, metric_called, of_best, split_of
from fcosreport.vocabulary.settings.names import known, spelled

Kind = Literal["metric", "setting", "measure", "link", "label", "other"]

_SUBSCRIPTS = (
    (re.compile(r"<sup>\s*c\s*</sup>", re.I), " coco "),
    (re.compile(r"\bleader[ _-]?bo[ra]{2,3}d\b", re.I), "leaderboard"),  # often misspelled
    (re.compile(r"<sup>\s*(?:b|bb)\s*</sup>|\^\{?(?:\\text\{)?(?:bb?|box)\b\}*", re.I), " box "),
    (re.compile(r"<sup>\s*m\s*</sup>|\^\{?(?:\\text\{)?(?:m|mask)\b\}*", re.I), " mask "),
    (re.compile(r"<sub>\s*([sml])\s*</sub>|_\{?(?:\\text\{)?([sml])\b\}*", re.I), r"\1\2 "),
    (re.compile(r"</?\w[^<>]{0,200}>|\\(?:text(?:bf|it)?|math(?:rm|bf|it)|rm|bf|bm)\b|[${}\\^_*`]", re.I), " "),
)
_ADORNED = re.compile(r"[<\\${}^_*`]|(?i:leader)")
"""How all of these begin: most headers have nothing of it."""
_REMARKED = re.compile(r"[(\[].*|[.:#]")
_BAR = re.compile(r":? *\d{1,3}%.*")
"""What a progress bar left behind the last header that it stood beside: `mAP50-95: 100% 2/2 [00:01<00:00`."""
_CORE = re.compile(r"(?<![a-z])(m?ap|m?ar)(?:[\s_-]*(small|medium|large|[sml])(?![a-z]))?", re.I)
_RANGE = re.compile(
    r"[@\[(\s]*(?:iou\s*=?\s*)?0?\.?50?(?:\s*(?:[:–~,-]|\.{2,3})\s*|\s+)(?:0?\.?0?5\s*[:,]\s*)?0?\.?95[\])]?", re.I
)
_IOU = re.compile(r"(?:@\s*)?(?:\((?:min\.? +)?)?(?:iou\s*=?\s*)?(0?\.50?|50|5|0?\.75|75)(?:\s*iou)?(?![\d.])\)?", re.I)
_EPOCH = re.compile(r"[(（]?\b(?:(?:at|@|best) *)?(?:ep(?:och)?s?\.? *\d+|\d+ *ep(?:och)?s?)\b[)）]?")
"""When a number was measured, as headers of one's own runs say: `mAP (epoch 29)`."""
_BEST_EPOCH = re.compile(r"best ?(?P<of>.{0,30}?) ?epoch|epoch ?\(?(?:of )?best\)?")
_SPREAD = re.compile(
    r"[,(（]?\s*mean\s*(?:±|\+/?-)\s*(?:std|sd|se|stdev)\b\.?(?:,\s*n\s*=\s*\d+)?[)）]?|[(（]\s*n\s*=\s*\d+\s*[)）]"
)
"""How a mean of repeats, their spread and their number are written in the head of a column."""
_ARM = re.compile(r"\W*[Aa]rms?\W*")
"""The runs that a study holds against each other; ARm is the recall of medium boxes."""
_LETTER = re.compile(r"(?<=[\w.%]) +\(([bmp])\)$")
_SHORT = re.compile(
    r"(?:(?<=precision)|(?<=précision)|(?<=precisión)|(?<=precisão)) ?\(p\)|(?:(?<=recall)|(?<=rappel)) ?\(r\)"
)
"""A metric's own letter, which is no task."""
_TRANSLATED = re.compile(
    r"(?:(?<=precision)|(?<=recall)) ?\((?!train|test|valid|box|mask|pose|macro|micro)[^\W\d_]{4,20}\)"
)
_LETTERS = {"b": " box", "m": " mask", "p": " pose"}
"""Of which task Ultralytics says a number is, set apart: `mAP50 (B)`."""
_GLUED_SPLIT = re.compile(r"\b(train|val|test)(?=m?a[pr])")
_FOREGROUND = re.compile(r"\b(?:fg|foreground) (?=m?(?:dice|iou)\b)")
"""That the background does not count goes without saying."""
_DETECTIONS = re.compile(r"@?\s*(1000|100|10|1)(?![\d.])")
_TASKS = {
    "bbox": "bbox box boxes bb detection det",
    "segm": "segm mask masks seg segmentation",
    "keypoints": "keypoint keypoints kp kps kpt pose",
    "3d": "3d",
    "bev": "bev",
}
_TASK_WORDS = {word: task for task, words in _TASKS.items() for word in words.split()}
_NEUTRAL = frozenset(
    "coco val2017 minival 2017 2014 eval score coco2017 on results result inference 结果 精度 成绩 性能 指标 結果"
    " 성능".split()
)
_NEUTRAL |= OF_RUN | {"pct", "percent"}
_RECALLS = frozenset(("r11", "r40"))
"""At how many recalls KITTI's AP is the mean; alone they do not tell whether it is of boxes in space."""
_PERCENT = re.compile(r"(?<![a-z])(?:pct|percent)(?![a-z])", re.I)
_COCO = re.compile(r"(?<![a-z])coco(?![a-z])", re.I)
_SIZES = {"small": "s", "medium": "m", "large": "l"}

_SETTINGS = known("heads")
_MEASURE = re.compile(
    r"\b(?:fps|mem(?:ory)?|inf\w*|latency|time|speed|params?|parameters|flops?|gflops|macs|ms|hours?|size \(mb\)|hz"
    r"|(?:model|weights?|file|checkpoint|ckpt) size|(?:train(?:ing)?|val(?:idation)?|test|final|total) loss)\b"
    r"|时间|耗时|用时|推理|延迟|速度|大小|参数量|计算量|显存|時間|推論|速度|시간|속도|메모리",
    re.I,
)
_LINK = re.compile(
    r"\b(?:download|model id|models?|weights?|checkpoints?|ckpt|logs?|config\w*|cfg|links?|url|metrics|ckpts|yaml)\b",
    re.I,
)
_LINKED = re.compile(r"model (?:links?|urls?|downloads?|weights?|zoo)\b", re.I)
"""A link to a model, and not its name."""
_LABEL = re.compile(
    r"(?:(?:base ?line|run|recipe|variant|trial|job|method|config|setting|exp\w{0,12}|model(?: \w{1,12})?) name"
    r"|folder|file_name|model|implementation"
    r"|name|method|methods|models|network|detector|architecture|arch|config|setting|run|exp\w*|folds?"
    r"|模型|方法|实验\w*|名称|编号|序号|配置|设置|方案|组别|モデル|手法|番号|実験|設定|실험|모델|구성"
    r"|modell?[oe]s?|modèles?|mô hình|модел[ьи]|métodos?|méthodes?|experimentos?|expériences?|эксперимент|deney)\b"
    r"|(?:no|id)\.?$|[#№](?!\s?\w)",
    re.I,
)


class Header(Struct, frozen=True):
    """The meaning of a column: `name` is the metric's or the setting's, `task` empty where the header tells none.

    `split` is a word such as `test-dev` or `public`, where the numbers are of other images than those for validation,
    `data_set` the name of the images, where columns beside each other have the same metric of several. `is_best`: it is
    called the best of a run.
    """

    kind: Kind
    name: str = ""
    task: str = ""
    split: str = ""
    data_set: str = ""
    is_best: bool = False


def is_of_all_thresholds(text: str) -> bool:
    """Whether a header says that its AP is the mean over IoU 0.5 to 0.95."""
    return bool(_RANGE.search(text[:200]))


def says_percent(text: str) -> bool:
    """Whether a header says in words that its numbers are in percent, however small; a sign is often but a habit."""
    return bool(_PERCENT.search(text[:200]))


def is_of_coco(text: str) -> bool:
    """Whether a header says that its AP is that of COCO, beside which a plain one is at an IoU of 0.5."""
    return bool(_COCO.search(text[:200]))


def header(text: str) -> Header:
    """What a column is, by its header of any text, of which the first 200 characters count."""
    return _header(text[:200])


@lru_cache(4096)
def _header(text: str) -> Header:
    words = _plain(text)
    metric = _metric(words) if not (_ARM.fullmatch(text) or _BEST_EPOCH.fullmatch(words)) else None
    if metric:
        return replace(metric, is_best=True) if of_best(words) else metric
    name = _SETTINGS.get(spelled(_REMARKED.sub("", words)))
    if name:
        return Header("setting", name)
    if _MEASURE.search(words):
        return Header("measure")
    if _LINKED.match(words):
        return Header("link")
    if _LABEL.match(words) or _ARM.fullmatch(text):
        return Header("label")
    return Header("link" if _LINK.search(words) else "other")


def best_epoch_of(text: str) -> str | None:
    """The metric by which the epoch is the best one that a column tells, "" where it names none; None for another."""
    told = _BEST_EPOCH.fullmatch(_plain(text[:200]))
    return header(told["of"] or "").name if told else None


def _plain(text: str) -> str:
    for pattern, new in _SUBSCRIPTS if _ADORNED.search(text) else ():
        text = pattern.sub(new, text)
    return " ".join(text.lower().split())


def _metric(words: str) -> Header | None:
    """The metric of a column: as tables write it, else by the names that programs log."""
    words = _FOREGROUND.sub("", words)
    words = _TRANSLATED.sub("", words)
    words = _SHORT.sub("", _GLUED_SPLIT.sub(r"\1 ", _SPREAD.sub(" ", _EPOCH.sub(" ", _BAR.sub("", words)))))
    letter = _LETTER.search(words)
    named = f"{words[: letter.start()]}{_LETTERS[letter[1]]}" if letter else words
    found = _of_table(named) if not named.endswith("+") else None  # `AR1+` is of objects from a size on
    meaning = None if found else metric_called(named)
    if not meaning or meaning.category or meaning.weights:
        return found
    task = meaning.task if meaning.stated else ""
    return Header("metric", meaning.metric, task, "" if meaning.split == "val" else meaning.split)


def _of_table(words: str) -> Header | None:
    found = _CORE.search(words)
    if not found:
        return None
    core, area = found[1].lower()[-2:].upper(), found[2] or ""
    rest = f"{words[: found.start()]} {words[found.end() :]}"
    test_dev = re.search(r"\btest[- ]?dev\b", rest)
    rest = re.sub(r"\btest[- ]?dev\b", " ", rest)
    if core == "AP":
        rest = _RANGE.sub(" ", rest)
        number = _IOU.search(re.sub(r"\b201[47]\b", " ", rest))
        pattern = _IOU
    else:
        number, pattern = _DETECTIONS.search(rest), _DETECTIONS
    suffix = _suffix(core, number[1]) if number else ""
    rest = pattern.sub(" ", rest, count=1) if number else rest
    left = re.findall(r"[^\W_]+", rest)
    sizes = [_SIZES[word] for word in left if word in _SIZES]
    tasks = {_TASK_WORDS[word] for word in left if word in _TASK_WORDS}
    known_words = (_NEUTRAL, _SIZES, _TASK_WORDS, _RECALLS if tasks & {"3d", "bev"} else ())
    unknown = [w for w in left if not any(w in known_ones for known_ones in known_words) and not split_of(w)]
    area = _SIZES.get(area, area) or (sizes[0] if sizes else "")
    if unknown or len(tasks) > 1 or len(sizes) > 1 or (area and suffix):
        return None
    name = core + (area or suffix or ("100" if core == "AR" else ""))
    split = test_dev[0] if test_dev else split_of(rest)
    return Header("metric", name, tasks.pop() if tasks else "", "" if split == "val" else split)


def _suffix(core: str, number: str) -> str:
    return number if core == "AR" else "75" if "75" in number else "50"
