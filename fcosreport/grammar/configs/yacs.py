"""What the keys of detectron2, maskrcnn-benchmark, and those that came from them mean. For dialects.

A value that the run does not use, like the thresholds of RetinaNet in a run of FCOS, is left out.
"""

import re
from collections.abc import Iterator, Mapping

from fcosreport.grammar.configs.dumps import Entry, words
from fcosreport.records import Setting, Where
from fcosreport.vocabulary import setting
from fcosreport.vocabulary.settings.keys import canonical, written

Value = str | int | float | bool
Entries = Mapping[str, Entry]


def number(text: str) -> int | float | None:
    """A number as configurations write it, infinities and the like excepted."""
    try:
        value = float(text)
    except ValueError:
        return None
    whole = value.is_integer() and "e" not in text.lower() and "." not in text
    return int(text) if whole else value if abs(value) < 1e300 else None


def truth(text: str) -> bool | None:
    """True and False as Python and YAML write them."""
    return {"true": True, "false": False}.get(text.strip().lower())


def _optimizer(text: str) -> str | None:
    found = re.search(r"sgd|adamw?|rmsprop|lars|lamb|adagrad", text.lower())
    return found[0] if found and len(text) < 40 else None


def _half(text: str) -> bool | None:
    return {"float16": True, "float32": False}.get(text)


_OF_SEVERAL = frozenset({"image_size", "backbone", "norm", "weights", "score_threshold", "nms"})
"""Settings that several entries tell together."""
_THRESHOLDS = {
    "score_threshold": ("SCORE_THRESH_TEST", "INFERENCE_TH_TEST", "INFERENCE_TH", "SCORE_THRESH"),
    "nms": ("NMS_THRESH_TEST", "NMS_TH", "NMS"),
}


def settings(entries: Entries, path: str, *, tests_only: bool = False) -> Iterator[Setting]:
    """The settings that a configuration declares. `tests_only`: nothing is trained, so its weights are no beginning."""
    unused = _unused(entries)
    for key, entry in entries.items():
        name = canonical(key)
        if name == "optimizer":
            yield from _made(name, _optimizer(entry.text), entry, path)
        elif name and name not in _OF_SEVERAL and name not in unused:
            yield from written(name, entry.text, Where(path, entry.line))
    if "DTYPE" in entries:
        yield from _made("amp", _half(entries["DTYPE"].text), entries["DTYPE"], path)
    yield from _size(entries, path)
    yield from _backbone(entries, path)
    yield from _norm(entries, path)
    for name, keys in _THRESHOLDS.items():
        found = [f"{_head(entries)}.{key}" for key in keys if f"{_head(entries)}.{key}" in entries]
        for key in found[:1]:
            yield from _made(name, number(entries[key].text), entries[key], path)
    for key in ("MODEL.WEIGHTS", "MODEL.WEIGHT", "train.init_checkpoint"):
        if key in entries and tests_only:
            yield from _made("weights", entries[key].text or None, entries[key], path)
        elif key in entries:
            yield from _made("init", init(entries[key].text), entries[key], path)


def _unused(entries: Entries) -> set[str]:
    """Settings that stand in a configuration and are those of another optimizer or another schedule."""
    optimizer = _text(entries, "SOLVER.OPTIMIZER.NAME", "SOLVER.OPTIMIZER")
    schedule = _text(entries, "SOLVER.LR_SCHEDULER_NAME")
    kinds = {"momentum": "adam" in optimizer.lower(), "steps": bool(re.search(r"(?i)cosine|poly", schedule))}
    return {name for name, is_other in kinds.items() if is_other}


def init(weights: str) -> str:
    """Where a training starts from: scratch, imagenet, coco, or the path of the weights."""
    if re.search(
        r"COCO-(?:Detection|InstanceSegmentation|Keypoints|PanopticSegmentation)/|catalog://Caffe2Detectron/", weights
    ):
        return "coco"
    known = setting("init", weights or "none", Where("", 0))
    return str(known.value) if known else weights


def _made(name: str, value: Value | None, entry: Entry, path: str, *, inferred: bool = False) -> Iterator[Setting]:
    if value is not None and value != "":
        yield Setting(name, value, entry.text, Where(path, entry.line), inferred)


def _text(entries: Entries, *keys: str) -> str:
    return next((entries[key].text for key in keys if key in entries), "")


def _size(entries: Entries, path: str) -> Iterator[Setting]:
    """`800x1333` for shorter and longer side, `640-800x1333` where the shorter is drawn; `1024x1024` is padded to."""
    entry = entries.get("INPUT.MIN_SIZE_TRAIN") or entries.get("INPUT.MIN_SIZE_TEST")
    sides = sorted(side for side in map(number, words(entry.text)) if isinstance(side, int)) if entry else []
    longest = _text(entries, "INPUT.MAX_SIZE_TRAIN")
    square = entries.get("INPUT.IMAGE_SIZE")
    if square and "lsj" in _text(entries, "INPUT.DATASET_MAPPER_NAME") and square.text.isdecimal():
        yield from _made("image_size", f"{square.text}x{square.text}", square, path)
    elif entry and sides and longest.isdecimal():
        short = f"{sides[0]}-{sides[-1]}" if len(set(sides)) > 1 else str(sides[0])
        yield from _made("image_size", f"{short}x{longest}", entry, path)


def _backbone(entries: Entries, path: str) -> Iterator[Setting]:
    body, name = entries.get("MODEL.BACKBONE.CONV_BODY"), entries.get("MODEL.BACKBONE.NAME")
    if body:
        known = setting("backbone", body.text, Where(path, body.line))
        yield from _made("backbone", known.value if known else body.text, body, path)
    depth = entries.get("MODEL.RESNETS.DEPTH")
    if name and not _is_resnet(entries):
        yield from _made("backbone", re.sub(r"^build_|_backbone$", "", name.text), name, path)
    elif depth and not body:
        kind = "X" if _text(entries, "MODEL.RESNETS.NUM_GROUPS") not in ("", "1") else "R"
        yield from _made("backbone", "-".join(filter(None, (kind, depth.text, _neck(entries)))), depth, path)


def _is_resnet(entries: Entries) -> bool:
    body, name = _text(entries, "MODEL.BACKBONE.CONV_BODY"), _text(entries, "MODEL.BACKBONE.NAME").lower()
    return body.startswith("R-") if body else "resnet" in name or (not name and "MODEL.RESNETS.DEPTH" in entries)


def _neck(entries: Entries) -> str:
    if "fpn" in _text(entries, "MODEL.BACKBONE.NAME").lower() or "fpn" in _text(entries, "_BASE_").lower():
        return "FPN"
    if _text(entries, "MODEL.RESNETS.RES5_DILATION") == "2":
        return "DC5"
    return "C4" if words(_text(entries, "MODEL.RESNETS.OUT_FEATURES")) == ["res4"] else ""


def _norm(entries: Entries, path: str) -> Iterator[Setting]:
    """The norm of the backbone. That of maskrcnn-benchmark's ResNets is frozen where nothing else is said."""
    if not _is_resnet(entries):
        return
    if said := entries.get("MODEL.RESNETS.NORM"):
        known = setting("norm", re.sub("^(?:nn|naive)", "", said.text), Where(path, said.line))
        yield from _made("norm", known.value if known else None, said, path)
    elif "MODEL.BACKBONE.CONV_BODY" in entries and "MODEL.RESNETS" in entries:
        block = entries.get("MODEL.RESNETS.TRANS_FUNC") or entries["MODEL.RESNETS"]
        if "MODEL.USE_SYNCBN" in entries and truth(entries["MODEL.USE_SYNCBN"].text):
            yield from _made("norm", "syncbn", entries["MODEL.USE_SYNCBN"], path)
        elif not block.text or re.search("WithFixedBatchNorm|WithGN|WithBatchNorm", block.text):
            value = "gn" if "WithGN" in block.text else "bn" if "WithBatchNorm" in block.text else "frozen"
            text = block._replace(text=block.text or "RESNETS")
            yield from _made("norm", value, text, path, inferred=True)


def _head(entries: Entries) -> str:
    """The part of the configuration that holds the thresholds of the detector that runs."""
    meta, proposals = _text(entries, "MODEL.META_ARCHITECTURE"), _text(entries, "MODEL.PROPOSAL_GENERATOR.NAME")
    for key in filter(lambda key: key.endswith("_ON"), entries):  # of thousands, which a pattern would be asked about
        own = re.fullmatch(r"(MODEL\.(?!MASK_|KEYPOINT_)\w+)_ON", key)
        if own and truth(entries[key].text) and f"{own[1]}.NMS_TH" in entries:
            return own[1]
    if "RCNN" in meta or meta == "PanopticFPN":
        return "MODEL.ROI_HEADS"
    name = {"OneStageDetector": proposals}.get(meta, meta).upper()
    return f"MODEL.{name}"
