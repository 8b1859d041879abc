"""What the rows of a table are of: models that others can fetch, runs of one's own record, parts of one result."""

import re
from collections.abc import Sequence
from functools import lru_cache

from fcosreport.notes.grids import Cell, Grid
from fcosreport.notes.outcomes import status, told
from fcosreport.notes.upright import cell_at
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.headers import Header
from fcosreport.vocabulary.signs import signed

_COUNT = re.compile(r"(?i)classes|categories|#|num|数")
_SCORE = re.compile(r"[*`]*\d{0,3}\.\d+%?[*`]*|-*")
"""What no class is called: a number with a fraction, or nothing."""
_CLASS = re.compile(
    r"\b(?:categor(?:y|ies)|class(?:es?)?|clases?|classi|klassen?|kelas|lớp|loại|danh mục|categor[ií]as?|kategorie?n?"
    r"|catégories?|defects?(?: types?)?|sınıf)\b"
    r"|类别|類別|缺陷类型|缺陷种类|класс|クラス|カテゴリ|클래스|카테고리",
    re.I,
)
_WIDEST = 100  # characters of a header that are looked at
_SHORT_HEAD = 30  # characters of a header that is but `Class` or `类别名称`
_TOTAL = re.compile(
    r"(?i)\W*(?:m?AP|(?:(?:over)?all|total|mean|average|avg|global)(?: classes)?(?: \((?:mean|media|average|avg\.?)\))?"
    r"|平均值?|总体|整体|全部|总计|全体|전체|평균)\W*"
)
"""The name of the row that sums up the others."""
_DIFFICULTY = re.compile(r"\bm?AP[-_ (]*[EH]\b", re.I)
"""In headers of tables of difficulties (easy, medium, hard), whose AP-M is no AP of medium boxes."""
IMAGE = re.compile(
    r"(?i)(?:image|img|picture|photo|frame|file|(?P<subject>sample|slice|case|patient))"
    r"(?:(?P<id>[ _-]?(?:ids?|names?|path|file))|[ _-]?(?:index|idx|no))?\.?|图片名?|图像|照片|画像名?|이미지"
)
"""The header of a column that tells which single image a row is of; a `subject` may be another one without an `id`."""
_FILE = re.compile(r"[\d.]")
"""In the name of an image, by which it is told from the file of a run: `default`, `full_data`."""
_WEIGHTS = re.compile(
    r"\.(?:pth|pt|pkl|ckpt|onnx|safetensors|h5|weights|pdparams|tar|zip)(?:$|[?#])|drive\.google|pan\.baidu|onedrive",
    re.I,
)
_CONFIG = re.compile(r"\.(?:py|ya?ml|cfg)$", re.I)
_FETCHED = re.compile(r"\s*(?:download|models?\b(?!\s*id)|weights?|checkpoints?|ckpts?|下载|权重|模型)", re.I)
_DOWNLOAD = re.compile(r"(?i)\W*(?:(?:model|weights?) )?downloads?(?: links?)?\W*|(?:模型|权重)?下载(?:链接|地址)?")
_NOT_OF_ROW = re.compile(r"pre-?train|teacher|imagenet|paper|arxiv|论文", re.I)
_FILES = re.compile(r"(?i)\s*(?:files?|paths?|artifacts?|resources?|文件名?|ファイル名?|파일명?)\s*")
"""The head of the first column of a list of files, which are of one run."""
_RECORD = re.compile(
    r"(?i)exp\w*(?:[ _](?:num\w*|no|id|name))?|no|#|id|date|time|wandb.*|日期|编号|序号|时间|実験\w*|날짜|실험\w*"
)


_PAPER = re.compile(
    r"(?i)//(?:www\.)?(?:arxiv\.org|doi\.org|openreview\.net|ieeexplore\.|link\.springer|dl\.acm"
    r"|openaccess\.thecvf|ecva\.net|aaai\.org|proceedings\.)|\.pdf$"
)

_TITLE = frozenset(("title", "paper", "paper title", "论文", "标题", "论文题目", "論文", "논문"))
_AUTHORS = frozenset(("author", "authors", "author(s)", "venue", "作者", "著者", "저자"))

_DATED = re.compile(r"(?i)(?:.{0,4}(?:日期|时间|日付)|date|day|날짜)")
_TRIED = re.compile(
    r"(?i)exp(?:eriment)?s?(?:[ _](?:name|id))?|(?:train(?:ing)?[ _])?runs?(?:[ _](?:name|id))?"
    r"|(?:实验|実験)(?:目的|内容|名称?|编号)?|실험(?:명| ?이름)?"
)
RESULT = re.compile(r"(?i)(?:实验|実験)?(?:结果|結果)|결과|results?|outcome")
"""The header of a column that tells in words what came out of a run."""

BASELINE = signed(r"(?<![a-z\d])base(?:line)?(?![a-z\d])|基线|基准|ベースライン|베이스라인", "base")
"""In a row of what its author began with."""


def is_record(grid: Grid) -> bool:
    """Whether each row is an experiment with its date and, in words, what came out of it."""
    titles = [cell.text.strip() for cell in grid.headers]
    return all(any(map(each.fullmatch, titles)) for each in (_DATED, _TRIED, RESULT))


def is_status(grid: Grid) -> bool:
    """Whether each row names a run and says how far it is: a table of what is under way."""
    titles = [cell.text.strip() for cell in grid.headers]
    columns = [at for at, title in enumerate(titles) if not _TRIED.fullmatch(title)]
    if len(columns) == len(titles) or len(grid.rows) < 2:
        return False
    return any(
        all(status(cell_at(cells, at).text) or told(cell_at(cells, at).text) for _, cells in grid.rows)
        for at in columns
    )


def publishes(grid: Grid) -> bool:
    """Whether a table is of models that others can fetch; then all tables of its page are of such models."""
    titles = [cell.text for cell in grid.headers]
    if titles and _FILES.fullmatch(titles[0]):
        return False
    cells = ((title, cell) for _, row in grid.rows for title, cell in zip(titles, row, strict=False))
    has_downloads = any(map(_is_of_downloads, titles))  # of some there is none yet
    return has_downloads or any(_is_of_model(title, *link) for title, cell in cells for link in cell.links)


@lru_cache(1024)  # many tables have the same headers
def _is_of_downloads(head: str) -> bool:
    return _DOWNLOAD.fullmatch(head[:_WIDEST]) is not None


def is_diary(grid: Grid) -> bool:
    """Whether a table numbers or dates its rows, as one keeps a record of one's own runs."""
    return any(_RECORD.fullmatch(cell.text.strip(" *_.:")) for cell in grid.headers)


def links_papers(grid: Grid) -> bool:
    """Whether most rows link the paper that their numbers are of: a survey of methods."""
    linked = sum(any(_PAPER.search(target) for cell in row for _, target in cell.links) for _, row in grid.rows)
    return linked > 1 and 2 * linked >= len(grid.rows)


def lists_papers(grid: Grid) -> bool:
    """Whether each row is a paper, with its title and who wrote it: then the page is on the work of others."""
    titles = [cell.text.strip().lower() for cell in grid.headers]
    return any(text in _TITLE for text in titles) and any(text in _AUTHORS for text in titles)


def _is_of_model(title: str, text: str, target: str) -> bool:
    """Whether a link leads to weights on the web, or to a configuration; a paper, a log and one's own disk are none."""
    if _NOT_OF_ROW.search(f"{title} {text} {target}"):
        return False
    if "://" not in target:
        return _CONFIG.search(target) is not None
    return bool(_WEIGHTS.search(target) or _FETCHED.match(title) or _FETCHED.match(text))


_WEATHER = re.compile(
    r"(?i)\W*(?:clear|sunny|cloudy|overcast|fog(?:gy)?|haz[ey]|rain(?:y)?|snow(?:y)?|sand|storm|dusk|dawn|day(?:time)?|night(?:time)?"
    r"|晴|多云|阴|雾|霧|雨|雪|沙尘|白天|夜[晚间間]?|昼|맑음|안개|비|눈|주간|야간)(?![a-z])(?!.{30})"
)
_DISTANCE = re.compile(
    r"(?i)\W{0,2}(?:\d{1,3}(?:\.\d{1,2})?\s?m?\s?[-–~至到]\s?)?\d{1,3}(?:\.\d{1,2})?\s?m(?:eters?|etres?)?(?![a-z])(?!.{30})"
)
_BY = re.compile(
    r"(?:^|[\s(（:：—–-])(?:by|per|across|theo|nach|por|par|selon)\s|(?:^|\W)[按各]|分(?:天气|场景|条件)|別|별(?:\W|$)|ごと"
)


def total(grid: Grid) -> Grid:
    """The table of parts of one result with only the row that sums them up, which names no run; else without rows."""
    rows = [(line, cells) for line, cells in grid.rows if cells and _TOTAL.fullmatch(cells[0].text)]
    rows = [(line, [Cell("", ""), *cells[1:]]) for line, cells in rows if len(rows) == 1]
    return Grid(grid.line, grid.title, grid.section, grid.headers, rows)


_RUN = re.compile(
    r"(?i)\W*[+＋] ?[a-z]|\bw/|\b(?:with(?:out)?|base(?:line)?|ours?|proposed|fine-?tuned|pre-?trained)\b"
    r"|基线|基準|本文|我们|改进|ベースライン|提案|베이스라인|제안"
)
"""How an author calls a run beside others; what names none may be of anything."""


def is_run(text: str) -> bool:
    """Whether a text is what an author calls a run of a detector, or one beside others: `baseline`, `+ mosaic`."""
    return bool(_RUN.search(text) or detectors(text))


def is_of_class(title: str) -> bool:
    """Whether the title of a table says that it is of one class, or of each."""
    return _CLASS.search(title) is not None


def lists_classes(head: str) -> bool:
    """Whether the first header of a table is but `Class` or `类别名称`: rows or columns are classes."""
    return len(head) < _SHORT_HEAD and is_of_class(head)


def is_of_parts(grid: Grid, headers: Sequence[Header]) -> bool:
    """Whether the rows are the classes, the difficulties, the conditions or the images of one result."""
    return _is_of_classes(grid) or _is_by_condition(grid, headers) or _is_of_images(grid, headers)


def _is_by_condition(grid: Grid, headers: Sequence[Header]) -> bool:
    """Whether a result is taken apart by what the first column names, as the title says (`By weather`, `按场景`), or by
    the weather, the time of day or the distance.
    """
    first = grid.headers[0].text.strip(" *_`:：").lower() if grid.headers and headers[0].kind == "other" else ""
    if first and first in grid.title.lower() and _BY.search(grid.title.lower()):
        return True
    cells = [cells[0].text for _, cells in grid.rows if cells and cells[0].text]
    return bool(first) and len(cells) > 1 and any(all(map(each.match, cells)) for each in (_WEATHER, _DISTANCE))


def _is_of_images(grid: Grid, headers: Sequence[Header]) -> bool:
    """Whether each row is of an image. Beside a name, a column `image` is the size, and images have no epochs."""
    is_named = any(each.kind == "label" or each.name in ("epochs", "backbone") for each in headers)
    told = (_of_image(each.text[:_WIDEST].strip()) for each in grid.headers)
    of = next((at for at, t in enumerate(told) if t and (t["id"] or not (is_named or t["subject"]))), None)
    names = [cell_at(cells, of).text for _, cells in grid.rows] if of is not None else []
    if any(map(_WEIGHTS.search, names)):
        return False
    is_each = all(map(_FILE.search, names)) if is_named else len(set(names)) == len(names)
    return len(names) > 1 and is_each


@lru_cache(1024)  # many tables have the same headers
def _of_image(head: str) -> re.Match[str] | None:
    return IMAGE.fullmatch(head)


_AVERAGED = re.compile(
    r"(?i)[(（\[]?(?:per|across|over|all)[- ](?:all )?class(?:es)?[)）\]]?"
    r"|\bclass[- ]?(?:aware|agnostic|balanc\w{2,4}|weight\w{0,3})\b"
)
"""How a metric was averaged, or classes were treated, which names none."""


def _is_of_classes(grid: Grid) -> bool:
    """Whether the rows are classes or difficulties. A column of numbers counts the classes of each run."""
    for column, head in enumerate(grid.headers):
        is_difficulty, is_class, is_count = _of_parts(head.text[:300])
        if is_difficulty:
            return True
        if is_class:
            cells = [c[column].text for _, c in grid.rows if column < len(c) and c[column].text]
            is_count = is_count and bool(cells) and all(map(str.isdecimal, cells))
            is_score = bool(cells) and all(map(_SCORE.fullmatch, cells))
            if not (is_count or is_score):
                return True
    return False


@lru_cache(1024)  # many tables have the same few headers
def _of_parts(head: str) -> tuple[bool, bool, bool]:
    """Whether the header of a column speaks of a difficulty, of classes, and of how many there are."""
    text = head.replace("_", " ")
    return (
        _DIFFICULTY.search(text) is not None,
        _CLASS.search(_AVERAGED.sub("", text)) is not None,
        _COUNT.search(text) is not None,
    )
