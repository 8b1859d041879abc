"""What the lines before a result say of it: its task, its epoch and iteration, its category.

For dialects whose results do not say it themselves. Without a clear word there is no epoch rather than a wrong one.
"""

import re
from typing import NamedTuple

from msgspec import Struct

FAR = 28 << 10
"""Bytes before a result in which its epoch is looked for, and in a note its task."""
NEAR = 4 << 10
"""Bytes before a result in which a log states its task."""

_TITLE = 512  # bytes before a result in which its title stands, if it has one
_LOOKS = 64  # lines that are looked at for an epoch
_WIDTH = 240  # bytes of a line that are looked at
_LINES = re.compile(r"[\r\n]+|\\n|<br ?/?>")
_TASK = re.compile(
    r"(?:(?:annotation type|demo for) \*|IoU metric: *|Evaluating |[Ee]valuation results for "
    r"|\b(?:iou_?)?[tT]ype ?[=:] ?['\"]?)(bbox|segm|keypoints)"
)
_STATES = (b" *", b"IoU metric:", b"valuati", b"ype")  # one of them is in each of these
_TASKS = {
    "bbox": re.compile(r"\bb?box(?:es)?\b|目标检测|物体検出", re.I),
    "segm": re.compile(r"\bsegm\b|segmentation|\bmasks?\b(?![ _-]*r-?cnn)|分割", re.I),
    "keypoints": re.compile(r"\bkeypoints?\b(?![ _-]*r-?cnn)|关键点", re.I),
}
_HEADING = re.compile(r"[\s>*+-]*#{1,6}\s*\S|\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
_PRINTED = {b"bbox": "bbox", b"segm": "segm", b"keyp": "keypoints"}
_CATEGORY = re.compile(rb"[Ee]valuat\w+ (?:results )?(?:for )?(?:category|[Oo]bject [Cc]lass):? +([^\r\n\\]{1,200})")
_EPOCH = re.compile(
    rb"(?:(?<![A-Za-z_])|(?<=train_)|(?<=eval_)|(?<=val_))[Ee]poch"
    rb"(?:\((?:train|val|test)\)(?= *\[ *\d+\]))?[\"']?[ :=#]*\[? *(\d{1,6})(?![\w%]|\.\d)"
)
_ITERATION = re.compile(rb"(?<![A-Za-z_/])[Ii]ter(?:ation)?(?:\(train\))?[\"']?[ :=#|]*\[? *(\d{1,9})(?![\w%]|\.\d)")
_PLANNED = re.compile(rb" ?(?:/|of) ?(\d{1,6})(?![\w%]|\.\d)")
_COUNTERS = (b"poch", b"POCH", b"iter", b"Iter")
_OTHER = re.compile(
    rb"(?i:best|max|total|num|number|warm\w*|start\w*|resum\w*|last|aug|of|every|each|per|from|eval|infer)\W{0,2}$"
)  # `Eval iter: 2400` counts the batches of a loader
_OF_LOADER = re.compile(rb"(?i:test|finish|val|valid\w*|predict\w*)\W{0,2}$")
"""So does this, before an iteration; before an epoch it does not."""


class Progress(NamedTuple):
    """The epoch and the iteration of a result, and of how many epochs it is."""

    epoch: int | None = None
    iteration: int | None = None
    of: int | None = None

    @property
    def is_told(self) -> bool:
        return self.epoch is not None or self.iteration is not None


class Statements(Struct, frozen=True):
    """What is said of a result. None: nothing is said."""

    task: str | None = None
    epoch: int | None = None
    iteration: int | None = None
    of: int | None = None
    category: str | None = None


def statements(data: bytes, stop: int, note: bool, mark: bytes, last: Statements | None) -> Statements:
    """What the text before `data[stop]` says of the result there.

    `mark` occurs in every result and ends the search. `last` is what was said of a result shortly before; it holds on
    where nothing else is said, up to the next heading of a note.
    """
    start = max(0, stop - FAR)
    if last:
        start = max(start, data.rfind(mark, start, stop))
    task, parted = _task(data, start, stop, note, mark)
    at = counters(data, stop, note, mark, start)
    if last and not parted:
        task = task or last.task
        at = at if at.is_told else Progress(last.epoch, last.iteration, last.of)
    return Statements(task, *at, _category(data, max(start, stop - NEAR // 4), stop))


def _task(data: bytes, start: int, stop: int, note: bool, mark: bytes) -> tuple[str | None, bool]:
    """The task that the nearest line states, and whether a heading parts it from what was before."""
    at = data.rfind(b" type *", max(start, stop - 200), stop)
    if at >= 0 and (task := _PRINTED.get(data[at + 7 : at + 11])) and data.find(b"metric", at, stop) < 0:
        return task, False
    for size in (_TITLE, FAR if note else NEAR):
        begin = max(start, stop - size)
        if size > _TITLE and not note and _is_titled(data, stop) and not _states(data, begin, stop):
            break
        task, parted = _stated_task(data[begin:stop].decode(errors="replace"), note, mark.decode())
        if task or parted or begin == start or data.find(mark, begin, stop) >= 0:
            break
    return task, parted


def _is_titled(data: bytes, stop: int) -> bool:
    """Whether a whole line that is not blank stands right before the result: what is farther away is no title."""
    lines = data[max(0, stop - _TITLE) : stop].partition(b"\n")[2].rpartition(b"\n")[0]
    return bool(lines.strip(b" \t`\"',\r\n"))


def _states(data: bytes, begin: int, stop: int) -> bool:
    return any(data.find(each, begin, stop) >= 0 for each in _STATES)


def _stated_task(text: str, note: bool, mark: str) -> tuple[str | None, bool]:
    """Besides what frameworks print, the nearest line and in a note the nearest heading may be a title like `segm`."""
    title = True
    for line in reversed(_LINES.split(text)[:-1]):
        if mark in line:
            break
        if match := _TASK.search(line):
            return match[1], False
        words = line.strip(" \t`\"',")
        heading = note and bool(_HEADING.match(line))
        if (title or heading) and words:
            title = False
            tasks = [task for task, word in _TASKS.items() if len(words) < (120 if note else 40) and word.search(words)]
            if len(tasks) == 1:
                return tasks[0], False
        if heading:
            return None, True
    return None, False


def _category(data: bytes, start: int, stop: int) -> str | None:
    at = max(data.rfind(b"ategory", start, stop), data.rfind(b"bject Class", start, stop))
    match = _CATEGORY.search(data, max(start, at - 40), stop) if at >= 0 else None
    return match[1].decode(errors="replace").strip(" \t`\"',*:") or None if match else None


def counters(data: bytes, stop: int, note: bool, mark: bytes, start: int = 0) -> Progress:
    """Epoch and iteration of the result at `data[stop]` from the nearest line before it that tells one.

    None where another result stands between.
    """
    start = max(start, stop - FAR)
    for size in (600, NEAR, FAR):
        begin, end = max(start, stop - size), stop
        for _ in range(_LOOKS):
            at = max(data.rfind(word, begin, end) for word in _COUNTERS)
            if at < 0:
                break
            left = max(start, at - _WIDTH)
            end = max(data.rfind(b"\n", left, at) + 1, data.rfind(b"\r", left, at) + 1, left)
            line = data[end : min(at + _WIDTH, stop)].splitlines()[0].replace(b"EPOCH", b"Epoch")
            if b"mAP" in line:
                continue  # a result, which tells the epoch of what stands before it
            epoch, iteration = _counter(_EPOCH, b"poch", line, note), _counter(_ITERATION, b"ter", line, note)
            if epoch or iteration:
                found = Progress(
                    epoch and int(epoch[1]), iteration and int(iteration[1]), _of(epoch) if epoch else None
                )
                return Progress() if data.find(mark, at, stop) >= 0 else found
        if begin == start or data.find(mark, begin, stop) >= 0:
            break
    return Progress()


def _of(epoch: re.Match[bytes]) -> int | None:
    """Of how many epochs that one is, where it is said behind it."""
    said = _PLANNED.match(epoch.string, epoch.end())
    return int(said[1]) if said and int(said[1]) >= int(epoch[1]) else None


def _counter(pattern: re.Pattern[bytes], word: bytes, line: bytes, note: bool) -> re.Match[bytes] | None:
    at = line.find(word)
    while at >= 0:
        match = pattern.match(line, max(0, at - 1))
        after = line[match.end() : match.end() + 1] if match else b""
        pasted = match and (
            b"[" in match[0] or b"(" in match[0] or after == b"/"
        )  # in a note, `epoch: 12` is a setting
        before = line[max(0, at - 16) : max(0, at - 1)]
        is_other = _OTHER.search(before) or (pattern is _ITERATION and _OF_LOADER.search(before))
        if match and (pasted or not note) and not is_other:
            return match
        at = line.find(word, at + 1)
    return None
