"""How the values of settings are written: each function gives the value of a text, or None for one that is not certain.

`any_...` take more: in a configuration a name is a name, whatever it is of.
"""

import re

from fcosreport.vocabulary.numerals import bare, count

Value = str | int | float | bool

_FROZEN = r"fro[sz]en[\s_-]*(?:bn|batch[\s_-]*norm(?:alization)?(?:2d)?)|(?<![a-z])fbn|冻结的?(?:bn|batchnorm)"
_SYNC = r"(?:naive[\s_-]*)?sync[\s_-]*(?:bn|batch[\s_-]*norm(?:alization)?)(?:2d)?"
_GROUP = r"(?<![a-z])gn(?![a-z])|group[\s_-]*norm(?:alization)?"
_BATCH = r"(?<![a-z])bn(?:2d)?(?![a-z])|batch[\s_-]*norm(?:alization)?(?:2d)?"
NORM = f"(?:{_FROZEN}|{_SYNC}|{_GROUP}|{_BATCH})"
NORM_SIGN = re.compile(r"bn|norm|gn")  # each way to write one has a sign in lower case, which is found sooner
NORMS = {"frozen": _FROZEN, "syncbn": _SYNC, "gn": _GROUP, "bn": _BATCH}
SCRATCH = re.compile(
    r"(?<![a-z])scratch(?![a-z])|从头(?:开始)?(?:训|学|跑)|从零(?:开始)?(?:训|学|跑)|スクラッチ|ゼロから(?:学習|訓練)"
    r"|(?:without|w/o|no)[\s_-](?:imagenet[\s_-])?pre-?train|(?:不用|不加载|没有|无)预训练",
    re.I,
)

BACKBONE = re.compile(
    r"(?<![A-Za-z0-9])(?P<kind>res(?:net)?|r|resnext|x)[-_ ]?(?P<depth>18|34|50|101|152)(?![0-9])"
    r"(?:[-_.+ ]*(?P<neck>fpn|c4|c5|dc5)(?![A-Za-z0-9]))?(?![A-Za-z0-9])",
    re.I,
)
_OTHER_BACKBONE = re.compile(
    r"(?:mobilenet|vgg|swin|vit|darknet|cspdarknet|hrnet|efficientnet|convnext|dla|vovnet|shufflenet|resnest|regnet"
    r"|hourglass|pvt|inception|densenet|v2|v)[-_ ]?[\w.-]{0,30}",
    re.I,
)
_OR = re.compile(r"\s*(?:[/,、|]|\bor\b|\bvs\b|或)", re.I)
_OPTIMIZER = re.compile(r"sgd|momentum|adamw?|rmsprop|lars|lamb|radam|nadam|adagrad", re.I)


def norm(text: str) -> str | None:
    """The normalisation that a text names and nothing else: `SyncBN`, `Frozen BatchNorm2d`."""
    if not NORM_SIGN.search(text.lower()):
        return None
    found = {name for name, pattern in NORMS.items() if re.fullmatch(pattern, bare(text).strip(), re.I)}
    return found.pop() if len(found) == 1 else None


def init(text: str) -> str | None:
    """Where a training starts from: scratch, imagenet, coco, or the path of weights."""
    word = text.strip()
    if word.lower() in ("none", "false", "random", "no", "无", "随机", "なし") or SCRATCH.search(word):
        return "scratch"
    if re.search(r"imagenet|torchvision://|catalog://ImageNet", word, re.I):
        return "imagenet"
    if re.fullmatch(r"(?:ms-?)?coco(?:\s?20\d\d)?(?: pre-?trained)?", word, re.I):
        return "coco"
    return word if re.fullmatch(r"\S*[\w-](?:/\S+|\.(?:pth|pkl|pt|ckpt|h5|pdparams))", word) else None


def backbone(text: str) -> str | None:
    """A backbone: `R-50-FPN` for a ResNet that the text starts with, else a known one as it is written.

    Several to choose from are none: `ResNet50 / ResNet101`.
    """
    found = BACKBONE.match(text)
    if found:
        if _OR.match(rest := text[found.end() :]) and BACKBONE.search(rest):
            return None
        kind = "X" if found["kind"].lower() in ("x", "resnext") else "R"
        return "-".join(filter(None, (kind, found["depth"], (found["neck"] or "").upper())))
    return text if _OTHER_BACKBONE.fullmatch(text) and len(text) > 2 else None


def any_backbone(text: str) -> str | None:
    """A backbone that is known, else any name."""
    return backbone(text) or word(text)


def schedule(text: str) -> str | None:
    """A schedule that the text starts with: `2x`."""
    found = re.match(r"(\d{1,2}(?:\.5)?)\s?x(?!\w)", text, re.I)
    return f"{found[1]}x" if found else None


def optimizer(text: str) -> str | None:
    """A known optimizer that the text starts with, in lower case."""
    found = _OPTIMIZER.match(text)
    return found[0].lower() if found else None


def counted(text: str) -> int | None:
    """A number of things of which there is at least one."""
    return count(text) or None


def seed(text: str) -> int | None:
    """A seed, all digits of it."""
    return int(text) if text.isdecimal() and len(text) < 20 else count(text)


def flag(text: str) -> bool | None:
    """Whether something is on, as people, Python and YAML say it."""
    word = text.lower()
    return True if word in ("true", "yes", "on", "1") else False if word in ("false", "no", "off", "0") else None


def word(text: str) -> str | None:
    """A single name."""
    return text if re.fullmatch(r"[A-Za-z][\w.-]*", text) else None


def any_text(text: str) -> str | None:
    """A text that is no flag."""
    return text if flag(text) is None else None


def any_optimizer(text: str) -> str | None:
    """Any name in lower case."""
    return text.lower() if re.fullmatch(r"[A-Za-z][\w.]*", text) else None


def items(text: str) -> str | None:
    """One name, or the names of a list: `("coco_2014_train", "coco_2014_valminusminival")`."""
    if text[0] in "([" and text[-1] in ")]":
        text = ", ".join(re.findall(r"[^\s,'\"]+", text[1:-1]))
    return any_text(text) if text else None


def any_size(text: str) -> Value | None:
    """A side in pixels, or the sides as they are written in a list."""
    text = text[1:-1].strip() if text[:1] + text[-1:] in ("[]", "()") else text
    return int(text) if text.isdecimal() else text if re.fullmatch(r"[\d\s,x()\[\]]+", text) else None


def flag_or_text(text: str) -> Value | None:
    """A flag, else the text."""
    found = flag(text)
    return text if found is None else found
