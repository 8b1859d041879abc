"""All rules by their cases, and what no case can show: the founding note, valid evaluations, and many experiments."""

import random
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case, Rule, rules
from fcosreport.records import COCO_METRICS, Evaluation, Experiment, Finding, Metric, Records, Setting, Source, Where
from fcosreport.settings import Settings
from tests.conftest import FAIR, GOOD

POOR = "0.172 0.327 0.161 0.095 0.197 0.226 0.195 0.345 0.374 0.188 0.410 0.519"
PUBLISHED = {"name": "published model", "lr": 0.01, "train_batch_size": 4, "note_bbox": GOOD, "cited": "run/published"}
SWEEP = {"group": "note.md#sweep", "title": "other lr and batch size", "train_batch_size": 4}
FOUNDING: list[dict[str, object]] = [
    PUBLISHED,
    {"name": "original", "state": "failed", "reason": "out of memory", "lr": 0.01, "train_batch_size": 4},
    {"name": "lr1en4", "lr": 1e-4, "note_bbox": POOR, "cited": "run/lr1en4", **SWEEP},
    {"name": "lr1en3", "lr": 1e-3, "note_bbox": FAIR, "cited": "run/lr1en3", **SWEEP},
    {"name": "lr5en3", "lr": 5e-3, "note_bbox": FAIR, "cited": "run/lr5en3", **SWEEP},
    {"name": "from scratch", "lr": 0.01, "train_batch_size": 4, "init": "scratch", "norm": "frozen"},
    {"name": "from scratch, BN", "lr": 0.01, "train_batch_size": 4, "init": "scratch", "norm": "bn"},
    {"step": "make the table"},
    {"step": "test their masks", "task": "segm"},
]


def _case(value: Rule | int) -> str:
    return value.name if isinstance(value, Rule) else str(value)


def found(case: Case, settings: Settings | None = None) -> list[Finding]:
    return list(check(records_of(case), settings or Settings()).findings)


def only(code: str, case: Case) -> Finding:
    (finding,) = (finding for finding in found(case) if finding.code == code)
    return finding


@pytest.mark.parametrize(("rule", "number"), [(r, n) for r in rules() for n in range(len(r.fires))], ids=_case)
def test_a_firing_case_gives_findings_of_its_rule_alone(rule: Rule, number: int) -> None:
    findings = [f for f in found(rule.fires[number], rule.cases_with) if f.severity != "info" or f.code == rule.code]
    assert {finding.code for finding in findings} == {rule.code}
    for finding in findings:
        assert finding.where
        assert finding.advice
        assert finding.message.endswith(".")
        assert "None" not in finding.message


@pytest.mark.parametrize(("rule", "number"), [(r, n) for r in rules() for n in range(len(r.quiet))], ids=_case)
def test_a_quiet_case_gives_nothing(rule: Rule, number: int) -> None:
    results = rule.run(records_of(rule.quiet[number]), rule.cases_with)
    assert not [result for result in results if isinstance(result, Finding)]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_is_documented_and_has_as_many_quiet_cases_as_firing_ones(rule: Rule) -> None:
    assert rule.title
    assert "#" in rule.section("Why") or "/" in rule.section("Why")
    assert rule.section("Do")
    assert 0 < len(rule.fires) <= len(rule.quiet)


def test_the_founding_note_gives_its_three_faults_and_nothing_false() -> None:
    findings = found(FOUNDING)
    assert [(finding.code, finding.severity) for finding in findings if finding.severity != "info"] == [
        ("FR401", "error"),
        ("FR201", "warning"),
        ("FR202", "warning"),
    ]
    assert [finding.code for finding in findings if finding.severity == "info"] == ["FR201", "FR502", "FR503"]
    duplicate, rate, scratch = findings[:3]
    assert duplicate.experiments == ("lr1en3", "lr5en3")
    assert "lr = 0.001" in duplicate.message
    assert "lr = 0.005" in duplicate.message
    assert "all 12 bbox numbers (AP 0.292" in duplicate.message
    assert "by hand" in duplicate.explanations[0]
    assert duplicate.explanations[-1].startswith("Chance:")
    assert rate.experiments == ("published model", "original", "from scratch", "from scratch, BN")
    assert scratch.experiments == ("from scratch",)


def test_without_the_duplicate_the_founding_note_has_no_error() -> None:
    assert all(finding.severity != "error" for finding in found([*FOUNDING[:4], *FOUNDING[5:]]))


def test_findings_do_not_depend_on_the_order_of_experiments() -> None:
    cases = [item for rule in rules() for case in rule.fires for item in case if "step" not in item]
    named = [{**item, "name": f"{item.get('name', 'run')}-{number}"} for number, item in enumerate(cases)]
    records = records_of(named)
    expected = check(records, Settings()).findings
    shuffled = list(records.experiments)
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert check(replace(records, experiments=tuple(shuffled)), Settings()).findings == expected


def test_six_equal_numbers_are_a_warning_and_twelve_an_error() -> None:
    def pair(numbers: str) -> Case:
        return [{"bbox": numbers, "lr": 0.01}, {"bbox": numbers, "lr": 0.03}]

    assert only("FR401", pair(GOOD)).severity == "error"
    assert only("FR401", pair(" ".join(GOOD.split()[:6]))).severity == "warning"
    assert only("FR401", pair("% 38.7123 57.3456 41.9789 22.6012 42.4345 50.2678")).severity == "error"
    assert not found(pair("0.387 0.573 0.419"))
    assert not found(pair("0.000 0.001 0.000 -1 0.000 -1 0.000 0.000 0.000 -1 0.000 -1"))


def test_equal_numbers_are_one_finding_for_all_runs_and_tasks() -> None:
    runs = [{"bbox": GOOD, "segm": FAIR, "lr": lr} for lr in (0.01, 0.02, 0.03)]
    finding = only("FR401", runs)
    assert finding.experiments == ("run1", "run2", "run3")
    assert "all 12 bbox and all 12 segm numbers" in finding.message


def test_numbers_are_compared_at_the_coarser_printed_precision_and_precise_ones_precisely() -> None:
    precise = " ".join(f"{float(number) * 100:.3f}" for number in GOOD.split())
    other = precise.replace("38.700", "38.741").replace("57.300", "57.262")
    assert only("FR401", [{"bbox": GOOD, "lr": 0.01}, {"bbox": f"% {precise}", "lr": 0.02}])
    assert not found([{"bbox": f"% {precise}", "lr": 0.01}, {"bbox": f"% {other}", "lr": 0.02}])


def test_the_log_that_says_otherwise_is_the_first_explanation() -> None:
    runs: Case = [
        {"note_bbox": GOOD, "bbox": GOOD, "lr": 0.01, "cited": "run/a", "found": "run/a"},
        {"note_bbox": GOOD, "bbox": FAIR, "lr": 0.02, "cited": "run/b", "found": "run/b"},
    ]
    assert only("FR401", runs).explanations[0] == "Copied by hand into the note: the log of run2 says otherwise."
    assert "12 of them are those of run1" in only("FR501", runs).message


def test_identical_files_explain_a_duplicate() -> None:
    records = records_of([{"bbox": GOOD, "lr": 0.01}, {"bbox": GOOD, "lr": 0.02}])
    moved = tuple(_moved(e, f"{e.name}/log.txt") for e in records.experiments)
    sources = tuple(Source(f"run{number}/log.txt", "log", fingerprint="same") for number in (1, 2))
    (finding,) = check(Records(moved, sources=sources), Settings()).findings
    assert "byte for byte" in finding.explanations[0]


def _moved(experiment: Experiment, path: str) -> Experiment:
    where = Where(path, 1)
    evaluations = tuple(replace(evaluation, where=where) for evaluation in experiment.evaluations)
    return replace(experiment, where=where, evaluations=evaluations)


def test_a_page_its_translation_and_its_log_are_one_and_another_configuration_is_not() -> None:
    def paths(*paths: str) -> Records:
        (one,) = records_of([{"note_bbox": GOOD, "name": "Results"}]).experiments
        return Records(tuple(replace(_moved(one, path), id=path) for path in paths))

    page = "coco/fcos.res50.fpn.coco.800size.1x"
    same = (f"{page}/README.md", f"{page}/README_zh.md", f"{page}.ipynb", f"{page}__README.rst", "tutorials.ipynb")
    assert not check(paths(*same), Settings()).findings
    (finding,) = check(paths(f"{page}/README.md", f"{page}.wider_range/README.md"), Settings()).findings
    assert (finding.code, finding.severity) == ("FR401", "error")
    assert f"{page}.wider_range/README.md" in finding.message


def test_the_test_of_a_checkpoint_is_no_duplicate_of_its_training() -> None:
    assert not found([{"bbox": GOOD, "init": "imagenet"}, {"bbox": GOOD, "init": "runs/a/model_final.pth"}])
    assert found([{"bbox": GOOD, "init": "runs/a/model_final.pth"}, {"bbox": GOOD, "init": "runs/b/best.pth"}])


def test_the_same_fault_in_many_evaluations_is_one_finding_with_a_count() -> None:
    finding = only("FR101", [{"bbox": [f"0.600 0.5{epoch}0 0.400 @{epoch}" for epoch in range(1, 6)]}])
    assert "at epoch 1, and in 4 more of 5 evaluations" in finding.message
    assert len(finding.where) == 5


def test_an_early_zero_is_a_warning_and_a_last_one_an_error() -> None:
    zero = "0.000 0.000 0.000"
    assert only("FR111", [{"bbox": [f"{zero} @1", f"{zero} @2", f"{GOOD} @3"]}]).severity == "warning"
    assert only("FR111", [{"bbox": [f"{GOOD} @1", f"{zero} @2"]}]).severity == "error"
    assert only("FR111", [{"bbox": [f"{zero} @1", f"{zero} @2"]}]).severity == "error"


def test_a_note_with_another_epoch_is_a_warning_that_names_it() -> None:
    case: Case = [{"note_bbox": POOR, "bbox": [f"{POOR} @9", f"{GOOD} @12"], "cited": "run/a", "found": "run/a"}]
    finding = only("FR501", case)
    assert finding.severity == "warning"
    assert "at epoch 9 of the log, not the last ones at epoch 12" in finding.message


def test_swapped_columns_are_named() -> None:
    finding = only("FR501", [{"note_bbox": "AP=0.292 APs=0.325 APm=0.163", "bbox": FAIR, "cited": "a", "found": "a"}])
    assert "APs is the log's APm and APm is the log's APs" in finding.message


def test_a_missing_log_is_an_error_only_where_another_log_of_the_note_was_found() -> None:
    missing: dict[str, object] = {"note_bbox": FAIR, "cited": "run/b"}
    assert only("FR502", [missing]).severity == "info"
    records = records_of([{"note_bbox": GOOD, "bbox": GOOD, "cited": "run/a", "found": "run/a"}, missing])
    (finding,) = check(records, Settings()).findings
    assert (finding.code, finding.severity, finding.experiments) == ("FR502", "error", ("run2",))


def test_a_learning_rate_far_below_the_scale_may_be_one_of_adam() -> None:
    assert only("FR201", [{"lr": 1e-4, "train_batch_size": 16}]).severity == "info"
    assert only("FR201", [{"lr": 1e-4, "train_batch_size": 16, "optimizer": "sgd"}]).severity == "warning"


def test_a_slip_in_the_last_digit_is_a_warning_and_rounding_is_none() -> None:
    joined = {"cited": "a", "found": "a"}
    assert only("FR501", [{"note_bbox": "AP=0.293", "bbox": FAIR, **joined}]).severity == "warning"
    assert only("FR501", [{"note_bbox": "AP=0.294", "bbox": FAIR, **joined}]).severity == "error"
    assert not found([{"note_bbox": "AP=0.293", "bbox": "AP=0.2925 AP50=0.47", **joined}])
    assert only("FR501", [{"note_bbox": "AP=0.294", "bbox": f"AP={'9' * 290}", **joined}]).severity == "error"


def test_absurd_numbers_end_no_rule() -> None:
    absurd = "1e308 1e300 -1e300 inf 0 999999999999"
    found([{"bbox": absurd, "note_bbox": GOOD, "lr": lr, "train_batch_size": 10**400} for lr in (10**400, 1e308)])


def test_sections_that_cite_one_log_for_two_learning_rates_are_one_run_under_two_names() -> None:
    cited: dict[str, object] = {"note_bbox": GOOD, "bbox": GOOD, "cited": "run/a", "found": "run/a"}
    one, other = records_of([{**cited, "lr": 0.01}, {**cited, "lr": 0.02}]).experiments
    log = one.evaluations[1]
    other = replace(other, evaluations=(other.evaluations[0], log))
    (finding,) = check(Records((one, other)), Settings()).findings
    assert finding.explanations[0] == "One run under two names: both are held against one log, run/a."


def test_recalls_are_ordered_by_their_detections_and_ap_is_held_against_its_own() -> None:
    def evaluation(**printed: tuple[str, int]) -> Records:
        metrics = tuple(Metric(name, float(text), text, max_dets=dets) for name, (text, dets) in printed.items())
        where = Where("log.txt", 1)
        one = Experiment(id="a", name="a", state="finished", where=where)
        return Records((replace(one, evaluations=(Evaluation("bbox", metrics, where),)),))

    mmdetection = {"AP": ("0.580", 100), "AR100": ("0.540", 100), "AR300": ("0.600", 300), "AR50": ("0.900", 100)}
    assert [finding.code for finding in check(evaluation(**mmdetection), Settings()).findings] == ["FR104"]
    assert not check(evaluation(**mmdetection | {"AP": ("0.540", 100)}), Settings()).findings
    assert not check(evaluation(APs=("0.580", 1000), ARs=("0.540", 100)), Settings()).findings


@st.composite
def valid_evaluations(draw: st.DrawFn) -> str:
    """What pycocotools prints for random detections: precision at 101 recalls for ten IoUs, three areas and maxDets."""
    chaos = random.Random(draw(st.integers(0, 2**32)))
    skill, unit = draw(st.floats(0, 1)), draw(st.sampled_from((2, 3, 5)))
    sizes = [draw(st.integers(0, 6)) for _ in range(3)]
    objects = [(area, chaos.random() ** (1 - skill + 0.1)) for area, size in enumerate(sizes) for _ in range(size)]
    detections = [(area, fit, chaos.random() + skill * fit) for area, fit in objects if chaos.random() < 0.3 + skill]
    detections += [(chaos.randrange(3), 0.0, chaos.random()) for _ in range(draw(st.integers(0, 10)))]
    areas: list[tuple[int, ...]] = [(0, 1, 2), (0,), (1,), (2,)]
    ap = [[_precision(objects, detections, area, iou) for iou in _IOUS] for area in areas]
    ar = [[_recall(objects, detections, (0, 1, 2), iou, most) for iou in _IOUS] for most in (1, 3, 100)]
    ar += [[_recall(objects, detections, area, iou, 100) for iou in _IOUS] for area in areas[1:]]
    numbers = [_mean(ap[0]), ap[0][0], ap[0][5], *map(_mean, ap[1:]), *map(_mean, ar)]
    return " ".join(f"{number:.{unit}f}" for number in numbers)


_IOUS = [0.5 + 0.05 * step for step in range(10)]
Objects = list[tuple[int, float]]
Detections = list[tuple[int, float, float]]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _precision(objects: Objects, detections: Detections, areas: tuple[int, ...], iou: float) -> float:
    total = sum(area in areas for area, _ in objects)
    if not total:
        return -1.0
    points, right = [], 0
    ranked = sorted((d for d in detections if d[0] in areas), key=lambda d: -d[2])
    for count, (_, fit, _) in enumerate(ranked, 1):
        right += fit >= iou
        points.append((right / total, right / count))
    best = [max((p for recall, p in points if recall >= step / 100), default=0.0) for step in range(101)]
    return _mean(best)


def _recall(objects: Objects, detections: Detections, areas: tuple[int, ...], iou: float, most: int) -> float:
    total = sum(area in areas for area, _ in objects)
    ranked = sorted((d for d in detections if d[0] in areas), key=lambda d: -d[2])[:most]
    return sum(fit >= iou for _, fit, _ in ranked) / total if total else -1.0


ARITHMETIC = {"FR101", "FR102", "FR103", "FR104", "FR105", "FR106"}


@given(valid_evaluations())
def test_no_arithmetic_rule_fires_on_a_valid_evaluation(numbers: str) -> None:
    assert not [finding for finding in found([{"bbox": numbers}]) if finding.code in ARITHMETIC]


def test_duplicates_are_found_among_a_hundred_thousand_experiments(capsys: pytest.CaptureFixture[str]) -> None:
    experiments = [_random(number) for number in range(100_000)]
    near = tuple(m if m.name != "AP75" else _metric("AP75", (m.value or 0) + 0.001) for m in _metrics(experiments[50]))
    experiments.append(_experiment(100_000, _metrics(experiments[7])))
    experiments.append(_experiment(100_001, near))
    records = Records(tuple(experiments))
    for code, expected in (("FR401", ("7", "100000")), ("FR402", ("50", "100001"))):
        (rule,) = (rule for rule in rules() if rule.code == code)
        start = time.perf_counter()
        findings = [each for each in rule.run(records, Settings()) if isinstance(each, Finding)]
        assert [finding.experiments for finding in findings] == [expected]
        with capsys.disabled():
            sys.stdout.write(f"\n{rule.name}: {len(experiments):,} experiments, {time.perf_counter() - start:.1f} s\n")


def test_one_vector_in_twenty_thousand_experiments_is_one_finding() -> None:
    metrics = _metrics(_random(1))
    records = Records(tuple(_experiment(number, metrics) for number in range(20_000)))
    (finding,) = check(records, Settings()).findings
    assert len(finding.experiments) == 20_000
    assert len(finding.message) < 500


def _random(number: int) -> Experiment:
    chaos = random.Random(number)
    ap = chaos.uniform(0.2, 0.5)
    shape = (1, 1.55, 1.07, 0.55, 1.1, 1.3, 0.85, 1.3, 1.37, 0.8, 1.5, 1.85)
    values = (ap * factor * chaos.uniform(0.8, 1.2) for factor in shape)
    return _experiment(number, tuple(map(_metric, COCO_METRICS, values)))


def _metric(name: str, value: float) -> Metric:
    return Metric(name, round(value, 3), f"{value:.3f}")


def _metrics(experiment: Experiment) -> tuple[Metric, ...]:
    return experiment.evaluations[0].metrics


def _experiment(number: int, metrics: tuple[Metric, ...]) -> Experiment:
    where = Where("runs", number)
    seed = Setting("seed", number, str(number), where)
    evaluations = (Evaluation("bbox", metrics, where),)
    return Experiment(
        id=str(number), name=f"run{number}", state="finished", where=where, settings=(seed,), evaluations=evaluations
    )
