"""Plain data as records: the cases of rules."""

from collections.abc import Iterator, Mapping

from fcosreport.comparing.scores import as_fractions
from fcosreport.curves import curve_of
from fcosreport.judging.rule import Case
from fcosreport.records import (
    COCO_METRICS,
    Citation,
    Claim,
    Content,
    Curve,
    DataSet,
    Evaluation,
    Event,
    Experiment,
    Ignore,
    Link,
    Origin,
    Records,
    Reference,
    Remade,
    Setting,
    Step,
    TableRow,
    Trial,
    Where,
)
from fcosreport.vocabulary.metrics import metrics

GOOD = "0.387 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"
FAIR = "0.292 0.470 0.308 0.163 0.325 0.383 0.270 0.455 0.490 0.283 0.539 0.645"
POOR = "0.172 0.327 0.161 0.095 0.197 0.226 0.195 0.345 0.374 0.188 0.410 0.519"
"""The 12 numbers that three models print, for the cases of rules."""
_MARKS = ("%", "@", "#", "i:", "of:", "category:", "on:", "split:", "weights:", "form:")
JOINED: Mapping[str, object] = {"cited": "run/a", "found": "run/a"}
"""What a section of a note has whose cited log is at hand."""


def records_of(case: Case) -> Records:
    """Records from plain data.

    Each mapping is an experiment. `name`, `title`, `group`, `state` and `reason` are its own; `cited` is the text of
    its citation and `found` the run it was joined with; `bbox`, `segm` and `keypoints` hold an evaluation or a list of
    them from a log, and with `note_` before the task's name from a note. An evaluation is the 12 printed numbers,
    separated by spaces, or `NAME=TEXT` pairs; `@9` sets its epoch, `i:2999` its iteration, `of:12` the end of its
    schedule, `#70` its line, `%` marks percent, `category:NAME` its class, `on:NAME` its data set, `split:NAME` its
    split, `weights:ema` its weights, `form:NAME` what read it. `curve_loss` and the like are logged values, one every
    20 iterations; `events` are texts such as `#71 out of memory: CUDA error`, with line, kind and words. `remade` is
    the result made again: `numbers` as they are printed, `task` (bbox if not given), `trials` with the numbers of each
    change, `predictions` and `truth` are hashes, and other fields of Remade. Any other key is a setting, or with a
    mapping of settings the path of the file that declares them. A mapping with `step` is no experiment but a Step:
    `step` its text, `task` its task. One with `ignore` is an Ignore: `ignore` its code, `reason` its reason,
    `until` its last day. One with `claim` is a Claim of that text, with `subject`, `other`, `gain`, `value` and
    `about`, its metric. One with `link` is a Reference to that file, which `is_dead` or not. One with
    `data_set` is the DataSet of that file, with `train` and `val`. One with `row` is a
    row of a table, of that label: `table`, `path` and `title` are its own (one table in one note if not given),
    `bbox` and the like its results, `link_model` and the like its links, before whose target their text may stand,
    `measures` and `others` its other cells, separated by spaces; in a `path` that ends in .yml it is an entry of an
    index of models.
    """
    experiments: list[Experiment] = []
    steps: list[Step] = []
    rows: list[TableRow] = []
    ignores: list[Ignore] = []
    claims: list[Claim] = []
    data_sets: list[DataSet] = []
    references: list[Reference] = []
    remade: list[Remade] = []
    for number, item in enumerate(case, 1):
        where = Where("case", number)
        if "step" in item:
            steps.append(Step(str(item["step"]), where, str(item["task"]) if "task" in item else None))
        elif "claim" in item:
            claims.append(_claim(item, where))
        elif "data_set" in item:
            data_sets.append(DataSet(str(item["train"]), str(item["val"]), Where(str(item["data_set"]), number)))
        elif "link" in item:
            references.append(Reference(str(item["link"]), where, bool(item.get("is_dead"))))
        elif "row" in item:
            rows.append(_row(dict(item), where))
        elif "ignore" in item:
            reason, until = str(item.get("reason", "")), str(item.get("until", ""))
            ignores.append(Ignore(str(item["ignore"]), reason, where, until=until))
        else:
            experiments.append(_experiment({key: value for key, value in item.items() if key != "remade"}, where))
            remade.extend(_remade(experiments[-1], item.get("remade")))
    made, noted = ([e for e in experiments if (e.state == "noted") == is_noted] for is_noted in (False, True))
    return Records(
        *(tuple(made), tuple(noted), tuple(steps)),
        ignores=tuple(ignores),
        tables=tuple(rows),
        claims=tuple(claims),
        data_sets=tuple(data_sets),
        references=tuple(references),
        remade=tuple(remade),
    )


def _claim(item: Mapping[str, object], where: Where) -> Claim:
    gain = float(str(item["gain"])) if "gain" in item else None
    text, subject, other, about = (str(item.get(key, "")) for key in ("claim", "subject", "other", "about"))
    metric = "" if about == "any" else about or "AP"
    return Claim(text, where, subject, other, gain, metric, value=str(item.get("value", "")))


def _remade(experiment: Experiment, given: object) -> Iterator[Remade]:
    if not isinstance(given, Mapping):
        return
    fields = dict(given)
    task, numbers, trials = fields.pop("task", "bbox"), fields.pop("numbers", ""), fields.pop("trials", {})
    printed = experiment.result(task)
    assert printed
    yield Remade(
        experiment=experiment.id,
        task=task,
        predictions=Content("predictions.json", fields.pop("predictions", experiment.id)),
        truth=Content("truth.json", fields.pop("truth", "")),
        printed=as_fractions(printed),
        metrics=_evaluation(numbers, task, "log", experiment.where).metrics,
        trials=tuple(Trial(c, _evaluation(text, task, "log", experiment.where).metrics) for c, text in trials.items()),
        **fields,
    )


def _link(header: str, value: str) -> Link:
    text, _, target = value.rpartition(" ")
    return Link(header, text or header, target)


def _row(item: dict[str, object], where: Where) -> TableRow:
    where = Where(str(item.pop("path", where.path)), where.line)
    label, title, table = (str(item.pop(key, "")) for key in ("row", "title", "table"))
    measures, others = (str(item.pop(key, "")).split() for key in ("measures", "others"))
    links = [_link(key[5:], str(item.pop(key))) for key in list(item) if key.startswith("link_")]
    tasks = [task for task in ("bbox", "segm", "keypoints") if task in item]
    return TableRow(
        label=label,
        where=where,
        table=f"{where.path}:{table}",
        title=title,
        links=tuple(links),
        results=tuple(_evaluation(text, task, "note", where) for task in tasks for text in _texts(item.pop(task))),
        measures=tuple((f"measure {number}", text) for number, text in enumerate(measures, 1)),
        others=tuple((f"column {number}", text) for number, text in enumerate(others, 1)),
        settings=tuple(
            Setting(key, value, str(value), where)
            for key, value in item.items()
            if isinstance(value, str | int | float | bool)
        ),
        is_index=where.path.endswith(".yml"),
    )


def _texts(given: object) -> list[str]:
    return [given] if isinstance(given, str) else list(given)  # type: ignore[call-overload]  # plain data


def _experiment(item: dict[str, object], where: Where) -> Experiment:
    name = str(item.pop("name", f"run{where.line}"))
    evaluations: list[Evaluation] = []
    for key in [k for k in item if k.removeprefix("note_") in ("bbox", "segm", "keypoints")]:
        texts = item.pop(key)
        origin: Origin = "note" if key.startswith("note_") else "log"
        for text in _texts(texts):
            evaluations.append(_evaluation(str(text), key.removeprefix("note_"), origin, where))
    cited, found = item.pop("cited", None), item.pop("found", None)
    events = tuple(_event(text, where) for text in item.pop("events", ()))  # type: ignore[attr-defined]  # plain data
    curves = tuple(
        _curve(key.removeprefix("curve_"), str(item.pop(key)), where) for key in list(item) if key.startswith("curve_")
    )
    return Experiment(
        id=name,
        name=name,
        where=where,
        title=str(item.pop("title", "")),
        group=str(item.pop("group", "")),
        state=item.pop("state", "finished" if evaluations else "planned"),  # type: ignore[arg-type]  # plain data
        reason=str(item.pop("reason", "")),
        citation=None if cited is None else Citation(str(cited), where, None if found is None else str(found)),
        evaluations=tuple(evaluations),
        events=events,
        curves=curves,
        settings=tuple(
            Setting(name, value, str(value), place)
            for key, given in item.items()
            for place, values in [(Where(key, 1), given) if isinstance(given, Mapping) else (where, {key: given})]
            for name, value in values.items()
            if isinstance(value, str | int | float | bool)
        ),
    )


def _evaluation(text: str, task: str, origin: Origin, where: Where) -> Evaluation:
    marks: dict[str, str] = {}
    numbers: list[str] = []
    for word in text.split():
        mark = next(
            (mark for mark in _MARKS if word.startswith(mark)),
            None,
        )
        if mark:
            marks[mark] = word.removeprefix(mark)
        else:
            numbers.append(word)
    pairs = [n.partition("=")[::2] if "=" in n else (name, n) for name, n in zip(COCO_METRICS, numbers, strict=False)]
    epoch, iteration, of = (int(marks[mark]) if mark in marks else None for mark in ("@", "i:", "of:"))
    where = Where(where.path, int(marks["#"])) if "#" in marks else where
    return Evaluation(
        *(task, metrics(pairs, percent="%" in marks), where, origin, epoch, iteration, marks.get("category:")),
        data_set=marks.get("on:", ""),
        split=marks.get("split:", ""),
        weights=marks.get("weights:", ""),
        form=marks.get("form:", ""),
        of=of,
    )


def _event(text: str, where: Where) -> Event:
    line, _, rest = text.partition(" ") if text.startswith("#") else (f"#{where.line}", "", text)
    kind, _, words = rest.partition(": ")
    return Event(kind, words or kind, Where(where.path, int(line[1:])))  # type: ignore[arg-type]  # plain data


def _curve(name: str, text: str, where: Where) -> Curve:
    values = [float(word) for word in text.split()]
    return curve_of(name, "iteration", [20.0 * number for number in range(1, len(values) + 1)], values, where)
