"""What the columns of a table mean beside each other: a plain `mAP` beside `mAP50-95`, `LB` beside `mAP`.

The score of a competition that names no metric (`CV`, `private LB`, `线上分数`) is read as one of its own.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from fcosreport.notes.boards import SCORE
from fcosreport.notes.grids import Cell, Grid
from fcosreport.notes.markup import Markup
from fcosreport.notes.subjects import is_of_class
from fcosreport.notes.upright import cell_at
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.headers import Header, header, is_of_all_thresholds, is_of_coco
from fcosreport.vocabulary.metric_names import is_side, split_of

_BOARD = r"(?:cv|lb|public|private|leader ?board|线上|线下|[AB]榜|リーダー?ボード|리더보드)"
_OF = (
    r"(?:final|best|kaggle|local|online|offline|val(?:id(?:ation)?)?|test|submission"
    r"|本地|最终|最高|验证集?|测试集?|评测|测评|提交|제출|최종)"
)
_SCORE = r"(?:scores?|分数?|得分|成绩|结果|スコア|점수)"
_NAME = re.compile(rf"(?i)\W*(?=.*(?:{_SCORE}|{_BOARD}))(?:(?:{_BOARD}|{_OF}|{_SCORE})[\s_/.@()（）-]*){{1,4}}\W*")
_IS_BOARD = re.compile(rf"(?i){_BOARD}")
_PUBLIC = re.compile(r"(?i)public|kaggle|lb|leader|线上|A榜|リーダ|리더|submission|提交|제출|online")
_PRIVATE = re.compile(r"(?i)private|B榜")
_NUMBER = re.compile(r"[*~≈= ]*(?:\d{1,3}\.\d{1,20}|\.\d{1,20}|100|0)\s*%?[*†↑↓ ]*(?:[(（].{0,30})?")
_VISION = re.compile(
    r"detect|segment|yolo|rcnn|r-cnn|m(?<=\bm)ap\b|a(?<=\ba)p\b|iou|d(?<=\bd)ice\b|unet|u-net|bounding box"
    r"|检测|分割|検出|탐지|분할"
)
"""In lower case, in which its first characters are found soonest."""
_MODEL = re.compile(
    r"(?i)(?<![a-z])(?:u-?net|deep-?lab|hrnet|pspnet|upernet|mask2former|segformer|htc|(?:eff\w*|res\w*)net)"
)
SUBMITTED = re.compile(r"(?i)leader ?board|\bLB\b|\bsubmi(?:t|ssion)|리더보드|제출|线上|提交|排行榜|榜单")
"""In the title of a table of what a leaderboard scored."""
_IN_TITLE = re.compile(r"(?<![A-Za-z])m?AP(?![A-Za-z])")
METRIC_IN_TITLE = re.compile(
    r"(?<![A-Za-z])(?:m?AP(?:[@_ -]?(?:0?\.[5-9]\d?|[57][05])(?:[:-]0?\.?95)?)?|m?IoU)(?![A-Za-z\d])"
)
_PART = re.compile(r"@?(?:0?\.[5-9]\d?|[57][05])(?: ?[:-] ?0?\.?95)?|(?i:small|medium|large)|[SML]")
_SIZED = re.compile(r"(?P<core>m?A[PR]) ?\((?P<size>[SML])\)")
_DATA = r"[A-Za-z][\w-]{1,20}|[\u3400-\u9fff]{1,8}"
_ON_DATA = re.compile(
    rf"(?P<metric>[^\n]{{2,60}}?)\s*[(（\[](?P<behind>{_DATA})[)）\]]|(?P<before>{_DATA})[ _-](?P<rest>[^\n]{{2,60}})"
)
_VARIANT = re.compile(
    r"(?i)fp\d|int\d|onnx|trt|tensorrt|quant|prun|paper|official|ours|report|publish|original|claim|reproduc|best|last|final|mean|average|delta|gain|diff"
    r"|baseline|before|after|target|goal|expect|estimat|thres|drop|std|gap|chang|novel|base|seen|rare|class|body|face|foot|hand|whole|提升|论文|官方|复现|平均|目标|差"
)
"""What is no name of data: how a model was run or changed, whose number it is, which classes and which
parts of a body count."""
_LEVEL = re.compile(r"(?i)(?P<of>[A-Za-z]{0,20}?)[\s_./(-]*(?P<level>easy|mod(?:erate)?\.?|hard)\)?")
_LEVELS = {"eas": "easy", "mod": "moderate", "har": "hard"}
_ALL_LEVELS = frozenset(_LEVELS.values())
_PLAIN = re.compile(r"(?i)\W*m?ap\W*")
_VALIDATION = re.compile(r"(?i)(?:\b|(?<=ap))val(?:idation)?(?![a-z])")


_SHORT = 1000
"""Characters of the headers of a table that are kept in mind."""


def is_of_images(note: Markup) -> bool:
    """Whether a note speaks of detection or segmentation, as competitions are of all trades."""
    return _VISION.search("\n".join([row[:300] for row in note.rows]).lower()) is not None


def meanings(grid: Grid, *, of_images: bool) -> list[Header]:
    """What each column of a table is. `of_images`: the note is of a trade whose scores are read without a name."""
    is_short = sum(len(cell.raw) for cell in grid.headers) <= _SHORT
    if is_short and (told := _by_headers(tuple(grid.headers))):
        return list(told)
    alone = _of_sizes([header(cell.raw) for cell in grid.headers], grid.headers)
    alone = _on_data(_of_levels(grid, _of_title(grid, alone)), grid.headers)
    alone = _first(grid, _of_best(_of_classes(grid, alone)))
    return _unique(_once(_of_half(_scored(grid, alone, of_images=of_images), grid.headers), grid), grid.headers)


@lru_cache(256)  # many tables have the same headers
def _by_headers(cells: tuple[Cell, ...]) -> list[Header] | None:
    """What the columns are where headers alone tell it, as of metrics, each once, beside no mere score."""
    alone = _of_sizes([header(cell.raw) for cell in cells], cells)
    if not any(each.kind == "metric" for each in alone) or alone[0].kind == "link":
        return None
    if any(_names_score(cell.text[:100]) for cell in cells):
        return None
    alone = _of_half(_of_best(_on_data(alone, cells)), cells)
    metrics = [each for each in alone if each.kind == "metric"]
    return alone if len({(_key(each), each.is_best) for each in metrics}) == len(metrics) else None


def _first(grid: Grid, headers: Sequence[Header]) -> list[Header]:
    """The headers; a first column with the name of what is linked, as `Configuration`, names rows if it links none."""
    cells = [row[0] for _, row in grid.rows if row and row[0].text]
    is_link = bool(headers and cells) and headers[0].kind == "link"
    if not is_link or any(each.links or "/" in each.text or each.text.isdecimal() for each in cells):
        return list(headers)
    return [Header("label"), *headers[1:]]


def _of_sizes(headers: Sequence[Header], cells: Sequence[Cell]) -> list[Header]:
    """The headers; beside `AP (L)` an `AP (M)` is of medium boxes, where elsewhere M is for masks."""
    found = [_SIZED.fullmatch(cell.text) for cell in cells]
    if len({told["size"] for told in found if told}) < 2:
        return list(headers)
    return [header(told["core"] + told["size"]) if told else each for told, each in zip(found, headers, strict=True)]


def _of_title(grid: Grid, headers: Sequence[Header]) -> list[Header]:
    """The headers; where only the title says AP, those that are nothing but an IoU or a size are of AP."""
    told = _IN_TITLE.search(grid.title)
    if not told or any(each.kind == "metric" for each in headers):
        return list(headers)
    parts = (f"{told[0]} {cell.text}" if _PART.fullmatch(cell.text) else "" for cell in grid.headers)
    return [header(part) if part else each for part, each in zip(parts, headers, strict=True)]


def _of_levels(grid: Grid, headers: Sequence[Header]) -> list[Header]:
    """The headers; where none is a metric, those of scores that are called easy, moderate and hard are of KITTI's AP,
    maybe of a class: `Car-Easy`.
    """
    found = [_LEVEL.fullmatch(cell.text[:60]) for cell in grid.headers]
    told = [(at, each["of"].lower(), _LEVELS[each["level"][:3].lower()]) for at, each in enumerate(found) if each]
    classes = list(dict.fromkeys(of for _, of, _ in told))
    is_whole = bool(told) and all({level for _, of, level in told if of == each} == _ALL_LEVELS for each in classes)
    if not is_whole or any(h.kind == "metric" for h in headers) or not all(are_scores(grid, at) for at, _, _ in told):
        return list(headers)
    made = list(headers)
    for at, of, level in told:
        made[at] = replace(header(f"AP {level}"), data_set=of if len(classes) > 1 else "")
    return made


def _of_classes(grid: Grid, headers: Sequence[Header]) -> list[Header]:
    """The headers; where none is a metric and the title tells the one of each class, those of numbers beside the names
    of runs are classes.
    """
    is_told = is_of_class(grid.title) and headers and headers[0].kind == "label"
    told = METRIC_IN_TITLE.search(grid.title) if is_told else None
    meaning = header(told[0]) if told and not any(each.kind == "metric" for each in headers) else None
    if not meaning or meaning.kind != "metric":
        return list(headers)
    return [
        replace(meaning, data_set=cell.text) if each.kind == "other" and are_scores(grid, column) else each
        for column, (each, cell) in enumerate(zip(headers, grid.headers, strict=True))
    ]


def _of_best(headers: Sequence[Header]) -> list[Header]:
    """The headers, of which those of a best stand apart only where the run's last has the same metric beside it."""
    last = {_key(each) for each in headers if each.kind == "metric" and not each.is_best}
    if any(each.is_best and _key(each) in last for each in headers):
        return list(headers)
    return [replace(each, is_best=False) for each in headers]


def _key(each: Header) -> tuple[str, ...]:
    return each.task, each.name, each.split, each.data_set


def _on_data(headers: Sequence[Header], cells: Sequence[Cell]) -> list[Header]:
    """The headers; where several have a metric that no other names, and each another name beside it, of data sets:
    `mIoU (urban)` beside `mIoU (rural)`, `VOC mAP` beside `COCO mAP`. One in brackets may stand alone: `mAP (tree)`.
    """
    times = Counter(_key(each) for each in headers if each.kind == "metric")
    found = [
        _of_data(cell.text[:100]) if each.kind == "other" or times[_key(each)] > 1 else None
        for each, cell in zip(headers, cells, strict=True)
    ]
    plain = {(h.task, h.name) for h, new in zip(headers, found, strict=True) if h.kind == "metric" and not new}
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in filter(None, found):
        names[each.task, each.name].add(each.data_set.lower())
    behind = [cell.text.rstrip().endswith((")", "）", "]")) for cell in cells]  # so even one alone tells it
    return [
        new
        if new and (is_behind or (len(names[new.task, new.name]) > 1 and (new.task, new.name) not in plain))
        else each
        for each, new, is_behind in zip(headers, found, behind, strict=True)
    ]


@lru_cache(1024)  # many tables have the same headers
def _of_data(text: str) -> Header | None:
    """A header that is a metric and one name beside it, before it or in brackets behind it."""
    named = _ON_DATA.fullmatch(text)
    if not named or _VARIANT.search(name := named["behind"] or named["before"]):
        return None
    meaning = header(named["metric"] or named["rest"])
    return replace(meaning, data_set=name) if meaning.kind == "metric" and not is_side(meaning.name) else None


def is_data_set(text: str) -> bool:
    """Whether a text may be the name of a data set in brackets behind a metric."""
    return _of_data(f"mAP ({text})"[:100]) is not None


def _scored(grid: Grid, headers: Sequence[Header], *, of_images: bool) -> list[Header]:
    """The headers, those of scores as metrics: the one metric that is named beside them, else one of its own.

    A column that is called nothing but `score` is one where the rows are of models of the field; beside several
    metrics only that of a board is.
    """
    named = {(each.name, each.task) for each in headers if each.kind == "metric" and not is_side(each.name)}
    if not (named or of_images):
        return list(headers)
    is_score = _is_submitted if len(named) > 1 else _is_score
    name, task = named.pop() if len(named) == 1 else (SCORE, "")
    taken = {each.split for each in headers if each.kind == "metric" and (each.name, each.task) == (name, task)}
    is_sure = (
        bool(SUBMITTED.search(grid.title))
        or any(map(_names_board, grid.headers))
        or any(each.name == "backbone" for each in headers)
    )
    if not is_sure and not any(map(_names_model, grid.rows)):
        return list(headers)
    return [
        Header("metric", name, task, split)
        if is_score(grid, column) and (split := _split(cell.text)) not in taken
        else each
        for column, (each, cell) in enumerate(zip(headers, grid.headers, strict=True))
    ]


def _names_model(row: tuple[int, list[Cell]]) -> bool:
    return any(_MODEL.search(cell.text) or detectors(cell.text) for cell in row[1][:3])


def _names_board(head: Cell) -> bool:
    return _names_score(head.text[:100]) and _IS_BOARD.search(head.text) is not None


@lru_cache(1024)  # many tables have the same headers
def _names_score(head: str) -> bool:
    return _NAME.fullmatch(head) is not None


def _is_submitted(grid: Grid, column: int) -> bool:
    """Whether a column has the scores of a board, whatever these are of."""
    return _is_score(grid, column) and _split(grid.headers[column].text) in ("public", "private")


def _is_score(grid: Grid, column: int) -> bool:
    """Whether a column has the name of a score, and numbers."""
    return _names_score(grid.headers[column].text[:100]) and are_scores(grid, column)


def are_scores(grid: Grid, column: int) -> bool:
    """Whether most of the cells of a column are numbers, and some have a fraction."""
    texts = [text for _, cells in grid.rows if (text := cell_at(cells, column).text.strip("-–— /"))]
    numbers = [text for text in texts if _NUMBER.fullmatch(text)]
    return any("." in text for text in numbers) and 2 * len(numbers) >= len(texts)


def _split(name: str) -> str:
    return "private" if _PRIVATE.search(name) else "public" if _PUBLIC.search(name) else split_of(name)


def _of_half(headers: Sequence[Header], cells: Sequence[Cell]) -> list[Header]:
    """Headers where a plain `mAP` beside `mAP50-95` or `COCO mAP` is AP50, as in the tables of YOLO."""
    of_coco = {h.task for h, c in zip(headers, cells, strict=True) if h.name == "AP" and is_of_coco(c.raw)}
    ranged = {h.task for h, c in zip(headers, cells, strict=True) if h.name == "AP" and is_of_all_thresholds(c.raw)}
    has_half = {h.task for h in headers if h.name == "AP50"}
    has_whole = {h.task for h in headers if h.name == "AP"}
    headers = [  # `mAP@.95` beside `mAP@.5` is short for the range
        replace(h, name="AP") if h.name == "AP95" and h.task in has_half - has_whole else h for h in headers
    ]
    return [
        replace(h, name="AP50")
        if h.name == "AP"
        and (
            (h.task in ranged - has_half and not is_of_all_thresholds(c.raw))
            or (h.task in of_coco - has_half and _PLAIN.fullmatch(c.raw))
        )
        else h
        for h, c in zip(headers, cells, strict=True)
    ]


def _once(headers: Sequence[Header], grid: Grid) -> list[Header]:
    """Headers where a column that tells the numbers of one before it again, under another name, is no metric."""
    told: set[tuple[Header, tuple[str, ...]]] = set()
    kept: list[Header] = []
    for column, each in enumerate(headers):
        if each.kind != "metric":
            kept.append(each)
            continue
        numbers = (each, tuple(cell_at(cells, column).text for _, cells in grid.rows))
        kept.append(Header("other") if numbers in told else each)
        told.add(numbers)
    return kept


def _unique(headers: Sequence[Header], cells: Sequence[Cell]) -> list[Header]:
    """Headers with every metric of a split once; of several that are alike the one counts that says validation."""
    metrics = [(_key(each), each.is_best) for each in headers if each.kind == "metric"]
    if len(set(metrics)) == len(metrics):
        return list(headers)
    times = Counter(metrics)
    told = [bool(_VALIDATION.search(cell.text)) for cell in cells]
    said = Counter((_key(each), each.is_best) for each, is_told in zip(headers, told, strict=True) if is_told)
    return [
        Header("other") if times[key] > 1 and not (is_told and said[key] == 1) else each
        for each, is_told in zip(headers, told, strict=True)
        for key in [(_key(each), each.is_best)]
    ]
