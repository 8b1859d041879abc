"""Words of classifiers and of searches for images, whose metrics have the names of those of detection."""

import re

from fcosreport.vocabulary.signs import signed

_OTHER_TRADES = re.compile(
    r"mmcls|mmpretrain"
    r"|(?<![A-Za-z])(?:[CO](?:P|R|F1)|acc|accuracy|top[-_ ]?[15]|mrr|ndcg|auc|auroc|(?i:roc[-_ ]?auc))(?![A-Za-z])"
)
_RETRIEVAL = signed(
    r"(?<![a-z])(?:cmc\b|minp\b|(?:rank[-_ @]?|r[-@]?)(?:1|5|10|20|50) *[:=|] *\d*\.\d)",
    "cmc|minp|rank|r1|r5|r2|r-1|r-5|r-2|r@1|r@5|r@2",
)


def is_of_classes(text: str) -> bool:
    """Whether a line, or the names in a row, are of a classifier or of retrieval, whose mAP is another."""
    return bool(_OTHER_TRADES.search(text))


def is_of_retrieval(text: str) -> bool:
    """Whether lines are of a search for images alike, as of persons seen again, whose mAP is another."""
    return _RETRIEVAL.search(text) is not None
