"""Results in words: `mAP = 0.374`, `最终 AP 38.2`, `box AP 36.4 / mask AP 33.2`, `AP 从 36.1 提升到 36.9`.

A name of the closed list with a number beside it. What is hoped for, quoted from a paper, a difference, or of a part of
the classes, is none.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from fcosreport.notes import words
from fcosreport.notes.boards import scores
from fcosreport.notes.columns import is_data_set
from fcosreport.notes.markup import Line
from fcosreport.records import Evaluation, Metric, Where
from fcosreport.vocabulary.metric_names import is_side, metric_called, split_alone
from fcosreport.vocabulary.metrics import metric
from fcosreport.vocabulary.signs import signed

LONGEST = 300
"""Characters of a line that says a result; a longer one is prose with more in it than can be told."""

_SIGN = re.compile(
    r"LB|public|Public|PUBLIC|private|Private|PRIVATE|leader|Leader|LEADER|线|榜|리|リ|AP|AR|IoU|IOU|MeanIU|PQ|MOTA|HOTA"
    r"|IDF1|NDS|PCK|FROC|m(?<![A-Za-z]m)ap(?![A-Za-z])|M(?<![A-Za-z]M)ap(?![A-Za-z])|Dice|dice|cision|cisión|cisão|ecall|appel|F1"
    r"|f1score|f1-score|f1_score|f1 score"
)
"""A part of each name, by its first character: most lines have none, which is found sooner."""
_LEVEL = r"(?:(?:[Ee]asy|[Mm]edium|[Mm]oderate|[Hh]ard)[ _]{1,3})?"
_OF = (
    r"(?:(?:[Ss]egmentation|[Dd]etection|[Bb]?[Bb]ox|[Mm]ask|[Ss]egm?|key-?points?|kpts?|pose|coco|COCO|voc|VOC|ema|EMA"
    r"|[Vv]al(?:idation)?|[Tt]est|public|Public|private|Private|LB|线上|리더보드)[ _/-]{0,2}){0,3}"
)
_CORE = (
    r"(?:m?A[PR](?:1000|100|10|1)?|MAP(?=\s*of\b)|(?:MAP|Map|map)(?=@|\s*(?:to )?[~≈=:：])"
    r"|mIo[Uu]|mIOU|Mean ?IU|[Mm]ean ?I[oO]U"
    r"|(?:(?i:final|best|val|validation|test)[ _]){1,2}IoU(?: (?i:score))?|IoU (?i:metric|score)"
    r"|(?i:(?:mean |val |best |test )?dice(?: (?:score|coefficient))?)(?=[*_` ]{0,4}[=:：])"
    r"|PQ|MOTA|HOTA|IDF1|NDS|PCKh?|FROC)(?![A-Zb-ln-qt-z])"
    r"(?:[_ ](?:box|bbox|mask|range)(?=[_\s:=])){0,2}"
)
_AT = (
    r"(?:[@_ (\[]{0,2}(?:IoU ?= ?)?(?:0?\.50?|50|0?\.5)[:：~–_-](?:0?\.05[:：-])?0?\.?9[05](?!\.?\d)[)\]]?"
    r"| ?[@_(\[]{1,2} ?(?:IoU ?= ?)?0?\.[5-9]\d?(?:[:：~–-]0?\.\d{1,2})?[)\]]?"
    r"|0?\.[5-9]5?(?!\.?\d)|[@_]?(?:50|75)(?!\.?\d)"
    r"|_[5-9][05](?!\.?\d)|[_ -]?(?:small|medium|large|easy|moderate|hard)|_?[sml](?![a-z]))?"
)
_BESIDE = (
    r"(?i:(?:(?:average|avg\.?) )?(?:precision|percision|précision|precis(?:ão|ión)|recall|rappel)|f1(?:[-_ ]?score)?)"
    r"(?:@ ?0?\.50?)?(?![\w@/-])(?:\([BMP]\))?"
    r"|[PR](?=[ =:：]{1,3}0?\.\d\d)"
)
"""What is a result only beside others; the first of them is often misspelled so. A letter counts before a fraction."""
_NAME = re.compile(rf"(?<![A-Za-z])(?:{_LEVEL}{_OF}{_CORE}{_AT}(?: ?\((?:[BMP]|val|test)\))?|{_BESIDE})")
_WORDS = re.compile(r"[^\W\d_]+")
_VERB = (
    r"=|:|：|->|→|(?<=\s)[-–—](?=\s)|≈|~|约|为|是|达到?了?|到|有|は|が|는|은|이|가"
    r"|[:：]?\s*(?:od|de|von|di|is|was|of|about|around|approximately|approx\.?"
    r"|reaches|reached|got|at|to|(?:went|goes|rose|climb(?:s|ed)|fell|dropped|came) (?:up |down )?to|peak(?:s|ed) at)"
)
_BETWEEN = rf"[\s*_`\"'）)]{{0,12}}(?:(?:{_VERB})[\s*_`\"'≈~]{{0,6}}){{0,2}}"
_SCORE = r"(?:(?!0\d)\d{1,3}(?:\.\d{1,18})?|\.\d{1,18})"
_ENDS = r"(?![\dA-Za-z_])(?!\.\d)(?! ?[-–~] ?\.?\d)(?! ?(?:%|percent)? (?:of )?(?i:IoU|intersection|overlap))"
"""Nothing that goes on: neither as a number nor as a span, which is hoped for, nor as the IoU that AP is at."""
_APART = r"(?:(?<![A-Za-z])(?<![A-Za-z]_)|(?=\d\d\.\d|\d\.\d\d))"
"""A number of less digits that is glued to a name is part of it: `AP20`, `mAP_40`."""
_VALUE = re.compile(rf"{_BETWEEN}{_APART}(?P<value>{_SCORE}){_ENDS}\s{{0,2}}(?P<sign>%?)")
_IN_BRACKETS = re.compile(r"\s?[(（]\s?[~≈]?\s?(?P<value>0?\.\d{3,18}|\d\d\.\d{1,18})\s?(?P<sign>%?)\s?[)）]")
"""`mAP50 (0.178)`; a number of less digits in brackets is a threshold."""
_CHANGED = (
    r"(?:(?:is|was|went|goes|improve[sd]?|increase[sd]?|rises?|rose|drop(?:ped|s)?|fell)\s)?(?:从|由|from)?",
    r"(?:提升|提高|涨|升|增加|增|上升|下降|降低|降|掉|变|变化)?(?:到了?|成|为|至|->|→|to)",
)
_CHANGE = re.compile(
    rf"[\s*_`:：=]{{0,4}}{_CHANGED[0]}\s{{0,2}}{_SCORE}(?!\.\d|\d)\s?%?\s{{0,2}}{_CHANGED[1]}"
    rf"\s{{0,2}}(?P<value>{_SCORE}){_ENDS}\s{{0,2}}(?P<sign>%?)",
    re.I,
)
"""`from 36.1 to 36.9`: the last one is the result."""
_BEFORE = re.compile(
    rf"(?<![\dA-Za-z.+\-±↑↓])(?!\d+$)(?P<value>{_SCORE})(?!\.\d)(?P<sign>\s?%?)\s{{0,2}}(?:的\s?|at\s)?$"
)
_GAIN = re.compile(
    r"(?:[+±↑↓−]|高了?|低了?|涨了?|掉了?|降了?|提升了?|提高了?|下降了?|增加了?|差了?"
    r"|\b(?:by|gains?|improve[sd]?|drops?|loses?|higher|lower|more|less|about|over))\s{0,2}-?$",
    re.I,
)
_GAINED = re.compile(
    r"[`*_]{0,3}\s(?:improvements?|gains?|increase|boost|drop|points?|的?(?:提升|增益|涨点|下降)|향상|하락|상승)", re.I
)
_HOPED = signed(
    r"^\W*(?:if|unless)\b|^\W*(?:如果|若)|\?|？|(?<![=-])[<>≥≤]=?\s?\d|\b(?:target|goal|expect\w*|should|would|could|hope\w*|papers?|reported|official\w*|published|aim\w*"
    r"|threshold|at least|literature|sota|state[- ]of[- ]the[- ]art|et al)\b"
    r"|目标|期望|希望|应该|论文|官方|预期|文献|目標|期待|論文|公式|목표|논문",
    "[?<>]|if|unless|target|goal|expect|should|would|could|hope|paper|report|official|publish|aim|threshold|least"
    "|literature|sota|state|et al",
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|(?<=[。！？])")
_OF_SOME = signed(
    r"\bmedian\b|\bnon-?empty\b|\b(?:most|least|rare|rarer|rarest|common|frequent|difficult|hard|harder|hardest|easy|easier|easiest|best|worst"
    r"|top|remaining|other|minority|majority|some|few|several)(?:[ -][\w-]{1,20}){0,2} (?:classes|categories)\b"
    r"|部分类别|少数类",
    "median|empty|classes|categories",
)
_OF_ALL = re.compile(r"(?i)\b(?:all|overall|total)\b|全部|所有|总体")
"""Words of a result that is of a part of the classes, and of one that is of all."""
_LISTED = re.compile(
    rf"({_NAME.pattern}(?: ?[/,、|] ?{_NAME.pattern})+)[\s*_`]{{0,4}}[:：=]?\s{{0,3}}"
    r"([\d.%]+(?: ?[/,、|] ?[\d.%]+)+)"
)
"""`AP/AP50/AP75: 36.4/55.1/38.9`."""
_SHORT_FOR = re.compile(r"(?i)^avg\.? ")
_SEVERAL = re.compile(r"[\d.%] ?[/,、|] ?[\d.%]")
"""What stands between two of these numbers, which is found sooner."""
_SEGMENTED = re.compile(r"(?i)segmentation(?=[ _])")
_EPOCH = re.compile(
    r"\bep(?:och)?s?\.?\s{0,2}[:=#]?\s{0,2}(\d{1,4})\b(?!\s?[x*])|(?<![\d.])"
    r"(?<!last )(?<!first )(?<!最后)(?<!最后 )(?<!前)(?<!前 )"
    r"(\d{1,4})\s?个?\s?(?:epochs?|轮|ep)\b(?!\s?\d)",
    re.I,
)


_IN_EPOCH = ("poch", "轮", "에폭", "エポック")
_WHEN_BEST = re.compile(
    rf"(?i:epoch|轮次?|에폭|エポック)[ _]?(?:(?:by|for|of|at|with|based on|按) (?:the )?)?[(（]?"
    rf"(?:(?:best|highest|max) )?{_NAME.pattern}"
    r"[)）]?[\s*_`]{0,6}(?:[:：=]|为|is|was)[\s*_`]{0,6}(?P<epoch>\d{1,4})(?![\d.%])"
)
"""The epoch in which a metric was best, which is no result: `Best epoch by mAP50-95: 22`."""
_AT_BEST = re.compile(
    r"(?i)(?:best|最佳|最优|最好)(?:的)?[ _]?(?:epoch|轮次?)\s?(?:为|是|is|was|at|in|[:：=])?\s?(\d{1,4})(?![\d.%])"
)
_BEST_EPOCH = re.compile(
    r"(?i)[*_` ]{0,4}(?:best|最佳|最优|最好)(?:的)?[ _]?(?:epoch|轮次?|model epoch|checkpoint epoch)"
    r"[^:：=\d]{0,30}(?:50[-:]95|50)?[*_`) ]{0,4}[:：=]"
    r"[*_` ]{0,4}(?P<epoch>\d{1,4})(?:\s?/\s?\d{1,4}|\s?of \d{1,4})?[*_`. ]{0,4}"
)
_EACH = rf"(?P<value>{_SCORE})\s?(?P<sign>%?)\s?[(（](?:(?:on|for)\s)?(?P<of>[^\d\W][^()（）\n]{{0,30}})[)）]"
_PER = re.compile(rf"{_BETWEEN}{_EACH}")
_AND = re.compile(rf"\s?(?:[,，、;；/]\s?(?:and\s)?|and\s|vs\.?\s|和|与|と|및\s?){_EACH}")
"""Numbers of one metric, of which each tells in brackets what it is of: `mAP 0.90 (A) and 0.92 (B)`."""
_ON = re.compile(r"\s?%?(?: score)?,? on (?:the |our )?[*_`]{0,2}([A-Z][\w-]{1,20})")

_COMMA = re.compile(r"(?<![\d.,])(?:(0),(?=\d{2,18}(?![\d,]))|(\d{1,2}),(?=\d{1,2} ?%))")
"""In a number whose fraction stands behind a comma, where it parts no two numbers: `0,843`, `84,3 %`."""


def may_say(text: str) -> bool:
    """Whether there is a name of a metric in a text, without which it says no result."""
    return _SIGN.search(text) is not None


def results(line: Line, path: str) -> Iterable[Evaluation]:
    """The results that a line of a note says, one for each task and split; none where it speaks of other people's."""
    if line.kind == "code" or len(line.text) > LONGEST or not may_say(line.text):
        return ()
    if _HOPED.search(line.text):
        line = replace(line, text=" ".join(each for each in _SENTENCE.split(line.text) if not _HOPED.search(each)))
    if "‑" in line.text:  # a hyphen at which no line is broken: `mAP50‑95`
        line = replace(line, text=line.text.replace("‑", "-"))
    line = replace(line, text=_COMMA.sub(r"\1\2.", line.text)) if "," in line.text else line
    if _OF_SOME.search(line.text) and not _OF_ALL.search(line.text):
        return ()
    if any(sign in line.text for sign in _IN_EPOCH):
        line = replace(line, text=_WHEN_BEST.sub(r"best epoch \g<epoch>", line.text))
    return _results(line, path)


def _results(line: Line, path: str) -> Iterator[Evaluation]:
    found: dict[tuple[str, str, str], dict[str, tuple[str, bool]]] = {}
    stated: set[str] = set()
    boards, of_line = scores(line.text), words.split_said(line.text)
    for split, task, name, text in boards:
        found.setdefault((task, split, ""), {}).setdefault(name, (text, False))
    for name, text, has_sign, of in _pairs(line.text):
        meaning = metric_called(_SEGMENTED.sub("segm", _SHORT_FOR.sub("average ", name).replace(" (", "(")))
        if meaning and not meaning.category and all(text != each[-1] for each in boards):
            split = "" if meaning.split == "val" else meaning.split or split_alone(of) or of_line
            data_set = "" if split_alone(of) else of
            found.setdefault((meaning.task, split.replace("val", ""), data_set), {}).setdefault(
                meaning.metric, (text, has_sign)
            )
            stated |= {meaning.task} if meaning.stated else set()
    if not found:
        return
    percent = any(has_sign or float(text) > 1 for said in found.values() for text, has_sign in said.values())
    at = _AT_BEST.search(line.text) or _EPOCH.search(line.text)
    epoch = int(next(filter(None, at.groups()))) if at else None
    for (task, split, data_set), said in found.items():
        made: list[Metric] = [m for name, (text, _) in said.items() if (m := metric(name, text, percent=percent))]
        if made and all(each.value is not None and 0 <= each.value <= 1 for each in made):
            where = Where(path, line.number)
            is_stated = task in stated
            yield Evaluation(
                task,
                tuple(made),
                where,
                "note",
                epoch,
                task_stated=is_stated,
                form="words",
                data_set=data_set,
                split=split,
            )


def best_epoch(texts: Iterable[str]) -> int | None:
    """The epoch that lines say to be the best, where they say one: `Best epoch: 22`."""
    asked = (text for text in texts if len(text) <= LONGEST and any(sign in text for sign in _IN_EPOCH))
    epochs = {int(found["epoch"]) for text in asked if (found := _BEST_EPOCH.fullmatch(text))}
    return epochs.pop() if len(epochs) == 1 else None


def is_beside(evaluation: Evaluation) -> bool:
    """Whether there is nothing in it that is a result by itself."""
    return all(is_side(metric.name) for metric in evaluation.metrics)


def lost(line: Line) -> Iterator[str]:
    """The numbers, each with its metric, that are none of the line's results, as another number of that metric stands
    before them.
    """
    if len(line.text) > LONGEST or not may_say(line.text):
        return
    words = _WORDS.findall(line.text.lower())
    if line.text.isascii() and len(words) == len(set(words)):  # no metric twice, as in each row of a pasted summary
        return
    first: dict[str, str] = {}
    for name, text, _, of in _pairs(_WHEN_BEST.sub("", line.text)):
        if not of and first.setdefault(name, text) != text and any(results(line, "")):
            yield f"{name} {text}"


def printed(code: Line, path: str) -> Iterator[Evaluation]:
    """The results in a block of code that ends with one, as a program prints it last; other code says none."""
    rows = code.text.rstrip().split("\n")
    if words.is_result(rows[-1].strip()):
        for number, row in enumerate(rows, code.number + code.is_fenced):
            if words.is_result(row.strip()):
                yield from results(Line(number, "text", row.strip()), path)


def _pairs(text: str) -> Iterator[tuple[str, str, bool, str]]:
    """Each name with its number, as it is written, whether a percent sign follows, and what it is of, where the line
    tells the same metric of several.
    """
    found = list(_named(text))
    names = Counter(name for name, *_ in found)
    for name, text_of, has_sign, of, rest in found:
        on = _ON.match(text, rest) if not of and names[name] > 1 else None
        of = of or (on[1] if on else "")
        yield name, text_of, has_sign, of if len(of) == 1 or split_alone(of) or is_data_set(of) else ""


def _named(text: str) -> Iterator[tuple[str, str, bool, str, int]]:
    at = 0
    if _SEVERAL.search(text) and (listed := _LISTED.search(text)):
        names = [each[0] for each in _NAME.finditer(listed[1])]
        values = re.findall(r"(\d{1,3}(?:\.\d{1,8})?|\.\d{1,8})(%?)", listed[2])
        if len(names) == len(values):
            yield from (
                (name, value, bool(sign), "", listed.end()) for name, (value, sign) in zip(names, values, strict=True)
            )
            return
    for name in _NAME.finditer(text):
        if (first := _PER.match(text, name.end())) and (more := _AND.match(text, first.end())):
            each: re.Match[str] | None = first
            while each:
                yield name[0], each["value"], bool(each["sign"]), each["of"].strip(), each.end()
                at, each = each.end(), more
                more = _AND.match(text, more.end()) if more else None
            continue
        value = next((v for each in (_CHANGE, _VALUE, _IN_BRACKETS) if (v := each.match(text, name.end()))), None)
        if not value and (before := _BEFORE.search(text[at : name.start()])):
            is_gain = _GAIN.search(text[at : at + before.start()]) or _GAINED.match(text, name.end())
            value = None if is_gain else before
        if value and _is_told(value):
            yield name[0], value["value"], bool(value["sign"].strip()), "", max(value.end(), name.end())
        at = value.end() if value and value.re is not _BEFORE else name.end()


def _is_told(value: re.Match[str]) -> bool:
    """Whether a number is printed as a result is: one digit alone counts something else."""
    return "." in value["value"] or bool(value["sign"].strip()) or len(value["value"]) > 1
