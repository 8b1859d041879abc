"""A chart shows what was logged, in colours that mean the same everywhere, whatever the names and numbers are."""

import math
import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fcosreport.charts import Chart, charts, curves_of
from fcosreport.charts.axes import Axis, Range, around, logarithmic, of_curves, ticks
from fcosreport.comparing.columns import Column
from fcosreport.records import Experiment, Metric, Setting
from fcosreport.report.report import Report, View
from fcosreport.translation import Language
from tests.baseline import baseline
from tests.charts.charting import NAN, SVG, curve, evaluation, experiment, report


def named(made: Report) -> dict[str, Chart]:
    return {chart.name: chart for chart in charts(made)}


def lines(svg: str) -> list[Element]:
    """The curves of a picture, from the lowest to the topmost."""
    return [path for path in fromstring(svg).iter(f"{SVG}path") if path.get("stroke-linejoin")]


def ends(path: Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", path.attrib["d"])]


def test_results_over_time_are_drawn_point_by_point() -> None:
    made = named(report(experiment("run", [0.1, None, 0.3, 0.2])))
    assert list(made) == ["ap-bbox"]
    chart = made["ap-bbox"]
    assert chart.is_curve
    assert (chart.x_label, chart.y_label) == ("iteration", "AP")
    (series,) = chart.series
    assert (series.name, series.x, series.y) == ("run", (1000, 2000, 3000, 4000), (0.1, None, 0.3, 0.2))
    assert "The highest is 0.300 at iteration 3,000: run." in chart.description
    (line,) = lines(chart.svg())
    assert line.attrib["d"].count("M") == 2, "a gap breaks the line"
    titles = [title.text for title in fromstring(chart.svg()).iter(f"{SVG}title")]
    assert "run: iteration 3000, AP 0.3" in titles


def test_epochs_and_iterations_never_share_an_axis() -> None:
    by_epoch = experiment("e", more=[evaluation(ap, 100 * epoch, epoch=epoch) for epoch, ap in ((1, 0.1), (2, 0.2))])
    made = named(report(by_epoch, experiment("i", [0.1, 0.2])))
    assert [(chart.x_label, chart.series[0].name) for chart in made.values()] == [("epoch", "e"), ("iteration", "i")]
    assert list(made) == ["ap-bbox", "ap-bbox-2"]


def test_what_the_log_says_is_drawn_and_not_what_the_note_claims() -> None:
    claim = evaluation(0.9, 3000, origin="note")
    (chart,) = charts(report(experiment("run", [0.1, 0.2], more=[claim])))
    assert chart.series[0].y == (0.1, 0.2)


@pytest.mark.parametrize(
    "experiments",
    [
        (),
        (experiment("planned", state="planned"),),
        (experiment("one result", [0.3], lr=0.1), experiment("same lr", [0.2], lr=0.1)),
        (experiment("nothing finite", [None, None], curve("loss", [NAN, math.inf, NAN])),),
        (experiment("one value", [], curve("loss", [1.0])),),
        (experiment("points left in the store", [], curve("loss", [1.0, 2.0], pointed=False)),),
        (experiment("one class", [], more=[evaluation(0.5, category="person")]),),
        (experiment("no number", [-1, 38.7, math.inf], lr=math.inf), experiment("zero lr", [0.1], lr=0.0)),
    ],
)
def test_nothing_to_show_is_no_chart(experiments: tuple[Experiment, ...]) -> None:
    assert charts(report(*experiments)) == ()


def test_the_best_stand_out_failed_ones_are_dashed_and_the_rest_is_grey() -> None:
    runs = [experiment(f"run{n}", [0.1, n / 20]) for n in range(8)]
    failed = experiment("broken", [0.1, 0.9], state="failed")
    suspect = experiment("odd", [0.1, 0.8], state="suspect")
    chart = named(report(failed, suspect, *runs))["ap-bbox"]
    shown = [(series.name, series.variable) for series in chart.series]
    assert shown[:4] == [("run7", "--s1"), ("run6", "--s2"), ("run5", "--s3"), ("run4", "--s4")]
    assert shown[-2:] == [("odd (suspect)", "--other"), ("broken (failed)", "--error")]
    assert [entry.name for entry in chart.legend[4:]] == ["broken (failed)", "other experiments"]
    drawn = lines(chart.svg())
    assert [line.findtext(f"{SVG}title") for line in drawn[-5:]] == ["broken (failed)", "run4", "run5", "run6", "run7"]
    assert [line.get("stroke-dasharray") for line in drawn].count("4,3") == 1


def test_an_experiment_has_one_colour_in_all_charts() -> None:
    loss = curve("loss", [2.0, 1.0])
    runs = [experiment(f"run{n}", [0.1, 0.2 + n / 100], *([loss] if n % 2 else []), lr=0.1 + n) for n in range(6)]
    colors: dict[str, set[int]] = {}
    for chart in charts(report(*runs)):
        for series in chart.series:
            colors.setdefault(series.name, set()).add(series.color)
    assert [colors[f"run{n}"] for n in (5, 3, 1, 4)] == [{1}, {2}, {3}, {4}]  # first those with curves
    assert colors["run0"] == {0}


def test_fifty_are_drawn_and_it_is_said_how_many_there_are() -> None:
    runs = [experiment(f"run{n}", [0.1, n / 100], curve("loss", [2.0, 1.0])) for n in range(60)]
    for chart in charts(report(*runs)):
        assert len(chart.series) == 50
        assert chart.series[0].name == "run59"
        assert "50 of 60 experiments are drawn" in chart.description
    for chart in charts(report(*runs[:50])):
        assert "are drawn" not in chart.description


def test_experiments_whose_points_were_not_loaded_are_counted() -> None:
    runs = [
        experiment("here", [], curve("loss", [2.0, 1.0])),
        experiment("not", [], curve("loss", [2.0], pointed=False)),
    ]
    far = [experiment(f"far{n}", [], curve("loss", [2.0, 1.0], pointed=False)) for n in range(3)]
    (chart,) = charts(report(*runs, *far))
    assert "1 of 4 experiments are drawn" in chart.description


def test_a_spike_and_a_gap_survive_and_the_rest_is_not_flattened() -> None:
    values = [2 / (1 + step / 10) for step in range(100)]
    values[50], values[70:73] = 1e9, [NAN] * 3
    (chart,) = charts(report(experiment("run", [], curve("loss", values))))
    assert chart.y_is_log
    assert max(value for value in chart.series[0].y if value is not None) == 1e9
    assert None in chart.series[0].y
    assert "is drawn at the edge" in chart.description
    assert "gaps" in chart.description
    (line,) = lines(chart.svg())
    heights = sorted({y for _, y in ends(line)})
    assert heights[0] == 28, "the spike reaches the upper edge"
    assert heights[-1] - heights[1] > 40, "the curve below it has a shape"
    assert line.attrib["d"].count("M") == 2


def test_a_calm_curve_is_drawn_as_it_is() -> None:
    (chart,) = charts(report(experiment("run", [], curve("loss", [2.0, 1.5, 1.0]))))
    assert not chart.y_is_log
    assert chart.y_range == (1.0, 2.0)
    assert "edge" not in chart.description
    assert "gaps" not in chart.description


def test_a_learning_rate_of_zero_is_drawn_at_the_lower_edge() -> None:
    (chart,) = charts(report(experiment("run", [], curve("lr", [0.0, 1e-5, 1e-1, 1e-5]))))
    assert (chart.name, chart.y_is_log, chart.y_range) == ("learning-rate", True, (1e-5, 1e-1))
    (line,) = lines(chart.svg())
    assert [y for _, y in ends(line)] == [248, 248, 28, 248]


def test_a_plateau_takes_two_points() -> None:
    (chart,) = charts(report(experiment("run", [], curve("lr", [0.1] * 100 + [0.01] * 100))))
    assert (chart.series[0].x, chart.series[0].y) == ((0, 99, 100, 199), (0.1, 0.1, 0.01, 0.01))


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: abs(v) <= 1e100)))
def test_every_axis_has_a_range_and_ticks_in_it(values: list[float | None]) -> None:
    (low, high), is_log = of_curves(values) if any(v is not None for v in values) else ((0.0, 1.0), False)
    assert low < high
    if is_log:
        steps = ticks(low, high)
        assert 1 <= len(steps) <= 8
        assert low <= min(steps) <= max(steps) <= high


@given(st.lists(st.floats(1e-90, 1e90), min_size=1))
def test_a_logarithmic_axis_holds_all_values_between_two_ticks(values: list[float]) -> None:
    low, high = logarithmic(values)
    assert low < high or low == pytest.approx(max(values))
    assert low <= min(values) <= max(values) <= high * (1 + 1e-6)


@pytest.mark.parametrize(
    ("shown", "style", "said"),
    [
        ((0, 1000), {}, "0 200 400 600 800 1,000"),
        ((10, 1000), {"is_counted": True}, "200 400 600 800 1,000"),
        ((1, 3), {"is_counted": True}, "1 2 3"),
        ((0.2, 0.8), {"is_counted": True}, "0.2 0.3 0.4 0.5 0.6 0.7 0.8"),
        ((1, 3), {}, "1.0 1.5 2.0 2.5 3.0"),
        ((0.3, 0.32), {}, "0.300 0.305 0.310 0.315 0.320"),
        ((0, 1e-5), {}, "0 2e-6 4e-6 6e-6 8e-6 1e-5"),
        ((-2e7, 2e7), {}, "-20M -15M -10M -5M 0 5M 10M 15M 20M"),
        ((1e-4, 1e-2), {"is_log": True}, "1e-4 2e-4 5e-4 1e-3 2e-3 5e-3 1e-2"),
        ((0.01, 0.1), {"is_log": True}, "0.01 0.02 0.05 0.1"),
        ((1e3, 1e6), {"is_log": True}, "1k 10k 100k 1M"),
    ],
)
def test_an_axis_tells_round_numbers_in_few_signs(shown: Range, style: dict[str, bool], said: str) -> None:
    axis = Axis(shown, 0, 100, **style)
    assert [text for _, text in axis.ticks()] == said.split()
    assert (axis.place(shown[0]), axis.place(shown[1])) == (0, 100)
    assert (axis.place(shown[0] - 1e9), axis.place(shown[1] * 10)) == (0, 100)


@given(st.floats(-1e90, 1e90), st.floats(-1e90, 1e90), st.booleans())
def test_any_axis_has_a_few_ticks_in_their_order(one: float, other: float, is_counted: bool) -> None:
    axis = Axis(around((one, other)), 0, 100, is_counted=is_counted)
    places = [place for place, _ in axis.ticks()]
    assert places == sorted(places)
    assert len(places) <= 9
    assert all(0 <= place <= 100 for place in places)


def test_ap_against_learning_rate() -> None:
    runs = [experiment(f"run{n}", [0.1 * n], lr=rate) for n, rate in ((1, 0.01), (2, 0.02))]
    (chart,) = charts(report(*runs, experiment("no lr", [0.3])))
    assert (chart.name, chart.section, chart.x_is_log, chart.is_curve) == ("lr-ap", "lr", True, False)
    assert [(series.name, series.x, series.y) for series in chart.series] == [
        ("run2", (0.02,), (0.2,)),
        ("run1", (0.01,), (0.1,)),
    ]


def test_each_group_has_its_own_picture_of_the_learning_rate() -> None:
    data = {"a": ((1, 0.01), (2, 0.02), (3, 0.03)), "b": ((4, 0.01), (5, 0.02))}
    runs = [
        replace(made, evaluations=tuple(replace(each, data_set=name) for each in made.evaluations))
        for name, told in data.items()
        for made in (experiment(f"run{n}", [0.1 * n], lr=rate) for n, rate in told)
    ]
    drawn = [chart for chart in charts(report(*runs)) if chart.section == "lr"]
    assert [(chart.name, len(chart.series)) for chart in drawn] == [("lr-ap", 3), ("lr-ap-2", 2)]
    assert [chart.title.split(" · ")[1] for chart in drawn] == ["a", "b"]


def test_a_duplicate_is_marked_and_what_is_in_doubt_is_hollow() -> None:
    made = baseline()
    rated = replace(made, experiments=tuple(each for each in made.experiments if each.evaluations))
    (chart,) = (chart for chart in charts(rated) if chart.section == "lr")
    assert {series.name for series in chart.series if series.hollow} == {
        "Baseline_lr1en3_191210 (suspect)",
        "Baseline_lr5en3_191211 (suspect)",
    }
    assert [said for _, _, said in chart.pairs] == ["12 numbers equal"]
    assert "= 12 numbers equal" in chart.svg()


def test_what_noise_alone_explains_is_shaded() -> None:
    runs = [experiment(f"run{n}", [0.1 * n], lr=0.01 * n) for n in (1, 2)]
    told = [replace(each, settings=(*each.settings, Setting("val_images", 100, "100", each.where))) for each in runs]
    shaded, plain = (charts(report(*each))[0] for each in (told, runs))
    assert shaded.band
    assert (shaded.band[1], plain.band) == (0.2, None)


def test_tasks_against_each_other() -> None:
    runs = [
        experiment(name, [boxes], more=[evaluation(masks, task="segm")])
        for name, boxes, masks in (("a", 0.4, 0.36), ("b", 0.3, 0.31))
    ]
    (chart,) = charts(report(*runs))
    assert (chart.name, chart.section) == ("bbox-segm", "tasks")
    assert [(series.name, series.x, series.y) for series in chart.series] == [
        ("a", (0.4,), (0.36,)),
        ("b", (0.3,), (0.31,)),
    ]
    assert "1 lie below the diagonal" in chart.description
    assert chart.x_range == chart.y_range


def classes(name: str, aps: Sequence[float | None], ap: float) -> Experiment:
    return experiment(name, [ap], more=[evaluation(each, category=f"class{n}") for n, each in enumerate(aps)])


def test_classes_are_sorted_and_stand_beside_those_of_others_where_few() -> None:
    (chart,) = charts(report(classes("worse", [0.1, 0.2, 0.3], 0.2), classes("best", [0.2, 0.5, None], 0.3)))
    assert (chart.name, chart.section) == ("classes-bbox", "classes")
    assert chart.categories == ("class1", "class0", "class2")
    assert [(series.name, series.y) for series in chart.series] == [
        ("best", (0.5, 0.2, None)),
        ("worse", (0.2, 0.1, 0.3)),
    ]
    assert "from 0.200 for class0 to 0.500 for class1" in chart.description
    assert len([each for each in fromstring(chart.svg()).iter(f"{SVG}rect") if len(each)]) == 5


def test_at_most_80_bars_are_drawn_and_it_is_said() -> None:
    aps = [n / 200 for n in range(100)]
    (chart,) = charts(report(classes("one", aps, 0.3), classes("two", aps, 0.2)))
    assert len(chart.categories) == 80
    assert [series.name for series in chart.series] == ["one"]
    assert "AP of 100 classes in one" in chart.description
    assert "The 80 highest are drawn." in chart.description


def test_charts_of_one_experiment() -> None:
    logged = [curve(name, [2.0, 1.0]) for name in ("loss_cls", "loss", "loss_cls_0", "lr", "memory")]
    run = experiment("run", [0.1, 0.2], *logged, more=[evaluation(0.1, step, "segm") for step in (1000, 2000)])
    made = curves_of(report(run), run)
    assert [(chart.name, [series.name for series in chart.series]) for chart in made] == [
        ("ap", ["bbox", "segm"]),
        ("loss", ["loss", "loss_cls"]),
        ("learning-rate", ["lr"]),
    ]
    assert curves_of(report(run), experiment("planned", state="planned")) == ()


def test_what_is_of_another_kind_is_a_line_of_its_own() -> None:
    averaged = [evaluation(0.3, step, weights="ema", data_set="city") for step in (1000, 2000)]
    run = experiment("run", [0.1, 0.2], more=[*averaged, evaluation(0.9, 3000, origin="note")])
    (chart,) = curves_of(report(run), run)
    assert [(each.name, each.y) for each in chart.series] == [("bbox", (0.1, 0.2)), ("bbox (ema, city)", (0.3, 0.3))]


def test_results_on_other_data_are_not_drawn_beside_the_most_frequent() -> None:
    runs = [
        experiment(name, more=[evaluation(ap, step, data_set=name[:-1]) for step in (1000, 2000)], lr=lr)
        for name, ap, lr in (("city1", 0.1, 0.1), ("city2", 0.2, 0.2), ("nyu1", 0.3, 0.3))
    ]
    made = named(report(*runs))
    assert {each.name for chart in made.values() for each in chart.series} == {"city1", "city2"}


def test_the_chosen_metric_has_charts_too() -> None:
    run = experiment("run", [0.1, 0.2], more=[])
    ap50 = tuple(replace(each, metrics=(*each.metrics, Metric("AP50", 0.5, "0.5"))) for each in run.evaluations)
    view = View(best_by=Column("AP50", "bbox"))
    assert list(named(report(replace(run, evaluations=ap50), view=view))) == ["ap50-bbox", "ap-bbox"]


def test_fixed_words_are_in_the_language_of_the_report() -> None:
    chinese = Language("zh", {"iteration": "迭代", "Training loss": "训练损失", "{what} by {unit}": "{what}（{unit}）"})
    (chart,) = charts(report(experiment("run", [], curve("loss", [2.0, 1.0])), view=View(language=chinese)))
    assert (chart.title, chart.x_label) == ("训练损失（迭代）", "迭代")
