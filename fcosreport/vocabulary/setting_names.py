"""What settings are called in lists and sentences, and how their values are written."""

import re
from collections.abc import Callable, Iterator

from fcosreport.records import Setting, Where
from fcosreport.vocabulary.numerals import bare, batch, count, plain, rate

Value = str | int | float

SYNONYMS: dict[str, str] = {
    "lr": "lr, base lr, learning rate, base learning rate, learning rate base, lr0, init lr, initial lr, 学习率,"
    " 初始学习率, 基础学习率, 学習率, solver.base lr, optimizer.lr, solver.optimizer.base lr",
    "train_batch_size": "bs, batch size, batchsize, batch, train batch size, training batch size, total batch size,"
    " train bs, 批大小, 批量大小, 训练批大小, バッチサイズ, ims per batch, solver.ims per batch",
    "test_batch_size": "test batch size, eval batch size, val batch size, test bs, 测试批大小, test.ims per batch",
    "norm": "norm, normalization, norm layer, norm type, 归一化, 正規化",
    "init": "init, initialization, pretrained, pretrain, pretraining, weights, 预训练, 预训练权重, 初始化, 初期化,"
    " 事前学習, model.weight, model.weights",
    "epochs": "epochs, max epochs, num epochs, total epochs, 训练轮数, 轮数, エポック数",
    "iterations": "iterations, iters, max iter, max iters, num iters, iterator, 迭代次数, 迭代数, イテレーション数,"
    " solver.max iter",
    "schedule": "schedule, lr schedule, sched, スケジュール",
    "seed": "seed, random seed, 随机种子, 种子, シード",
    "backbone": "backbone, 主干网络, 骨干网络, 主干, バックボーン",
    "gpus": "gpus, num gpus, number of gpus, gpu num, gpu数, gpu数量",
    "image_size": "image size, img size, imgsz, input size, 输入尺寸, 图像尺寸, 画像サイズ",
    "optimizer": "optimizer, optim, 优化器, オプティマイザ",
}
_NAMES = {word.strip(): name for name, words in SYNONYMS.items() for word in words.split(",")}

_FROZEN = r"fro[sz]en[\s_-]*(?:bn|batch[\s_-]*norm(?:alization)?(?:2d)?)|(?<![a-z])fbn|冻结的?(?:bn|batchnorm)"
_SYNC = r"(?:naive[\s_-]*)?sync[\s_-]*(?:bn|batch[\s_-]*norm(?:alization)?)"
_GROUP = r"(?<![a-z])gn(?![a-z])|group[\s_-]*norm(?:alization)?"
_BATCH = r"(?<![a-z])bn(?![a-z])|batch[\s_-]*norm(?:alization)?(?:2d)?"
NORM = f"(?:{_FROZEN}|{_SYNC}|{_GROUP}|{_BATCH})"
_NORM_SIGN = re.compile(r"bn|norm|gn", re.I)  # each way to write one has a sign, which is found sooner
_NORMS = {"frozen": _FROZEN, "syncbn": _SYNC, "gn": _GROUP, "bn": _BATCH}
_INTO = "都?(?:改为|改成|改回|换成|换为|变成|替换成|替换为)|を|から|changed to|replaced (?:by|with)"
_INTO += "|to|with|by|into|->|=>|→"
_CHANGES = (
    re.compile(rf"({NORM})\W{{0,3}}(?:{_INTO})\W{{0,3}}(?:普通的?|正常的?|plain |normal )?({NORM})", re.I),
    re.compile(rf"用\s*(?P<new>{NORM})\s*(?:来)?(?:代替|替换|取代)\s*(?P<old>{NORM})", re.I),
    re.compile(rf"(?P<new>{NORM})\s*(?:instead of|in place of|rather than)\s*(?P<old>{NORM})", re.I),
)
_SCRATCH = re.compile(
    r"(?<![a-z])scratch(?![a-z])|从头(?:开始)?(?:训|学|跑)|从零(?:开始)?(?:训|学|跑)|スクラッチ|ゼロから(?:学習|訓練)"
    r"|(?:without|w/o|no)[\s_-](?:imagenet[\s_-])?pre-?train|(?:不用|不加载|没有|无)预训练",
    re.I,
)
_SCRATCH_SIGN = re.compile(r"scratch|train", re.I)
_NOT = re.compile(
    r"(?:\bnot?|\bnever|\binstead of|\bwithout|\bw/?o|不用|不是|而不是|没有|无|非)[\s_-]*(?:from[\s_-]*)?$", re.I
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
_OPTIMIZER = re.compile(r"sgd|momentum|adamw?|rmsprop|lars|lamb|radam|nadam|adagrad", re.I)


def norm(text: str) -> str | None:
    """The normalisation that a text names and nothing else: `SyncBN`, `Frozen BatchNorm2d`."""
    found = {name for name, pattern in _NORMS.items() if re.fullmatch(pattern, bare(text).strip(), re.I)}
    return found.pop() if len(found) == 1 else None


def _init(text: str) -> str | None:
    word = text.strip()
    if word.lower() in ("none", "false", "random", "no", "无", "随机", "なし") or _SCRATCH.search(word):
        return "scratch"
    if re.search(r"imagenet|torchvision://|catalog://ImageNet", word, re.I):
        return "imagenet"
    if re.fullmatch(r"(?:ms-?)?coco(?:\s?20\d\d)?(?: pre-?trained)?", word, re.I):
        return "coco"
    return word if re.fullmatch(r"\S*[\w-](?:/\S+|\.(?:pth|pkl|pt|ckpt|h5|pdparams))", word) else None


def _backbone(text: str) -> str | None:
    found = BACKBONE.match(text)
    if found:
        kind = "X" if found["kind"].lower() in ("x", "resnext") else "R"
        return "-".join(filter(None, (kind, found["depth"], (found["neck"] or "").upper())))
    return text if _OTHER_BACKBONE.fullmatch(text) and len(text) > 2 else None


def _schedule(text: str) -> str | None:
    found = re.match(r"(\d{1,2}(?:\.5)?)\s?x(?!\w)", text, re.I)
    return f"{found[1]}x" if found else None


def _optimizer(text: str) -> str | None:
    found = _OPTIMIZER.match(text)
    return found[0].lower() if found else None


_VALUES: dict[str, Callable[[str], Value | None]] = {
    "lr": rate,
    "train_batch_size": batch,
    "test_batch_size": batch,
    "norm": norm,
    "init": _init,
    "schedule": _schedule,
    "backbone": _backbone,
    "optimizer": _optimizer,
}


def setting(key: str, text: str, where: Where) -> Setting | None:
    """The setting that `key` and the value `text` declare; None for an unknown key or a value that is not certain."""
    name = _NAMES.get(re.sub(r"[\s_-]+", " ", plain(key).lower()).strip(" *"))
    cleaned = plain(text).strip(" ,;。.，；") if not text.strip().startswith(".") else plain(text)
    value = _VALUES.get(name, count)(cleaned) if name and cleaned else None
    return Setting(name, value, text.strip(), where) if name and value is not None else None


_KEYS = "|".join(
    re.sub(r" ", r"[\\s_-]+", re.escape(word).replace(r"\ ", " ")) for word in sorted(_NAMES, key=len, reverse=True)
)
_STATED = re.compile(rf"({_KEYS})(?:\s*(?:[:=]|设为|为|は)\s*|(?<=[^\x00-\x7f])\s*|(\s+))(\S.*)", re.I | re.S)
_COUNTED = re.compile(r"(\d(?:[\d,.]*\d)?\s?[k万]?)\s*(epochs?|iterations|iters|gpus?|エポック|轮)", re.I)
_COUNTED_NAMES = {"e": "epochs", "エ": "epochs", "轮": "epochs", "i": "iterations", "g": "gpus"}
_PIECES = re.compile(r",(?!\d{3}(?!\d))|[;、，；|]|。|\s&\s|\s\+\s|\sand\s|\swith\s", re.I)


def stated(line: str, where: Where) -> tuple[Setting, ...]:
    """The settings that a line declares: `lr = 1e-4`, `LR: 0.01, bs 16`, `backbone R-50, FrozenBN`."""
    if len(line) > 2000:
        return ()
    return tuple(found for piece in _PIECES.split(plain(line)) if (found := _piece(piece.strip(), where)))


def _piece(piece: str, where: Where) -> Setting | None:
    found = _STATED.fullmatch(piece)
    if found:
        made = setting(found[1], found[3], where)
        loose = found[2] is not None and made is not None and made.name == "init" and "/" in str(made.value)
        return None if loose else made
    counted = _COUNTED.fullmatch(piece)
    if counted:
        return setting(_COUNTED_NAMES[counted[2][0].lower()], counted[1], where)
    named = norm(piece)
    return Setting("norm", named, piece, where) if named else None


def norm_change(text: str) -> tuple[str, str] | None:
    """The old and the new `norm` where a text says that one is changed into the other: "把FrozenBN改为BN"."""
    text = text[:1000]
    for pattern in _CHANGES if len(_NORM_SIGN.findall(text)) > 1 else ():
        found = pattern.search(text)
        if found:
            named = found.groupdict()
            old, new = norm(named.get("old") or found[1]), norm(named.get("new") or found[2])
            return (old, new) if old and new and old != new else None
    return None


def phrases(text: str, where: Where) -> Iterator[Setting]:
    """The settings that a heading or sentence says in words: from scratch, FrozenBN changed to BN, with SyncBN."""
    text = text[:1000]
    scratch = _SCRATCH.search(text) if not text.isascii() or _SCRATCH_SIGN.search(text) else None
    if scratch and not _NOT.search(text[: scratch.start()]):
        yield Setting("init", "scratch", scratch[0], where)
    if not _NORM_SIGN.search(text):
        return
    change = norm_change(text)
    names = {change[1]} if change else {name for name in ("frozen", "syncbn") if _affirmed(_NORMS[name], text)}
    if len(names) == 1:
        yield Setting("norm", names.pop(), text.strip(), where)


def _affirmed(pattern: str, text: str) -> bool:
    found = re.search(pattern, text, re.I)
    return found is not None and not _NOT.search(text[: found.start()])
