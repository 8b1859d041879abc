"""A line of a note as an entry of its section: what it declares, says and cites."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.notes import headings, outcomes, places
from fcosreport.notes.markup import Kind, Line
from fcosreport.notes.said import is_beside, may_say, printed
from fcosreport.notes.said import results as said_results
from fcosreport.records import Evaluation, Setting, Where
from fcosreport.vocabulary import Value, decode, is_stated, phrases, stated
from fcosreport.vocabulary.digits import of_any_digits
from fcosreport.vocabulary.settings.names import may_state
from fcosreport.vocabulary.settings.phrases import may_hold_phrases
from fcosreport.vocabulary.settings.telling import LENGTHS, TELLING
from fcosreport.vocabulary.settings.values import BACKBONE

_CLAUSES = re.compile(
    r"[:：,，;；()（）]|\.\s|\s(?:->|→|=>|—|–|giv(?:es?|ing)|gave|gets?|got|yield(?:s|ed)?|reach(?:es|ed)|achieve[sd]?|scor(?:es|ed)"
    r"|results? in)\s|(?:^|\s)(?:[Ww]ith|[Uu]sing)\s|\sthe (?:model|network|detector)\s|在\s?|\s?时(?=\s)"
    r"|\s(?=[A-Za-z_]{2,20}=\S)"
)
"""What parts the settings of a run from its name and from what came of it: signs, verbs, and `with`."""
SAID_OF_ONE = TELLING - LENGTHS
"""Settings by which what says a result tells of which run; epochs may be those of one run."""
_LISTED = re.compile(
    r"(?i)\W{0,4}(?:config(?:uration)?|settings?|set-?up|hyper-?parameters?|params|args|参数|配置|设置|設定|설정)\W{0,3}[:：]\s*"
)
_ASSIGNED = re.compile(r"[A-Za-z_\u3400-\u9fff][\w .-]{0,40}?\s?[=:：]\s?[^\s=:：][^=:：]{0,60}")
_SHORT = 300  # characters of a line that is kept in mind
_LONGEST_CODE = 2000  # characters of a block that lists the settings of a run
_OF_SPEED = re.compile(
    r"(?i)\b(?:speed|latency|throughput|fps|inference time)\b.{0,80}\b(?:measured|tested|evaluated|benchmarked)\b"
)
"""Says how the speed was measured."""


class Entry(Struct):
    """A line or an evaluation of a section. `declared` are settings as a list has them, `said` those in words, `told`
    the results in words, `beside` what is a result only beside others: precision, recall. `outcome`: how a run went.
    """

    line: Line
    declared: tuple[Setting, ...] = ()
    said: tuple[Setting, ...] = ()
    citation: str = ""
    evaluation: Evaluation | None = None
    told: tuple[Evaluation, ...] = ()
    beside: tuple[Evaluation, ...] = ()
    outcome: outcomes.Outcome = outcomes.UNTOLD


class _Said(NamedTuple):
    """What an `Entry` says, wherever its line stands."""

    declared: tuple[Setting, ...] = ()
    said: tuple[Setting, ...] = ()
    citation: str = ""
    told: tuple[Evaluation, ...] = ()
    beside: tuple[Evaluation, ...] = ()
    outcome: outcomes.Outcome = outcomes.UNTOLD


_NOTHING = _Said()
_NOWHERE = Where("", 1)


def entry_of(line: Line, path: str) -> Entry:
    """What a line says of a run."""
    if line.kind == "code":
        outcome = outcomes.outcome(line.text)
        return Entry(line, said=_set_in_code(line, path), told=tuple(printed(line, path)), outcome=outcome)
    said = (_read if len(line.text) <= _SHORT else _read.__wrapped__)(line.kind, line.text)
    if said is _NOTHING:
        return Entry(line)
    where = Where(path, line.number)
    return Entry(
        line,
        tuple([_set_at(each, where) for each in said.declared]),
        tuple([_set_at(each, where) for each in said.said]) if said.said else (),
        said.citation,
        told=tuple([replace(each, where=where) for each in said.told]) if said.told else (),
        beside=tuple([replace(each, where=where) for each in said.beside]) if said.beside else (),
        outcome=said.outcome,
    )


@lru_cache(1024)  # many lines of a note are alike
def _read(kind: Kind, text: str) -> _Said:
    if not _may_say(text):
        return _NOTHING
    line = Line(1, kind, text)
    outcome = outcomes.outcome(text)
    untold = _NOTHING if outcome is outcomes.UNTOLD else _Said(outcome=outcome)
    in_words = tuple(said_results(line, ""))
    told = tuple(each for each in in_words if not is_beside(each)) if in_words else ()
    beside = tuple(each for each in in_words if is_beside(each)) if in_words else ()
    if kind == "heading":
        return _Said(told=told, outcome=outcome) if told else untold
    if kind not in ("item", "text"):
        return untold
    if citation := places.cited(text):
        return _Said(citation=citation, outcome=outcome)
    declared = stated(text, _NOWHERE)
    first = text[: len(declared[0].text) + 40].split(",")[0] if declared else ""
    if kind == "text" and first != text and not is_stated(first):
        declared = ()  # prose that mentions a setting declares none
    declared = declared or _in_list(text)
    if declared and _OF_SPEED.search(text):
        declared = ()  # of what was measured, and not of the training
    named = {setting.name for setting in declared}
    is_of_run = bool(told) or headings.numbers_an_experiment(text) or any(outcomes.outcome(text)) or len(declared) > 1
    phrased = mentioned(text, _NOWHERE, parted=is_of_run) if (kind == "item" or told) and len(text) <= 200 else ()
    said = tuple([each for each in phrased if each.name not in named])
    return _Said(declared, said, "", told, beside, outcome) if declared or said or told or beside else untold


@of_any_digits
def _may_say(text: str) -> bool:
    """Whether a line may say anything of a run: most say nothing, which is found sooner."""
    return bool(
        outcomes.may_tell(text) or may_say(text) or places.may_cite(text) or may_state(text) or may_hold_phrases(text)
    )


def _in_list(text: str) -> tuple[Setting, ...]:
    """The settings that a line lists behind a word for them: `Config: fcos.py, lr 0.01, 12 epochs`."""
    listed = _LISTED.match(text)
    clauses = re.split(r"[,，;；]", text[listed.end() :]) if listed else ()
    return tuple(each for clause in clauses for each in stated(clause.strip(), _NOWHERE))


def _set_at(setting: Setting, where: Where) -> Setting:
    return Setting(setting.name, setting.value, setting.text, where, setting.inferred)


def _set_in_code(line: Line, path: str) -> tuple[Setting, ...]:
    """The settings in a block of code that is nothing but names and values, as diaries have them: `lr = 1e-3`."""
    if len(line.text) > _LONGEST_CODE:
        return ()
    rows = [row.partition("#")[0].strip(" \t,;") for row in line.text.split("\n")]
    if not all(map(_ASSIGNED.fullmatch, filter(None, rows))):
        return ()
    places = (Where(path, line.number + line.is_fenced + at) for at in range(len(rows)))
    found = tuple(each for row, where in zip(rows, places, strict=True) if row for each in stated(row, where))
    return found if len(found) > 1 else ()


def mentioned(text: str, where: Where, *, parted: bool) -> Iterable[Setting]:
    """The settings that the words of a line mention. `parted`: it says a result, too, or numbers an experiment, and is
    taken apart by its signs and verbs.
    """
    found = list(phrases(text, where))
    for clause in map(str.strip, _CLAUSES.split(text) if parted else ()):
        named = decode(clause, where) if BACKBONE.fullmatch(clause) else ()
        found += [*stated(clause, where), *phrases(clause, where), *named]
    return {each.name: each for each in reversed(found)}.values()


def tells_which(text: str) -> frozenset[tuple[str, Value]]:
    """The settings by which a sentence that says a result tells of which of several runs."""
    found = mentioned(text, _NOWHERE, parted=True)
    return frozenset((each.name, each.value) for each in found if each.name in SAID_OF_ONE)


def found_entry(found: Evaluation | Setting) -> Entry:
    """What a reader of logs took in a note: a result, or a setting."""
    line = Line(found.where.line, "code")
    return Entry(line, evaluation=found) if isinstance(found, Evaluation) else Entry(line, declared=(found,))


def saved_entries(lines: Iterable[Line], evaluations: Iterable[Evaluation]) -> Iterator[Entry]:
    """Where a program says, below a result that it printed, that this is saved: there the result of a run ends."""
    results = sorted(each.where.line for each in evaluations)
    for line in lines if results else ():
        for found in places.SAVED.finditer(line.text) if line.kind == "code" else ():
            number = line.number + line.is_fenced + line.text.count("\n", 0, found.start())
            if bisect_left(results, line.number) < bisect_left(results, number):
                yield Entry(Line(number, "code"), citation=found[1])
