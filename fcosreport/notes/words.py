"""What the words of a note mean: still to do, promised, printed, a result."""

import re
from typing import NamedTuple

from fcosreport.notes.headings import bare, numbers_an_experiment
from fcosreport.vocabulary.digits import of_any_digits
from fcosreport.vocabulary.signs import may_have, signed

_PROMISED = re.compile(
    r"(?i)\byou (?:will|should|would|may|can(?! (?:get|obtain) (?:the|these|our) (?:\w+ )?(?:results?|performance)\b))"
    r" (?:get|see|obtain|have|expect)\b|\bshould (?:get|see|be like|look like)\b"
    r"|\b(?:example|sample)s? (?:of )?(?:the )?(?:\w+ )?outputs?\b|\bví dụ\b"
    r"|(?:会|将|应该?|可以?)(?:得到|看到|输出|出现)|(?:输出|结果)(?:类似)?如下[:：]?$|(?:输出|保存|写入)到.{1,60}[:：]$"
    r"|\b(?:prints?\b.{0,30}|in ra\s?):$|(?:以下|次)の.{0,20}(?:表示|出力)|のように(?:表示|出力)"
    r"|(?:출력|표시)(?:됩니다|된다)|같(?:이|은).{0,10}(?:출력|표시|나옵니다)"
)
_ILLUSTRATIVE = re.compile(
    r"(?i)\b(?:illustrative|placeholder|dummy|mock|fictitious|hypothetical) (?:values?|numbers?|results?|metrics)"
    r"\b|\b(?:values?|numbers?|results?|metrics|scores?)\b.{0,60}\b"
    r"(?:(?:are|is) (?:just |only |purely ){0,2}(?:illustrative|placeholders?|hypothetical|examples?(?! of))"
    r"|for illustration)\b"
    r"|ví dụ minh họa|(?:数值|数据|结果|指标)(?:仅|只)(?:供|为|是)?示[例意]|(?:数値|結果)は(?:例|ダミー)"
    r"|(?:수치|결과|값)(?:는|은) (?:예시|가상)"
)
_OF_TEST_SET = signed(
    r"\btest(?:ing)?[ -](?:set|split|images|data|dataset)\b(?! up)|\bheld[- ]out (?:set|split|images|data)\b"
    r"|测试集|測試集|テストセット|테스트 ?(?:셋|세트)",
    "test|held",
)
_OF_OTHERS = re.compile(r"(?i)\b(?:val(?:id(?:ation)?)?|train(?:ing)?)\b|验证|驗證|検証|검증|训练|訓練|学習|학습")
_STEP = re.compile(
    r"(?:to-?do\b|next(?: steps?| up)?\s*[:：]|(?:we |i )?(?:still )?(?:need|have|remains?) to\b"
    r"|still to\b|(?:finally|lastly|at last|at the end)\b\W*(?:make|do|run|add|draw|build|write|test|measure|train)\b"
    r"|most important(?:ly)?\b.{0,80}\b(?:test|evaluate|measure|run|train|make|add)\b|待办|待做"
    r"|(?:下一步|接下来)[^。.；;]{0,8}(?:要|得|打算|准备|计划|跑|测|试|做|训|补|画|加)"
    r"|(?:下一步|接下来)\s*[:：]|最后[，,：:\s]{0,3}(?:再|还|要|还要|需要)?(?:搞|做|跑|测|弄|画|整|加)"
    r"|最重要的?(?:是|事)?[^。；;]{0,20}(?:测|评估|验证|跑|训练|做|加)|(?:最重要|重要"
    r"|关键)?(?:的)?还(?:是)?(?:要|得|需要|差|没)|需要(?:再)?(?:测|跑|做|加|试)"
    r"|打算|之后(?:要|再)|准备(?:跑|做|测|试)|次は|今後は|あとは|最後に.{0,20}(?:する|作る|したい)|やること)",
    re.I,
)
_READING = re.compile(r"\W{0,3}\[[^]\n]{1,100}\]\([^()\s]{1,200}\)[*_]{0,3}(?:\s[-–—]\s|\s?[:：]|\s*$)")
_STEP_SIGN = re.compile("to|next|need|have|remain|finally|lastly|at last|at the end|important")
_MEASURED = re.compile(
    r"\b(?:tests?|eval\w*|runs?|train|report|measure|check|compare|performance|results?|ap)\b|测|跑"
    r"|评|验证|表现|性能|结果|对比"
    r"|テスト|評価|測|結果|性能",
    re.I,
)
_TASKS = {
    "segm": re.compile(r"\bmasks?\b|(?<![a-z])mask(?![a-z])|\bsegm|分割|掩码|マスク|セグメン", re.I),
    "keypoints": re.compile(r"key-?points?|关键点|姿态|キーポイント|\bpose\b", re.I),
    "bbox": re.compile(r"\bb?box(?:es)?\b|检测框|バウンディング", re.I),
}
_DAY = r"(?:周|星期|mon|tue|wed|thu|fri|sat|sun)\w{0,6}"
_DATE = re.compile(rf"(?:\d{{4}}\s?[./年-]\s?)?\d{{1,2}}\s?[./月-]\s?\d{{1,2}}日?(?:\s?\(?{_DAY}\)?)?\s?[:：]?", re.I)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_BEGINS_DATED = re.compile(
    rf"\W{{0,3}}(?:\d{{4}}\s?[./年-]\s?\d{{1,2}}\s?[./月-]\s?\d{{1,2}}|\d{{1,2}}\s?月\s?\d{{1,2}}\s?日"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?: \d{{4}})?(?![a-z]))(?!.*\bv?\d{{1,3}}\.\d{{1,3}}\.\d)",
    re.I,
)
"""How the heading of an entry of a diary begins; one of a release has its number."""
_DATED = re.compile(rf"{_DATE.pattern.removesuffix('[:：]?')}[*_`]{{0,3}}(?:[:：]|\s[-–—])[*_`]{{0,3}}\s*\S", re.I)
_LABELLED = re.compile(r"(?=[^:：→=>\n]{0,60}\d)\W{0,6}[^\W\d_][^:：→=>\n]{1,60}(?:[:：→]|[=-]>|\s[—–])\s")
"""A name with a number in it, and what parts it from the rest."""
_SCORED = re.compile(r"(?<![A-Za-z])m?AP(?![A-Za-z]).{0,12}?\d|\d\.\d+ ?%? m?AP(?![A-Za-z])|mIoU.{0,4}\d")
_REPORT = re.compile(
    r"[\w\s]{0,30}(?:结果|精度|成绩|得分|分数|指标|점수|スコア|result|outcome|score|performance|結果|성능|결과)\w*\s?[:：=]"
    r"|(?:accuracy|精度|准确率|正解率|정확도) ?[(（](?=(?:m?ap|miou)(?![a-z]))"
    r"|(?:best|final|test|val|最佳|最终|验证|测试)[ _]?(?:val(?:idation)?|test|epoch|集)?(?: \d+)?\s?[:：]"
    r"|['\"]?(?:(?:整体|总体|平均|全体|overall"
    r"|最终|最好|最后|best|final|val|validation(?: #\d+)?|test|coco|pascal|voc|box|bbox|mask|segm(?:entation)?|mean"
    r"|public|private|lb|线上|리더보드)"
    r"(?:[ _]|[:：] ?\*{0,2})?){0,3}(?:的)?"
    r"(?:m?ap|miou|pq|froc|dice(?! loss)|(?:lb|leader ?board) score)(?![a-z])"
    r"|[\[(【]?(?:public|private|lb)[\])】][*\s]{0,4}(?:m?ap|miou)(?![a-z])"
    r"|(?:public|private) (?:lb|leader ?board)\b|(?:lb|线上|leader ?board)(?=[\s:：=从为]{0,4}\.?\d)"
    r"|(?:(?:final|best|val|validation|test|mean)[ _]?){1,2}iou?(?![a-z])"
    r"|iou (?:metric|score)|(?:mean )?average precision(?![a-z])",
    re.I,
)

_REACHED = re.compile(
    r"(?:the|our) (?:best|highest|peak|final|max(?:imum)?) .{2,60}"
    r" (?:at|in|after|by|from) (?:the )?(?:epoch \d|\d{1,4}(?:st|nd|rd|th)? epoch)"
)
_PRINTED = re.compile(
    r"Average (?:Precision|Recall)|IoU|DONE|^Accumulating|^Running per|^Evaluat|^Loading|^creating index|^index created"
    r"|AP(?:_R\d+)?@\d|^\[?(?:bbox|bev|3d|aos) +AP\b|INFO|\d\d:\d\d|step=|^[=\-*#>|\s]+$|^Test:|^Epoch"
    r"|^(?:OrderedDict\()?[\[{]",
)


class Beginning(NamedTuple):
    """How a paragraph begins: it is a date; it is an entry of a diary behind its date, `2024-01-03: lr 1e-3, mAP 38.7`;
    it names something before its result, `Exp 1: lr=1e-3 → AP=38.7`, `R50 1x: 38.7 AP`; it numbers an experiment.
    """

    is_date: bool = False
    is_dated: bool = False
    is_labelled: bool = False
    is_numbered: bool = False


def is_log(text: str) -> bool:
    """Whether a line was printed by a program and not written by a person."""
    return _PRINTED.search(text) is not None


def is_promised(text: str) -> bool:
    """Whether a line says that what stands below it is what a program prints, whoever runs it."""
    return _PROMISED.search(text[:300]) is not None or is_illustrative(text)


def is_illustrative(text: str) -> bool:
    """Whether a line says that the numbers beside it are made up, to show what may stand there."""
    return _ILLUSTRATIVE.search(text[:300]) is not None


@of_any_digits
def is_step(text: str) -> bool:
    """Whether a sentence is a task that is still to be done."""
    return may_have(_STEP_SIGN, text) and _STEP.match(bare(text)) is not None


def is_reading(text: str) -> bool:
    """Whether an item under "Next steps" sends the reader on to another page: `[Models](models.md): how to load`."""
    return _READING.match(text[:400]) is not None


def task_of(text: str) -> str | None:
    """The task whose result a step asks for: "test the masks" is segm."""
    if not _MEASURED.search(text):
        return None
    return next((task for task, pattern in _TASKS.items() if pattern.search(text)), None)


def is_date(text: str) -> bool:
    """Whether a line is a date, as those are that head the entries of a diary."""
    return _DATE.fullmatch(text.strip(" *_`")) is not None


def is_dated(title: str) -> bool:
    """Whether a heading is of an entry of a diary: a date, with what was done: `2024-03-08 — cleaned labels`."""
    return is_date(title) or _BEGINS_DATED.match(title) is not None


def begins_dated(text: str) -> bool:
    """Whether a paragraph is an entry of a diary that begins with its date: `2024-01-03: lr 1e-3, mAP 38.7`."""
    return _DATED.match(text.lstrip(" *_`")) is not None


@of_any_digits
def beginning(text: str) -> Beginning:
    """How a paragraph begins."""
    labelled = _LABELLED.match(text)
    return Beginning(
        is_date(text),
        begins_dated(text),
        labelled is not None and not is_result(text) and bool(_SCORED.search(text, labelled.end())),
        numbers_an_experiment(text),
    )


def split_said(text: str) -> str:
    """`test` where a heading or a sentence says that its results are of the test set, and names no other; else ""."""
    return "test" if _OF_TEST_SET.search(text) and not _OF_OTHERS.search(text) else ""


@of_any_digits
def is_result(text: str) -> bool:
    """Whether a line begins as one that reports a result does, and is no prose that mentions one; or says when the best
    was reached.
    """
    told = bare(text)
    return _REPORT.match(told) is not None or _REACHED.match(told) is not None
