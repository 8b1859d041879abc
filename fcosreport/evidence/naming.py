"""What two names of one model contradict each other in: the label of a row, its configuration, its weights, its log."""

import re
from collections.abc import Iterator

_SIZES = {
    word: words[0]
    for words in (
        *(("nano", "n"), ("tiny", "t"), ("small", "s"), ("medium", "m")),
        *(("base", "b"), ("large", "l"), ("xlarge", "xl", "x"), ("huge", "h")),
    )
    for word in words
}
_VERSIONED = re.compile(r"([a-z]+\d+)([a-z])")  # `yolov5s`
_COUNTED = re.compile(r"([a-z]{1,12})(\d{1,4})")  # `b0`, `window7`
_WIDTH = re.compile(r"(?<![a-z0-9])(w|[a-z]{3,12})(\d{1,4})(?![a-z0-9]|\.\d)")
_NO_KIND = frozenset(
    "coco voc lvis obj objects mot ade ava kinetics imagenet cifar ucf hmdb halpe body face cocktail epoch epochs iter"
    " step steps seed fold top val train test batch gpu gpus fp int bf frame frames clip clips size lr r x res resnet"
    " resnext".split()
)
"""Words before a number that date a data set, or count; a depth is that of the backbone."""
_BACKBONES = {
    "resnet": r"res(?:net)?-?(?:v1)?[a-e]?-?(?:18|34|50|101|152)|r-?(?:18|34|50|101|152)|resnet",
    "resnext": r"resnext-?\d*|x-?(?:50|101|152)",
    **{
        name: rf"{name}[a-z]?\d*[a-z]?\d*"
        for name in (
            *("hrnet", "cspnext", "mobilenet", "shufflenet", "squeezenet", "efficientnet", "densenet", "alexnet"),
            *("convnext", "resnest", "swin", "hourglass", "regnet", "vgg", "darknet", "cspdarknet", "googlenet"),
        )
    },
}
_BACKBONE = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(f'({words})' for words in _BACKBONES.values())})(?![a-z0-9])")
_INPUT = re.compile(r"(?<![\dx])(\d{2,4})x(\d{2,4})(?![\dx])")
_BATCH = re.compile(r"(?<![a-z0-9])(?:(\d{1,2})x(\d{1,2})|(\d{1,4})xb(\d{1,4}))(?![a-z0-9])")
_IMAGE = re.compile(
    r"(?<![a-z0-9])(?:(?:img|image|input)(?:[-_]?(?:sz|size))?|sz)[-_=]?(\d{3,4})(?:x\d{3,4})?(?:px)?(?![a-z0-9])"
    r"|(?<![a-z0-9])(?:(\d{3,4})x\2|(\d{3,4})px)(?![a-z0-9])"
)
"""How a name says the size of the images: `img640`, `imgsz_640`, `sz1280`, `640x640`, `640px`."""
_BARE = re.compile(r"(?:^|[-_])(?:([a-z]+)[-_])?(\d{3,4})(?=$|[-_])(?:[-_]([a-z]+))?")
_NUMBER = re.compile(r"\d{3,}")
_USUAL = frozenset(map(str, (320, 416, 512, 608, 640, 736, 768, 832, 896, 960, 1024, 1088, 1152, 1216, 1280, 1536)))
"""Sizes that a number alone may be, in the name of a run of a framework whose images are square."""
_COUNTS = _NO_KIND | frozenset(
    "exp run no id bs b e ep images imgs samples steps queries dim ch channels width version".split()
)
"""Words beside a number that make it another one's, or the number of the run."""
_SCALES = re.compile(
    r"(?<![a-z])(?:crop|tile|slic|patch|sahi|window|ms(?![a-z])|mstrain|multi[-_]?(?:scale|size)|pyramid)"
)
_TASK = re.compile(r"(?<![a-z])(instance|panoptic|semantic)(?![a-z])")


def sizes(one: str, other: str) -> set[str]:
    """The two sizes of names that are the same up to there: `rtmdet_l_8xb32` and `rtmdet_tiny_8xb32`, `b0` and `b1`.

    None where one of them has the other's, too: a student is called after its teacher, as in `dwpose_l_dis_t`.
    """
    words = [[part for word in re.split(r"[-_. ]+", name) for part in _parted(word)] for name in (one, other)]
    at, pair = next(((at, (a, b)) for at, (a, b) in enumerate(zip(*words, strict=False)) if a != b), (0, ("", "")))
    one_counted, other_counted = map(_COUNTED.fullmatch, pair)
    if at and one_counted and other_counted and one_counted[1] == other_counted[1] not in _NO_KIND:
        return set(pair)
    found = {_SIZES[word] for word in pair if word in _SIZES}
    is_in_both = any(found <= {_SIZES.get(word) for word in each} for each in words)
    return found if at and len(found) == 2 and not is_in_both else set()


def image_size(name: str, *, bare: bool) -> int | None:
    """The one size of square images that the name of a run says; none where it speaks of crops or of several scales.

    `bare`: a usual size counts without a word as well, as in `yolov8n_640`, if the name has no other large number, as a
    date has, and the word beside it does not count.
    """
    name = name.lower()
    if _SCALES.search(name):
        return None
    found = {next(filter(None, match.groups())) for match in _IMAGE.finditer(name)}
    alone = _BARE.finditer(name) if bare and len(_NUMBER.findall(name)) == 1 else ()
    found |= {m[2] for m in alone if m[2] in _USUAL and not {m[1], m[3]} & _COUNTS}
    return int(found.pop()) if len(found) == 1 else None


def _parted(word: str) -> tuple[str, ...]:
    found = _VERSIONED.fullmatch(word)
    return found.groups() if found and found[2] in _SIZES else (word,)


def kinds(label: str, name: str, path: str = "") -> Iterator[tuple[str, str]]:
    """What a label says of the kind of model where a file's name says another: backbone, width, version.

    A folder of the `path` that says the label's backbone counts before the name: `swin/maskdino_R50.yaml`.
    """
    one, other = _backbones(label), _backbones(name)
    if len(one) == 1 and len(other) == 1 and one != other and not one <= _backbones(path):
        yield one.pop(), other.pop()
    ours, theirs = _widths(label), _widths(name)
    for word in ours.keys() & theirs.keys():
        if ours[word] != theirs[word] and len(ours[word]) == 1 and len(theirs[word]) == 1:
            yield f"{word}{min(ours[word])}", f"{word}{min(theirs[word])}"


def _backbones(text: str) -> set[str]:
    names = tuple(_BACKBONES)
    return {names[(found.lastindex or 1) - 1] for found in _BACKBONE.finditer(text.lower().replace("_", " "))}


def _widths(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word, number in _WIDTH.findall(text.lower().replace("_", " ")):
        if word not in _NO_KIND:
            found.setdefault(word, set()).add(number.lstrip("0"))
    return found


def input_size(text: str) -> str:
    """The one size of images that a text tells, as `256x192`; empty where it tells none, or two."""
    found = {
        f"{a}x{b}" for a, b in _INPUT.findall(re.sub(r"\s*[*×x]\s*", "x", text.lower())) if max(int(a), int(b)) > 64
    }
    return found.pop() if len(found) == 1 else ""


def batch(name: str) -> int:
    """The images an iteration that a name tells by GPUs: `8x4`, `8xb4`; 0 where it tells none, or two."""
    found = {int(a or c) * int(b or d) for a, b, c, d in _BATCH.findall(name.replace("_", " "))}
    return found.pop() if len(found) == 1 else 0


def segmentation(path: str) -> str:
    """The one kind of segmentation that a path names: instance, panoptic or semantic."""
    found = set(_TASK.findall(path.lower()))
    return found.pop() if len(found) == 1 else ""


def bare(text: str) -> str:
    """A text without what separates its words, and without the word that says that it is a loss."""
    return re.sub(r"[^a-z0-9]|loss", "", text.lower())
