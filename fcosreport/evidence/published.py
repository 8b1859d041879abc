"""Rows of published tables beside what they can be held against: blocks, logs, an index of models, their own links."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os.path import normpath
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.comparing.scores import agree, as_fractions, is_written_out, scores
from fcosreport.evidence.links import configs, names, own_links, published_logs, stem
from fcosreport.records import Evaluation, Experiment, Metric, Records, TableRow
from fcosreport.wording import listed

_OF_SET = re.compile(r"(?i)(?:test|eval\w*|val\w*)[- ]?(?:data ?)?set")
"""A header under which stands of which images a row is: that it is called a test is no other protocol."""
_OFF = frozenset(("", "-", "–", "—", "/", "✗", "✘", "×", "no", "n", "off", "false", "none"))
_SCORE = re.compile(r"\W*[\d.]+\s*%?(?:\s*\(.*\))?\W*")
PROTOCOL = re.compile(
    r"\b(?:m?aptest\w*|test-?dev|test|tta|flip|multi-?scale test\w*|ms-?test|soft-?nms|nms|gt|ground[- ]truth|oracle"
    r"|top-?k|ensemble|fp16|int8|onnx|tensorrt|trt|openvino|quanti\w+|finetuned?|zero-?shot|paper|reported|official|reproduced?)\b",
    re.I,
)
"""Words that say that the numbers are of another protocol, or another's."""

UNNAMED = ""
"""The task of numbers that are compared by their headers alone."""
_SPELLING = re.compile(r"\(%\)|\bacc(?:uracy)?\b|[^a-z0-9@.]")
_NUMBER = re.compile(r"[*~ ]*(\d{1,5}(?:\.\d{1,8})?)\s*%?[*†‡↑↓ ]*")
_NEAR = 60  # lines above a table in which a block is that of its row; farther away it is another model's
_THREE_DIGITS = 0.0006  # half a unit of a fraction of three digits, and a little: with fewer, equality is chance


def is_other_protocol(row: TableRow) -> bool:
    """Whether a row says that it is of other images, of test-time augmentation, or of another's numbers.

    A header speaks of its own column: of the row only where that column holds a mark or words, and not a number.
    """
    words = [row.label, row.title, *(text for _, text in row.others)]
    words += [
        head
        for head, text in row.others
        if not (text.lower() in _OFF or _SCORE.fullmatch(text) or _OF_SET.fullmatch(head.strip()))
    ]
    words += [each.name for each in row.settings if each.value is True]
    return any(PROTOCOL.search(text) for text in words)


class Against(Struct, frozen=True):
    """What a row can be held against: evaluations of the same model and task; `what` says where they stand.

    `entry` is that of an index of models.
    """

    row: TableRow
    claim: Evaluation
    evidence: tuple[Evaluation, ...]
    what: str
    experiment: Experiment | None = None
    entry: TableRow | None = None


def pairs(records: Records) -> Iterator[Against]:
    """Each claim of a table beside its evidence: the block above it, a log or a section of its name, a metafile.yml."""
    made = {each.where for each in records.experiments}  # own rows are claims about their experiments
    noted = [r for r in records.tables if not (r.is_index or is_other_protocol(r) or (r.is_own and r.where in made))]
    blocks = _Blocks(records.experiments)
    size: dict[str, int] = defaultdict(int)
    for row in noted:
        size[row.table] += 1
    named = _unique((name, row) for row in noted for name in names(row))
    for row in noted:
        if size[row.table] == 1:
            yield from blocks.above(row)
    yield from _runs(named, records.experiments)
    yield from _linked_logs(records)
    yield from _index(noted, [row for row in records.tables if row.is_index])


class Held(Struct, frozen=True):
    """The pairs of all tables, and how many of the entries they are, one a row and task, and why not the others."""

    pairs: tuple[Against, ...]
    told: str


def held(records: Records) -> Held | None:
    """What of the tables is held against other results; None where there is nothing."""
    found = tuple(pairs(records))
    done = {(each.row.where, each.claim.task) for each in found}
    entries = [(row, claim.task) for row in records.tables if not row.is_index for claim in row.results]
    entries += [(each.row, UNNAMED) for each in found if each.claim.task == UNNAMED and not each.row.results]
    rest = [row for row, task in entries if (row.where, task) not in done]
    protocol = sum(map(is_other_protocol, rest))
    reasons = [f"{protocol:,} are said to be of another protocol"] if protocol else []
    alone = len(rest) - protocol
    reasons += [f"{alone:,} have no block, log or index entry of their own"] if alone else []
    told = f"; {len(rest):,} not, because {listed(reasons)}" if rest else ""
    return Held(found, f"{len(entries) - len(rest):,} of {len(entries):,} entries compared{told}") if found else None


class _Blocks:
    """The result blocks of each note, in order; a row of a table is none."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._of: dict[str, list[tuple[int, Evaluation, Experiment]]] = defaultdict(list)
        for experiment in experiments:
            for each in experiment.evaluations:
                is_block = each.origin == "note" and each.form != "table" and each.category is None
                if is_block and len(each.metrics) >= 6:
                    self._of[each.where.path].append((each.where.line, each, experiment))

    def above(self, row: TableRow) -> Iterator[Against]:
        """The last block of the task between the heading and the table, if no block of it follows in the section."""
        for claim in row.results:
            found = [
                b for b in self._of[row.where.path] if max(row.section, row.where.line - _NEAR) < b[0] < row.where.line
            ]
            same = [b for b in found if b[1].task == claim.task]
            if len(same) == 1:
                yield Against(row, claim, (same[0][1],), "block above it", same[0][2])


def _unique(found: Iterable[tuple[str, TableRow]]) -> Mapping[str, TableRow]:
    """What one row alone bears the name of."""
    rows: dict[str, list[TableRow]] = defaultdict(list)
    for name, row in found:
        rows[name].append(row)
    return {name: each[0] for name, each in rows.items() if len(each) == 1}


def _runs(named: Mapping[str, TableRow], experiments: Sequence[Experiment]) -> Iterator[Against]:
    of: dict[str, dict[str, Experiment]] = defaultdict(dict)
    for each in experiments:
        paths = [path for path in each.files if path != each.where.path]
        citation = [each.citation.text] if each.citation else []
        for name in {each.name.lower(), *(stem(path) for path in (*paths, *citation))}:
            of[name][each.id] = each
    seen: set[tuple[TableRow, str]] = set()
    for name, row in named.items():
        found = list(of.get(name, {}).values())
        if len(found) != 1 or (row, found[0].id) in seen or _was_trained_elsewhere(row, found[0]):
            continue
        seen.add((row, found[0].id))
        for claim in filter(_is_retyped, row.results):
            same = [e for e in found[0].evaluations if e.category is None and _is_of_same(claim, e)]
            logged = tuple(e for e in same if e.origin == "log")
            if logged or same:
                yield Against(row, claim, logged or tuple(same), "log" if logged else "block", found[0])


def _was_trained_elsewhere(row: TableRow, experiment: Experiment) -> bool:
    """Whether a row links the log that it was taken from, and the files of the run of its name are others.

    A checkout of a zoo holds the pages of the published models, and in its output folders one's own trainings.
    """
    logs = published_logs(row)
    return bool(logs) and logs.isdisjoint(PurePosixPath(path).name for path in experiment.files)


def _is_retyped(claim: Evaluation) -> bool:
    """Whether a row may be taken from a log; a program that writes all digits of its own evaluated anew."""
    return not all(map(is_written_out, claim.metrics))


def _linked_logs(records: Records) -> Iterator[Against]:
    """Each row beside the log that it links and that lies where the link leads; whose name says nothing, at times."""
    times = Counter(path for each in records.experiments for path in each.files)
    of = {path: each for each in records.experiments for path in each.files if times[path] == 1}
    for row in records.tables:
        folder = PurePosixPath(row.where.path).parent
        found = {e.id: e for link in own_links(row) if (e := of.get(normpath(folder / link.target)))}
        is_compared = len(found) == 1 and not is_other_protocol(row)
        for experiment in (e for e in found.values() if is_compared and e.where != row.where):
            for claim in row.results:
                logged = tuple(e for e in experiment.evaluations if e.origin == "log" and _is_claimed(claim, e))
                if logged and {e.task for e in logged} == {logged[0].task}:
                    yield Against(row, claim, logged, "log", experiment)


def _is_claimed(claim: Evaluation, logged: Evaluation) -> bool:
    """Whether a result of a log can be what a row claims, which may say nothing of its task."""
    told = claim if claim.task_stated else replace(claim, task=logged.task)
    return logged.category is None and _is_of_same(told, logged)


def _is_of_same(claim: Evaluation, evidence: Evaluation) -> bool:
    """Whether two results are of one task and of the same images, of which many tell nothing; a table proves none."""
    splits = {each.split for each in (claim, evidence)} - {"", "val"}
    return claim.task == evidence.task and (not splits or claim.split == evidence.split) and evidence.form != "table"


def _index(noted: Sequence[TableRow], index: Sequence[TableRow]) -> Iterator[Against]:
    folders: dict[str, list[TableRow]] = defaultdict(list)
    for row in noted:
        folders[str(PurePosixPath(row.where.path).parent)].append(row)
    entries: dict[str, list[TableRow]] = defaultdict(list)
    for row in index:
        entries[row.where.path].append(row)
    for path, models in entries.items():
        known = _unique((name, row) for row in models for name in names(row))
        rows = _unique((name, row) for row in folders[str(PurePosixPath(path).parent)] for name in configs(row))
        for name, row in rows.items():
            entry = known.get(name)
            entry = entry if entry and _are_of_one_set(row, entry) else None
            for task in dict.fromkeys(claim.task for claim in row.results if entry):
                same = tuple(e for e in entry.results if e.task == task) if entry else ()
                if same and (claim := _nearest(row, task, same)):
                    yield Against(row, claim, same, PurePosixPath(path).name, entry=entry)
            if entry and (both := _by_headers(row, entry)):
                yield Against(row, both[0], both[1:], PurePosixPath(path).name, entry=entry)


def _are_of_one_set(row: TableRow, entry: TableRow) -> bool:
    """Whether the set that a row says it was tested on is in the name of the entry's data, where both tell one."""
    told = [text.lower() for header, text in row.others if _OF_SET.fullmatch(header.strip()) and text]
    data = [text.lower() for header, text in entry.others if header == "Dataset"]
    return not (told and data) or any(told[0] in name or name in told[0] for name in data)


def _by_headers(row: TableRow, entry: TableRow) -> tuple[Evaluation, ...]:
    """The numbers of a row and of an entry that stand under one header each, whatever it means; none where none do."""
    ours, theirs = _numbered(row), _numbered(entry)
    shared = [key for key in ours if key in theirs]
    told = [[Metric(ours[key][0], float(cells[key][1]), cells[key][1]) for key in shared] for cells in (ours, theirs)]
    return tuple(
        Evaluation(UNNAMED, tuple(metrics), each.where, "note", form="table")
        for each, metrics in zip((row, entry), told, strict=True)
        if metrics
    )


def _numbered(row: TableRow) -> dict[str, tuple[str, str]]:
    """Header and number of the cells that are no metric known here, by what the header says; none said twice."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for header, text in row.others:
        key, number = _SPELLING.sub("", header.lower()), _NUMBER.fullmatch(text)
        if key and number and row.headers.count(header) < 2:
            found[key].append((header, number[1]))
    return {key: cells[0] for key, cells in found.items() if len(cells) == 1}


def _nearest(row: TableRow, task: str, evidence: Sequence[Evaluation]) -> Evaluation | None:
    """What a row claims of a task on the images of the evidence, which an index does not name; else for validation."""
    claims = [claim for claim in row.results if claim.task == task]
    agreeing = (claim for claim in claims if any(not differing(claim, each)[0] for each in evidence))
    return next(agreeing, next((claim for claim in claims if claim.split in ("", "val")), None))


def differing(claim: Evaluation, evidence: Evaluation) -> tuple[list[tuple[Metric, Metric]], int]:
    """The claimed numbers that the evidence prints otherwise, each with that one; and how many it prints alike."""
    evidence = as_fractions(evidence)
    apart, alike = [], 0
    for ours in as_fractions(claim).metrics:
        theirs = evidence.metric(ours.name)
        if theirs and theirs.value is not None and theirs.value >= 0 and ours.value is not None:
            if is_same(ours, theirs):
                alike += 1
            else:
                apart.append((ours, theirs))
    return apart, alike


def is_same(ours: Metric, theirs: Metric) -> bool:
    """Whether two numbers agree in their rounding, whichever of them is a fraction and which in percent."""
    if agree(ours, theirs):
        return True
    a, b = ours.value or 0.0, theirs.value or 0.0
    one, other = ours.half_unit, theirs.half_unit
    scaled = [(k * a, k * one, b, other) for k in (100, 0.01)] + [(a, one, k * b, k * other) for k in (100, 0.01)]
    return any(0 < x <= 1 and 0 < y <= 1 and abs(x - y) <= hx + hy + 1e-9 for x, hx, y, hy in scaled)


def in_last_digit(claim: Evaluation, evidence: Evaluation) -> list[tuple[Metric, Metric]]:
    """The claimed numbers that are printed as precisely as the evidence prints them, and differ in their last digit."""
    claim, evidence = as_fractions(claim), as_fractions(evidence)
    pairs = [
        (ours, theirs) for ours in claim.metrics if (theirs := evidence.metric(ours.name)) and is_same(ours, theirs)
    ]
    alike = [(a, b) for a, b in pairs if abs(a.half_unit - b.half_unit) < 1e-9]
    return [(a, b) for a, b in alike if abs((a.value or 0.0) - (b.value or 0.0)) >= a.half_unit]


def taken_from(ours: Metric, evidence: Evaluation) -> Metric | None:
    """The metric of another name that a claimed number is, to three digits at least."""
    others = (m for m in scores(as_fractions(evidence)) if m.name != ours.name)
    return next((m for m in others if ours.half_unit <= _THREE_DIGITS and agree(ours, m)), None)


def is_mislabelled(claim: Evaluation, evidence: Evaluation) -> bool:
    """Whether the claim is of that evaluation, under wrong headers.

    Two numbers or more differ, one of them is another metric's, and two agree; or all or three of them are others'.
    """
    apart, alike = differing(claim, evidence)
    found = [taken_from(ours, evidence) for ours, _ in apart]
    moved = sum(each is not None for each in found)
    return len(apart) >= 2 and ((alike >= 2 and moved >= 1) or moved >= 3 or (moved == len(apart) and alike >= 1))
