"""What a note claims in words: "5e-3 is best", "GN is better than BN", "GN improves BN by 0.5 AP", "5e-3 最好"."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from fcosreport.notes.markup import Line
from fcosreport.records import Claim, Ignore, Issue, Where
from fcosreport.vocabulary.headers import header

_LONGEST = 300  # characters of a line that is a claim; longer ones are prose with more in it than can be told

_SENTENCE = re.compile(r"[.;!](?=\s|$)|[。；！,，]|\b(?:and|but|while|whereas)\b", re.I)
_SUBJECT = r"(?P<subject>[\w.+=/-]+?(?: [\w.+=/-]+){0,4}?)"
_OTHER = r"(?P<other>[\w.+=/-]+?(?: [\w.+=/-]+){0,4}?)"
_METRIC = r"(?:m?AP|AP50|AP75|APs|APm|APl|(?:mask|segm|bbox|box) AP|points?|个?百?分?点)"
_GAIN = rf"\+?(?P<gain>\d+(?:\.\d+)?) *(?P<unit>%?) *(?:{_METRIC})"
_LEAD = (
    r"(?:(?:conclusion|result|summary|takeaway|in short|so|thus|clearly|overall|结论|结果|总结|小结|综上|总之)"
    r"[:：,， ]+)?"
    r"(?:(?:with|using|the|用) )?"
)
_VERB = r"(?:is|was|works|performs|does|gives|gets|has|turned out|seems)"
_OF_RESULT = r"(?:的)?(?:效果|结果|性能|精度|mAP|AP)?"
_UP = r"(?:提升|提高|涨|升|高|好|多|增加|增长)(?:了|出)?"
_DOWN = r"(?:下降|降低|降|掉|低|差|减少)(?:了|出)?"
_THAN = r"(?:相比于?|相对于?|相较于?|较|对比|比)(?:起)?"
_CHANGED = r"(?:调|改|换|变|增|升|降|提高|减小|增大)?(?:到|成|为|至)"
_NOW = r"of all|overall|result|one|so far|yet|now|until now|up to now"
_REACHES = r"(?:reach(?:es|ed)|achiev(?:es|ed)|obtain(?:s|ed)|attain(?:s|ed)|gets|scores|scored)"
_VALUE = r"(?P<value>\d{1,2}\.\d{1,3}|0?\.\d{2,5}) ?%?"
_NAMED = r"(?P<metric>(?:(?:box|bbox|mask|segm) ?)?m?AP[\w@.:\[\]-]{0,12}?)"
_REST = r"(?: on [\w ./-]{1,40})?(?:, .*)?"
_CLAIMS = tuple(
    re.compile(rf"{_LEAD}{pattern}\W*", re.I)
    for pattern in (
        rf"{_SUBJECT} {_VERB} (?:(?:the|still|clearly|by far) )*best(?: (?:{_NOW}|{_METRIC}))*",
        rf"best (?:lr|learning rate|norm|batch(?: size)?|setting|run)(?: is|:|：|=) ?{_SUBJECT}",
        rf"{_SUBJECT} ?{_OF_RESULT}(?:是)?(?:最好|最佳|最优|最高)(?:的)?",
        rf"(?:最好|最佳|最优)的?(?:是|为|[:：]) ?{_SUBJECT}",
        rf"{_SUBJECT} {_VERB} (?:(?:much|clearly|slightly|a bit|still) )*better than {_OTHER}",
        rf"{_SUBJECT} (?:beats|outperforms|wins over) {_OTHER}",
        rf"{_SUBJECT} ?{_THAN} ?{_OTHER} ?{_OF_RESULT}(?:要|更)?(?:好|高|强)(?:一些|一点)?",
        rf"{_SUBJECT} (?:{_VERB} )?{_GAIN} (?:(?:better|higher) than|over|above|against|compared (?:to|with)) {_OTHER}",
        rf"{_SUBJECT} improves (?:over |on |upon )?{_OTHER} by {_GAIN}",
        rf"{_SUBJECT} ?{_THAN} ?{_OTHER}[,，]? ?{_OF_RESULT} ?{_UP} ?{_GAIN}",
        rf"{_OTHER} ?{_THAN} ?{_SUBJECT}[,，]? ?{_OF_RESULT} ?{_DOWN} ?{_GAIN}",
        rf"(?:lr|学习率)? ?从 ?{_OTHER} ?{_CHANGED} ?{_SUBJECT}[,，]? ?{_OF_RESULT} ?{_UP} ?{_GAIN}",
        rf"(?:lr|学习率)? ?从 ?{_SUBJECT} ?{_CHANGED} ?{_OTHER}[,，]? ?{_OF_RESULT} ?{_DOWN} ?{_GAIN}",
        rf"{_SUBJECT} ?(?:带来|可以|能)?(?:的)?{_UP}(?:约)? ?{_GAIN}",
        rf"{_SUBJECT} (?:gives|brings|adds|gains|yields) {_GAIN}",
        rf"{_METRIC} (?:improve[sd]?|went|goes|rises?|rose|increase[sd]?) from [\d.]+ ?%? to (?P<value>\d*\.\d+|\d+)"
        rf" ?%? (?:with|using|by|at) {_SUBJECT}",
        rf"{_SUBJECT} {_REACHES} (?:an? )?{_VALUE} ?{_NAMED}{_REST}",
        rf"{_SUBJECT} {_REACHES} (?:an? |the )?{_NAMED} (?:of|=) ?{_VALUE}{_REST}",
        rf"{_SUBJECT} ?的? ?{_NAMED} ?(?:达到|为|是)了? ?{_VALUE}",
    )
)
_WORDS = r"[\w.+=/-]{1,30}(?: [\w.+=/-]{1,30}){0,3}"
_ORDER = re.compile(rf"(?:[^:：]{{0,12}}[:：])?\s*({_WORDS}(?: > {_WORDS}){{1,8}})\W*")
"""`GN > BN > FrozenBN`."""
_POINTS = rf"\+?(?P<gain>\d{{1,2}}(?:\.\d{{1,4}})?)(?! ?%(?! ?{_METRIC})) ?%? ?(?:{_METRIC})?"
"""By how much, in points where it does not say of what; a mere percentage may be one of the other's number."""
_RUN = r"(?:(?:this|it)(?: run| one)? )?(?:is |was )?(?:(?:clearly|slightly|much|a bit|still) )?"
_THE_OTHER = rf"(?:the )?{_OTHER}(?: run| one)?"
_AGAINST = r"(?:over|above|below|than|from|against|compared (?:to|with)|vs\.?)"
_RISES = r"(?:improve[sd]?|up|gain(?:s|ed)?|better|higher|rises?|rose|increase[sd]?)"
_FALLS = r"(?:drop(?:s|ped)?|down|los(?:es|t)|worse|lower|falls?|fell|decrease[sd]?)"
_SO_FAR = r"(?:目前|迄今|至今)?(?:为止)?"
_OWN = tuple(
    (kind, re.compile(rf"\W*{pattern}\W*", re.I))
    for kind, pattern in (
        ("best", rf"{_RUN}(?:the |my |our )?best (?:run|score|{_NOW}|m?AP)(?: (?:{_NOW}))*"),
        (
            "best",
            rf"(?:这(?:一?次|个)?)?是?{_SO_FAR}的?是?(?:效果|结果|精度)?(?:最好|最佳|最高|最优)的?(?:一[次个]|结果|成绩)?",
        ),
        ("up", rf"{_RUN}improve[sd]? (?:over |on |upon )?{_THE_OTHER} by {_POINTS}"),
        ("up", rf"{_RUN}(?:{_RISES} )?(?:by )?{_POINTS} (?:(?:better|higher) )?{_AGAINST} {_THE_OTHER}"),
        ("up", rf"{_THAN} ?{_OTHER}[,，]? ?{_OF_RESULT} ?{_UP} ?{_POINTS}"),
        ("up", rf"{_RUN}{_RISES} (?:by )?{_POINTS}"),
        ("up", rf"{_UP} ?{_POINTS}"),
        ("down", rf"{_RUN}{_FALLS} (?:by )?{_POINTS} {_AGAINST} {_THE_OTHER}"),
        ("down", rf"{_RUN}{_POINTS} (?:worse|lower) {_AGAINST} {_THE_OTHER}"),
        ("down", rf"{_THAN} ?{_OTHER}[,，]? ?{_OF_RESULT} ?{_DOWN} ?{_POINTS}"),
        ("down", rf"{_RUN}{_FALLS} (?:by )?{_POINTS}"),
        ("down", rf"{_DOWN} ?{_POINTS}"),
        ("over", rf"{_RUN}(?:better|higher) than {_THE_OTHER}"),
        ("over", rf"{_THAN} ?{_OTHER} ?{_OF_RESULT}[要更略稍]?[好高强](?:一些|一点)?"),
        ("under", rf"{_RUN}(?:worse|lower) than {_THE_OTHER}"),
        ("under", rf"{_THAN} ?{_OTHER} ?{_OF_RESULT}[要更略稍]?[差低](?:一些|一点)?"),
    )
)
"""What a line claims of the run that it is of, without its name."""
_OWN_SIGN = re.compile(
    r"best|improve|better|higher|worse|lower|\b(?:up|gain|drop|down|los[et]|fall|fell|rose|rise|increase|decrease)"
    r"|最[好佳高优]|比|相[对较]|较|[升涨高加长多降掉低差少][了出]? ?\d|[(（] ?[+−–-] ?\d"
)
_CLAUSE = re.compile(rf"{_SENTENCE.pattern}|[:：()（）]|\s(?:->|→|=>)\s", re.I)
_OF_OTHER_SCORES = re.compile(
    r"\b(?:recall|precision|AR\d*|F1|fps|speed|memory|latency|params|FLOPs)\b|召回|精确|速度|显存|参数量", re.I
)
GAINED = re.compile(
    r"\d ?%?\*{0,2} ?[(（] ?([+−–-] ?\d{1,2}(?:\.\d{1,4})?)(?: ?(?:m?AP|points?|pts?|个?百?分?点))? ?[)）]"
)
"""A difference in brackets behind a score."""
_END = re.compile(r"[.。;；](?=\s|$)|(?<=[。；])")
_CLAIM_SIGN = re.compile(
    r"best|than|beats|outperforms|over|above|against|compared|improve|gives|brings|adds|gains|yields"
    r"|reach|achiev|obtain|attain|gets|score|最|比|较|对于|涨|提升|提高|掉|降|ap[\d@.:-]{0,10} ?[达为是]| > "
)
"""A word of each claim, in lower case: most lines have none, which is found sooner."""
_NO_CLAIM = re.compile(
    r"\?|？|\b(?:if|not|n't|maybe|perhaps|might|may|should|would|could|hope|expect|whether|check|paper|reported|see)\b"
    r"|如果|可能|也许|应该|不是|希望|论文|是否|预计",
    re.I,
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:fps|speed|fast\w*|slow\w*|memory|latency|loss|time|size|checkpoint|epoch|iteration|recall|AR\d*)\b"
    r"|速度|显存|损失|时间|召回|快|慢",
    re.I,
)
_ACCURACY = re.compile(r"\b(AP(?:50|75|[sml])?)\b")
_MASKS = re.compile(r"\bmasks?\b|\bsegm|分割|掩码", re.I)


def claims(lines: Sequence[Line], path: str, run_of: Callable[[int], str] = lambda line: "") -> Iterator[Claim]:
    """The claims in the headings, list items and paragraphs of a note, in its order. What is hedged is none.

    `run_of`: the name of the run that a line is of, which it may claim something of without its name.
    """
    said = " ".join([line.text for line in lines])
    if not (_CLAIM_SIGN.search(said.lower()) or _OWN_SIGN.search(said)):
        return
    for line in lines:
        if line.kind == "code" or len(line.text) > _LONGEST or _NO_CLAIM.search(line.text):
            continue
        text, where = re.sub(r"[*_`“”\"]", "", line.text), Where(path, line.number)
        if own := list(own_claims(text, where, run_of(line.number))):
            yield from own
            continue
        if not _CLAIM_SIGN.search(line.text.lower()) or _OF_SOMETHING_ELSE.search(line.text):
            continue
        if " > " in text and (ordered := list(_ordered(text, where))):
            yield from ordered
            continue
        whole = _claim(" ".join(text.split()), where)
        found = [whole] if whole else [_claim(" ".join(part.split()), where) for part in _SENTENCE.split(text)]
        yield from filter(None, found)


def _ordered(text: str, where: Where) -> Iterator[Claim]:
    for sentence in _END.split(text):
        if found := _ORDER.fullmatch(sentence.strip()):
            names = [name.strip() for name in found[1].split(" > ")]
            yield from (Claim(f"{a} > {b}", where, a, b) for a, b in pairwise(names))


def own_claims(text: str, where: Where, run: str) -> Iterator[Claim]:
    """What a line claims of the run of that name, which it is of: `比 1e-3 涨了 1.2 个点`, `best so far`, `38 (+0.6)`.

    Where it does not say of which metric, it is of any.
    """
    if not run or not _OWN_SIGN.search(text) or _NO_CLAIM.search(text) or _OF_OTHER_SCORES.search(text):
        return
    whole = _own(text, where, run)
    yield from filter(None, [whole] if whole else (_own(part, where, run) for part in _CLAUSE.split(text)))
    if gained := GAINED.search(text):
        yield Claim(gained[1], where, run, gain=difference(gained[1]), metric="")


def difference(text: str) -> float:
    """A difference as it is written with its sign, which may be a dash."""
    return float(re.sub("[−–]", "-", text.replace(" ", "")))


def _own(part: str, where: Where, run: str) -> Claim | None:
    part = part.strip()
    kind, found = next(((k, each) for k, pattern in _OWN if (each := pattern.fullmatch(part))), ("", None))
    if not found:
        return None
    said, named = found.groupdict(), _ACCURACY.search(part)
    other = said.get("other") or ""
    return Claim(
        text=part,
        where=where,
        subject=other if kind == "under" else run,
        other=run if kind == "under" else other,
        gain=(-1 if kind == "down" else 1) * float(said["gain"]) if said.get("gain") else None,
        metric=named[1] if named else "",
        task="segm" if _MASKS.search(part) else "bbox",
    )


def _claim(sentence: str, where: Where) -> Claim | None:
    for pattern in _CLAIMS:
        found = pattern.fullmatch(sentence)
        if found:
            said = found.groupdict()
            metric = _metric(said.get("metric") or "", sentence)
            return Claim(
                text=sentence,
                where=where,
                subject=said["subject"],
                other=said.get("other") or "",
                gain=float(said["gain"]) if said.get("gain") else None,
                value=said.get("value") or "",
                metric=metric,
                task="segm" if _MASKS.search(sentence) else "bbox",
            )
    return None


def _metric(named: str, sentence: str) -> str:
    """The metric that a sentence is about: as it is named beside its value, else by a word of the sentence."""
    if named:
        return header(named).name or named
    found = _ACCURACY.search(sentence)
    return found[1] if found else "AP"


_CODE_SPAN = re.compile(r"(`+)[^`\n]+\1")
_OURS = re.compile(r"\s*fcosreport:\s*")
_IGNORE = re.compile(r"ignore\s*=\s*([\w-]+(?:\s*,\s*[\w-]+)*)(?![\w,-])[\s:;—–-]*", re.ASCII)
_TABLE_MARKS = ("begin", "end")


def ignores(text: str, path: str, lines: Sequence[Line]) -> Iterator[Ignore | Issue]:
    """What the comments of a note ignore, in its order, each for the section that it stands in; before any heading, for
    the whole note. `lines` are those of the note's markup. A comment that starts like one and is none gives an Issue.
    """
    if "<!--" not in text:
        return
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    sections = _sections((line for line in lines if line.kind == "heading" and line.level), len(rows))
    for number, comment in _comments(without_code(rows, lines, lambda row: "--" in row)):
        ours = _OURS.match(comment)
        if not ours or comment[ours.end() :].startswith(_TABLE_MARKS):
            continue
        said = _IGNORE.match(comment, ours.end())
        if not said:
            told = "this comment is not understood: write <!-- fcosreport: ignore=CODE reason -->"
            yield Issue(told, Where(path, number))
            continue
        reason = " ".join(comment[said.end() :].split())
        first, last = sections[bisect_right(sections, (number, 0), lo=1) - 1]
        for code in said[1].split(","):
            yield Ignore(code.strip(), reason, Where(path, number), first=first, last=last)


def without_code(rows: Sequence[str], lines: Iterable[Line], counts: Callable[[str], bool] = lambda row: True) -> str:
    """The note with nothing in its code blocks and spans, nor in rows that do not count; each keeps its number."""
    kept = list(rows)
    for line in lines:
        if line.kind == "code":
            start = line.number - 1
            fenced = rows[start].lstrip(" \t>").startswith(("```", "~~~")) if start < len(rows) else False
            stop = min(start + line.text.count("\n") + fenced, len(kept))
            kept[start:stop] = [""] * (stop - start)
    told = (row if counts(row) else "" for row in kept)
    return _CODE_SPAN.sub(lambda found: " " * len(found[0]), "\n".join(told))


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """The line and content of each HTML comment."""
    line, at = 1, 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        line += text.count("\n", at, start)
        yield line, text[start + 4 : end]
        line += text.count("\n", start, end)
        at = end


def _sections(headings: Iterable[Line], count: int) -> list[tuple[int, int]]:
    """The first and last line of each heading's section, with the sections below it; before them, the whole note."""
    lasts: list[int] = []
    starts: list[int] = []
    around: list[tuple[int, int]] = []  # the levels of the headings that are still open, and which they are
    for index, heading in enumerate(headings):
        while around and around[-1][0] >= heading.level:
            lasts[around.pop()[1]] = heading.number - 1
        around.append((heading.level, index))
        starts.append(heading.number)
        lasts.append(count)
    return [(1, count), *zip(starts, lasts, strict=True)]
