"""Results in the flowing text of a note that tells of none otherwise: `After 50 epochs the model reached 41.2 mAP`.

A sentence counts where its author speaks of what came out, and a line of a list where a name stands before the number.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import repeat

from msgspec.structs import replace

from fcosreport.notes import boards, headings, said, words
from fcosreport.notes.entries import mentioned, tells_which
from fcosreport.notes.guides import is_of_paper
from fcosreport.notes.markup import Line
from fcosreport.notes.naming import file_name
from fcosreport.notes.parts import data_set_said, joined
from fcosreport.notes.sections import Section
from fcosreport.records import Experiment
from fcosreport.vocabulary import decode, stated
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.headers import header

_WIDEST = 60  # characters of a name
_LONGEST = 3000  # characters of a paragraph that is read
_REACHED = re.compile(
    r"(?i)^\W*(?:achieved|reached|obtained|got|scored)\b"
    r"|\b(?:we|i|our|my|it|after|training|trained|tuned|tuning|final|best|resulting|this|the|lr|learning rate)\b"
    r".{0,160}?"
    r"\b(?:gives|gave|reach(?:ed|es|ing)|achiev(?:ed|es|ing)|obtain(?:ed|s|ing)|attain(?:ed|s)|got|gets?|scor(?:ed|es)|yield(?:ed|s)"
    r"|peak(?:ed|s)|resulted in|ended (?:up )?(?:at|with)|converged (?:at|to))\b"
    r"|\b(?:osiąg|uzysk|posti(?:že|ga|gao|gl)|alcanz|logr[óa]|obtuv|obt(?:eve|iene|ient)|ating(?:iu|e)|atteint|erreich"
    r"|erziel|raggiun|otten|достиг|получ|đạt|ulaşt|mencapai)"
    r"|达到|取得|得到|获得|最终|最高|最好|達到|達成|でした|달성|기록|나왔|얻었"
)
"""How an author says what came out."""
_OF_OTHERS = re.compile(
    r"(?i)\b(?:abstract|papers?|citations?|references?|baselines?|comparison with|related|zoo"
    r"|change ?log|releases?|history|evolution|literature|survey|what'?s new|news|updates?|roadmap)\b"
    r"|论文|引用|論文|논문|更新|版本|特性"
)
"""Headings, and names of files, below which the numbers are of others, or of what a program can do."""
_QUOTED = re.compile(
    r"(?i)\b(?:can|will|marks?|graded?|et al|doi)\b|\[\d+\]|arxiv|\bpre-?trained .{0,40}\b(?:has|gets|achieves)\b"
)
"""Words of what others reached, and of what is promised."""
_OF_RESULTS = re.compile(
    r"(?i)\b(?:results?|performance|comparison|metrics|evaluation|scores?)\b|结果|性能|对比|指标|結果|比較|성능|결과"
    r"|метрик|результат|\b(?:resultados?|métricas|résultats|ergebnisse|hasil|kết quả|sonuç)"
)
_NAMED = re.compile(r"[*_`\s]*(?P<name>[^:：|=*`]{2,60}?)[*_`\s]*[:：][*_`\s]*(?=\S)")
_TOGETHER = re.compile(r"(?i)\bensembl|\bWBF\b|weighted box(?:es)? fusion|模型融合|模型集成|アンサンブル|앙상블")
"""Words of several runs that speak together."""
_WORDS = re.compile(r"[\w.+-]+(?: \([\w-]{2,20}\))?")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z*])|(?<=[。！？；])")


def experiments(root: Section, path: str, about: re.Pattern[str] | None = None) -> Iterator[Experiment]:
    """What a note says that was reached: an experiment for each name in a list of results, else for each section.

    Only paragraphs count that are `about` something, where that is given.
    """
    for section in root.whole():
        paragraphs = [
            each for each in _paragraphs(section) if said.may_say(each.text) and (not about or about.search(each.text))
        ]
        titles = [file_name(path), *(each.title for each in (*section.ancestors, section)[1:])] if paragraphs else []
        if (
            not paragraphs
            or is_of_paper(section)
            or any(_OF_OTHERS.search(title) or headings.is_supposed(title) for title in titles)
        ):
            continue
        labels = (entry.line.text for entry in section.entries if entry.line.kind == "heading")  # such as `Results`
        is_bare = section.level == 0 and sum(bool(_name_before(each.text, True)) for each in paragraphs) > 1
        is_list = is_bare or any(map(_OF_RESULTS.search, (section.title, *labels)))
        listed = [each for each in paragraphs if _name_before(each.text, is_list)]
        made = [each for line in listed if (each := _made(_name_before(line.text, is_list), section, [line], path))]
        if not made:
            told = [Line(each.number, "text", text) for each in paragraphs for text in _reached(each.text, is_list)]
            if models := _models(told):
                named = zip(models, ([line] for line in told), strict=True)
            else:
                called = _called(section, path)
                named = zip(repeat(called), [[line] for line in told] if _of_several(told) else [told], strict=False)
            made = [each for name, part in named if (each := _made(name, section, part, path))]
        yield from made


def ensembles(root: Section, path: str) -> Iterator[Experiment]:
    """What a note that tells of runs says that these reached together: a result of its own, of no training."""
    for each in experiments(root, path, _TOGETHER):
        yield replace(each, settings=())


def _of_several(sentences: Sequence[Line]) -> bool:
    """Whether each of several sentences tells by its settings of which run it is, and no two of the same."""
    told = [tells_which(each.text) for each in sentences]
    return len(told) > 1 and all(told) and len(set(told)) == len(told)


def _models(sentences: Sequence[Line]) -> list[str]:
    """The detectors of several sentences of which each names one, and no two the same; else none."""
    told = [next((word[0] for word in _WORDS.finditer(line.text) if detectors(word[0])), "") for line in sentences]
    return told if len(told) > 1 and all(told) and len({detectors(name) for name in told}) == len(told) else []


def _data_sets(section: Section) -> dict[int, str]:
    """The data that the lines of a section say their results are of, by their numbers."""
    found: dict[int, str] = {}
    current = ""
    for line in (entry.line for entry in section.entries):
        current = "" if line.kind == "heading" else data_set_said(line) or current
        found[line.number] = current
    return found


def _paragraphs(section: Section) -> Iterator[Line]:
    """The items and paragraphs of a section, each as one line."""
    parts: list[str] = []
    first = last = 0
    for line in (entry.line for entry in section.entries if entry.line.kind in ("item", "text")):
        if parts and (line.kind == "item" or line.number != last + 1):
            yield Line(first, "text", " ".join(parts))
            parts = []
        first, last = line.number if not parts else first, line.number
        parts.append(line.text.rstrip("\\"))  # which breaks the line
    if parts:
        yield Line(first, "text", " ".join(parts))


def _name_before(text: str, is_list: bool) -> str:
    """The name at the beginning of a line, before its numbers; "" where that is a metric or no name.

    Before a colon it is a name only in a list of results, before the score of a leaderboard anywhere.
    """
    found = _NAMED.match(text) if is_list and len(text) <= said.LONGEST else None
    name = boards.before(text[: said.LONGEST]) or (found["name"].strip() if found else "")
    name = name if len(name) <= _WIDEST else ""
    return "" if headings.is_label(name) or words.is_result(name) or _is_metric(name) else name


def _is_metric(name: str) -> bool:
    return header(name).kind == "metric"


def _reached(text: str, is_list: bool) -> Iterator[str]:
    """The sentences of a paragraph in which its author says what came out; in a list of results also its items."""
    for sentence in _SENTENCE.split(text) if len(text) <= _LONGEST else ():
        named = _NAMED.match(sentence) if is_list else None
        is_item = is_list and (words.is_result(sentence) or (named is not None and _is_metric(named["name"])))
        is_told = is_item or _REACHED.search(sentence) or boards.scores(sentence[: said.LONGEST])
        if is_told and not _QUOTED.search(sentence):
            yield sentence


def _made(name: str, section: Section, lines: Sequence[Line], path: str) -> Experiment | None:
    """The experiment of which lines tell a result."""
    of = _data_sets(section)
    told = [(line, result) for line in lines for result in said.results(line, path)]
    told = [(line, replace(each, data_set=each.data_set or of.get(line.number, ""))) for line, each in told]
    if all(said.is_beside(result) for _, result in told):
        return None
    where = told[0][1].where
    settings = {
        each.name: each
        for line, _ in reversed(told)
        for each in (*decode(name, where), *mentioned(line.text, where, parted=True), *stated(line.text, where))
    }
    return Experiment(
        id="",
        name=name,
        where=where,
        title=section.title,
        settings=tuple(settings.values()),
        evaluations=tuple(joined(result for _, result in told)),
        state="finished",
    )


def _called(section: Section, path: str) -> str:
    """The title of a section, or of the nearest one around it that is no mere label."""
    titles = (each.title for each in (section, *reversed(section.ancestors)))
    return next(
        (t for t in titles if t and not (headings.is_phase(t) or headings.is_documentation(t))), file_name(path)
    )
