"""Results that can be held against each other, and what obeys it: ranks, pairs, groups, noise."""

import pytest

from fcosreport.comparing.comparable import apart, kinds, together, variant
from fcosreport.comparing.groups import grouped
from fcosreport.comparing.noise import noise_of, values_of
from fcosreport.comparing.pairs import Comparison, compared
from fcosreport.judging.cases import records_of
from fcosreport.judging.rule import Case
from fcosreport.records import Evaluation, Metric, Where

AP = Metric("AP", 0.3, "0.3", max_dets=100)


def evaluation(**of: object) -> Evaluation:
    return Evaluation("bbox", (AP,), Where("a", 1), **of)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({}, {}, ""),
        ({"data_set": "city"}, {}, ""),
        ({"data_set": "coco_2017_val"}, {"data_set": "data/annotations/instances_val2017.json"}, ""),
        ({"data_set": "a/city_val.json"}, {"data_set": "C:\\data\\city_val.json"}, ""),
        ({"data_set": "city"}, {"data_set": "nyu"}, "data set: city, nyu"),
        (
            {"data_set": "coco_2017_val"},
            {"data_set": "coco_2017_val_100"},
            "data set: coco_2017_val, coco_2017_val_100",
        ),
        ({"split": "val"}, {"split": "test"}, "split: val, test"),
        ({"family": "voc"}, {"family": "coco"}, "kind of AP: voc, coco"),
        ({"augmented": True}, {}, "test-time augmentation: with, without"),
        ({"weights": "ema"}, {"weights": "plain"}, ""),
    ],
)
def test_results_are_apart_where_both_tell_something_else(
    one: dict[str, object], other: dict[str, object], reason: str
) -> None:
    assert apart(evaluation(**one), evaluation(**other)) == reason


def test_what_is_not_told_is_as_in_all_others_or_a_kind_of_its_own() -> None:
    unknown, city, nyu = evaluation(), evaluation(data_set="city"), evaluation(data_set="nyu")
    assert {kind.data_set for kind in kinds([unknown, city])} == {"city"}
    assert [kind.data_set for kind in kinds([unknown, city, nyu])] == ["", "city", "nyu"]


def test_the_largest_group_comes_first_and_of_equal_ones_that_met_first() -> None:
    one, other = evaluation(data_set="a"), evaluation(data_set="b")
    assert together([(one, 1), (other, 2), (other, 3)]) == [[2, 3], [1]]
    assert together([(one, 1), (other, 2)]) == [[1], [2]]
    assert together([]) == []


def test_a_variant_is_named_by_what_sets_it_apart() -> None:
    assert variant(evaluation(weights="ema", data_set="a/city.json", augmented=True)) == "ema, city, augmented"
    assert variant(evaluation(weights="plain")) == ""


def pair(one: object, other: object, *more: dict[str, object]) -> Comparison:
    runs = records_of([{"bbox": one, "val_images": 5000}, {"bbox": other, "val_images": 5000}, *more]).experiments
    return compared(runs[0], runs[1], runs)


def test_results_on_other_data_have_no_verdict() -> None:
    found = pair("0.30 on:city", "0.40 on:nyu")
    assert found.metrics[0].verdict is None
    assert found.doubts == ("bbox: no comparison, as the results differ in data set: city, nyu.",)


@pytest.mark.parametrize("count", ["@", "i:"])
def test_a_run_that_stopped_is_compared_where_the_other_was_then(count: str) -> None:
    done = [f"0.{ap} {count}{step} of:12" for ap, step in ((20, 4), (25, 8), (40, 12))]
    found = pair(done[:2], done)
    unit = "epoch" if count == "@" else "iteration"
    assert found.doubts == (f"bbox: A is at {unit} 8/12, B at {unit} 12/12: shown at {unit} 8, without a verdict.",)
    assert found.metrics == ()  # both have 0.25 there
    found = pair(done[:1], done[1:])
    assert found.doubts == (f"bbox: A is at {unit} 4/12, B at {unit} 12/12: no comparison, as they share no {unit}.",)
    (metric,) = found.metrics
    assert metric.points == pytest.approx(20)
    assert metric.verdict is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.3 @12 of:12", "0.4 @24 of:24"),
        ("0.3 @11 of:12", "0.4 @12 of:12"),
        ("0.3 @5 of:12", "0.4 @5 of:12"),
        ("0.3 @5", "0.4 @12"),
        ("0.3 @5 of:12", "0.4"),
    ],
)
def test_what_is_equally_far_or_not_known_to_be_short_has_a_verdict(one: str, other: str) -> None:
    found = pair(one, other)
    assert (found.doubts, found.metrics[0].verdict) == ((), "exceeds image noise")


def test_groups_count_results_of_the_most_frequent_kind() -> None:
    runs: Case = [
        {"bbox": "0.30 on:city", "lr": 0.01, "seed": 1},
        {"bbox": "0.32 on:city", "lr": 0.01, "seed": 2},
        {"bbox": "0.90 on:nyu", "lr": 0.01, "seed": 3},
        {"bbox": "0.80 on:nyu", "lr": 0.02},
    ]
    experiments = records_of([*runs, {"bbox": "0.2 on:city", "lr": 0.03}]).experiments
    first, second, third = grouped(experiments, ["lr"])
    (summary,) = first.summaries.values()
    assert (summary.mean, summary.count) == pytest.approx((0.31, 2))
    assert [[each.name for each in group.left_out] for group in (first, second, third)] == [["run3"], [], ["run4"]]
    assert values_of(experiments, "AP", "bbox") == [0.30, 0.32, 0.2]


def test_repeats_with_one_number_tell_no_deviation() -> None:
    same: Case = [{"bbox": "0.387", "lr": 0.01, "seed": seed} for seed in (1, 2, 3)]
    experiments = records_of(same).experiments
    assert noise_of(experiments[:1], experiments).sigma is None
    (group,) = grouped(experiments, ["lr"])
    assert [(s.deviation, s.count) for s in group.summaries.values()] == [(None, 3)]
