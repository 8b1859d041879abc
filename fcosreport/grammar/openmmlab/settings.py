"""What the keys of mmdetection 1, 2 and 3, mmyolo, mmrotate and mmpose mean. For dialects.

`norm` is that of the backbone. It is frozen where its statistics are not updated (`norm_eval=True`, which mmdetection's
ResNets have unless told otherwise) or its weights are not (`requires_grad=False`).
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from fcosreport.grammar.configs.python import Config, Entry
from fcosreport.records import Setting, Where
from fcosreport.vocabulary import setting

Scalar = str | int | float | bool

_NODES = 2000  # of a pipeline that are looked at
_DATASETS = ("", ".dataset", ".dataset.dataset", ".datasets")


def _number(entry: Entry) -> Scalar | None:
    value = entry.value
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value == value else None


def _count(entry: Entry) -> Scalar | None:
    return (
        entry.value if isinstance(entry.value, int) and not isinstance(entry.value, bool) and entry.value > 0 else None
    )


def _seed(entry: Entry) -> Scalar | None:
    return 0 if entry.value == 0 and entry.value is not False else _count(entry)


def _text(entry: Entry) -> Scalar | None:
    return entry.value if isinstance(entry.value, str) and entry.value else None


def _names(entry: Entry) -> Scalar | None:
    """One name or those of a list, joined by commas."""
    items = entry.value if isinstance(entry.value, list) else [entry]
    return ", ".join(item.value for item in items if isinstance(item.value, str)) or None


def _listed(entry: Entry) -> Scalar | None:
    return str(entry.plain) if isinstance(entry.value, list) and entry.value else _number(entry)


def _lower(entry: Entry) -> Scalar | None:
    return entry.value.lower() if isinstance(entry.value, str) else None


def _resume(entry: Entry) -> Scalar | None:
    return entry.value if isinstance(entry.value, bool) else _text(entry)


@cache
def _data(name: str) -> tuple[str, ...]:
    roots = (f"data.{name}", f"{name}_dataloader.dataset")
    return tuple(f"{root}{nest}.ann_file" for root in roots for nest in _DATASETS)


@cache
def _pipelines(name: str) -> tuple[str, ...]:
    return tuple(f"{place.removesuffix('.ann_file')}.pipeline" for place in _data(name))


def _test(*keys: str) -> tuple[str, ...]:
    """Where a test configuration may stand; in mmdetection 3 the top-level one is that of the loop."""
    return tuple(
        f"{root}{part}.{key}" for root in ("model.test_cfg", "test_cfg") for part in ("", ".rcnn") for key in keys
    )


_SIMPLE: tuple[tuple[str, Callable[[Entry], Scalar | None], tuple[str, ...]], ...] = (
    ("lr", _number, ("optimizer.lr", "optim_wrapper.optimizer.lr")),
    ("optimizer", _lower, ("optimizer.type", "optim_wrapper.optimizer.type")),
    ("momentum", _number, ("optimizer.momentum", "optim_wrapper.optimizer.momentum")),
    ("weight_decay", _number, ("optimizer.weight_decay", "optim_wrapper.optimizer.weight_decay")),
    (
        "images_per_gpu",
        _count,
        (
            "data.samples_per_gpu",
            "data.imgs_per_gpu",
            "data.train_dataloader.samples_per_gpu",
            "train_dataloader.batch_size",
        ),
    ),
    ("accumulation", _count, ("optim_wrapper.accumulative_counts", "optimizer_config.cumulative_iters")),
    ("epochs", _count, ("runner.max_epochs", "total_epochs", "train_cfg.max_epochs")),
    ("iterations", _count, ("runner.max_iters", "total_iters", "train_cfg.max_iters")),
    ("steps", _listed, ("lr_config.step",)),
    ("warmup", _text, ("lr_config.warmup",)),
    ("max_dets", _count, _test("max_per_img")),
    ("score_threshold", _number, _test("score_thr")),
    ("nms", _number, _test("nms.iou_threshold", "nms.iou_thr")),
    ("train_data", _names, _data("train")),
    ("val_data", _names, _data("val")),
    ("output_dir", _text, ("work_dir",)),
    ("seed", _seed, ("seed", "randomness.seed")),
    ("resume", _resume, ("resume_from", "resume")),
)


def settings(config: Config, path: str) -> Iterator[Setting]:
    """The settings that a configuration declares, each at its line of the file `path`."""
    for name, read, places in _SIMPLE:
        entry = config.find(*places)
        if entry:
            yield from _made(name, read(entry), entry, path)
    yield from _schedule(config, path)
    yield from _backbone(config, path)
    yield from _norm(config, path)
    yield from _begin(config, path)
    yield from _images(config, path)
    half = config.find("fp16") or config.find("optim_wrapper.type")
    if half and (isinstance(half.value, dict) or half.value == "AmpOptimWrapper"):
        yield from _made("amp", value=True, entry=half, path=path)


def test_split(config: Config) -> str:
    """Which split tests are made of: val where it is that of the validation, else test; empty where nothing tells."""
    tested, validated = (config.find(*_data(name)) for name in ("test", "val"))
    if not tested or not validated:
        return ""
    return "val" if _names(tested) == _names(validated) else "test"


def gpus(config: Config, path: str) -> Setting | None:
    """The number of GPUs where the configuration tells more than one; a list of one is also written for more."""
    entry = config.find("gpu_ids")
    if entry and isinstance(entry.value, list) and len(entry.value) > 1:
        return Setting("gpus", len(entry.value), entry.text, Where(path, entry.line))
    return None


def _made(name: str, value: Scalar | None, entry: Entry, path: str) -> Iterator[Setting]:
    if value is not None:
        yield Setting(name, value, entry.text.strip("'\"") or str(value), Where(path, entry.line))


def _schedule(config: Config, path: str) -> Iterator[Setting]:
    """Steps and warm-up: `lr_config`, and from mmdetection 3 on the list `param_scheduler`."""
    count = config.find("lr_config.warmup_iters")
    by_epoch = config.find("lr_config.warmup_by_epoch")
    if count and config.find("lr_config.warmup") and not (by_epoch and by_epoch.value):
        yield from _made("warmup_iterations", _count(count), count, path)
    schedulers = config.find("param_scheduler")
    for each in schedulers.value if schedulers and isinstance(schedulers.value, list) else ():
        kind, steps, end, counts = (each.find(key) for key in ("type", "milestones", "end", "by_epoch"))
        if steps:
            yield from _made("steps", _listed(steps), steps, path)
        warms = kind and str(kind.value) in ("LinearLR", "ConstantLR", "QuadraticWarmupLR")
        first = each.find("begin")
        if kind and warms and not (first and first.value):
            yield from _made("warmup", str(kind.value).lower().removesuffix("lr"), kind, path)
            if end and counts and counts.value is False:
                yield from _made("warmup_iterations", _count(end), end, path)


def _backbone(config: Config, path: str) -> Iterator[Setting]:
    kind, depth = config.find("model.backbone.type"), config.find("model.backbone.depth", "model.backbone.arch")
    if not kind or not isinstance(kind.value, str):
        return
    neck = config.find("model.neck.type")
    named = {"ResNet": "R", "ResNeXt": "X"}.get(kind.value)
    size = f"-{depth.value}" if depth and isinstance(depth.value, str | int) else ""
    text = f"{named or kind.value}{size}"
    if neck and neck.value == "FPN":
        text += "-FPN"
    yield Setting("backbone", text, text, Where(path, kind.line))


def _norm(config: Config, path: str) -> Iterator[Setting]:
    kind = config.find("model.backbone.norm_cfg.type", "norm_cfg.type")
    fixed = config.find("model.backbone.norm_eval")
    trained = config.find("model.backbone.norm_cfg.requires_grad")
    named = {"BN": "bn", "BN2d": "bn", "SyncBN": "syncbn", "MMSyncBN": "syncbn", "GN": "gn"}.get(
        str(kind and kind.value)
    )
    if not kind or not named or not config.find("model.backbone"):
        return
    frozen = named != "gn" and ((fixed and fixed.value is True) or (trained and trained.value is False))
    yield from _made("norm", "frozen" if frozen else named, kind, path)


def _begin(config: Config, path: str) -> Iterator[Setting]:
    """Where training starts from: a whole model that is loaded, else the weights of the backbone."""
    whole = config.find("load_from")
    if whole and _text(whole):
        yield from _made("weights", _text(whole), whole, path)
        yield from _made("init", init(str(whole.value)), whole, path)
        return
    given = config.find("model.pretrained", "model.backbone.init_cfg.checkpoint", "model.init_cfg.checkpoint")
    if given and given.value is None:
        given = config.find("model.backbone.init_cfg.checkpoint") or given
    if given and (given.value is None or isinstance(given.value, str)):
        yield from _made("init", init(given.value or ""), given, path)


def init(weights: str) -> str:
    """Where a training starts from: scratch, imagenet, coco, or the path of the weights."""
    if not weights:
        return "scratch"
    if re.match(r"(?:open-mmlab|modelzoo|torchvision|mmcls|mmpretrain|timm)://", weights) and "coco" not in weights:
        return "imagenet"
    if re.search(r"openmmlab\.com/(?:mmclassification|mmpretrain)/", weights):
        return "imagenet"
    if re.search(r"openmmlab\.com/\S*_coco[_-]", weights):
        return "coco"
    known = setting("init", weights, Where("", 1))
    return str(known.value) if known else weights


def _images(config: Config, path: str) -> Iterator[Setting]:
    """The size that images are trained at, and whether tests are augmented."""
    size = _size(config.find("train_pipeline", *_pipelines("train"))) or config.find("img_scale", "image_size")
    text = _scales(size) if size else None
    if size and text:
        yield Setting("image_size", text, size.text or text, Where(path, size.line))
    for step in _walk(config.find("test_pipeline", *_pipelines("test"), *_pipelines("val"))):
        kind = step.find("type")
        if kind and kind.value == "MultiScaleFlipAug":
            flip, scale = step.find("flip"), step.find("img_scale")
            several = bool(
                scale and isinstance(scale.value, list) and scale.value and isinstance(scale.value[0].value, list)
            )
            yield from _made("tta", bool(flip and flip.value) or several, kind, path)
            return


def _size(pipeline: Entry | None) -> Entry | None:
    for step in _walk(pipeline):
        kind = step.find("type")
        if kind and "Resize" in str(kind.value):
            found = next(filter(None, map(step.find, ("img_scale", "scale", "scales"))), None)
            if found:
                return found
    return None


def _walk(entry: Entry | None) -> Iterator[Entry]:
    """The dictionaries below an entry, the outer first."""
    waiting, seen = [entry] if entry else [], 0
    while waiting and seen < _NODES:
        each, seen = waiting.pop(0), seen + 1
        if isinstance(each.value, dict):
            yield each
            waiting[:0] = each.value.values()
        elif isinstance(each.value, list):
            waiting[:0] = each.value[:100]


def _scales(entry: Entry) -> str | None:
    """`1333x800`, or several: `1333x640, 1333x800`."""
    plain = entry.plain
    sizes = plain if isinstance(plain, list) and plain and isinstance(plain[0], list) else [plain]
    texts = ["x".join(map(str, size)) if isinstance(size, list) else str(size) for size in sizes if size]
    return (
        ", ".join(texts)
        if all(re.fullmatch(r"\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)?", text) for text in texts) and texts
        else None
    )
