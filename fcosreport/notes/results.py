"""Tables of results in a note or README as rows: what each claims, with which settings, and what it links."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from fcosreport.notes import set_up
from fcosreport.notes.columns import SUBMITTED, is_of_images, meanings
from fcosreport.notes.grids import Cell, Grid, grids
from fcosreport.notes.labels import CHANGE, Row, named, number_in
from fcosreport.notes.lists import lists
from fcosreport.notes.markup import Line, Markup, below
from fcosreport.notes.parted import of_variants, parted, parted_rows
from fcosreport.notes.remarks import GAINED
from fcosreport.notes.subjects import (
    BASELINE,
    is_diary,
    is_of_class,
    is_of_parts,
    is_record,
    is_status,
    links_papers,
    lists_classes,
    lists_papers,
    publishes,
    total,
)
from fcosreport.notes.titled import of_caption, of_title
from fcosreport.notes.tried import tried
from fcosreport.notes.upright import (
    STATISTIC,
    WHOLE,
    cell_at,
    of_averaged,
    of_cells,
    of_epochs,
    of_named,
    of_overlap,
    of_pairs,
    of_splits,
    of_summary,
    of_tasks,
    upright,
)
from fcosreport.notes.words import is_illustrative, is_promised, split_said
from fcosreport.records import Evaluation, Link, Metric, Setting, TableRow, Where
from fcosreport.vocabulary import decode, stated
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.headers import Header, best_epoch_of, says_percent
from fcosreport.vocabulary.metric_names import is_side, split_alone
from fcosreport.vocabulary.metrics import by_difficulty, metric
from fcosreport.vocabulary.other_trades import is_of_classes
from fcosreport.vocabulary.settings.names import read as read_setting
from fcosreport.vocabulary.signs import signed

MOST_ROWS = 5_000
"""Rows of one note that are kept."""
_LONGEST = 300  # characters of a header, which each row has, and of a label
_NEAR = 3  # lines between a paragraph and the table that it speaks of

ZOO = re.compile(r"(?i)(?:model[-_ ]?)?zoo|metafile")
"""In the path of a page or a table of models that others can fetch."""
_LIST = re.compile(r"(?i)\b(?:paper|title|venue|conference|journal)\b|会议|期刊|论文题目")
OURS = signed(
    r"\bours?\b|\bthis (?:repo|work|project)|\bproposed\b|我们|本文|本项目|現在|本手法|제안|우리"
    r"|\bbizim|\bönerilen|\bnuestr[oa]s?\b|\bnoss[oa]s?\b|\bpro(?:puest|post)[oa]s?\b|\bnôtre\b|\bproposée?s?\b|\bunsere?\b"
    r"|\bнаш[аеи]?\b|предлож|của chúng tôi|đề xuất",
    "our|this |propos|propuest|propost|bizim|nuestr|noss|unser",
)
"""Words beside which the rows of a table that name known detectors are of others."""
_QUOTED = signed(
    r"^\W*(?:pre-?trained (?:models?|weights?|checkpoints?)|model (?:variants|options|choices|selection)"
    r"|choos(?:e|ing) (?:a|the|your) (?:\w+ )?model)\b"
    r"|\b(?:papers?(?!'s (?:[\w.]{1,9} ){0,3}(?:batch|data|train|split|schedule|setting|config|param))"
    r"|reported|official\w*|published|state[- ]of[- ]the[- ]art|sota|model zoo|benchmarks?(?! (?:results|comparison))"
    r"|et al)\b(?! (?:\w+ )?(?:data|train|test\b|val|eval|split|weight|code|config|param))"
    r"|^\W*original\b(?! contributions?\b)"
    r"|\(original\)|论文"
    r"|(?:官方|公式|공식)(?!.{0,8}(?:训练|数据|划分|权重|代码|配置|参数|データ|学習|重み|데이터|학습|가중치|기준|标准|標準|基準))|論文|논문",
    "train|model|choos|paper|report|official|publish|state|sota|benchmark|et al|original",
)
"""Words that say whose result it is: not the author's. Official data and settings are what he used."""
_BY_OTHERS = re.compile(
    r"(?i)\b(?:mm ?det(?:ection)?|detectron2?|torchvision|maskrcnn-benchmark|paddle\w*|gluon\w*|darknet|ultralytics)\b"
    r".*(?<![a-z])(?:m?ap(?:50|75)?|miou)(?![a-z])"
)
"""The header of what another program reaches, beside the author's own: `MMdet mAP`."""
_MANNER = re.compile(r"(?i)(?:loss|augment|optimi[sz]er|schedul|recipe|init)\w{0,10}(?:[ _](?:function|fn|type|name))?")
"""The header of what a run was trained with, which may be that of a paper: its result is the author's own."""
_SCORED = re.compile(r"(?<![A-Za-z])(?:m?AP|[mM]ap)(?![A-Za-z])|IoU")
_OF_ZOO = re.compile(
    r"(?i)\bmodel ?zoo\b|\bpre-?trained (?:models?|weights|checkpoints)\b|预训练模型|模型库"
    r"|\b(?:supported|available) (?:models|detectors|architectures|networks|backbones)\b|支持的?(?:模型|网络|检测器)"
)
"""In a heading around a table whose models others trained."""
_ANNOUNCED = re.compile(
    r"(?i)\b(?:contains?|lists?|provides?|available|following) .{0,40}?\bpre-?trained (?:models|weights|checkpoints)\b"
    r"|^(?:the )?official (?:\w+ ){0,3}(?:results?|numbers?|accurac(?:y|ies)|metrics|performance)\b"
    r"|^官方.{0,20}(?:精度|指标|结果|性能|数据)|(?:本(?:仓库|项目|文)|我们).{0,6}(?:没有|未|尚未)(?:复现|训练|验证)"
)
"""In the paragraph above a table of models that others can fetch, or whose numbers the author did not make."""
_RELEASED = re.compile(
    r"(?i)\W{0,8}(?:20)\d\d[./年 -]{1,3}\d{1,2}[./月 -]{0,3}(?:\d{1,2}日?)?[^\w\n]{0,8}"
    r"(?:we )?(?:have )?(?:release[sd]?\b|发布|公開).{0,60}?(?:pre-?trained|models?\b|weights|checkpoints?|模型|权重)"
)
"""News of models that others can fetch: `[2023.08.24] Release pretrained models`."""
_FOLD = re.compile(r"(?i)(?:(?:cv|k-?)[ -]?)?folds?\b.{0,12}|seeds?|repeats?")
_AVERAGE = re.compile(r"(?i)\W*(?:mean|average|avg|std|stdev|standard deviation|mean ?(?:±|\+/?-) ?std)\W*")
"""What rows below the repeats of a run are of: they are no run."""
_TASK = re.compile(r"\b(segm|keypoints?|bbox|pose)\b|姿态|姿勢|关键点", re.I)
_ON = frozenset("✓ ✔ √ ☑ ✅ yes y on true ● v x".split()) - {"x"}
_OFF = frozenset(("", *"✗ ✘ × x ☐ ❌ - – — no n off false ○".split()))
_DITTO = frozenset("^ 〃 ″ 同上 同左 ditto".split())
_CLASSIFIER = re.compile(r"(?i)[-_ ]cls(?![a-z])|classif|u-?net(?![a-z])|deeplab")
"""In the name of a network that finds no boxes."""
_TRAINED = frozenset({"lr", "epochs", "train_batch_size", "optimizer", "iterations", "schedule"})
"""Settings beside which even a precision is the result of a detector's training."""
_OF_TESTS = frozenset({"image_size", "max_dets", "score_threshold", "nms", "tta", "amp", "test_batch_size"})
SPLIT = re.compile(r"(?i)(?:eval(?:uat(?:ion|ed))?[ _]?(?:on)?[ _]?)?(?:split|subset)")
"""The header of a column that tells on which part of the data a row was measured."""
_SPAN = re.compile(r"(\d{1,4}(?:\.\d)?)\s*(x|e|ep|epochs?|k|k iters?|k iter)?", re.I)
_SPAN_OF = re.compile(r"[~≈]?\s?\d{1,3}(?:\.\d{1,4})?\s?%?\s?[-–~～]\s?\d{1,3}(?:\.\d{1,4})?\s?%?")
"""From one score to another, which no run has: `50-60%`."""
_SPANS = {"e": "epochs", "k": "iterations"}
_FRACTION = re.compile(r"0?\.\d{2,20}|1\.0+")
_COUNT = re.compile(r"\d{1,6}")
_OF_ALL = re.compile(r"(\d{1,4})\s?/\s?(\d{1,4})")
"""The epoch that a result is of, and how many there were: `17/20`."""


class _Head(NamedTuple):
    """What the text of a header says: of folds, of papers, of a manner of training, of a split, of percent; of which
    metric's best it is the epoch.
    """

    is_of_folds: bool
    lists_papers: bool
    is_of_manner: bool
    is_of_split: bool
    is_in_percent: bool
    best_of: str | None


class _Columns(NamedTuple):
    """What the title and the headers of a table say of the results in each of its rows.

    `task` and `split` are those of the title, `plain_task` is of columns that name none, `is_stated`: one names its
    task. `split_at` is the column that names a split, `best_at` those with the epoch at which a metric was best.
    """

    task: str
    split: str
    plain_task: str
    is_stated: bool
    has_best: bool
    split_at: int | None
    best_at: Sequence[tuple[int, str]]
    in_percent: Sequence[bool]


class Read(NamedTuple):
    """What the tables of a note say: `rows` of results, those `in_code`, and the `settings` of tables of these."""

    rows: tuple[TableRow, ...]
    in_code: tuple[TableRow, ...]
    settings: tuple[Setting, ...]


def read(note: Markup, path: str) -> Read:
    """The rows of the result tables of a note, and of those in code that have a column for each metric and no other,
    as programs print their results. Tables without a metric, of classes or of difficulties give none.

    A row that tells of a run of the author's own may have no result yet; one that links the model which it is of has
    its numbers among the other cells, where their headers are no metric that is known here.
    """
    found, shown = list(grids(note, lists(note))), below(note, is_promised)
    above = {grid.line: _above(grid, note.lines) for grid in found}
    tables = [grid for grid in found if not (grid.is_code or grid.line in shown or is_illustrative(above[grid.line]))]
    is_zoo = (
        ZOO.search(path) is not None
        or any(lists_papers(each) or (publishes(each) and not is_diary(each)) for each in tables)
        or (bool(tables) and any(_RELEASED.match(line.text) for line in note.lines if line.kind in ("item", "text")))
    )
    of_images = is_of_images(note)
    rows = (
        row
        for grid in tables
        for row in rows_of(
            of_caption(grid, above[grid.line]),
            path,
            is_zoo=is_zoo or bool(_ANNOUNCED.search(above[grid.line])),
            of_images=of_images,
        )
    )
    pasted = (row for grid in found if grid.is_code for row in rows_of(grid, path, is_zoo=False))
    return Read(tuple(islice(rows, MOST_ROWS)), tuple(islice(pasted, MOST_ROWS)), set_up.settings(tables, path))


def _above(grid: Grid, lines: Sequence[Line]) -> str:
    """The paragraph right above a table, which speaks of it; "" where none stands near."""
    before = bisect_left(lines, grid.line, key=lambda line: line.number) - 1
    above = lines[before] if before >= 0 else None
    return above.text[:_LONGEST] if above is not None and grid.line - above.number <= _NEAR else ""


def rows_of(grid: Grid, path: str, *, is_zoo: bool, of_images: bool = False) -> Iterator[TableRow]:
    """The rows of one table; `is_zoo` says that it is of models that others can fetch, `of_images` that the note is of
    a trade whose scores are read without the name of a metric.
    """
    around = grid.around
    grid = of_title(of_named(of_tasks(of_pairs(of_summary(of_averaged(of_overlap(parted_rows(grid))))))))
    grid = grid if _is_across_classes(grid) else of_splits(upright(grid))
    grid = of_variants(parted(of_epochs(of_cells(grid))))
    headers = meanings(grid, of_images=of_images)
    texts = tuple([cell.text[:_LONGEST] for cell in grid.headers])
    heads = list(map(_head, texts))
    measured = [each.name for each in headers if each.kind == "metric"]
    trained = sum(each.kind == "setting" and each.name in _TRAINED for each in headers)
    is_told = bool(measured) and (trained > 1 or not all(map(is_side, measured)) or _is_of_detectors(grid, measured))
    is_linked = not is_told and publishes(grid)  # by metrics that are known by their headers alone
    if not (is_told or is_linked or is_record(grid) or (of_images and is_status(grid))):
        return
    has_parts = is_of_parts(grid, headers)
    grid = total(grid) if has_parts else grid
    if grid.is_code and not all(each.kind == "metric" for each in headers):
        return  # an example, or what a reader of logs takes
    scored = [cell for _, cells in grid.rows for cell in _scores(headers, cells)]
    percent = _are_percent(scored) or (
        any(each.is_in_percent for each in heads) and any(v > 1 for v, _ in _numbers(scored))
    )
    fractions = [
        each.kind == "metric" and _is_fraction(each, [cell_at(cells, column) for _, cells in grid.rows])
        for column, each in enumerate(headers)
    ]
    ticked = ticks(grid, headers)
    has_ours = OURS.search("\n".join(cell.text for _, cells in grid.rows for cell in cells[:2])) is not None
    has_folds = any(each.is_of_folds for each in heads)
    firsts = [cells[0].text for _, cells in grid.rows if cells]
    is_spread = len(firsts) > 1 and sum(map(bool, map(STATISTIC.fullmatch, firsts))) > 1
    is_list = any(each.lists_papers for each in heads) or links_papers(grid)
    said = [text for each, text in zip(headers, texts, strict=True) if each.kind == "metric" or not measured]
    is_of_others = is_zoo or is_linked or is_list or _OF_ZOO.search(around)
    quoted = [text for each, text in zip(headers, texts, strict=True) if each.kind == "other" and _QUOTED.search(text)]
    is_beside = bool(measured) and any(map(_SCORED.search, quoted))  # the numbers of the paper have a column
    is_beside = is_beside or any(
        each.kind == "other" and _BY_OTHERS.search(text) for each, text in zip(headers, texts, strict=True)
    )
    is_quoted = not is_beside and _QUOTED.search(f"{grid.title} {' '.join(said)}") is not None
    is_own = not (is_of_others or is_quoted)
    values = _tried(grid, headers) or [""] * len(grid.rows)
    of_width: dict[int, _Columns] = {}
    above: Sequence[Cell] = ()
    for (line, cells), value in zip(grid.rows, values, strict=True):
        cells = [cell_at(above, column) if each.text in _DITTO else each for column, each in enumerate(cells)]
        above = cells
        if not any(cell.text or cell.links for cell in cells):
            continue
        numbers = [cell.text for cell in _scores(headers, cells)]
        if _is_difference([text for text in numbers if text]):
            continue
        row = list(zip(headers, texts, cells, strict=False))
        where = Where(path, line)
        scores = [found for text in numbers if (found := number_in(text))]
        in_row = any(float(found[1]) > 1 or found[2] for found in scores)
        plain = [found[1] for found in scores if not found[2]]
        is_mixed = len(plain) < len(scores) and all(map(_FRACTION.fullmatch, plain))  # `0.90` beside `92%`
        percents = [(percent or in_row) and not (each or is_mixed) for each in fractions]
        if not (columns := of_width.get(len(row))):
            columns = of_width[len(row)] = _columns(headers[: len(row)], heads, grid.title)
        results = tuple(_results(row, where, percents, columns))
        is_said = any(cell.links for cell in cells) if is_linked else is_own and any(cell.text for cell in cells[:2])
        if not (results or is_said) or (not results and any(map(_SPAN_OF.fullmatch, numbers))):
            continue  # a row without a result, or with what is but supposed: `50-60%`
        sources = [cell for cell, head in zip(cells, heads, strict=False) if not head.is_of_manner]
        options = tuple(ticked(cells, where))
        names = {each.name for each in options}
        label = named([each for each in row if each[1] not in names]) or value or _of_ticks(options)
        label = label[:_LONGEST]
        if not (label or has_parts) and is_of_class(grid.title):
            continue
        if (has_folds and _AVERAGE.fullmatch(label)) or (is_spread and cells and STATISTIC.fullmatch(cells[0].text)):
            continue
        yield TableRow(
            label=label,
            where=where,
            table=f"{path}:{grid.line}",
            title=grid.title,
            section=grid.section,
            settings=(*_settings(row, label, where), *options),
            results=results,
            measures=tuple([(text, cell.text) for each, text, cell in row if each.kind == "measure" and cell.text]),
            others=(
                *[(text, cell.text) for each, text, cell in row if _is_other(each, cell.text, results)],
                *[gained for each, text, cell in row if is_own and (gained := _gained(each, text, cell))],
            ),
            links=tuple([Link(text, *link) for _, text, cell in row for link in cell.links]),
            headers=texts,
            is_own=not (is_of_others or _QUOTED.search(_said(sources)) or (has_ours and _is_of_others(label)))
            and (is_own or OURS.search(_said(cells)) is not None),
        )


def _tried(grid: Grid, headers: Sequence[Header]) -> list[str]:
    columns = [(each, cell.text) for each, cell in zip(headers, grid.headers, strict=True)]
    return tried(columns, [[cell.text for cell in cells] for _, cells in grid.rows])


def _is_of_detectors(grid: Grid, measured: Sequence[str]) -> bool:
    """Whether each row names a detector, whose precision and recall are those of boxes, and none tells an accuracy."""
    names = [" ".join(cell.text for cell in cells[:2]) for _, cells in grid.rows]
    heads = " ".join(cell.text for cell in grid.headers).lower()
    is_of_boxes = {"P", "R"} <= set(measured) and not is_of_classes(heads)
    named = sum(bool(detectors(name)) for name in names)
    return is_of_boxes and 2 * named >= len(names) > 0 and not any(map(_CLASSIFIER.search, names))


def _is_across_classes(grid: Grid) -> bool:
    """Whether the columns of a table are classes, and none is of all of them: `Class | car | bus`."""
    first, *others = [each.text for each in grid.headers] or [""]
    return lists_classes(first) and not any(map(WHOLE.fullmatch, others))


def ticks(grid: Grid, headers: Sequence[Header]) -> Callable[[Sequence[Cell], Where], Iterator[Setting]]:
    """What reads the options of a row: the columns that hold nothing but ticks, crosses and blanks."""
    options = {
        column: text.text[:_LONGEST]
        for column, (each, text) in enumerate(zip(headers, grid.headers, strict=True))
        if each.kind in ("other", "label") and text.text
        and (said := {c[column].text.lower() for _, c in grid.rows if column < len(c)}) & _ON and said <= _ON | _OFF
    }  # fmt: skip

    def read(cells: Sequence[Cell], where: Where) -> Iterator[Setting]:
        for column, name in options.items():
            text = cells[column].text if column < len(cells) else ""
            yield Setting(name, text.lower() in _ON, text, where)

    return read


def _of_ticks(options: Sequence[Setting]) -> str:
    """What a row that nothing names is called by its ticks: `GN + DCN`, or `without GN, DCN`."""
    names = [each.name for each in options if each.value]
    return " + ".join(names) or (f"without {', '.join(each.name for each in options)}" if options else "")


def _is_difference(scores: Sequence[str]) -> bool:
    """Whether all that a row tells are changes from another: `+5.83%`, `-0.4`."""
    return any(text.startswith("+") for text in scores) and all(map(CHANGE.match, scores))


def _said(cells: Sequence[Cell]) -> str:
    return " ".join(cell.text for cell in cells)


def _gained(meaning: Header, header: str, cell: Cell) -> tuple[str, str] | None:
    """What stands in brackets behind a score, as a column of differences has it: `41.2 (+3.8)`."""
    found = GAINED.search(cell.text) if meaning.kind == "metric" else None
    return (f"Δ {header}", found[1]) if found else None


def _is_of_others(label: str) -> bool:
    """Whether a row beside the author's own names a detector that is known, and is not what he began with."""
    return bool(detectors(label)) and not (OURS.search(label) or BASELINE.search(label))


@lru_cache(1024)  # many tables have the same headers
def _head(text: str) -> _Head:
    return _Head(
        _FOLD.fullmatch(text) is not None,
        _LIST.search(text) is not None and not _SCORED.search(text),
        _MANNER.fullmatch(text) is not None,
        SPLIT.fullmatch(text) is not None,
        says_percent(text),
        best_epoch_of(text),
    )


def _columns(headers: Sequence[Header], heads: Sequence[_Head], title: str) -> _Columns:
    told = list(enumerate(heads[: len(headers)]))
    return _Columns(
        *_told_by(title),
        _task_of_plain([each for each in headers if each.kind == "metric"]),
        any(each.task for each in headers),
        any(each.is_best for each in headers),
        next((at for at, each in told if each.is_of_split), None),
        [(at, each.best_of) for at, each in told if each.best_of is not None],
        [each.is_in_percent for each in heads],
    )


@lru_cache(1024)  # a heading may stand above many tables
def _told_by(title: str) -> tuple[str, str]:
    """The task and the split that a title tells."""
    return _task(title), "public" if SUBMITTED.search(title) else split_said(title)


def _results(row: Row, where: Where, percents: Sequence[bool], columns: _Columns) -> Iterator[Evaluation]:
    """A result for each task and split, those for validation first; the title tells what no header does.

    The best of a run that stands beside its last is a result of its own, before it, of the epoch that the row tells.
    """
    named = row[columns.split_at][2].text if columns.split_at is not None else ""
    title_split = split_alone(named).replace("val", "") or columns.split  # "" is that of validation, as everywhere
    metrics: dict[tuple[str, bool, str, str, int | None], list[Metric]] = {}
    best = {of: int(text) for at, of in columns.best_at if _COUNT.fullmatch(text := row[at][2].text)}
    epoch = None if columns.has_best else best.get("")
    for (each, _, cell), percent, is_percent in zip(row, percents, columns.in_percent, strict=False):
        if each.name == "epochs" and (of_all := _OF_ALL.fullmatch(cell.text)):
            epoch = int(of_all[1])
        found = number_in(cell.text) if each.kind == "metric" else None
        if found and float(found[1]) <= 100 and (not found[3] or "." in found[1]):
            is_told = bool(found[2]) or is_percent
            made = metric(each.name, found[1], percent=percent or is_told or None)
            at = best.get(each.name, best.get("")) if each.is_best else None
            key = each.split or title_split, each.is_best, each.task or columns.plain_task, each.data_set, at
            metrics.setdefault(key, []).extend([made] if made else [])
            epoch = int(found[3]) if found[3] else epoch
    for key, found_metrics in sorted(metrics.items(), key=lambda each: (bool(each[0][0]), not each[0][1])):
        split, is_best, task, data_set, at = key
        task_of_title = "" if columns.is_stated else columns.task
        task_stated = bool(task or task_of_title)
        told = task or task_of_title or "bbox"
        row_told = Evaluation(
            told,
            tuple(found_metrics),
            where,
            "note",
            at if is_best else epoch,
            task_stated=task_stated,
            form="table",
            data_set=data_set,
            split=split,
        )
        yield by_difficulty(row_told)


def _task_of_plain(columns: Sequence[Header]) -> str:
    """The task of columns that name none: boxes, where no other is named and none is named twice: `bbox/AP`, `AP50`;
    masks, where boxes have the same metrics beside them: `AP`, `AP^bb`; that of pixels for precision beside an mIoU;
    the one that most others name, where none is named twice: `AP50 (mask)`, `P (mask)`, `AP`.
    """
    names: dict[str, set[str]] = {"": set(), "bbox": set()}
    for each in columns:
        names.setdefault(each.task, set()).add(each.name)
    main = {each.task for each in columns if not is_side(each.name)}
    if main == {"sem_seg"}:
        return "sem_seg"
    plain = names.pop("")
    named = {task: found for task, found in names.items() if found}
    if len(named) != 1 or not plain:
        return ""
    task, found = named.popitem()
    if plain.isdisjoint(found) and (task == "bbox" or len(plain) < len(found)):
        return task
    return "segm" if task == "bbox" and plain == found else ""


def _scores(headers: Sequence[Header], cells: Sequence[Cell]) -> Iterator[Cell]:
    return (cell for each, cell in zip(headers, cells, strict=False) if each.kind == "metric")


def _numbers(cells: Iterable[Cell]) -> Iterator[tuple[float, str]]:
    """The scores in cells, each with its percent sign; no zeros, which tell no unit."""
    found = (number_in(cell.text) for cell in cells)
    return ((float(each[1]), each[2]) for each in found if each and float(each[1]))


def _are_percent(cells: Iterable[Cell]) -> bool:
    """Whether the numbers of a table are in percent; a table that mixes both is told row by row."""
    numbers = list(_numbers(cells))
    return bool(numbers) and 3 * sum(value > 1 or bool(sign) for value, sign in numbers) >= 2 * len(numbers)


def _is_fraction(column: Header, cells: Iterable[Cell]) -> bool:
    """Whether a column is of fractions beside others in percent: none above 1, and each with three digits or more.

    Precision, recall and F1 need no more than one: nobody reports those below a hundredth.
    """
    digits = 1 if is_side(column.name) else 3
    found = [each for cell in cells if (each := number_in(cell.text))]
    return len(found) > 1 and all(
        float(f[1]) <= 1 and len(f[1].partition(".")[2]) >= digits and not f[2] for f in found
    )


def _task(title: str) -> str:
    found = _TASK.search(title)
    told = (found[1] or "pose").lower() if found else ""
    return "keypoints" if told.startswith(("keypoint", "pose")) else told


def _settings(row: Row, label: str, where: Where) -> tuple[Setting, ...]:
    """What the columns declare, then what the label says of the rest."""
    declared = [s for each, _, cell in row if each.kind == "setting" and (s := _setting(each.name, cell.text, where))]
    if not label:
        return tuple(declared)
    names = {each.name for each in declared}
    return (*declared, *(each for each in (*decode(label, where), *stated(label, where)) if each.name not in names))


def _is_other(column: Header, text: str, results: Sequence[Evaluation]) -> bool:
    """Whether a cell tells rows apart by itself: it is no setting of the training, or says more than its value.

    What stands for a result that is not there says why.
    """
    if column.kind == "metric":
        return bool(text) and not results
    if column.kind == "setting":
        return column.name in _OF_TESTS or bool(text and not _setting(column.name, text, Where("", 1)))
    return column.kind in ("other", "label")


def _setting(name: str, text: str, where: Where) -> Setting | None:
    text = text.strip()
    found = (_known if len(text) <= _LONGEST else _of_column)(name, text)
    return Setting(found.name, found.value, found.text, where) if found else None


def _of_column(name: str, text: str) -> Setting | None:
    where = Where("", 1)
    if name == "epochs" and (told := _OF_ALL.fullmatch(text)):
        return read_setting(name, told[2], where)
    if name == "train_data":
        return Setting(name, text, text, where) if text not in _OFF else None
    span = _SPAN.fullmatch(text) if name == "schedule" else None
    if span:
        unit = (span[2] or "e")[0].lower()
        if unit == "x":
            return read_setting("schedule", f"{span[1]}x", where)
        made = read_setting(_SPANS[unit], f"{span[1]}{'k' if unit == 'k' else ''}", where)
        return made if made and (unit == "k" or int(made.value) > 3) else None
    if name == "backbone":
        found = [each for each in decode(text, where) if each.name == "backbone"]
        return found[0] if found else None
    return read_setting(name, text, where)


_known = lru_cache(4096)(_of_column)  # the rows of a table have few settings, and each cell is asked twice
