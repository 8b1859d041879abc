"""What a row of a table links, and what the names of these files say: weights, configurations, scores, data sets."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from fcosreport.records import Link, Metric, TableRow

_SUFFIX = re.compile(
    r"(?:\.(?:py|ya?ml|pth|pkl|pt|ckpt|h5|pdparams|pdmodel|onnx|weights|safetensors|config|txt|log|json|zip|tar|gz))+$",
    re.I,
)
_TAIL = re.compile(r"[-_.](?:(?:bbox|segm)_map-[\d.]+_*|\d{8}(?:[-_]\d{4,6})?|[0-9a-f]{6,64}|\d{6})$", re.I)
_GENERIC = re.compile(
    r"(?:model|weights?|checkpoint|ckpt|metrics|log|logs|train|training|config|best|last|latest|final|epoch|download|view|out"
    r"|results?|readme|opt|inference|test|eval|tree|blob|main|master|raw|files?|coco|output|debug|\d+|e\d+|iter|bbox|map)"
    r"(?:[-_.](?:final|best|last|latest|epoch|iter|bbox|map|model|train|\d+|[0-9a-f]{6}))*",
    re.I,
)
_WEIGHTS = re.compile(r"\.(?:pth|pkl|pt|ckpt|h5|pdparams|weights|safetensors|params|pth\.tar)(?:$|\?)", re.I)
_LOG = re.compile(r"(?i)[-_./]logs?(?:\.(?:json|txt|gz))*(?:$|[?#])")
CONFIG = re.compile(r"\.(?:py|ya?ml)(?:$|[?#])")
"""How a link to a configuration ends."""
_NOT_OF_ROW = re.compile(
    r"pre-?train|teacher|\binit|imagenet|student|baseline|paper|arxiv|\bbase\b|distill|original", re.I
)
_OF_ROW = re.compile(
    r"(?i)\b(?:configs?|cfg|yaml|models?|weights?|ckpts?|checkpoints?|logs?|download|links?)\b|配置|下载|权重"
)
"""Words of a header or of a link's text that say that the file is the row's, whatever begins its name."""
_PART = re.compile(r"(?i)backbone|detect(?:or|ion)|\bre-?id|检测")
_BY_NUMBER = re.compile(
    r"//(?:(?:drive|docs)\.google|pan\.baidu|1drv|onedrive\.live|mega|yadi)\.\w{2,3}/", re.I
)  # no name
_DATA = re.compile(
    r"(?<![a-z])(coco|lvis|voc|cityscapes|objects365|obj365|o365|openimages|oid|crowdhuman|widerface|visdrone|bdd100k)"
    r"(?:v\d)?(?![a-z])", re.I,
)  # fmt: skip
_SAME_DATA = {"o365": "objects365", "obj365": "objects365", "oid": "openimages"}
_NAMED_SCORE = re.compile(r"(?<![a-z])(bbox|segm|box|mask)_?m?ap[-_](0\.\d{2,4})(?!\d)", re.I)
_TASKS = {"box": "bbox", "mask": "segm"}


def stem(target: str) -> str:
    """The name of a configuration or run that a link or path tells, without suffix, date and hash; empty for none.

    A file with a general name (`model_final.pth`, `metrics.json`) stands for its folder.
    """
    if _BY_NUMBER.search(target):
        return ""
    path = re.sub(r"[?#].*|^\w+://[^/]*", "", target.replace("\\", "/"))
    for part in reversed(PurePosixPath(path).parts):
        name = _SUFFIX.sub("", part)
        while (shorter := _TAIL.sub("", name)) != name:
            name = shorter
        if len(name) > 3 and not _GENERIC.fullmatch(name):
            return name.lower()
    return ""


def weights(row: TableRow) -> str:
    """The weights that a row links as its own; empty where it links none, or several."""
    found = {link.target for link in own_links(row) if is_weights(link)}
    return found.pop() if len(found) == 1 else ""


def is_weights(link: Link) -> bool:
    """Whether a link leads to the weights of a model."""
    return _WEIGHTS.search(link.target) is not None


def is_archive(link: Link) -> bool:
    """Whether a link leads to packed files, as to a model for inference."""
    return re.search(r"(?i)\.(?:tar|zip|tgz|tar\.gz)(?:$|\?)", link.target) is not None


def published_logs(row: TableRow) -> set[str]:
    """The names of the logs on a server that a row links as its own: what its numbers were taken from."""
    logs = (link.target for link in own_links(row) if "://" in link.target and _LOG.search(link.target))
    return {re.sub(r"[?#].*", "", target).rpartition("/")[2] for target in logs}


def own_links(row: TableRow) -> Iterator[Link]:
    """The links of a row that tell of its own model: no pre-training, no teacher, no paper.

    Under a header such as Backbone a configuration is the row's own, and weights are what its training began with, or a
    part of a tracker.
    """
    for link in row.links:
        said = f"{link.header} {link.text}"
        is_begun_with = is_weights(link) and _PART.search(said)
        told = said if _OF_ROW.search(said) else f"{said} {link.target}"
        if not (is_begun_with or _NOT_OF_ROW.search(told)):
            yield link


def named_scores(target: str) -> Iterator[tuple[str, Metric]]:
    """The AP of each task that the name of a file tells: `..._bbox_mAP-0.398_2020...pth`."""
    for task, text in _NAMED_SCORE.findall(target.rpartition("/")[2]):
        yield _TASKS.get(task.lower(), task.lower()), Metric("AP", float(text), text)


def names(row: TableRow) -> set[str]:
    """The names of configurations and runs that a row tells: of its files, or its label."""
    files = {stem(link.target) for link in own_links(row) if _SUFFIX.search(link.target)}
    return {name for name in (*files, plain(row.label)) if name}


def plain(text: str) -> str:
    """A label as a name: `[FCOS_R_50](x)` and `fcos_r_50.py` are one."""
    return _SUFFIX.sub("", text.strip().lower()) if text and " " not in text.strip() else ""


def data_named(text: str) -> set[str]:
    """The public data sets that a text names, each by one name."""
    return {_SAME_DATA.get(word.lower(), word.lower()) for word in _DATA.findall(text)}


def configs(row: TableRow) -> set[str]:
    """The names of the configurations that a row links."""
    return {stem(link.target) for link in own_links(row) if CONFIG.search(link.target)} - {""}
