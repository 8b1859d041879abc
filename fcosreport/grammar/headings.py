"""Results below headings: of a class where a mean over these follows, of a split, a task, or a model. For dialects.

Untrained:            YOLOv8n: mAP50 0.71        Validation:
  PCK@0.2: 0.0047     YOLOv8s: mAP50 0.74        mAP50: 0.71
Distilled:                                       Test:
  PCK@0.2: 0.5181                                mAP50: 0.70

==== YOLOv8n Validation Results ====             Evaluating exp_a ...
Overall:                                         mAP50: 0.71
  mAP50: 0.71
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from fcosreport.grammar.class_lines import Heading, is_name
from fcosreport.grammar.metric_line import BASELINE
from fcosreport.reading.dialect import Record
from fcosreport.records import Evaluation
from fcosreport.vocabulary.detectors import detectors
from fcosreport.vocabulary.metric_names import split_alone, split_of, task_alone

NEAR = 8
"""Lines that may part a result from the next heading."""
MOST = 1_000
"""Results that are kept."""
_MEAN = re.compile(r"(?i)(?:mean|overall|average|avg)\b|map(?![a-z])")
"""How the name of a mean over classes begins."""
_IN_WORDS = re.compile(r"(?i)(?:mean|overall|average|avg)\b")
_TITLE = re.compile(
    rb"(?m)^[=#*-]{2,40} *([A-Za-z][\w.+-]{0,30}(?: [\w.+-]{1,30}){0,2})"
    rb"(?: \((?:n ?= ?)?(\d{1,7}) (?:images|cases|samples|frames|slices|videos|scans)\))? *[=#*-]{2,40}\r?$"
)
"""A ruled title, and how many images it says there are: `=== STARE (20 images) ===`."""
_COUNTED = b"s)"
"""What is in each that says how many: the pattern looks at every line."""
_BANNER = re.compile(
    rb"(?mi)^[ \t]*(?:(?P<rule>[=#*_-])(?P=rule){2,200}[ \t]*\r?\n[ \t#*|]*|(?P<within>[=#*-]{2,40}) *)"
    rb"(?:(?:evaluating|evaluation of|results (?:for|of)|model):? *)?"
    rb"(?P<name>[a-z][\w.+-]{0,40}(?: [\w.+()-]{1,20}){0,3}):?"
    rb"(?:[ \t#*|]*\r?\n[ \t]*(?P=rule){3,200}| *[=#*-]{2,40})[ \t]*\r?$"
    rb"|^[ \t>*-]{0,8}(?:evaluating|testing|results (?:for|of)|model:)(?: (?:the )?(?:model|run|experiment))?:? +"
    rb"(?P<announced>[a-z][\w.+/\\-]{0,200}(?: [\w.+()-]{1,20}){0,2}) ?(?::|\.{2,3}|\xe2\x80\xa6)?[ \t]*\r?$"
)
"""A title between rules, or within one: `=== YOLOX-s ===`; or a line that says what is evaluated next."""
_OF_RESULTS = re.compile(
    r"(?i)(?P<split>(?: (?:on|the|validation|val|test|training|train|set|final|model|evaluation|detection))*)"
    r" (?:results?|metrics|performance|evaluation|summary|scores?|report)"
)
"""What stands behind the name in the title of results: `YOLOv8n Validation Results`."""
_OF_ALL = re.compile(r"(?i)(?:\w+[ _])?(?:map|miou|mean[ _]\w+|pck)")
"""What no single class has."""


def is_mean(names: Iterable[str]) -> bool:
    """Whether one of the names of metrics says that it is a mean over classes."""
    return any(map(_MEAN.match, names))


def is_overall_mean(names: Iterable[str]) -> bool:
    """Whether one of them says so in words, so that what stands below is of classes."""
    return any(map(_IN_WORDS.match, names))


def are_of_all(names: Iterable[str]) -> bool:
    """Whether one of the names of metrics says what no single class has."""
    return any(map(_OF_ALL.match, names))


def is_baseline(heading: Heading | None) -> bool:
    """Whether a heading is of a baseline, whose result is one only beside those of other models."""
    return bool(heading and BASELINE.match(heading.name))


def data_set_before(before: bytes) -> str:
    """The data set that the title above a result names with the count of its images; "" where none does."""
    titles = _TITLE.findall(before) if _COUNTED in before else []
    name, count = titles[-1] if titles else (b"", b"")
    return name.decode(errors="replace") if count else ""


class Banner(NamedTuple):
    """The name that a title above results is, and the split that it says they are of, each "" for none."""

    name: str = ""
    split: str = ""


def banner_before(before: bytes) -> Banner:
    """The last banner of a text; none where it says something else."""
    last = Banner()
    for found in _BANNER.finditer(before):
        text = (found["name"] or found["announced"].rstrip(b". ")).decode(errors="replace")
        title = next((each for each in _OF_RESULTS.finditer(text) if each.end() == len(text) and each.start()), None)
        name = re.split(r"[/\\]", text[: title.start()] if title else text)[-1]
        banner = Banner(name, split_alone(name) or (split_of(title["split"]) if title else ""))
        if found["name"]:
            last = banner if is_name(name) else Banner()
        elif is_name(name) and not task_alone(name):  # as each evaluation of COCO says it
            last = banner
    return last


def are_of_models(names: Collection[str]) -> bool:
    """Whether banners of these names, each above results of its own, can only tell models apart."""
    return len(set(names)) > 1 and all(name and not (split_alone(name) or task_alone(name)) for name in names)


class Bannered:
    """Keeps results that something names, as the banners above them, until it is known whether that tells models apart.

    `names` are those of models, by the lines of the results.
    """

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.kept: list[Evaluation] = []

    def name(self, line: int, banner: str, metrics: Iterable[str]) -> None:
        """Note the banner above a result of these metrics: one of a class, where none of them is of all."""
        if banner and (detectors(banner) or are_of_all(metrics)):
            self.note(line, banner)

    def note(self, line: int, name: str) -> None:
        """Note what a result names as its model."""
        if name and len(self.kept) < MOST:
            self.names[line] = name

    def take(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records but results with a name that nothing else tells of."""
        for each in records:
            if isinstance(each, Evaluation) and self._may_be_named(each):
                self.kept.append(each)
            else:
                yield each

    def _may_be_named(self, each: Evaluation) -> bool:
        is_told = each.weights or each.category or each.progress
        return each.where.line in self.names and not is_told and len(self.kept) < MOST

    def told(self) -> Iterator[Record]:
        """The results that were kept, each with its model where the names tell these apart."""
        names = [self.names[each.where.line] for each in self.kept]
        is_told = are_of_models(names)
        for each, name in zip(self.kept, names, strict=True):
            yield replace(each, weights=name) if is_told else each


class _Headed(NamedTuple):
    heading: Heading
    found: list[Record]
    last: int
    is_of_all: bool


class Headings:
    """Keeps the results below headings until it is known what these name."""

    def __init__(self) -> None:
        self.all: list[_Headed] = []
        self.names: set[str] = set()  # of their headings
        self.above: tuple[Evaluation, int] | None = None  # a mean before the first of them, and its last line

    def is_near(self, line: int) -> bool:
        """Whether a result in that line may belong to those that are kept."""
        return bool(self.all) and line - self.all[-1].last <= NEAR

    def add(
        self, heading: Heading, found: list[Record], lines: tuple[int, int], names: Iterable[str]
    ) -> Iterator[Record]:
        """Keep what was found below a heading, in its first and last line.

        Those before it are told where it is far, or one of them that was not the last had its name.
        """
        if not self.is_near(lines[0]) or self._comes_again(heading.name) or len(self.all) >= MOST:
            yield from self.told(None)
        self.all.append(_Headed(heading, found, lines[1], are_of_all(names)))
        self.names.add(heading.name)

    def _comes_again(self, name: str) -> bool:
        return name in self.names and name != self.all[-1].heading.name

    def told(self, mean: Evaluation | None) -> Iterator[Record]:
        """The results that are kept, and what each is of; `mean` is the one over classes that follows them.

        It may stand before them as well: its name says what it is over.
        """
        if not self.all:
            return
        if not mean and self.above and self.all[0].found:
            near = self.all[0].found[0].where.line - self.above[1] <= NEAR
            mean = self.above[0] if near else None
        is_beside = any(is_baseline(each.heading) for each in self.all)
        are_models = len(self.names) > 1 and (
            all(detectors(each.heading.name.lower()) for each in self.all)
            or all(
                each.heading.is_set_off and (each.is_of_all or is_beside) and not _is_at_step(each.found)
                for each in self.all
            )
        )
        are_tasks = all(map(task_alone, self.names))  # and not classes, of which one may be called `mask`
        for each in self.all:
            for record in each.found if are_models or not is_baseline(each.heading) else ():
                yield _of(record, each.heading, mean, are_models=are_models, are_tasks=are_tasks)
        self.all, self.names, self.above = [], set(), None


def _is_at_step(found: Iterable[Record]) -> bool:
    """Whether a result is of a step of a training, whose lines name no models."""
    return any(isinstance(each, Evaluation) and (each.epoch, each.iteration) != (None, None) for each in found)


def _of(record: Record, heading: Heading, mean: Evaluation | None, *, are_models: bool, are_tasks: bool) -> Record:
    if not isinstance(record, Evaluation):
        return record
    name = heading.name
    if split := split_alone(name):
        return replace(record, split=record.split or split)
    if mean or heading.is_class:
        return replace(record, category=name, also=(mean.where,) if mean else ())
    if are_tasks:
        return record if record.task_stated else replace(record, task=task_alone(name), task_stated=True)
    return replace(record, weights=record.weights or name) if are_models else record
