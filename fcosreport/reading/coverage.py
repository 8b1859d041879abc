"""What became of a file, and the first line of one that looks like a result and that no reader took.

The test is cheap, and made to be quiet: names of metrics beside scores, and twelve numbers that rise and fall as those
of COCO do. Documents and configurations are not asked, a note only where nothing was read of it, and programs only for
what evaluations print.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import PurePosixPath

from msgspec.structs import replace

from fcosreport.reading.dialect import Window, places_of
from fcosreport.records import Experiment, Fragment, Issue, Segment, Where

_DATA = re.compile(r"|\.(?:log|txt|out|err|jsonl?|ndjson|csv|tsv|ipynb|[oe]?\d+)", re.I)
"""How the names of files end that programs write their results to; of a notebook but what it printed is looked at."""
_PROGRAM = re.compile(r"\.(?:py|sh|bash|zsh|slurm|sbatch)", re.I)
"""How those programs end in whose comments people keep what came of them."""
_PASTED = re.compile(rb"maxDets= *\d{1,4} *\] = 0\.(?!000)\d{3}\b|copypaste: [1-9]\d?\.\d+,\d")
"""A row of COCO's summary, and the line for a spreadsheet of detectron2: no program holds them by itself."""
_DOCUMENT = re.compile(
    r"(?:readme|licen[sc]e|copying|copyright|notice|authors|news|change(?:s|log)|requirements)\b", re.I
)
_HINTS = (
    *(b"AP", b"MPJPE", b"mpjpe", b"(px)", b"map", b"Map", b"ean_ap", b"ecision", b"IoU"),
    *(b"MOTA", b"HOTA", b"IDF1", b"NDS", b"0.", b",.", b" ."),
)
_SCORE = rb"(?:(?:-0?|[01]?)\.\d{2,}|0\. \d{4,}|\d{1,2}\.\d{1,4}(?= ?%|[\s,;|\"'}\])]|$))(?:e[-+]\d+)?"
_NAME = (
    rb"(?:mAP|(?<![A-Za-z])ap(?=_?(?:50|75)(?!\d)|@)"
    rb"|(?<![A-Za-z])(?:AP|mIoU|MOTA|HOTA|IDF1|NDS)|(?i:\bmean[ _](?:average[ _]precision|ap|\w{1,12}[ _]iou)\b)"
    rb"|(?:(?<=[_/\"'])|\b(?=map[_@]?\d))map|\bMap(?=@)"  # map alone is a map, a picture or a function
    rb"|(?:(?<=(?:mean|eval)[_ ])|(?<=(?:val|avg)[_ ])|(?<=test[_ ]))[dD]ice|[dD]ice[_ ](?:score|coef\w{0,8}|mean))"
    rb"(?:[_@ ]?\[?(?:0?\.?\d{1,3}(?:[-:]0?\.?\d{1,3}){0,2}+"
    rb"|IoU=[\d.:]+|small|medium|large|[sml]|all|val|test)\]?){0,2}"
)
_BESIDE = (
    rb"(?:\([A-Za-z]\)|\s*\([%\w. ]{1,12}\))?[\"'*` )]{0,3}\s?"
    rb"(?:[:=|]|is [:=]?|(?:scores? )?of )[\s\"'(\[*`]{0,4}(?:tensor\()?"
)
_OF = rb"(?: (?:of|on|for|over|in|at) [\w .@/-]{1,40}?)?"
"""What a sentence says between the name and the number: `mean AP on the test set: 37.2`."""
_BLANK = rb" {1,2}(?:(?:-?[01]?\.(?:\d{3,}|(?![579][05])\d\d)|\d\d\.\d{1,2})(?![\d.%])|\d\d(?:\.\d{1,2})? ?%)"
_LONG = rb"[aA]verage[ _][pP]recision"
"""The name of an AP of whatever kind, which classifiers and searches have as well."""
_OF_CLASS = rb"(?<=[a-z\d]_)(?<!oss_)[dD]ice"
"""The end of `liver_dice`, which in a table may as well be of an image."""
_NAMED = re.compile(
    rb"(?:" + _NAME + rb"|" + _OF_CLASS + rb"|" + _LONG + rb")(?:" + _OF + _BESIDE + _SCORE + rb"|" + _BLANK + rb")"
)
_AVERAGE = re.compile(_LONG)
_NEAR = 500  # bytes around such a name, in which it may be told that it is of these
_NONE_YET = re.compile(rb"best \S+ is 0?\.0+(?!\d)")
"""What a training says that ended before its first evaluation."""
_ALONE = re.compile(rb"^[^\w\r\n]{0,12}map {1,2}-?[01]?\.\d{3,}[^\w\r\n]{0,12}\r?$", re.M)
"""A line that says nothing else, such as `---map 0.3712---`: a map of other trades is no score."""
_POSE = re.compile(
    rb"\b(?:MPJPE|mpjpe)[\w.]{0,12}\)?[\"']? {0,2}[:=|,] {0,4}\d{1,3}\.\d"
    rb"|\bTest error\(px\)[^\r\n]{0,200}\r?\n[\d,.]{0,200}\d\.\d"
)
"""How far joints are off: in millimetres, as of poses in space, and in pixels, as in DeepLabCut's table."""
_BEHIND = re.compile(rb"(?<![\d.])(?:0?\.\d{2,}|\d\d\.\d{1,2}) ?%? m?AP(?![A-Za-z\d@])")
"""A number before the name of its metric, as people write it: `38.7 AP`."""
_SIGNS = (
    *(b"AP", b"mIoU", b"MOTA", b"HOTA", b"IDF1", b"NDS", b"map", b"Map@", b"ean ", b"ean_", b"EAN ", b"EAN_"),
    *(b"ap5", b"ap_5", b"ap@", b"dice", b"Dice", b"verage ", b"verage_"),
)
"""What is in each of the names, at its begin or one character behind: found in a tenth of the time."""
_BEGINS = b"AHIMNmdDa"
"""The first characters of the names."""
_ONE, _PARTS = rb"(?:-1(?:\.0+)?|[01]?\.\d+(?:e-\d+)?)", rb"(?:, ?|[;\t]| {1,3})"
_TWELVE = re.compile(  # from the first dot on: AP is no -1
    rb"\.(?:(?<![\d.,;]\.)|(?<=[01]\.)(?<![\d.,;][01]\.))\d++(?:e-\d+)?"
    + (_PARTS + rb"(?:" + _ONE + _PARTS + rb"){10}" + _ONE + rb"(?![\d.]|[,;\t ]+[-\d.])")
)
_ELEVEN = re.compile(rb"\d(?:(?:, ?|[;\t]| {1,3})[-\d.e]+){11}")
"""What is in the line of each twelve."""
_GOES_ON = re.compile(rb"\d\.\d+[ \t]{1,3}\Z")
"""Before twelve numbers that are the last of more, as the corners of a polygon are."""
_NUMBER = re.compile(rb"-?[\d.]+(?:e-\d+)?")
_COLUMN = re.compile(_NAME + rb"(?:\(\w\))?[\"' ]*\r?(?=[,;\t|]|$)", re.M)
_BEFORE = re.compile(rb"[\"' ]*[\w./-]*")
"""What may stand before the name of a column in its cell."""
_FAR = 200  # bytes of that
_CELL = re.compile(rb"[01]?[.,]\d+(?:e-\d+)?|\d\d[.,]\d+")
_SCORED = re.compile(rb"(?:^|[,;\t|])[\"' \r]*(?:" + _CELL.pattern + rb")[\"' \r]*(?=[,;\t|]|$)", re.M)
"""A cell with a score in it."""
_TABLE = re.compile(r"\.[ct]sv", re.I)
_OF_TRADE = rb"accuracy|\bacc\b|support|auc|roc\b|specificity|mcc|kappa|top-?\d|ndcg|mrr"
"""What classifiers and searches tell."""
_NO_BOXES = re.compile(rb"(?i)" + _OF_TRADE)
_OF_OTHERS = re.compile(rb"(?i)class|label|query|topic|token|entit|" + _OF_TRADE)
"""In the heading of a table, beside precision and recall: a classifier, a search, or parts of a result."""
_CLASSIFIER = re.compile(rb"accuracy[/_]top-?[15][\"']?(?: ?[:=]| ) ?\d|\bAcc@[15][ :=]+\d|\btop1_acc +top5_acc")
"""What evaluations of a classifier print, as mmpretrain and timm do."""
_OF_CLASSIFIER = "the training of a classifier, whose results are none of detection"
_WIDE, _ROWS = 16 << 10, 50  # bytes of a heading and the rows below it, among which one may be of an evaluation
_SHOWN = 100  # characters of a line
REPORT = 'If it is one, tell us: open an issue "my log is not read" with these lines.'
"""What to do with a result that no reader took."""


class Doubts:
    """Looks for the first line of one file that may be a result, until a reader takes one.

    `is_of_classifier`: the file tells how often the class of a whole image was right.
    """

    def __init__(self, shown: str, *, is_note: bool = False) -> None:
        path = PurePosixPath(shown)
        self.shown = shown
        self.is_program = bool(_PROGRAM.fullmatch(path.suffix)) and not is_note
        is_data = bool(_DATA.fullmatch(path.suffix)) and not _DOCUMENT.match(path.name)
        self.is_table = bool(_TABLE.fullmatch(path.suffix))
        self.is_asked = self.is_program or is_data or is_note
        self.first: Issue | None = None
        self.is_of_classifier = False

    def look(self, window: Window) -> None:
        """Look at what is new in a window."""
        self.is_of_classifier = self.is_of_classifier or _is_of_classifier(window)
        if not self.is_asked or self.first or not any(map(window.may_hold, _HINTS)):
            return
        places = _pasted if self.is_program else _places
        found = places(window)
        at = min(chain(found, _parts(window.data) if self.is_table and not window.start else ()), default=None)
        if at is None:
            return
        near = max(0, at - _SHOWN // 2)
        begin = max(near, *(window.data.rfind(end, near, at) + 1 for end in (b"\n", b"\r")))
        line = re.split(rb"[\r\n]", window.data[begin : begin + _SHOWN], maxsplit=1)[0]
        text = " ".join(line.decode(errors="replace").split())
        message = f"Not understood: {text!r} looks like a result, and no reader took it. {REPORT}"
        if self.is_program:
            message = f"Not understood: {text!r} was pasted into a program. Keep it in a note or a log, which are read."
        self.first = Issue(message, Where(self.shown, window.line_at(at)))


def _is_of_classifier(window: Window) -> bool:
    has_sign = any(map(window.may_hold, (b"ccuracy", b"Acc@", b"top1_acc")))
    return has_sign and _CLASSIFIER.search(window.data, window.start) is not None


def _pasted(window: Window) -> Iterator[int]:
    """Where in a program the first line stands that an evaluation has printed."""
    may_be = any(map(window.may_hold, (b"] = 0.", b"copypaste: ")))
    if may_be and (found := _PASTED.search(window.data, window.start)):
        yield found.start()


def _places(window: Window) -> Iterator[int]:
    """Where something stands that looks like a result."""
    data, start = window.data, window.start
    signs = filter(window.may_hold, _SIGNS)
    found = (name for sign in signs for at in places_of(sign, data, start) for name in (at - 1, at))
    names = sorted(name for name in found if name >= start and data[name] in _BEGINS)
    if (named := next((name for name in names if _is_named(data, name)), None)) is not None:
        yield named
    if window.may_hold(b"map ") and (alone := _ALONE.search(data, start)):
        yield alone.start()
    may_be = any(map(window.may_hold, (b"MPJPE", b"mpjpe", b" error(px)")))
    if may_be and (off := _POSE.search(data, start)):
        yield off.start()
    if window.may_hold(b" AP") or window.may_hold(b" mAP"):
        yield from (each.start() for each in _BEHIND.finditer(data, start))
    if window.may_have(_ELEVEN):
        yield from _twelves(data, start)
    yield from _tables(data, names)


def _parts(data: bytes) -> Iterator[int]:
    """Where the heading of a short table names precision and recall, above scores, and nothing of another trade."""
    heading, *rows = data.split(b"\n", _ROWS + 1)
    end = next((each for each in (b"\t", b";", b",") if each in heading), b"\n")
    names = heading.lower().split(end)
    precision = next((at for at, name in enumerate(names) if b"precision" in name), -1)
    is_of_parts = precision >= 0 and any(b"recall" in name for name in names) and not _OF_OTHERS.search(heading)
    cells = (row.split(end)[precision : precision + 1] for row in rows) if is_of_parts and len(rows) <= _ROWS else ()
    if any(_CELL.fullmatch(cell.strip(b" \"'\r")) for (cell,) in filter(None, cells)):
        yield heading.lower().index(b"precision")


def _is_named(data: bytes, name: int) -> bool:
    found = _NAMED.match(data, name)
    if not found or _NONE_YET.match(data, max(0, name - len(b"best "))):
        return False
    near = data[max(0, name - _NEAR) : name + _NEAR]
    return not (_AVERAGE.match(data, name) and _NO_BOXES.search(near))


def _twelves(data: bytes, start: int) -> Iterator[int]:
    for each in _TWELVE.finditer(data, start):
        begin = each.start() - (data[each.start() - 1 : each.start()] in (b"0", b"1"))
        if not _GOES_ON.search(data, max(0, begin - _SHOWN), begin) and _are_coco(data[begin : each.end()]):
            yield begin


def _are_coco(text: bytes) -> bool:
    """Whether twelve numbers can be those of COCO: AP and AP75 are below AP50, recall grows with its detections."""
    numbers = [float(number) for number in _NUMBER.findall(text)]
    ap, ap50, ap75, *_, ar1, ar10, ar100, _, _, _ = numbers
    return 0 < ap < ap50 and ap75 < ap50 and 0 < ar1 <= ar10 <= ar100 and ar1 < ar100 and ap < ar100


def _tables(data: bytes, names: Iterable[int]) -> Iterator[int]:
    """The first heading of a table that names a metric, above a score; of the places of names, in their order."""
    columns = (_column(data, name) for name in names if _COLUMN.match(data, name))
    scored = -1
    for column in columns:
        if column < 0:
            continue
        if scored < column:
            found = _SCORED.search(data, column + 1)
            if not found:
                return
            scored = found.start()
        begin = data.rfind(b"\n", 0, column + 1) + 1
        if scored < begin + _WIDE and _is_above_score(data[begin : begin + _WIDE], column + 1 - begin):
            yield column
            return


def _column(data: bytes, name: int) -> int:
    """Where the column begins whose name ends with the one at `data[name]`: at what parts the cells; -1 if nowhere."""
    near = max(0, name - _FAR)
    part = max(data.rfind(each, near, name) for each in (b"\n", b",", b";", b"\t", b"|"))
    if (part < 0 and near) or not _BEFORE.fullmatch(data, part + 1, name):
        return -1
    return part + 1 if part < 0 or data.startswith(b"\n", part) else part


def _is_above_score(text: bytes, before: int) -> bool:
    """Whether below the column that begins behind `text[:before]`, in the first line, there is a score."""
    heading, *rows = text.split(b"\n", _ROWS + 1)[: _ROWS + 1]
    end = next((each for each in (b"|", b";", b"\t", b",") if each in heading), b"\n")
    place = text.count(end, 0, before)
    cells = (row.split(end)[place : place + 1] for row in rows)
    return any(_CELL.fullmatch(cell.strip(b" \"'\r")) for (cell,) in filter(None, cells))


def doubt_of(note: str, fragment: Fragment) -> Issue | None:
    """The first line of a note that looks like a result, where nothing was read of it and nothing said; else None."""
    is_read = fragment.issues or any(e.evaluations for e in fragment.experiments)
    is_read = is_read or any(not row.is_own for row in fragment.tables)  # those of one's own make experiments
    if is_read or fragment.source.kind != "note":
        return None
    doubts = Doubts(fragment.source.path, is_note=True)
    doubts.look(Window(note.encode(errors="replace"), 0, 1))
    return doubts.first


def covered(fragment: Fragment, doubt: Issue | None, *, is_of_classifier: bool = False) -> Fragment:
    """The fragment with the doubt among its issues; its source tells what became of the file.

    Of a classifier's training nothing is kept: it is no run of a detector.
    """
    if is_of_classifier and not (doubt or fragment.source.evaluations or fragment.tables):
        source = replace(fragment.source, state="nothing in it", reason=_OF_CLASSIFIER)
        return replace(fragment, source=source, segments=(), mark=None)
    said: tuple[Segment | Experiment, ...] = (*fragment.segments, *fragment.experiments)
    results = fragment.source.evaluations + sum(bool(row.results) for row in fragment.tables)
    results = results or sum(len(each.evaluations) for each in fragment.experiments)  # as sentences of a note tell them
    source = replace(fragment.source, evaluations=results, settings=sum(len(each.settings) for each in said))
    is_read = results or source.settings or fragment.data_sets or any(each.curves or each.events for each in said)
    if source.kind in ("binary", "unreadable"):
        reason = "no text" if source.kind == "binary" else next((each.message for each in fragment.issues), "")
        source = replace(source, state="not read", reason=source.reason or reason)
    elif doubt:
        source = replace(source, state="not understood", reason=doubt.message)
        return replace(fragment, source=source, issues=(*fragment.issues, doubt))
    elif is_read:
        source = replace(source, state="read")
    elif fault := next((each for each in fragment.issues if each.fault), None):
        source = replace(source, state="not read", reason=fault.message)
    return replace(fragment, source=source)
