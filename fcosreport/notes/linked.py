"""The files of its own tree that a note links: configurations, logs, tables and weights."""

import re
from collections.abc import Iterator

from fcosreport.notes.grids import links_in
from fcosreport.notes.markup import Markup
from fcosreport.notes.remarks import without_code
from fcosreport.records import Reference, Where

_FILE = re.compile(
    r"(?![#/\\]{2}|#)[^:?#{}<>*$]+\.(?:py|ya?ml|json|log|txt|csv|pth|pt|pkl|ckpt|h5|onnx|weights|pdparams|safetensors)"
    r"(?:[?#].*)?",
    re.IGNORECASE,
)
"""A path, and no address: such a file is made by a training or asked for by one."""
_EXAMPLE = re.compile(r"(?i)path[-_ /]to(?![a-z])|(?<![a-z])your(?![a-z])|\.\.\.|xxx")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def references(note: Markup, path: str) -> Iterator[Reference]:
    """The links of a note to such files, in its order. Code and comments link nothing."""
    if not any(map(_has_link, note.rows)):
        return
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), without_code(note.rows, note.lines, _counts))
    for number, row in enumerate(text.split("\n"), 1):
        if _has_link(row):
            for _, target in links_in(row):
                if _FILE.fullmatch(target) and not _EXAMPLE.search(target):
                    yield Reference(target, Where(path, number))


def _has_link(row: str) -> bool:
    return "](" in row or "href" in row


def _counts(row: str) -> bool:
    """Whether a row has a link, or what begins or ends a comment."""
    return _has_link(row) or "--" in row
