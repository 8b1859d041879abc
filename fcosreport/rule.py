"""What a rule is: a pure function of records that yields faults, in one file under `rules/`.

The docstring is the rule's documentation: a title, `Why:` with a public reference, `Do:` with what to do about it.
The cases in the decorator are its tests: plain data, at least as many that stay quiet as that fire.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from fcosreport.records import (
    COCO_METRICS,
    Citation,
    Evaluation,
    Experiment,
    Finding,
    Metric,
    Origin,
    Records,
    Setting,
    Severity,
    Step,
    Where,
)
from fcosreport.settings import Settings

Case = Sequence[Mapping[str, object]]
"""Experiments as plain data, one mapping each; `records_of` says what the keys mean."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule yields; with the rule's code and name it becomes a Finding. `severity` overrides the rule's own."""

    message: str
    experiments: tuple[Experiment, ...] = ()
    where: tuple[Where, ...] = ()
    explanations: tuple[str, ...] = ()
    advice: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered rule. `name` says what is wrong; `title`, `why` and `advice` come from the docstring."""

    code: str
    name: str
    severity: Severity
    find: Callable[[Records, Settings], Iterable[Fault]]
    fires: tuple[Case, ...]
    quiet: tuple[Case, ...]
    text: str

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].rstrip(".")

    def section(self, head: str) -> str:
        """The paragraph of the docstring that starts with `head:`, on one line."""
        for paragraph in self.text.split("\n\n"):
            if paragraph.startswith(f"{head}:"):
                return " ".join(paragraph[len(head) + 1 :].split())
        return ""

    def run(self, records: Records, settings: Settings) -> Iterator[Finding]:
        """The findings of this rule, in the order the rule yields them."""
        for fault in self.find(records, settings):
            yield Finding(
                code=self.code,
                name=self.name,
                severity=fault.severity or self.severity,
                message=fault.message,
                experiments=tuple(experiment.id for experiment in fault.experiments),
                where=fault.where,
                explanations=fault.explanations,
                advice=fault.advice or self.section("Do"),
            )


_RULES: dict[str, Rule] = {}


def rule(
    code: str, severity: Severity, *, fires: Sequence[Case], quiet: Sequence[Case]
) -> Callable[[Callable[[Records, Settings], Iterable[Fault]]], Rule]:
    """Register the decorated function as the rule `code`; its name, with dashes, is the function's."""

    def register(find: Callable[[Records, Settings], Iterable[Fault]]) -> Rule:
        text = inspect.getdoc(find) or ""
        made = Rule(code, find.__name__.replace("_", "-"), severity, find, tuple(fires), tuple(quiet), text)
        if code in _RULES:
            raise ValueError(f"{code} is the code of both {_RULES[code].name} and {made.name}")
        _RULES[code] = made
        return made

    return register


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by code. The modules under `rules/` are found here, so a new one edits nothing."""
    package = importlib.import_module("fcosreport.rules")
    for module in pkgutil.iter_modules(package.__path__, "fcosreport.rules."):
        importlib.import_module(module.name)
    return tuple(rule for _, rule in sorted(_RULES.items()))


def records_of(case: Case) -> Records:
    """Records from plain data.

    Each mapping is an experiment. `name`, `title`, `group`, `state` and `reason` are its own; `cited` is the text of
    its citation and `found` the run it was joined with; `bbox`, `segm` and `keypoints` hold an evaluation or a list of
    them from a log, and with `note_` before the task's name from a note. An evaluation is the 12 printed numbers,
    separated by spaces, or `NAME=TEXT` pairs; `@9` sets its epoch, `%` marks percent, `category:NAME` its class. Any
    other key is a setting. A mapping with `step` is no experiment but a Step: `step` its text, `task` its task.
    """
    experiments: list[Experiment] = []
    steps: list[Step] = []
    for number, item in enumerate(case, 1):
        where = Where("case", number)
        if "step" in item:
            steps.append(Step(str(item["step"]), where, str(item["task"]) if "task" in item else None))
        else:
            experiments.append(_experiment(dict(item), where))
    return Records(tuple(experiments), tuple(steps))


def _experiment(item: dict[str, object], where: Where) -> Experiment:
    name = str(item.pop("name", f"run{where.line}"))
    evaluations: list[Evaluation] = []
    for key in [k for k in item if k.removeprefix("note_") in ("bbox", "segm", "keypoints")]:
        texts = item.pop(key)
        origin: Origin = "note" if key.startswith("note_") else "log"
        for text in [texts] if isinstance(texts, str) else list(texts):  # type: ignore[call-overload]  # plain data
            evaluations.append(_evaluation(str(text), key.removeprefix("note_"), origin, where))
    cited, found = item.pop("cited", None), item.pop("found", None)
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
        settings=tuple(
            Setting(key, value, str(value), where)
            for key, value in item.items()
            if isinstance(value, str | int | float | bool)
        ),
    )


def _evaluation(text: str, task: str, origin: Origin, where: Where) -> Evaluation:
    words = text.split()
    percent = "%" in words
    epoch = next((int(word[1:]) for word in words if word.startswith("@")), None)
    category = next((word.partition(":")[2] for word in words if word.startswith("category:")), None)
    words = [word for word in words if word != "%" and not word.startswith(("@", "category:"))]
    pairs = [w.partition("=")[::2] if "=" in w else (name, w) for name, w in zip(COCO_METRICS, words, strict=False)]
    metrics = tuple(
        Metric(name, None if value == "nan" else float(value) / (100 if percent else 1), value, percent)
        for name, value in pairs
    )
    return Evaluation(task, metrics, where, origin, epoch=epoch, category=category)
