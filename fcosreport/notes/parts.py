"""The runs of a section: several may stand under one heading and share what stands above them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from fcosreport.notes import headings, places, words
from fcosreport.notes.columns import is_data_set
from fcosreport.notes.entries import Entry
from fcosreport.notes.markup import Line
from fcosreport.notes.once import once
from fcosreport.notes.said import best_epoch, is_beside
from fcosreport.notes.sections import Section
from fcosreport.records import AVERAGED, Evaluation, Metric, Setting
from fcosreport.vocabulary import Value
from fcosreport.vocabulary.metric_names import split_alone
from fcosreport.vocabulary.metrics import by_difficulty

_OF_TEST = re.compile(r"(?i)\btest(?:ing)?\b|测试|測試|テスト|테스트|pengujian|prueba")
_SPLIT = re.compile(
    r"(?i)\W{0,4}(?:results? )?(?:(?:on|for) )?(?:the )?(?:val(?:idation)?|test(?:ing)?)[ -](?:set|split|data|dataset)"
    r"[*_ ]{0,3}[:：][*_ ]{0,3}"
    r"|\W{0,4}(?:验证|测试|検証|テスト|검증|테스트) ?(?:集|データ|세트|셋)上?的?(?:结果)?[*_ ]{0,3}[:：][*_ ]{0,3}"
)
_KEYED_SPLIT = re.compile(
    r"(?i)\W{0,4}(?:(?:eval(?:uat(?:ion|ed))? ?)?(?:data ?set )?(?:split|subset)|evaluated on)[*_` ]{0,3}[:：=]"
    r"[*_` ]{0,3}(?P<split>[\w -]{2,30}?)[*_`. ]{0,3}"
)
_OF_DATA = re.compile(
    r"\W{0,4}(?:[Rr]esults? )?(?:[Oo]n |[Ff]or )?(?:the )?(?P<data>[A-Z][\w-]{1,20})(?:'s)? ?"
    r"(?:(?i:data ?set)|数据集|データセット)(?: results?)?[^:：\d]{0,20}[:：]\W{0,4}"
)
"""A line that says on which data the results below it are: `KAIST dataset results:`."""
_OF_ALL = re.compile(r"(?i)\W*overall\b|总体|整体|全体|전체")
_QUOTED = re.compile(
    r"(?i)[(（\[](?:(?:the )?(?:official|published|original|paper)\b|官方|论文|公式|공식)[^)）\]]{0,40}[)）\]]"
    r"|^\W*(?:(?:official|published|paper) (?:results?|numbers?|models?)|(?:官方|论文)结果)\W*$"
)

_IN_WORDS = frozenset(("words", "table"))
"""Forms of results whose task, where they name none, a label may tell; what a program printed says it itself."""
_FILE = re.compile(r"(?i)[/\\]|\.(?:pth?|ckpt|pdparams|safetensors|h5|onnx|weights|pkl)$")


class Run:
    """What a section says of one run: what it declares, its list items and sentences as `texts`.

    `shared`: settings that stand above all runs of the section.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: list[Entry] = []
        self.declared: list[Setting] = []
        self.texts: list[Entry] = []
        self.shared: tuple[Setting, ...] = ()
        self._add(entries)

    def take(self, entries: Iterable[Entry]) -> None:
        """Add more of it; what was known of it is asked anew."""
        self._add(entries)
        self.__dict__.pop("evaluations", None)
        self.__dict__.pop("substantial", None)

    def _add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.entries.append(entry)
            self.declared += entry.declared
            if entry.line.kind in ("item", "text"):
                self.texts.append(entry)

    @property
    def said(self) -> list[Setting]:
        """The settings in words, and those in code that no list declares."""
        said = [(entry, each) for entry in self.entries for each in entry.said]
        told = {setting.name for setting in self.declared} if said else ()
        return [each for entry, each in said if entry.line.kind != "code" or each.name not in told]

    @once
    def evaluations(self) -> tuple[Evaluation, ...]:
        """The results that stand there; those in words only where there is no other, as they comment on these."""
        if measured := [by_difficulty(entry.evaluation) for entry in self.entries if entry.evaluation]:
            return tuple(measured)
        told = [entry for entry in self.entries if entry.told or entry.beside]
        if not told:
            return ()
        told.sort(key=lambda entry: _SAYS.get(entry.line.kind, 1))
        found = [*joined(each for entry in told for each in (*entry.told, *entry.beside))]
        if (epoch := best_epoch(entry.line.text for entry in self.texts)) and all(each.epoch is None for each in found):
            found = [each if each.split else replace(each, epoch=epoch) for each in found]
        return tuple(by_difficulty(each) for each in found if not is_beside(each))

    @once
    def substantial(self) -> bool:
        """Whether it says anything of a run."""
        return bool(self.declared) or any(
            e.evaluation or e.told or e.citation or e.outcome.failure for e in self.entries
        )


_SAYS = {"code": 0, "heading": 2}
"""How sure it is that the author means the number as the result of the run: what was printed, said, in the heading."""


_ONCE = ("lr", "train_batch_size", "seed")
"""Settings of which no run has two, whichever its first one is."""


class _Part(Struct):
    """The run that is being read, with what tells the next one from it. `is_set_up`: it began with its settings."""

    entries: list[Entry] = []
    values: dict[str, Value] = {}
    places: set[tuple[object, ...]] = set()
    model: str = ""
    complete: bool = False
    is_set_up: bool = False

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        for setting in entry.declared:
            self.values.setdefault(setting.name, setting.value)
        if entry.evaluation:
            self.is_set_up = self.is_set_up or (not self.places and bool(self.values))
            self.places.add(place_of(entry.evaluation))
            self.model = model_of(entry.evaluation) or self.model
        self.complete = self.complete or bool(entry.evaluation or entry.citation)

    def is_over(self, entry: Entry, *, is_last: bool) -> bool:
        """Whether `entry` may belong to another run: it repeats a result or a setting that tells runs apart, or sets up
        the next one, as this one was, where it is not the last one with a result.
        """
        if entry.evaluation:
            return place_of(entry.evaluation) in self.places or self.is_of_other(entry)
        if not entry.declared:
            return False
        if self.is_set_up and not is_last:
            return True
        again = [new for new in entry.declared if new.name in self.values]
        if not again or self.complete:
            return bool(again)
        first = next(iter(self.values))
        return any(new.value != self.values[new.name] and (new.name == first or new.name in _ONCE) for new in again)

    def is_of_other(self, entry: Entry) -> bool:
        """Whether a program printed a result of another model there, by its name."""
        model = model_of(entry.evaluation) if entry.evaluation and self.model else ""
        return bool(model) and model != self.model


def model_of(evaluation: Evaluation) -> str:
    """The name that a program printed of the model that it evaluated; "" where it told none, or a mere file."""
    is_name = evaluation.weights not in (*AVERAGED, "plain") and not _FILE.search(evaluation.weights)
    return evaluation.weights if is_name else ""


def runs(section: Section) -> list[Run]:
    """The runs of a section, parted by rules, by a repeated setting or by a second result for the same task."""
    entries = _labelled(section)
    telling = [each for each in entries if each.evaluation or each.declared]
    if len(telling) < 2 and not any(each.line.kind == "rule" for each in entries):
        return [Run(entries)]
    parts = [_Part()]
    last = max((at for at, entry in enumerate(entries) if entry.evaluation), default=-1)
    for at, entry in enumerate(entries):
        if entry.line.kind == "rule":
            parts.append(_Part())
            continue
        part = parts[-1]
        is_over = part.is_over(entry, is_last=at > last)
        cut = _cut(part.entries, entry, bool(section.title), is_of_other=part.is_of_other(entry)) if is_over else None
        if cut is not None:
            parts.append(_Part())
            for begun in part.entries[cut:]:
                parts[-1].add(begun)
            del part.entries[cut:]
        is_below_rule = len(parts) > 1 and not parts[-1].entries
        parts[-2 if is_below_rule and _is_saved(entry) else -1].add(entry)
    if len(parts) == 1:
        return [Run(parts[0].entries)]
    found = _shared(_merged(part.entries for part in parts))
    return [run for run in found if not _is_quoted(run)] if len(found) > 1 else found


def _labelled(section: Section) -> list[Entry]:
    """The entries, with what the labels above them say of their results: the task, as `### segm` does, and the split of
    `Test results`, where another label is not of it.

    What is of all images then is neither's. A title that speaks of the test set is of all that no label is above.
    """
    entries = [_as_label(each) if each.line.kind == "text" else each for each in section.entries]
    keyed = {found for each in entries if (found := _keyed_split(each.line.text))}
    named = keyed.pop() if len(keyed) == 1 else ""
    split = words.split_said(section.title) or named
    if not split and not any(each.line.kind == "heading" or data_set_said(each.line) for each in entries):
        return entries
    return list(_with_labels(entries, split, named))


def _with_labels(entries: Sequence[Entry], split: str, named: str) -> Iterator[Entry]:
    task = data_set = ""
    labels = {bool(_OF_TEST.search(each.line.text)) for each in entries if each.line.kind == "heading"}
    for entry in entries:
        if entry.line.kind == "heading":
            text = entry.line.text if len(labels) > 1 else ""
            split = "test" if _OF_TEST.search(text) else "overall" if _OF_ALL.search(text) else named
            split = split or words.split_said(entry.line.text)
            task, data_set = headings.task_of(entry.line.text), ""
        elif told_of := data_set_said(entry.line):
            data_set = told_of
        if not (split or task or data_set):
            yield entry
            continue
        of = split, task, data_set
        told, beside = ([_of(*of, each) for each in found] for found in (entry.told, entry.beside))
        measured = _of(*of, entry.evaluation) if entry.evaluation else None
        yield replace(entry, evaluation=measured, told=tuple(told), beside=tuple(beside))


def data_set_said(line: Line) -> str:
    """The data on which the results below a line are, as it says: `KAIST dataset results:`; "" for another line."""
    may_say = line.kind == "text" and len(line.text) <= _CAPTION and not {":", "："}.isdisjoint(line.text[-6:])
    found = _OF_DATA.fullmatch(line.text) if may_say else None
    return found["data"] if found and is_data_set(found["data"]) and not split_alone(found["data"]) else ""


def _keyed_split(text: str) -> str:
    """The split that a line names as a setting: `Split: test`, `Evaluated on: test set`; "" for that of validation."""
    is_short = len(text) <= _CAPTION and ("plit" in text or "ubset" in text or "aluated" in text)
    found = _KEYED_SPLIT.fullmatch(text) if is_short else None
    return split_alone(found["split"]).replace("val", "") if found else ""


def _as_label(entry: Entry) -> Entry:
    """The entry; as a label where it is nothing but the split of the results below it: `On test set:`."""
    text = entry.line.text
    is_announced = text.endswith((":", "：")) and not entry.told and bool(words.split_said(text))
    is_label = is_announced or (len(text) <= _CAPTION and _SPLIT.fullmatch(text))
    return replace(entry, line=replace(entry.line, kind="heading")) if is_label else entry


def _of(split: str, task: str, data_set: str, result: Evaluation) -> Evaluation:
    if data_set and result.form in _IN_WORDS and not result.data_set:
        result = replace(result, data_set=data_set)
    if task and result.form in _IN_WORDS and not result.task_stated:
        result = replace(result, task=task, task_stated=True)
    return replace(result, split=split) if split and not result.split else result


def _is_quoted(run: Run) -> bool:
    """Whether the line above a result says that it was published, and is no run of the author's."""
    return bool(run.texts) and _QUOTED.search(run.texts[0].line.text) is not None


def _cut(part: Sequence[Entry], entry: Entry, titled: bool, *, is_of_other: bool) -> int | None:
    """Where in `part` the run of `entry` begins; None where nothing parts two results of one task."""
    kept = len(part)
    if entry.declared:
        while kept and not (_is_result(part[kept - 1]) or part[kept - 1].citation or part[kept - 1].declared):
            kept -= 1
        return kept
    while kept and not part[kept - 1].evaluation:
        kept -= 1
    separated = is_of_other or any(_parts_runs(each, titled) or _is_saved(each) for each in part[kept:])
    separated = separated or any(_is_caption(text, code) for text, code in pairwise(part[kept:]))
    while separated and kept < len(part) and part[kept].citation:
        kept += 1
    kept = next((at + 1 for at in range(kept, len(part)) if _is_saved(part[at])), kept) if separated else kept
    return kept if separated else None


def _is_result(entry: Entry) -> bool:
    return bool(entry.evaluation or entry.told)


def place_of(evaluation: Evaluation) -> tuple[object, ...]:
    """Of what an evaluation is: two results of a run in one place contradict each other."""
    told = evaluation.epoch, evaluation.iteration, evaluation.data_set
    return (evaluation.task, evaluation.category, evaluation.split, *told)


def joined(told: Iterable[Evaluation]) -> Iterable[Evaluation]:
    """Results in words, of which a line may tell one number each; where one comes again otherwise, the last ones."""
    found: dict[tuple[object, ...], Evaluation] = {}
    for each in told:
        place = place_of(each)
        asked = found.items() if place not in found and len(found) < _FEW else ()
        alike = [at for at, other in asked if _completes(each, other)]
        place = alike[0] if len(alike) == 1 else place  # only one of the lines says at which epoch it was
        first = found.setdefault(place, each)
        if any((before := first.metric(metric.name)) and not before.agrees(metric) for metric in each.metrics):
            found[place] = each  # of another model or a later state, with whose numbers the others do not mix
            continue
        said = {metric.name: metric for metric in (*first.metrics, *each.metrics)}
        kept = first if len(said) > len(each.metrics) else each
        found[place] = replace(kept, metrics=tuple(said.values()), epoch=first.epoch or each.epoch)
    return found.values()


def _completes(one: Evaluation, other: Evaluation) -> bool:
    """Whether two results of a task, of which one tells its epoch, have no number of one name: `AP50: 71 (epoch 4)`."""
    is_of_one = (*place_of(one)[:3], one.data_set) == (*place_of(other)[:3], other.data_set)
    is_told_once = (one.epoch is None) != (other.epoch is None) and one.iteration == other.iteration
    return is_of_one and is_told_once and not any(map(other.metric, (metric.name for metric in one.metrics)))


def _is_saved(entry: Entry) -> bool:
    """Whether a program said there that the results above it are saved."""
    return bool(entry.citation and (entry.line.kind == "code" or places.SAVED.match(entry.line.text)))


def _parts_runs(entry: Entry, titled: bool) -> bool:
    text = entry.line.text
    listed = entry.line.kind == "item" or (titled and entry.line.kind == "text" and not words.is_log(text))
    return bool(text) and listed and not (entry.citation or headings.is_label(text) or words.task_of(text))


def _is_caption(text: Entry, code: Entry) -> bool:
    """Whether a line right above code says of which run this is: few words, and no sentence."""
    is_short = len(text.line.text) <= _CAPTION and not text.line.text.endswith((".", "。"))
    return is_short and code.line.kind == "code" and _parts_runs(text, titled=True)


_CAPTION = 60  # characters of it
_NEAR = 4  # parts above the epochs of a run in which that is looked for
_FEW = 8  # results of a run among which one may complete another


def _merged(parts: Iterable[list[Entry]]) -> list[Run]:
    """The parts as runs; one that says nothing of a run, or its numbers again, goes to the one before it.

    The epochs of a run go to it, where they stand a few parts below it.
    """
    made: list[Run] = []
    for part in parts:
        run = Run(part)
        owner = next((each for each in made[: -_NEAR - 1 : -1] if _traces(run, each)), None) if _is_trace(run) else None
        if made and _tests(run, made[-1]):
            made[-1].take(each for each in part if not each.citation)
            continue
        if made and (not (run.substantial and made[-1].substantial) or _repeats(run, made[-1])):
            owner = made[-1]
        if owner:
            owner.take(part)
        else:
            made.append(run)
    return made


def _repeats(run: Run, before: Run) -> bool:
    """Whether a run is nothing but words on numbers that stand above it, as programs end what they print."""
    if run.declared or any(entry.evaluation or entry.citation for entry in run.entries):
        return False
    known = _known(before)
    said = [(known.get((each.task, metric.name)), metric) for each in run.evaluations for metric in each.metrics]
    return bool(said) and all(old and old.agrees(new) for old, new in said)


def _tests(run: Run, before: Run) -> bool:
    """Whether a program says that it tests the weights of the run above it."""
    weights = [setting.text for setting in run.declared if setting.name == "weights"]
    cited = [each.citation for each in before.entries if each.citation] if weights else []
    return bool(cited) and any(f"{each}/" in text for each in cited for text in weights)


def _known(run: Run) -> dict[tuple[str, str], Metric]:
    return {(each.task, metric.name): metric for each in run.evaluations for metric in each.metrics}


def _is_trace(run: Run) -> bool:
    """Whether a run is nothing but epochs."""
    told = [entry.evaluation for entry in run.entries if entry.evaluation] if not run.declared else ()
    return bool(told) and all(each.epoch is not None for each in told)


def _traces(run: Run, before: Run) -> bool:
    """Whether one of the epochs of a run has the numbers of the run above it."""
    known = _known(before)
    told = (entry.evaluation for entry in run.entries if entry.evaluation)
    pairs = ([(known.get((each.task, m.name)), m) for m in each.metrics] for each in told)
    return any(len(pair) > 1 and all(old and old.agrees(new) for old, new in pair) for pair in pairs)


def _shared(found: list[Run]) -> list[Run]:
    later = {setting.name for run in found[1:] for setting in run.declared}
    above: list[Setting] = []
    for entry in found[0].entries:
        if entry.evaluation or any(setting.name in later for setting in entry.declared):
            break
        above.extend(entry.declared)
    only_settings = len(above) == len(found[0].declared) and not any(
        e.evaluation or e.citation for e in found[0].entries
    )
    own = [] if only_settings and len(found) > 1 else found[:1]
    for run in found[1:]:
        run.shared = tuple(above)
    return [*own, *found[1:]]
