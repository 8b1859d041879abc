"""Reports to render, and what an output makes of them."""

import pytest
from msgspec.structs import replace

from fcosreport.records import Evaluation, Experiment, Finding, Metric, Setting, State, Where
from fcosreport.report.report import Report, renderers
from tests.baseline import NUMBERS, baseline, experiment
from tests.hostile import hostile

HERE = Where("runs/a.log", 1)
EMPTY = Report(title="Experiments", version="0.1.0", experiments=(), findings=(), issues=(), sources=())
NOTHING_FOUND = replace(baseline(), experiments=(), findings=(), passed=())
OUTPUTS = {each.name: each for each in renderers()}
REASON = "one checkpoint, on purpose"


def render(name: str, report: Report) -> str:
    content = OUTPUTS[name].render(report)
    assert isinstance(content, str)
    return content


def render_bytes(name: str, report: Report) -> bytes:
    content = OUTPUTS[name].render(report)
    assert isinstance(content, bytes)
    return content


def many(count: int) -> Report:
    states: tuple[State, ...] = ("finished", "failed", "suspect", "running")
    experiments = tuple(
        replace(
            experiment(f"run{n}", states[n % 4], n + 1, "0.01", numbers=NUMBERS["1e-3"] if n % 4 != 1 else ""),
            settings=(Setting("lr", n / 1000, str(n / 1000), Where("a", 1)),),
        )
        for n in range(count)
    )
    findings = tuple(Finding("FR401", "duplicate-metrics", "error", f"run{n} is odd.") for n in range(count))
    return Report(title="t", version="1", experiments=experiments, findings=findings, issues=(), sources=())


def living() -> Report:
    """The founding note's report, with its duplicate ignored and a rule that did not run."""
    report = baseline()
    duplicate, *others = report.findings
    ignored = (replace(duplicate, ignored=REASON), *others)
    return replace(report, findings=ignored, not_run=(("flat-over-iou", "no log was read"),))


def run(name: str, ap: str, *, state: State = "finished", percent: bool = False, **declared: str | int) -> Experiment:
    value = float(ap) / (100 if percent else 1)
    metrics = (Metric("AP", value, ap, percent), Metric("APs", -1.0, "-1.000"))
    return Experiment(
        id=name,
        name=name,
        state=state,
        where=HERE,
        settings=tuple(Setting(key, setting, str(setting), HERE) for key, setting in declared.items()),
        evaluations=(Evaluation("bbox", metrics, HERE),),
    )


def report_of(*experiments: Experiment) -> Report:
    return replace(EMPTY, experiments=experiments)


reports = pytest.mark.parametrize(
    "report", [EMPTY, baseline(), hostile(), many(300)], ids=["empty", "baseline", "hostile", "many"]
)
checked_reports = pytest.mark.parametrize(
    "report", [NOTHING_FOUND, baseline(), living(), hostile()], ids=["empty", "baseline", "living", "hostile"]
)
