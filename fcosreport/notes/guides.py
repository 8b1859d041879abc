"""Notes whose numbers are of no run of their author: a guide shows what its readers may get, a plan of work what a
program is to print, a survey lists papers.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import PurePosixPath

from fcosreport.notes.markup import Line
from fcosreport.notes.sections import Section
from fcosreport.records import Experiment, Issue, Where
from fcosreport.vocabulary.signs import may_have

_TITLE = re.compile(
    r"(?i)(?:^|[\W_])(?:guide|tutorial|how[-_ ]?to|handbook|cheat[-_ ]?sheet|walk-?through|faq)s?(?:$|[\W_])"
    r"|教程|指南|手册|ガイド|チュートリアル|가이드|튜토리얼"
    r"|guía|руководство|hướng dẫn|panduan|kılavuz|leitfaden|anleitung"
)
_PLAN = re.compile(
    r"(?i)\b(?:implementation|development|refactoring|migration) plan\b"
    r"|\b(?:design|technical|functional) (?:spec(?:ification)?|doc(?:ument)?)\b|\bproduct requirements?\b"
    r"|(?:实施|实现|开发)(?:计划|方案)|设计(?:文档|方案)|実装計画|設計書|구현 계획|설계서"
)
_ABSTRACT = re.compile(r"(?i)\W*abstract\W*(?:<br ?/?>)?|\W*摘要\W*")
_FOLDER = re.compile(r"(?i)(?:^|[/\\])(?:guides?|tutorials?|how-?tos?)[/\\]")
_BEGINS = re.compile(
    r"(?i)(?:this is )?(?:an? |the )?(?:(?:complete|comprehensive|quick|practical|detailed|step[- ]by[- ]step) )*"
    r"(?:guide|tutorial) (?:for|to|on)\b"
    r"|(?:in )?this (?:guide|tutorial),? (?:you|we|will|explains?|describes?|shows?|covers?|helps?|walks?)\b"
)
_PAPER = re.compile(r"(?i)\W*(?:paper|论文|論文|논문)(?: link)?\W*[:：]\W*\[?[^\n]{0,200}(?:\]\(|//)")
_PAPER_SIGN = re.compile("paper|abstract")
_FIRST = 4  # lines of text in which a guide says that it is one


def examples(experiments: Sequence[Experiment], lines: Iterable[Line], path: str) -> Issue | None:
    """The issue that says so where results stand in a guide, or runs in a plan of work; None elsewhere.

    A README is more than its title.
    """
    said = [line for line in lines if line.kind in ("heading", "text")]
    title = next((line.text for line in said if line.kind == "heading"), "")
    is_plan = _PLAN.search(title) is not None and any(each.state != "planned" for each in experiments)
    if not (is_plan or any(each.evaluations for each in experiments)):
        return None
    stem = PurePosixPath(path.replace("\\", "/")).stem
    is_titled = stem.lower() != "readme" and (_TITLE.search(title) or _TITLE.search(stem))
    is_titled = is_titled or _FOLDER.search(path)
    texts = islice((line.text for line in said if line.kind == "text"), _FIRST)
    if not (is_plan or is_titled or any(_BEGINS.match(text.lstrip("*_> ")) for text in texts)):
        return None
    told = "This is a guide or a plan of work: its settings and results are taken as examples, and are no runs."
    return Issue(told, experiments[0].where if experiments[0].where.path == path else Where(path, 1))


def may_be_of_papers(text: str) -> bool:
    """Whether any section of a note may be on a paper, as few notes are."""
    return may_have(_PAPER_SIGN, text)


def is_of_paper(section: Section) -> bool:
    """Whether a section is on a paper that it links, among others that are, or has its abstract: then its numbers are
    of the paper.
    """
    if not section.measured and any(map(_ABSTRACT.fullmatch, [entry.line.text for entry in section.entries])):
        return True
    beside = section.parent.children if section.parent else ()
    return _links_paper(section) and sum(map(_links_paper, beside)) > 1


def _links_paper(section: Section) -> bool:
    return any(map(_PAPER.match, [entry.line.text for entry in section.entries]))
