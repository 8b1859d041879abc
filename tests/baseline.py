"""The seven experiments of the founding note, and what is odd in them, written as records by hand."""

from fcosreport.records import (
    COCO_METRICS,
    Citation,
    Evaluation,
    Experiment,
    Finding,
    Issue,
    Metric,
    Setting,
    Source,
    State,
    Step,
    Where,
)
from fcosreport.report.report import Report

NOTE = "runs/191209-baseline.md"
MODIFIED = "源代码修改batch size 和 lr"
NUMBERS = {
    "1e-4": "0.172 0.327 0.161 0.095 0.197 0.226 0.195 0.345 0.374 0.188 0.410 0.519",
    "1e-3": "0.292 0.470 0.308 0.163 0.325 0.383 0.270 0.455 0.490 0.283 0.539 0.645",
    "0.01": "0.387 0.573 0.419 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726",
}


def evaluation(numbers: str, line: int, *, task: str = "bbox") -> Evaluation:
    metrics = zip(COCO_METRICS, numbers.split(), strict=False)
    return Evaluation(task, tuple(Metric(n, float(v), v) for n, v in metrics), Where(NOTE, line), origin="note")


def experiment(
    name: str,
    state: State,
    line: int,
    lr: str,
    *,
    numbers: str = "",
    title: str = "",
    reason: str = "",
    cited: str = "",
    **settings: str,
) -> Experiment:
    declared = {"train_batch_size": 4, "test_batch_size": 2, "lr": float(lr)}
    return Experiment(
        id=f"{NOTE}:{line}",
        name=name,
        state=state,
        where=Where(NOTE, line),
        title=title or name,
        group=f"{NOTE}#{title or name}",
        reason=reason,
        settings=(
            *(Setting(key, value, str(value), Where(NOTE, line + 1)) for key, value in declared.items()),
            *(Setting(key, value, value, Where(NOTE, line), inferred=True) for key, value in settings.items()),
        ),
        evaluations=(evaluation(numbers, line + 5),) if numbers else (),
        citation=Citation(cited, Where(NOTE, line + 19)) if cited else None,
        files=(NOTE,),
    )


def baseline() -> Report:
    """7 experiments: 2 finished, 2 suspect, 1 failed, 2 planned."""
    folder = "run/fcos_imprv_R_50_FPN_1x/Baseline_"
    experiments = (
        experiment("downloaded FCOS", "finished", 8, "0.01", numbers=NUMBERS["0.01"], cited="run/downloaded FCOS"),
        experiment("原原本本的代码跑出来", "failed", 28, "0.01", reason="因为GPU显存不够，没办法跑"),
        *(
            experiment(
                f"Baseline_lr{lr.replace('-', 'n')}_{date}",
                "finished" if lr == "1e-4" else "suspect",
                line,
                lr,
                title=MODIFIED,
                numbers=NUMBERS["1e-4" if lr == "1e-4" else "1e-3"],
                cited=f"{folder}lr{lr.replace('-', 'n')}_{date}",
            )
            for lr, date, line in (("1e-4", "191209", 33), ("1e-3", "191210", 54), ("5e-3", "191211", 74))
        ),
        experiment(f"{MODIFIED}后from scratch", "planned", 95, "0.01", init="scratch", norm="frozen"),
        experiment(f"{MODIFIED}后from scratch， 并把FrosenBN改为BN", "planned", 101, "0.01", init="scratch", norm="bn"),
    )
    return Report(
        title="191209-baseline.md",
        version="0.1.0",
        experiments=experiments,
        findings=_findings(experiments),
        issues=(Issue("The block ends after 7 of 12 lines.", Where("runs/old/log.txt", 12)),),
        sources=(Source(NOTE, "note", 6274, "0f3c6f1f8a5d4f1b9a1be0c2d3e4f506", 108, 4, 21, "read"),),
        steps=(
            Step("最后搞一个☑️的表格", Where(NOTE, 106)),
            Step("最重要还是要回归mask，测试它们的mask表现", Where(NOTE, 108), "segm"),
            Step("跑出几个baseline", Where(NOTE, 4), done=True),
        ),
        passed=("ap-above-ap50", "recall-order", "value-out-of-range"),
    )


def _findings(experiments: tuple[Experiment, ...]) -> tuple[Finding, ...]:
    official, oom, _, low, high, scratch, _ = experiments
    return (
        Finding(
            "FR401",
            "duplicate-metrics",
            "error",
            f"lr 0.001 and lr 0.005 share all 12 numbers: {low.name} and {high.name} cannot both be right.",
            (low.id, high.id),
            (low.evaluations[0].where, high.evaluations[0].where),
            ("The numbers were copied by hand into the note.", "lr never took effect.", "One run under two names."),
            "Evaluate both checkpoints again, or compare the cited logs.",
        ),
        Finding(
            "FR201",
            "lr-against-batch",
            "warning",
            "lr 0.01 at batch 4 is 4.0 times the linear scale of the reference (0.01 at 16), in 4 experiments.",
            (official.id, oom.id),
            (Where(NOTE, 11), Where(NOTE, 31)),
            (),
            "Use lr 0.0025 at batch 4, or say that the schedule differs.",
        ),
        Finding(
            "FR202",
            "frozen-norm-from-scratch",
            "warning",
            f"{scratch.name} keeps FrozenBatchNorm: no layer would be normalised.",
            (scratch.id,),
            (scratch.where,),
            (),
            "Train with BN or GN.",
        ),
        Finding(
            "FR501", "planned-without-result", "info", "mask is planned and has no result.", (), (Where(NOTE, 108),)
        ),
    )
