"""Tables with the names of metrics down the first column, or with COCO's summary in rows, turned upright."""

import re
from collections.abc import Iterable, Mapping, Sequence

from fcosreport.notes.grids import Cell, Grid
from fcosreport.notes.headings import task_of
from fcosreport.vocabulary.headers import header
from fcosreport.vocabulary.metric_names import split_alone
from fcosreport.vocabulary.metrics import number

_SUMMARY = tuple(
    (name, re.compile(sign, re.I))
    for name, sign in (
        ("metric", "metric|type|指标"),
        ("iou", "iou"),
        ("area", "area|size|scale|面积"),
        ("detections", "det"),
    )
)
"""The columns of a COCO summary before its values."""
_GENERIC = re.compile(
    r"(?i)\s*(?:(?:(?:actual|achieved|measured|obtained|current) )?(?:values?|scores?|results?)"
    r"|[实實][际際](?:结果|結果|值)|数值|结果|值|指标|スコア|数?値|값|수치|점수|결과"
    r"|valor(?:es)?|valeurs?|werte?|değer(?:ler)?|значени[ея]|giá trị|nilai|mean|average|avg\.?|平均值?|평균)?\s*"
)
WHOLE = re.compile(r"(?i)\W*(?:(?:over)?all(?: classes)?|general|global|todas?|全体|整体|总体|所有类别|전체)\W*")
"""The header of a column of all classes, before those of each."""
STATISTIC = re.compile(
    r"(?i)\W*(?:mean|average|avg\.?|media|平均值?|평균|std(?:\.? ?dev)?\.?|standard deviation|sd|σ|variance"
    r"|标准差|方差|표준편차|분산"
    r"|(?P<shape>median|q[123]|(?:25|50|75) ?%|min(?:imum)?|max(?:imum)?|count|中位数|最小值?|最大值?|최소|최대))\W*"
)
"""What sums up several numbers, as those of all epochs: two beside each other are no runs, a `shape` no result."""
_AVERAGE_OF = re.compile(r"(?P<of>.{1,40}?) [(（]?(?:avg\.?|average|mean)[)）]?")
_MAY_BE_RUN = re.compile(
    r"\d|[+_/]|\b(?:base(?:line)?|ours?|proposed|with(?:out)?|before|after|model|run|fold|seed|exp\w*|best|last)\b"
    r"|net\b|yolo|r-?cnn|detr|pooling|基|本文|改进|提案|제안"
)
"""What the heads of columns of runs have; those of classes are mere words."""
_OF_METRICS = re.compile(
    r"(?i)\W*(?:(?:metrics?|指标|評価指標|指標|지표|métricas?|métriques?|metri[ck]|ölçüt|метрик[аи])\W*)?"
)
_TASK = re.compile(
    r"(?i)\W*(?:(?P<box>(?:bounding )?box(?:es)?|bbox|b-?box(?:es)?)|(?:segmentation )?masks?|segmentation)"
    r"(?: \([BM]\))?(?: metrics?| results?)?\W*"
)
_DICE = re.compile(r"(?i)\W*(?:mean )?(?:dice|dsc)(?: (?:score|coefficient|coef))?\W*")
_AVERAGED = re.compile(r"(?i)\W*(?:average|avg\.?|mean)[ _](?P<of>precision|recall|f1(?:[-_ ]score)?|iou)\W*")
_OVERLAP = re.compile(r"(?i)\W*(?:iou|jaccard)(?: (?:score|index))?\W*")
_STATE = re.compile(r"(?i)\W*(?:status|state|状态|狀態|状態|상태)\W*")
_BEHIND_STATE = re.compile(
    r"(?P<state>[^\d(（:：]{1,40})[(（:：]\s?(?P<value>[~≈]?(?:\d{1,3}(?:\.\d{1,18})?|\.\d{1,18})\s?%?)[)）]?"
)
"""The state of a run and its result in one cell: `Done (87.2%)`."""
_EPOCH = re.compile(
    r"(?i)(?:(?:at |after )?ep(?:och)?\.? ?#?|第 ?)(?P<number>\d{1,4})(?: ?轮)?(?: ?\((?:best|last|final)\))?"
)
_SCORE = re.compile(r"[~≈]?\s?\d{1,3}\.\d{1,18}\s?%?\s?[*†‡]?(?:\s?[(（].{0,40}[)）])?")
_GAIN = re.compile(r"[+±−–-]\s?\d")
_NO_GAIN = re.compile(r"0(?:\.0+)?\s?%?")
_NOTHING = re.compile(r"(?i)[-–—/\s]*|n/?a")
_NAMED = re.compile(r"(?P<name>[A-Za-z][\w@.: -]{1,30}?)\s*[:=]?\s+(?P<value>\d{0,2}\.\d+\s?%?)(?:\s*\([^()]{0,20}\))?")
_BESIDE = re.compile(
    r"(?i)\W*(?:status|(?:targets?|goals?|expected)(?: (?:values?|ranges?|results?))?|valor(?:es)? esperados?"
    r"|notes?|remarks?|comments?|units?|description|meaning|conclusion|winners?|better"
    r"|best(?: (?:model|run|method|config))?"
    r"|(?:best |at )?(?:epochs?|iter(?:ation)?s?|steps?)|轮[次数]|エポック|에폭|interpretation|assessment"
    r"|(?:gains?|improvements?|changes?|ratios?|delta|[Δ∆]|diff(?:erence)?)(?:\s*[(（].*)?"
    r"|提升(?:幅度)?|改进|变化|差异|差值|변화|状态|狀態|(?:研究|设定|設定|预期)?目标|(?:研究|設定|預期)目標|[达達]成(?:情况|情形|率|状态|狀態)?|是否[达達]成|预期|期望|备注|说明|解读|结论|评价|单位|含义|目標|備考|状態|목표|상태|비고|변화|설명"
    r"|interprétation|remarques?|commentaires?|objectif"
    r"|resultados? esperados?"
    r"|diferencia|mejora|significado|observaci(?:ón|ones)|nota|interpretaci[óo]n|diferença|observaç(?:ão|ões)|melhoria"
    r"|açıklama|yorum|изменение|комментарий|примечание)\W*"
)
"""The header of a column beside those of runs that says something of each metric."""
_FEWEST = 2  # cells that say a metric before their number
_WIDEST = 60  # columns and rows of a table that may be turned


def cell_at(cells: Sequence[Cell], column: int) -> Cell:
    """The cell of a column; an empty one where the row is shorter."""
    return cells[column] if column < len(cells) else Cell("", "")


def of_overlap(grid: Grid) -> Grid:
    """The table with mIoU where one says IoU beside a Dice; by itself that may be a threshold."""
    lines = [[each.text for each in grid.headers], [cell_at(cells, 0).text for _, cells in grid.rows]]
    is_said = [any(map(_DICE.fullmatch, names)) and any(map(_OVERLAP.fullmatch, names)) for names in lines]
    if not any(is_said):
        return grid
    headers = [_as_overlap(each) if is_said[0] else each for each in grid.headers]
    rows = [(n, [_as_overlap(cells[0]), *cells[1:]] if is_said[1] and cells else list(cells)) for n, cells in grid.rows]
    return Grid(grid.line, grid.title, grid.section, headers, rows, grid.is_code)


def _as_overlap(cell: Cell) -> Cell:
    return Cell("mIoU", "mIoU") if _OVERLAP.fullmatch(cell.text) else cell


def of_averaged(grid: Grid) -> Grid:
    """The table with precision, recall and mIoU where these are averages over images, as the F1 beside them is."""
    found = [_AVERAGED.fullmatch(cell.text) for cell in grid.headers]
    if not any(each and each["of"].lower().startswith("f1") for each in found):
        return grid
    names = ["mIoU" if each and each["of"].lower() == "iou" else each["of"] if each else "" for each in found]
    headers = [Cell(name, name) if name else cell for name, cell in zip(names, grid.headers, strict=True)]
    return Grid(grid.line, grid.title, grid.section, headers, grid.rows, grid.is_code)


def of_summary(grid: Grid) -> Grid:
    """The table with a column for each metric, where it is COCO's summary: a row for each of its numbers."""
    titles = [cell.text for cell in grid.headers] if not grid.is_code else []
    if not (grid.rows and all(any(map(sign.search, titles)) for _, sign in _SUMMARY)):
        return grid
    columns = {name: at for at, title in enumerate(titles) for name, sign in _SUMMARY if sign.search(title)}
    if len({*columns.values()}) < len(_SUMMARY):  # one header says it all
        return grid
    named: dict[str, tuple[int, Cell]] = {}
    for line, cells in grid.rows:
        said = {name: cell_at(cells, at).text.lower() for name, at in columns.items()}
        core = "AR" if "recall" in said["metric"] or said["metric"].startswith("ar") else "AP"
        area = said["area"][:1] if said["area"][:1] in "sml" else ""
        part = said["detections"] if core == "AR" else {"0.50": "50", "0.5": "50", "0.75": "75"}.get(said["iou"], "")
        named.setdefault(f"{core}{area or part}", (line, cells[-1]))
    first = grid.rows[0][0]
    headers = [Cell("name", "name"), *(Cell(name, name) for name in named)]
    return Grid(
        grid.line, grid.title, grid.section, headers, [(first, [Cell("", ""), *(c for _, c in named.values())])]
    )


def of_pairs(grid: Grid) -> Grid:
    """The table with a column for each name, where a row names numbers of the whole below those of each class:
    `| mIoU | 74.1 | mAcc | 83.3 | | |`.
    """
    for line, cells in grid.rows if not grid.is_code else ():
        said = [cell for cell in cells if cell.text]
        names, values = said[::2], said[1::2]
        if len(values) > 1 and len(names) == len(values) and said == list(cells[: len(said)]):
            is_numbered = all(number(value.text) is not None for value in values)
            is_numbered = is_numbered and not any(number(name.text) for name in names)
            if is_numbered and header(names[0].raw).kind == "metric":
                return Grid(grid.line, grid.title, grid.section, names, [(line, values)])
    return grid


def of_tasks(grid: Grid) -> Grid:
    """The table with a column for each metric of each task, where its rows are tasks: `| bbox | 51.2 | 78.1 |`."""
    tasks = [task_of(cells[0].text) if cells else "" for _, cells in grid.rows]
    measured = [at for at, each in enumerate(grid.headers) if at and header(each.raw).kind == "metric"]
    if grid.is_code or len(tasks) < 2 or not all(tasks) or len(set(tasks)) < len(tasks) or not measured:
        return grid
    pairs = [(task, cells, at) for task, (_, cells) in zip(tasks, grid.rows, strict=True) for at in measured]
    headers = [Cell(f"{task} {grid.headers[at].text}", f"{task} {grid.headers[at].text}") for task, _, at in pairs]
    cells = [cell_at(cells, at) for _, cells, at in pairs]
    names = Cell("name", "name"), Cell("", "")
    line = grid.rows[0][0]
    return Grid(
        grid.line, grid.title, grid.section, [names[0], *headers], [(line, [names[1], *cells])], around=grid.around
    )


def of_named(grid: Grid) -> Grid:
    """The table with a column for each metric that its rows name: `| YOLOv8s | mAP50 | 87.2% | done |`.

    The value may stand behind the state of the run: `done (87.2%)`; or below the name of each of several runs.
    """
    titles = [cell.text.strip() for cell in grid.headers]
    at = next((at for at, title in enumerate(titles) if at and title and _OF_METRICS.fullmatch(title)), 0)
    said = [cell_at(cells, at) for _, cells in grid.rows] if at and not grid.is_code else []
    names = {each.text: each for each in said if each.text}
    if not names or not all(header(each.raw).kind == "metric" for each in names.values()):
        return grid
    valued = next((i for i, title in enumerate(titles) if i > at and title and _GENERIC.fullmatch(title)), 0)
    stated = next((i for i, title in enumerate(titles) if i > at and _STATE.fullmatch(title)), 0)
    if not (valued or stated):
        return _of_runs_beside(grid, at, list(names.values()))
    kept = [i for i in range(len(titles)) if i not in (at, valued or at)]
    rows: dict[tuple[str, ...], tuple[int, list[Cell], dict[str, Cell]]] = {}
    for (line, cells), name in zip(grid.rows, said, strict=True):
        behind = _BEHIND_STATE.fullmatch(cell_at(cells, stated).text) if stated else None
        others = [Cell(behind["state"].strip(), "") if behind and i == stated else cell_at(cells, i) for i in kept]
        value = cell_at(cells, valued) if valued else Cell(behind["value"], "") if behind else Cell("", "")
        own = tuple(cell_at(cells, i).text for i in range(at))
        rows.setdefault(own, (line, others, {}))[2].setdefault(name.text, value)
    headers = [*(grid.headers[i] for i in kept), *names.values()]
    made = [
        (line, [*others, *(told.get(name, Cell("", "")) for name in names)]) for line, others, told in rows.values()
    ]
    return Grid(grid.line, grid.title, grid.section, headers, made)


def _of_runs_beside(grid: Grid, at: int, names: Sequence[Cell]) -> Grid:
    """The table with a row for each number in the columns behind names of metrics: `Data | Metric | Base | Ours`."""
    runs = [
        column
        for column in range(at + 1, len(grid.headers))
        if grid.headers[column].text and not _BESIDE.fullmatch(grid.headers[column].text) and _are_scores(grid, column)
    ]
    if len(runs) < 2:
        return grid
    headers = [Cell("name", "name"), *grid.headers[:at], *names]
    rows: list[tuple[int, list[Cell]]] = []
    for line, cells in grid.rows:
        for column in runs:
            told = [cell_at(cells, column) if cell_at(cells, at).text == name.text else Cell("", "") for name in names]
            rows.append((line, [grid.headers[column], *(cell_at(cells, own) for own in range(at)), *told]))
    return Grid(grid.line, grid.title, grid.section, headers, rows)


def _are_scores(grid: Grid, column: int) -> bool:
    """Whether all that stands in a column are scores, maybe with a remark behind them."""
    texts = [text for _, cells in grid.rows if (text := cell_at(cells, column).text)]
    return bool(texts) and all(_SCORE.fullmatch(text) or _NOTHING.fullmatch(text) for text in texts)


def of_cells(grid: Grid) -> Grid:
    """The table with a metric in the head of a column whose cells all say it before their number: `Box AP 42.6 %`.

    One without a number, as `out of memory`, says why there is none.
    """
    if grid.is_code or len(grid.rows) < _FEWEST:
        return grid
    headers, rows = list(grid.headers), [(line, list(cells)) for line, cells in grid.rows]
    for column in range(len(headers)):
        texts = [cells[column].text for _, cells in rows if cell_at(cells, column).text]
        told = [found for text in texts if (found := _NAMED.fullmatch(text)) or any(map(str.isdecimal, text))]
        if len(told) < _FEWEST or not all(told):
            continue
        name, *others = (found["name"] for found in told if found)
        meaning = header(name)
        if meaning.kind == "metric" and all(header(other) == meaning for other in others):
            headers[column] = Cell(name, name)
            for _, cells in rows:
                if found := _NAMED.fullmatch(cell_at(cells, column).text):
                    cells[column] = Cell(found["value"], found["value"], cells[column].links)
    return Grid(grid.line, grid.title, grid.section, headers, rows, grid.is_code)


def of_splits(grid: Grid) -> Grid:
    """The table with one row, where each of its rows is of a split and has no other name: `Train`, `Val`, `Test`."""
    splits = [split_alone(cell_at(cells, 0).text) for _, cells in grid.rows]
    if grid.is_code or len(splits) < 2 or not all(splits) or len(set(splits)) < len(splits):
        return grid
    kinds = [header(each.raw).kind for each in grid.headers[1:]]
    metrics = [at for at, kind in enumerate(kinds, 1) if kind == "metric"]
    if not metrics or "label" in kinds or "setting" in kinds:
        return grid
    heads = [f"{split} {grid.headers[at].text}" for split in splits for at in metrics]
    values = [cell_at(cells, at) for _, cells in grid.rows for at in metrics]
    return Grid(grid.line, grid.title, grid.section, [Cell(text, text) for text in heads], [(grid.rows[0][0], values)])


def of_epochs(grid: Grid) -> Grid:
    """The table with a column of epochs, where each row is of one and named so: `Epoch 30`, `epoch 60 (best)`."""
    found = [_EPOCH.fullmatch(cell_at(cells, 0).text) for _, cells in grid.rows]
    if grid.is_code or not found or not all(found):
        return grid
    numbers = [Cell(each["number"], each["number"]) for each in found if each]
    rows = [(line, [number, *cells[1:]]) for (line, cells), number in zip(grid.rows, numbers, strict=True)]
    return Grid(grid.line, grid.title, grid.section, [Cell("Epoch", "Epoch"), *grid.headers[1:]], rows)


def upright(grid: Grid) -> Grid:
    """The table with the names of metrics in its headers; in many notes they stand in the first column."""
    if grid.is_code or len(grid.headers) > _WIDEST or len(grid.rows) > _WIDEST:
        return grid
    if any(header(cell.raw).kind == "metric" for cell in grid.headers[1:]):
        return grid
    kinds = [header(cells[0].raw).kind if cells else "" for _, cells in grid.rows]
    lines = [line for (line, _), kind in zip(grid.rows, kinds, strict=True) if kind == "metric"]
    is_list = len(grid.headers) == 2 and bool(_GENERIC.fullmatch(grid.headers[1].text)) and kinds.count("metric") > 1
    if not (is_list or _is_of_metrics(kinds)):
        return grid
    columns = {at: [cell_at(cells, at) for _, cells in grid.rows] for at in range(1, len(grid.headers))}
    runs = [grid.headers[at].text for at in columns]
    columns = {at: column for at, column in columns.items() if not (is_of_gains(column) or _names_best(column, runs))}
    columns = {at: column for at, column in columns.items() if not _BESIDE.fullmatch(grid.headers[at].text)}
    columns = {at: columns[at] for at in _of_runs({at: grid.headers[at].text for at in columns})}
    whole = next(iter(columns), 0)
    if len(columns) > 2 and WHOLE.fullmatch(grid.headers[whole].text):  # those behind it are of one class each
        columns = {whole: columns[whole]}
    titles = {at: grid.headers[at] for at in columns}
    labels = [
        Cell("", "") if _GENERIC.fullmatch(cell.text) or WHOLE.fullmatch(cell.text) else cell
        for cell in titles.values()
    ]
    is_of_one = not any(label.text for label in labels)  # what says anything else of the one run, does not name it
    kept = [at for at, kind in enumerate(kinds) if not (is_of_one and kind == "other")]
    columns = {at: [column[row] for row in kept] for at, column in columns.items()}
    names = [grid.rows[row][1][0] for row in kept]
    if header(grid.headers[0].raw).kind == "metric":  # a first row that Markdown takes for headers
        rows = [(grid.line, [titles[at], *column]) for at, column in columns.items()]
        return Grid(grid.line, grid.title, grid.section, [grid.headers[0], *names], rows)
    splits = [split_alone(cell.text) or _task_alone(cell.text) for cell in labels]
    if len(splits) > 1 and all(splits):  # one run, told by its splits or its tasks
        headers = [Cell(f"{split} {name.text}", f"{split} {name.raw}") for split in splits for name in names]
        values = [cell for column in columns.values() for cell in column]
        return Grid(grid.line, grid.title, grid.section, headers, [(lines[0], values)])
    rows = [(lines[0], [label, *column]) for label, column in zip(labels, columns.values(), strict=True)]
    first = grid.headers[0]
    counts = all(number(label.text) is not None for label in labels) and not _OF_METRICS.fullmatch(first.text)
    said = first if counts else Cell("name", "name")  # what the numbers above the columns are
    return Grid(grid.line, grid.title, grid.section, [said, *names], rows)


def _of_runs(titles: Mapping[int, str]) -> list[int]:
    """The columns without those of statistics; the first of these alone where it is the mean of a run's repeats, or of
    what stands beside it and is called as no run is: its classes.
    """
    found = {at: told for at, title in titles.items() if (told := STATISTIC.fullmatch(title))}
    others = [title.strip("*_ ").lower() for at, title in titles.items() if at not in found]
    if len(found) == 1 and len(others) > 1 and not any(map(_MAY_BE_RUN.search, others)):
        return list(found)
    if len(found) < 2:
        return [at for at, title in titles.items() if not _is_average(title, others)]
    is_mean = len(found) == len(titles) and not any(told["shape"] for told in found.values())
    return list(found)[:1] if is_mean else [at for at in titles if at not in found]


def _is_average(title: str, others: Iterable[str]) -> bool:
    """Whether a column is of the average of runs of which another column is one: `SSD Avg` beside `SSD (best)`."""
    found = _AVERAGE_OF.fullmatch(title.strip("*_ ").lower())
    return found is not None and any(each == found["of"] or each.startswith(f"{found['of']} (") for each in others)


def _task_alone(text: str) -> str:
    """The task that the header of a column says, and nothing else: `Bounding Boxes`, `Mask (M)`."""
    found = _TASK.fullmatch(text)
    return ("box" if found["box"] else "mask") if found else ""


def _is_of_metrics(kinds: Sequence[str]) -> bool:
    """Whether the first cells of rows are names of metrics, among settings and costs: one metric tells if all are."""
    metrics, known = kinds.count("metric"), sum(kind in ("metric", "measure", "setting") for kind in kinds)
    return metrics > 0 and (
        2 * metrics >= len(kinds) or known == len(kinds) or (metrics > 1 and 2 * known >= len(kinds))
    )


def is_of_gains(column: Sequence[Cell]) -> bool:
    """Whether a column says by how much the others differ; that is no run."""
    return any(map(_is_gain, column)) and all(
        _is_gain(cell) or _NOTHING.fullmatch(cell.text) or _NO_GAIN.fullmatch(cell.text) for cell in column
    )


def _names_best(column: Sequence[Cell], runs: Sequence[str]) -> bool:
    """Whether a column names another one in each row: the run that is best at it."""
    return bool(column) and all(cell.text and any(run.startswith(cell.text) for run in runs) for cell in column)


def _is_gain(cell: Cell) -> bool:
    return _GAIN.match(cell.text) is not None
