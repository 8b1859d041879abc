"""Experiments grouped by settings: their order, mean and deviation, and what they mix."""

import pytest

from fcosreport.comparing.groups import grouped
from fcosreport.errors import UsageError
from fcosreport.judging.cases import records_of
from fcosreport.judging.rule import Case

SEEDS: Case = [
    *({"bbox": ap, "lr": 0.01, "seed": seed} for seed, ap in enumerate(("0.380", "0.390", "0.400"))),
    {"bbox": "0.395", "lr": 0.02, "norm": "gn"},
    {"bbox": "0.100", "lr": 0.03},
    {"bbox": "0.200"},
    {"lr": 0.04, "state": "failed"},
]


def test_groups_are_ordered_by_ap_with_mean_sample_deviation_and_count() -> None:
    groups = grouped(records_of(SEEDS).experiments, ["lr"])
    assert [g.key[0].value if g.key[0] else None for g in groups] == [0.02, 0.01, None, 0.03]
    (summary,) = groups[1].summaries.values()
    assert [summary.mean, summary.deviation, summary.count] == pytest.approx([0.39, 0.01, 3])
    assert [bool(group.unresolved) for group in groups] == [False, True, False, False]


def test_groups_that_mix_other_settings_say_so() -> None:
    runs = records_of(
        [{"bbox": "0.3", "lr": 1, "norm": "gn"}, {"bbox": "0.4", "lr": 1, "norm": "bn", "seed": 3}]
    ).experiments
    assert [group.mixed for group in grouped(runs, ["lr"])] == [("norm",)]
    assert [group.mixed for group in grouped(runs, ["lr", "norm"])] == [(), ()]


def test_a_setting_that_no_experiment_has_is_named() -> None:
    with pytest.raises(UsageError, match="Did you mean norm"):
        grouped(records_of(SEEDS).experiments, ["norms"])
