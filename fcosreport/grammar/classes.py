"""What columns of classes are called, and what rows over all classes. For dialects."""

import re

_CATEGORY = re.compile(
    r"(?i)(?:object[ _])?(?:cls|class(?:es)?|categor(?:y|ies)|labels?)(?:[ _]?names?)?"
    r"|(?:类别|种类|類別)(?:名称?)?|类名|クラス名?|カテゴリー?|클래스"
)
_OVERALL = re.compile(
    r"(?i)(?:m?ap|-1|(?:all|overall|aggregated?|combined|mean|average|avg|total)(?:[ _]?(?:over|of))?(?:[ _]?all)?"
    r"(?:[ _]?(?:class(?:es)?|categories|sequences))?"
    r"|(?:总体|總體|全部|所有|全体|平均|合计|合計|総合|전체|평균)(?:类别|类|值|クラス)?)?"
)
_BESIDE = re.compile(r"[(（].*[)）]$")
"""What is said of a name behind it: `all(平均)`."""


def is_category(head: str) -> bool:
    """Whether a column of that name tells of which class its rows are."""
    return bool(_CATEGORY.fullmatch(head))


def is_overall(label: str) -> bool:
    """Whether a row of that label is of all classes, or of all sequences, together."""
    return bool(_OVERALL.fullmatch(_BESIDE.sub("", label).strip()))
