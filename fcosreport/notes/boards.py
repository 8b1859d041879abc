"""Scores of leaderboards in words: `Public LB: 0.759`, `0.6741 on Private LB and 0.7725 on Public LB`, `线上 0.69`."""

import re

from fcosreport.notes import headings, words
from fcosreport.vocabulary.metric_names import metric_called

SCORE = "score"
"""What a metric is called here whose competition does not tell its name."""
_PUBLIC = r"public|A榜|线上|리더보드|リーダー?ボード|leader ?board|LB"
_PRIVATE = r"private|B榜"
_NAME = (
    rf"(?<![A-Za-z])(?:(?P<private>{_PRIVATE})|(?P<public>{_PUBLIC}))(?:[ _-]?(?:{_PUBLIC}))?"
    r"(?:(?<=[榜上])|(?![A-Za-z]))"
    r"(?:[ _]?(?:scores?|分数?|得分|成绩|스코어|점수|スコア)(?![A-Za-z]))?"
)
_END = r"(?!\d|\.\d|\s?(?:초|ms|s\b|秒|%p))"
_NUMBER = rf"(?P<value>[01]?\.\d{{2,18}}|(?<=LB[:：=] )[1-9]\d\.\d{{1,3}}){_END}"
_SCORE = rf"(?P<score>\d{{1,2}}\.\d{{1,18}}|\.\d{{1,18}}){_END}"
_SIGN = re.compile(rf"(?i){_PUBLIC}|{_PRIVATE}")
_METRIC = r"(?P<metric>(?:m?AP|mAP|mIoU|mIOU|map|Dice)(?:@?\.?\d+(?:[:：-]0?\.?95)?)?)"
_BEFORE = re.compile(
    rf"(?i:{_NAME})[\s\])）*_`:：=~≈,，-]{{0,8}}(?:\d{{1,4}}(?:st|nd|rd|th|등|位|名)[,，\s]{{0,3}})?"
    r"(?:[^\d:：=|]{1,40}[:：=]\s?|(?:on|for|with) [a-z -]{3,25} (?=(?:was|is|of) ))?"
    rf"(?:(?:of|is|was|at|on|为|达到了?|是|得分|기준)\s?)?(?:从[\s\d.]{{1,8}}(?:提升|涨|提高)?(?:到|至))?"
    rf"(?:{_METRIC}(?: score)?[\s*_`:：=]{{0,6}}{_SCORE}|{_NUMBER})"
)
_BEHIND = re.compile(rf"{_NUMBER}\s?%?\s{{0,2}}(?:[(（]\s?|\(?(?:on|in)\s(?:the\s)?)?(?i:{_NAME})")


def scores(text: str) -> list[tuple[str, str, str, str]]:
    """The split, task, metric and number of each score that a line tells, the number as it is written."""
    for pattern in (_BEHIND, _BEFORE) if _SIGN.search(text) else ():
        if found := list(pattern.finditer(text)):
            return [_score(each.groupdict()) for each in found]
    return []


def _score(said: dict[str, str | None]) -> tuple[str, str, str, str]:
    meaning = metric_called(said.get("metric") or "")
    split = "private" if said["private"] else "public"
    return (
        split,
        meaning.task if meaning else "bbox",
        meaning.metric if meaning else SCORE,
        said["value"] or said.get("score") or "",
    )


def before(text: str) -> str:
    """What stands before the name of the board in a line that tells its score: `YOLOR` of `YOLOR LB score: 0.61`."""
    found = _BEFORE.search(text) if _SIGN.search(text) else None
    name = text[: found.start()].strip(" *_`:：-–,，([（") if found else ""
    return "" if headings.is_label(name) or words.is_result(f"{name}: 1") else name
