"""The rows of the author's own tables: results of the section that they stand in, or experiments of their own."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from fcosreport.notes import outcomes
from fcosreport.notes.remarks import difference
from fcosreport.notes.subjects import BASELINE, RESULT
from fcosreport.records import Claim, Evaluation, Experiment, Metric, Setting, State, TableRow
from fcosreport.vocabulary.headers import header as meaning_of

_PROGRESS = {"epochs": "epoch", "iterations": "iteration"}
_DIFFERENCE = re.compile(r"([+−–-]\s?\d{1,2}(?:\.\d{1,4})?)\s*(m?AP|%|points?|pts?|pp|个?百?分?点)?(?=$|[\s,;，。(])")
_IS_DIFFERENCE = re.compile(r"(?i)Δ|delta|gain|diff|improve|提升|涨|变化|差")
_MERE = re.compile(r"[\d.]+(?:e[+-]?\d+)?")
_MEASURED = re.compile(r"[^=]*\d\.\d{3,}")
"""Digits that nobody chooses: a measure, by which no row is called."""
_COST = re.compile(r"[~≈<]?\s?\d[\d\s.,]*(?:[±]\s?[\d.]+\s?)?\s?(?:ms|s|sec|min|h|fps|FPS|[KMG]i?B|MB|GFLOPs)(?:/\w+)?")
"""How long something took, or how large it is."""
_FILE = re.compile(r"(?:[A-Za-z]:)?[/\\~].*|.*\.[A-Za-z]\w{1,4}|[0-9a-f]{16,}")
"""A path or a checksum, which tells rows apart but says little."""
_INDEX = re.compile(r"(?i)\W*(?:(?:no|id|idx|index|exp|序号|编号|番号|번호)\W*)?")  # counts the rows of its table
_TRAINING_TIME = re.compile(r"(?i)\btrain\w* +time|训练(?:时间|耗时|用时)|学習時間|학습 ?시간")
_CROSSED = frozenset(("x", "×", "✗", "✘", "✖", "❌", "n/a", "na"))
"""What stands for a number that there is none of; whether it will come, it does not say."""
_BLANK = frozenset(("", "-", "–", "—", "/", "?", "tbd", "null", "none", "nan", *_CROSSED))
_UNENDED: tuple[State, ...] = ("running", "abandoned", "stopped")  # with what result a training then has
_CHORE = re.compile(
    r"(?i)\b(?:deploy\w*|document\w*|report writing|write-?up|thesis|presentation|slides|annotat\w*|label+ing"
    r"|data(?:set)? (?:collection|cleaning|preparation|acquisition)|literature|survey)\b|部署|标注|文档|论文写作|答辩"
    r"|数据(?:收集|清洗|准备|采集)|配備|文書化|アノテーション|배포|문서화|라벨링"
)
"""Steps of a project beside its experiments."""
_LABEL_WIDTH = 120  # characters of a name that is made of several cells


def unlabelled(rows: Sequence[TableRow], evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """The results that stand in a section without a label, where no reader took their lines: of the section's run.

    A total that repeats what a reader took adds nothing.
    """
    taken = sorted(each.where.line for each in evaluations)
    return [
        _at(row, result)
        for row in rows
        if row.is_own and not is_labelled(row) and not _is_taken(row, taken)
        for result in row.results
        if not any(agrees(result, each) for each in evaluations if each.task == result.task)
    ]


def _is_taken(row: TableRow, taken: Sequence[int]) -> bool:
    """Whether a reader took a result between the line above the table, which may announce it, and the row."""
    at = bisect_right(taken, row.where.line)
    return at > 0 and taken[at - 1] >= int(row.table.rpartition(":")[2]) - 1


def is_labelled(row: TableRow) -> bool:
    """Whether a row says which run it is of: by a name, by settings other than its progress, or as it took its time."""
    is_trained = any(_TRAINING_TIME.search(header) for header, _ in row.measures)
    return bool(row.label or is_trained or any(each.name not in _PROGRESS for each in row.settings))


def is_chore(row: TableRow) -> bool:
    """Whether a row without a result and a setting names work that trains nothing: `Exp 6 | Deployment | Done`."""
    return not (row.results or row.settings or row.links) and _CHORE.search(text_of(row)) is not None


def is_submitted(row: TableRow) -> bool:
    """Whether a leaderboard scored it: then it is of the author's own run, wherever it stands."""
    return any(result.split in ("public", "private") for result in row.results)


def _at(row: TableRow, result: Evaluation) -> Evaluation:
    """A result with the progress that its row tells."""
    told = {_PROGRESS[s.name]: int(s.value) for s in row.settings if s.name in _PROGRESS and isinstance(s.value, int)}
    return replace(result, epoch=told.get("epoch", result.epoch), iteration=told.get("iteration"))


def states(rows: Sequence[TableRow]) -> Iterator[tuple[State, str]]:
    """The state of each row and why; a row without a result, in numbers or words, beside others is planned."""
    in_words = [_outcome(row) for row in rows] if not any(row.results for row in rows) else [""] * len(rows)
    texts = [[said] if said else [text for _, text in row.others] for row, said in zip(rows, in_words, strict=True)]
    said_of = [[outcomes.outcome(text) for text in told] for told in texts]
    found = [next((s for each in told if (s := each.status or each.told)), None) for told in said_of]
    has_results = any(row.results for row in rows) or any(in_words) or any(found)
    for row, said, told, declared in zip(rows, in_words, said_of, found, strict=True):
        why = next((each.failure for each in told if each.failure), "")
        if row.results:
            yield (declared, outcomes.reason(declared)) if declared in _UNENDED else ("finished", "")
        elif why or declared == "failed":
            yield "failed", why or "marked as failed"
        else:
            is_crossed = any(text.strip().lower() in _CROSSED for _, text in row.others)
            blank: State = "planned" if has_results and not (row.measures or is_crossed) else "noted"
            state = declared or ("finished" if said else blank)
            yield state, outcomes.reason(state)


def _outcome(row: TableRow) -> str:
    """What a record says in words that came out of the row's run."""
    return next(
        (text for header, text in row.others if RESULT.fullmatch(header.strip()) and text.lower() not in _BLANK), ""
    )


def is_plan(rows: Sequence[TableRow]) -> bool:
    """Whether each row of a table without results says in words how far it is; blanks and dashes may be a form."""
    return all(state != "noted" for state, _ in states(rows))


_BETTER = re.compile(r"[↑↓]|^m?A[PR](?![A-Z])")
"""What the header of numbers that are results has, which name no row."""


def names(rows: Sequence[TableRow]) -> list[str]:
    """What each row is called: its label; where that is not its own, with those of its cells, and then of its
    settings, that tell the rows of that name apart.
    """
    found = [row.label for row in rows]
    differing = _differing(rows)
    for more in (
        *((header, "") for header in _headers(rows) if not _BETTER.search(header)),
        *(("", name) for name in differing),
    ):
        alike: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(found):
            alike[name].append(at)
        twice = [(name, places) for name, places in alike.items() if len(places) > 1 or not name]
        if not twice:
            break
        for name, places in twice:
            longer = [_longer(name, rows[at], *more) for at in places]
            if not name or len(set(longer)) > 1:
                for at, text in zip(places, longer, strict=True):
                    found[at] = text
    return list(map(_with_header, rows, found))


def named(rows: Sequence[TableRow]) -> list[str]:
    """What the rows of all tables of a note are called; tables that have the same headers are read as one."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        alike[row.headers].append(at)
    found = {
        at: name for places in alike.values() for at, name in zip(places, names([rows[p] for p in places]), strict=True)
    }
    labels = Counter(row.label for row in rows)
    return [
        _apart(rows[at])
        if found[at] == rows[at].label and labels[found[at]] > len(alike[rows[at].headers])
        else found[at]
        for at in range(len(rows))
    ]


def _apart(row: TableRow) -> str:
    """The name of a row whose label more rows bear than those of its table: with the first cell that says more."""
    longer = (_longer(row.label, row, header, "") for header in row.headers if not _BETTER.search(header))
    return next((name for name in longer if name != row.label), row.label)


def _with_header(row: TableRow, name: str) -> str:
    """The name; a mere number says with the header of its column what it is: `Run No. 7`, but of the row itself."""
    header = next((header for header, text in row.others if text == name), "") if _MERE.fullmatch(name) else ""
    return f"{header} {name}" if header and not _INDEX.fullmatch(header) else name


def _headers(rows: Sequence[TableRow]) -> tuple[str, ...]:
    return max((row.headers for row in rows), default=(), key=len)


def _differing(rows: Sequence[TableRow]) -> list[str]:
    """The settings that tell rows apart, those of the training before how long it was."""
    values: dict[str, set[str]] = {}
    for row in rows:
        for setting in row.settings:
            values.setdefault(setting.name, set()).add(setting.text)
    return sorted((name for name, texts in values.items() if len(texts) > 1), key=_PROGRESS.__contains__)


def _longer(name: str, row: TableRow, header: str, setting: str) -> str:
    """The name with the cell below a header, or a setting; a difference or a blank names nothing."""
    text = dict(row.others).get(header, "") if header else ""
    if name and _MERE.fullmatch(text):
        text = f"{header} {text}"
    is_blank = text.lower() in _BLANK or not any(map(str.isalnum, text))
    if is_blank or _DIFFERENCE.match(text) or _MEASURED.fullmatch(text) or _names_little(text):
        text = next((f"{s.name} {s.text}" for s in row.settings if s.text and s.name == setting), "")
    if header and not text and not name:
        text = next((f"{s.name} {s.text}" for s in sorted(row.settings, key=_is_progress) if s.text), "")
    said = f"{name}, {text}" if name and text and text != name else name or text
    return said if len(said) <= _LABEL_WIDTH or not name else f"{said[: _LABEL_WIDTH - 1].rstrip()}…"


def _names_little(text: str) -> bool:
    return _FILE.fullmatch(text) is not None or _COST.fullmatch(text[:40]) is not None


def _is_progress(setting: Setting) -> bool:
    return setting.name in _PROGRESS


def claims(table: Sequence[TableRow], called: Sequence[str]) -> Iterator[Claim]:
    """What a column of differences claims of each row, as it is called: against one row, or the row above it.

    The one is that which alone has no difference, else the baseline. Which of the two is meant, the whole column tells:
    the row above where that makes all of them right.
    """
    if len(table) == 1:
        return
    bare = [at for at, row in enumerate(table) if not any(_differences(row))]
    first = next((at for at, row in enumerate(table) if BASELINE.search(text_of(row))), 0)
    first = bare[0] if len(bare) == 1 else first
    told = [(at, *each) for at, row in enumerate(table) if at != first for each in _differences(row)]
    if any(_is_relative(table[at], table[first], gain) for at, gain, text, _ in told if text.endswith("%")):
        return  # by so much of the other's number, and no points
    called = names(table) if told else []
    is_stepwise = all(at and _is_apart(table[at], table[at - 1], gain) for at, gain, *_ in told)
    for at, gain, text, metric in told:
        other = called[at - 1] if is_stepwise else called[first]
        yield Claim(f"{called[at]}: {text}", table[at].where, called[at], other, gain, metric)


def _differences(row: TableRow) -> Iterator[tuple[float, str, str]]:
    """The differences that a row states, in points or as a fraction, each as it is written, and of which metric."""
    for column, text in row.others:
        found = _DIFFERENCE.match(text)
        if found and (found[2] or _IS_DIFFERENCE.search(column)):
            meaning = meaning_of(_IS_DIFFERENCE.sub("", column).strip())
            metric = meaning.name if meaning.kind == "metric" else "AP"
            yield difference(found[1]), found[0].strip(), metric


def _is_relative(row: TableRow, baseline: TableRow, gain: float) -> bool:
    """Whether one of the numbers of a row is so many percent of the baseline's more, and not so many points."""
    pairs = [
        (mine.value, theirs.value)
        for each, other in zip(row.results, baseline.results, strict=False)
        for mine in each.metrics
        if (theirs := other.metric(mine.name)) and mine.value is not None and theirs.value
    ]
    points = [100 * (mine - theirs) for mine, theirs in pairs]
    parts = [100 * (mine / theirs - 1) for mine, theirs in pairs]
    return any(abs(each - gain) < 0.1 for each in parts) and not any(abs(each - gain) < 0.1 for each in points)


def _is_apart(row: TableRow, above: TableRow, gain: float) -> bool:
    """Whether the first numbers of two rows are so many points, or so much, apart."""
    one, other = ((each.results[0].metrics[0].value if each.results else None) for each in (row, above))
    return one is not None and other is not None and any(abs(one - other - gain * u) < 0.06 * u for u in (0.01, 1))


def text_of(row: TableRow) -> str:
    """The label of a row and all else that it says in words."""
    return " ".join((row.label, *(text for _, text in row.others)))


def printed_by(block: Experiment, table: Sequence[TableRow], title: str) -> int | None:
    """Which row a block of results is of, which stands first behind the table.

    It is in the section of the table, names and cites no run, and prints a number of one row only, in three digits.
    """
    if block.title != title or not block.evaluations or _names_itself(block):
        return None
    rows = [number for number, row in enumerate(table) if _prints(block, row)]
    return rows[0] if len(rows) == 1 else None


def _names_itself(experiment: Experiment) -> bool:
    is_block = not any(each.form in ("table", "words") for each in experiment.evaluations)
    return bool(not is_block or experiment.citation or experiment.mentions)


def with_block(row: Sequence[Evaluation], block: Experiment) -> tuple[Evaluation, ...]:
    """The results of a row with those of the block that prints one of its numbers, on the same images."""
    split = next((each.split for each in row if _shares(each, block.evaluations)), "")
    return (*row, *(replace(each, split=each.split or split) for each in block.evaluations))


def _prints(block: Experiment, row: TableRow) -> bool:
    return any(_shares(each, block.evaluations) for each in row.results) and not differs(row, block)


def _shares(result: Evaluation, printed: Sequence[Evaluation]) -> bool:
    """Whether one of the numbers of a result is AP, or AP at an IoU of 0.5, of what was printed; names may be short."""
    told = [m for each in printed if each.category is None for m in each.metrics if m.name in ("AP", "AP50")]
    ours = [m for m in result.metrics if m.name in ("AP", "AP50") and tells_apart(m)]
    return any(mine.agrees(theirs) for mine in ours for theirs in told)


def tells_apart(metric: Metric) -> bool:
    """Whether a number is printed with so many digits that another has them hardly by chance."""
    return len(metric.text.lstrip("0.").replace(".", "")) > 2


def with_result(experiment: Experiment, row: TableRow) -> Experiment:
    """The experiment with what the row that sums it up tells of it, but for that of which its own entry tells."""
    told = {(each.task, each.split) for each in experiment.evaluations}
    names = {each.name for each in experiment.settings}
    settings = (*experiment.settings, *(each for each in row.settings if each.name not in names))
    tasks = {each.task for each in experiment.evaluations}
    more = tuple(
        each
        for each in row.results
        if ((each.task, each.split) not in told and (each.split or each.task not in tasks))
        or _has_other_metrics(each, experiment)
    )
    is_open = experiment.state in ("noted", "planned") and bool(more)
    state = "finished" if is_open else experiment.state
    return replace(experiment, settings=settings, evaluations=(*experiment.evaluations, *more), state=state)


def _has_other_metrics(result: Evaluation, experiment: Experiment) -> bool:
    """Whether the rows of a table tell other metrics of an experiment, as AR below AP."""
    beside = [each for each in experiment.evaluations if (each.task, each.split) == (result.task, result.split)]
    is_row = bool(beside) and all(each.form == "table" for each in beside)
    return is_row and not any(each.metric(metric.name) for each in beside for metric in result.metrics)


def differs(row: TableRow, experiment: Experiment) -> bool:
    """Whether a setting of the row is another one in an experiment."""
    return any(experiment.value(s.name) not in (None, s.value) for s in row.settings)


def agrees(one: Evaluation, other: Evaluation) -> bool:
    """Whether another result prints all numbers of the one, each rounded as it is printed."""
    pairs = [(mine, theirs) for mine in one.metrics if (theirs := other.metric(mine.name))]
    return len(pairs) == len(one.metrics) and all(
        a.value is not None and b.value is not None and abs(a.value - b.value) <= a.half_unit + b.half_unit
        for a, b in pairs
    )
