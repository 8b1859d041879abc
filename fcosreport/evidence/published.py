"""Rows of published tables beside what they can be held against: blocks, logs, an index of models, their own links."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fcosreport.comparing.scores import agree, as_fractions, scores
from fcosreport.records import Evaluation, Experiment, Link, Metric, Records, TableRow
from fcosreport.wording import listed

_SUFFIX = re.compile(
    r"(?:\.(?:py|ya?ml|pth|pkl|pt|ckpt|h5|pdparams|pdmodel|onnx|weights|safetensors|config|txt|log|json|zip|tar|gz))+$",
    re.I,
)
_TAIL = re.compile(r"[-_.](?:(?:bbox|segm)_map-[\d.]+_*|\d{8}(?:[-_]\d{4,6})?|[0-9a-f]{6,64}|\d{6})$", re.I)
_GENERIC = re.compile(
    r"(?:model|weights?|checkpoint|ckpt|metrics|log|logs|train|training|config|best|last|latest|final|epoch|download|view|out"
    r"|results?|readme|opt|inference|test|eval|tree|blob|main|master|raw|files?|coco|output|debug|\d+|e\d+|iter|bbox|map)"
    r"(?:[-_.](?:final|best|last|latest|epoch|iter|bbox|map|model|train|\d+|[0-9a-f]{6}))*",
    re.I,
)
_WEIGHTS = re.compile(r"\.(?:pth|pkl|pt|ckpt|h5|pdparams|weights|safetensors|params|pth\.tar)(?:$|\?)", re.I)
CONFIG = re.compile(r"\.(?:py|ya?ml)(?:$|[?#])")
"""How a link to a configuration ends."""
_NOT_OF_ROW = re.compile(
    r"pre-?train|teacher|\binit|imagenet|student|baseline|paper|arxiv|\bbase\b|distill|original", re.I
)
_BY_NUMBER = re.compile(
    r"//(?:(?:drive|docs)\.google|pan\.baidu|1drv|onedrive\.live|mega|yadi)\.\w{2,3}/", re.I
)  # no name
_OFF = frozenset(("", "-", "–", "—", "/", "✗", "✘", "×", "no", "n", "off", "false", "none"))
_SCORE = re.compile(r"\W*[\d.]+\s*%?(?:\s*\(.*\))?\W*")
_DATA = re.compile(
    r"(?<![a-z])(coco|lvis|voc|cityscapes|objects365|obj365|o365|openimages|oid|crowdhuman|widerface|visdrone|bdd100k)"
    r"(?![a-z])", re.I,
)  # fmt: skip
_SAME_DATA = {"o365": "objects365", "obj365": "objects365", "oid": "openimages"}
PROTOCOL = re.compile(
    r"\b(?:m?aptest\w*|test-?dev|test|tta|flip|multi-?scale test\w*|ms-?test|soft-?nms|nms|gt|ground[- ]truth|oracle"
    r"|top-?k|ensemble|fp16|int8|onnx|tensorrt|trt|openvino|quanti\w+|finetuned?|zero-?shot|paper|reported|official|reproduced?)\b",
    re.I,
)
"""Words that say that the numbers are of another protocol, or another's."""

_NAMED_SCORE = re.compile(r"(?<![a-z])(bbox|segm|box|mask)_?m?ap[-_](0\.\d{2,4})(?!\d)", re.I)
_TASKS = {"box": "bbox", "mask": "segm"}
_NEAR = 60  # lines above a table in which a block is that of its row; farther away it is another model's
_THREE_DIGITS = 0.0006  # half a unit of a fraction of three digits, and a little: with fewer, equality is chance


def stem(target: str) -> str:
    """The name of a configuration or run that a link or path tells, without suffix, date and hash; empty for none.

    A file with a general name (`model_final.pth`, `metrics.json`) stands for its folder.
    """
    if _BY_NUMBER.search(target):
        return ""
    path = re.sub(r"[?#].*|^\w+://[^/]*", "", target.replace("\\", "/"))
    for part in reversed(PurePosixPath(path).parts):
        name = _SUFFIX.sub("", part)
        while (shorter := _TAIL.sub("", name)) != name:
            name = shorter
        if len(name) > 3 and not _GENERIC.fullmatch(name):
            return name.lower()
    return ""


def weights(row: TableRow) -> str:
    """The weights that a row links as its own; empty where it links none, or several."""
    found = {link.target for link in own_links(row) if is_weights(link)}
    return found.pop() if len(found) == 1 else ""


def is_weights(link: Link) -> bool:
    """Whether a link leads to the weights of a model."""
    return _WEIGHTS.search(link.target) is not None


def own_links(row: TableRow) -> Iterator[Link]:
    """The links of a row that tell of its own model: no pre-training, no teacher, no paper.

    Under a header such as Backbone a configuration is the row's own, and weights are what its training began with.
    """
    for link in row.links:
        is_begun_with = is_weights(link) and "backbone" in f"{link.header} {link.text}".lower()
        if not (is_begun_with or _NOT_OF_ROW.search(f"{link.header} {link.text} {link.target}")):
            yield link


def named_scores(target: str) -> Iterator[tuple[str, Metric]]:
    """The AP of each task that the name of a file tells: `..._bbox_mAP-0.398_2020...pth`."""
    for task, text in _NAMED_SCORE.findall(target.rpartition("/")[2]):
        yield _TASKS.get(task.lower(), task.lower()), Metric("AP", float(text), text)


def names(row: TableRow) -> set[str]:
    """The names of configurations and runs that a row tells: of its files, or its label."""
    files = {stem(link.target) for link in own_links(row) if _SUFFIX.search(link.target)}
    return {name for name in (*files, plain(row.label)) if name}


def plain(text: str) -> str:
    """A label as a name: `[FCOS_R_50](x)` and `fcos_r_50.py` are one."""
    return _SUFFIX.sub("", text.strip().lower()) if text and " " not in text.strip() else ""


def data_named(text: str) -> set[str]:
    """The public data sets that a text names, each by one name."""
    return {_SAME_DATA.get(word.lower(), word.lower()) for word in _DATA.findall(text)}


def is_other_protocol(row: TableRow) -> bool:
    """Whether a row says that it is of other images, of test-time augmentation, or of another's numbers.

    A header speaks of its own column: of the row only where that column holds a mark or words, and not a number.
    """
    words = [row.label, row.title, *(text for _, text in row.others)]
    words += [head for head, text in row.others if text.lower() not in _OFF and not _SCORE.fullmatch(text)]
    words += [each.name for each in row.settings if each.value is True]
    return any(PROTOCOL.search(text) for text in words)


@dataclass(frozen=True, slots=True)
class Against:
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
    yield from _index(noted, [row for row in records.tables if row.is_index])


@dataclass(frozen=True, slots=True)
class Held:
    """The pairs of all tables, and how many of the entries they are, one a row and task, and why not the others."""

    pairs: tuple[Against, ...]
    told: str


def held(records: Records) -> Held | None:
    """What of the tables is held against other results; None where there is nothing."""
    found = tuple(pairs(records))
    done = {(each.row.where, each.claim.task) for each in found}
    entries = [(row, claim.task) for row in records.tables if not row.is_index for claim in row.results]
    rest = [row for row, task in entries if (row.where, task) not in done]
    protocol = sum(map(is_other_protocol, rest))
    reasons = [f"{protocol:,} are said to be of another protocol"] if protocol else []
    alone = len(rest) - protocol
    reasons += [f"{alone:,} have no block, log or index entry of their own"] if alone else []
    told = f"; {len(rest):,} not, because {listed(reasons)}" if rest else ""
    return Held(found, f"{len(entries) - len(rest):,} of {len(entries):,} entries compared{told}") if found else None


class _Blocks:
    """The result blocks of each note, in order."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._of: dict[str, list[tuple[int, Evaluation, Experiment]]] = defaultdict(list)
        for experiment in experiments:
            for each in experiment.evaluations:
                if each.origin == "note" and each.category is None and len(each.metrics) >= 6:
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
        if len(found) != 1 or (row, found[0].id) in seen:
            continue
        seen.add((row, found[0].id))
        for claim in row.results:
            same = [e for e in found[0].evaluations if e.category is None and _is_of_same(claim, e)]
            logged = tuple(e for e in same if e.origin == "log")
            if logged or same:
                yield Against(row, claim, logged or tuple(same), "log" if logged else "block", found[0])


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
            for task in dict.fromkeys(claim.task for claim in row.results if entry):
                same = tuple(e for e in entry.results if e.task == task) if entry else ()
                if same and (claim := _nearest(row, task, same)):
                    yield Against(row, claim, same, PurePosixPath(path).name, entry=entry)


def _nearest(row: TableRow, task: str, evidence: Sequence[Evaluation]) -> Evaluation | None:
    """What a row claims of a task on the images of the evidence, which an index does not name; else for validation."""
    claims = [claim for claim in row.results if claim.task == task]
    agreeing = (claim for claim in claims if any(not differing(claim, each)[0] for each in evidence))
    return next(agreeing, next((claim for claim in claims if claim.split in ("", "val")), None))


def configs(row: TableRow) -> set[str]:
    """The names of the configurations that a row links."""
    return {stem(link.target) for link in own_links(row) if CONFIG.search(link.target)} - {""}


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
    scaled = ((100 * a, 100 * one, b, other), (a, one, 100 * b, 100 * other))
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
