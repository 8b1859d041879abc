"""Which cell of a row says what the row is of, and which cells are scores."""

import re
from collections.abc import Sequence
from functools import lru_cache

from fcosreport.notes.grids import Cell
from fcosreport.vocabulary.headers import Header

_SHORT = 40  # characters of a score that is kept in mind
CHANGE = re.compile(r"[+−–—-]\s?\d")
"""How a difference begins."""
_NAMELESS = re.compile(rf"{CHANGE.pattern}|\W*$")  # a change, a dash, a tick
_NO_NAME = re.compile(r"(?i)\W*|n/?a|\W*(?:(?:over)?all|global|gesamt|toplam|전체|全体|整体|总体)\W*")
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
"""A mere number, perhaps with its thousands parted: `2,315`."""
_LETTER = re.compile(r"[^\W\d_]")
_PARAMETER = re.compile(
    r"(?i)param(?:eter)?(?: value)?|参数值?|パラメータ値?|parámetro|[αβγλστ]|alpha|beta|gamma|lambda|sigma"
)
"""The header of a column of numbers that tells the rows of a sweep apart."""
_REMARK = re.compile(r"(?i)(?:notes?|remarks?|comments?|备注|说明|備考|비고)")
_LIST = re.compile(r"\W*\d+\.\d+(?:\W+\d+\.\d+)+\W*")
"""Several scores, as those of all seeds, which name nothing."""
_FILE = r"\.(?:py|ya?ml|json|[ct]sv)"
_PATH = re.compile(
    rf"(?:(?:[A-Za-z]:)?[/\\~](?:.*[/\\])?|(?:.*[/\\])?(?=[^/\\\s]+{_FILE}$))(?P<name>[^/\\\s]+?)(?:{_FILE})?[/\\]?"
)
"""A path from the root on, or to a file of settings or results: its last name says what the row is."""
_KEY = re.compile(
    r"(?!.*(?:id$|class|categor|image|img|frame|file|epoch|iter|thr|conf|loss|time|rank|fold))[A-Za-z]\w*_\w+", re.I
)
"""The header of a column of numbers that is a key of a configuration, but of how far or on what a run was tested."""
_LINK_TEXT = re.compile(
    r"(?:(?:config|cfg|yaml|model|log|link|download|weights?|ckpt|here|metrics|url"
    r"|google|drive|baidu|onedrive|dropbox|hugging|face|百度|网盘|云盘)\W*)+",
    re.I,
)
_PROGRESS = frozenset({"epochs", "iterations"})
"""Settings that tell how far a run had come; a remark beside them is on that moment and names no run."""
_COUNTED = re.compile(r"\d{1,9}\s?[(（]")
"""How far a run had come, with such a remark: `3000 (final)`."""
_OTHER_MODEL = re.compile(r"teacher|pre-?train", re.I)
_NUMBER = re.compile(
    r"[*~≈= ]*(\d{1,3}(?:\.\d{1,20})?|\.\d{1,20})\s*(%?)\s*(?:/\s?(\d{1,4})(?![\d.]))?"
    r"(?:\([^()]{0,40}\)|（[^（）]{0,40}）|@ ?0?\.\d{1,4}|-[A-Za-z]{2,12}|(?:[±↑↓+-]\s?[\d.]{1,8}|[*†‡§↑↓=])*)?\s*"
)
"""A score, maybe with a word or the threshold behind it; behind a slash the epoch that it is of."""

Row = Sequence[tuple[Header, str, Cell]]
"""The cells of a row, each with the meaning and the text of its header."""


def named(row: Row) -> str:
    """The text that names the row's model: the column that says so, else the first one that is no number.

    A remark on how far the run was, or on the number that the row begins with, names no run.
    """
    at_number = bool(row) and row[0][0].kind == "other" and number_in(row[0][2].text) is not None
    is_told = at_number or any(each.name in _PROGRESS for each, _, _ in row)
    shown = [
        (each, cell.text)
        for each, header, cell in row
        if not (
            _is_of_other(header)
            or (is_told and _REMARK.fullmatch(header))
            or (each.name in _PROGRESS and _COUNTED.match(cell.text))
        )
    ]
    labels = [text for each, text in shown if each.kind == "label" and _tells(text) and not _NO_NAME.fullmatch(text)]
    if labels and not any(map(_LETTER.search, labels)):  # but for a network the rows are only counted
        networks = (text for each, text in shown if each.name == "backbone")
        labels = [text for text in networks if _tells(text) and _LETTER.search(text)] or labels
    if labels:  # of which a number says least
        return _last_name(min(labels, key=lambda text: (not _LETTER.search(text), bool(_PATH.fullmatch(text)))))
    told = [(each, text) for each, text in shown if _tells(text)]
    first = [text for each, text in told if each.kind in ("setting", "other") or _is_named(each, text)]
    first += [text for each, text in told if each.kind == "link"]
    first = [
        text for text in first if not (_NAMELESS.match(text) or _NO_NAME.fullmatch(text) or _COUNT.fullmatch(text))
    ]
    texts = [text for text in first if not (number_in(text) or _LIST.fullmatch(text))]
    texts = texts or [cell.text for _, header, cell in row if _PARAMETER.fullmatch(header) and cell.text]
    is_swept = at_number and (
        _KEY.fullmatch(row[0][1]) or any(cell.text and _REMARK.fullmatch(header) for _, header, cell in row)
    )
    texts = texts or ([f"{row[0][1]} {row[0][2].text}"] if is_swept else [""])
    return _last_name(texts[0])


def _tells(text: str) -> bool:
    """Whether a cell holds words, and no mere link."""
    return bool(text) and "://" not in text and not _LINK_TEXT.fullmatch(text)


def _last_name(text: str) -> str:
    path = _PATH.fullmatch(text)
    return path["name"] if path else text


@lru_cache(1024)  # each row of a table asks for its headers
def _is_of_other(header: str) -> bool:
    """Whether a column is of another model than the one that a row is of."""
    return _OTHER_MODEL.search(header.partition("(")[0]) is not None


def _is_named(each: Header, text: str) -> bool:
    """Whether a cell names something although the head of its column tells a measure, as `1x-ms` may."""
    return each.kind == "measure" and not text.lstrip("~≈<> ")[:1].isdigit()


def number_in(text: str) -> re.Match[str] | None:
    """The score that a cell is, if it is nothing else: its number, its percent sign, its epoch."""
    return _short(text) if len(text) <= _SHORT else _NUMBER.fullmatch(text)


_short = lru_cache(4096)(_NUMBER.fullmatch)  # a score is asked for its unit, its column and its row
