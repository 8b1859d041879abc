"""`diff` and `group`: what is shown of experiments side by side, and what a difference is said to be worth."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from fcosreport.cli import compare
from fcosreport.comparing.groups import grouped
from fcosreport.comparing.noise import noise_of
from fcosreport.comparing.pairs import chosen, compared
from fcosreport.errors import UsageError
from fcosreport.judging.cases import records_of
from fcosreport.judging.rule import Case
from fcosreport.records import Experiment
from tests.conftest import FAIR, GOOD, block


def experiments(case: Case) -> tuple[Experiment, ...]:
    return records_of(case).experiments


def verdicts(ap: str, **settings: object) -> dict[str, str | None]:
    """Verdicts by metric for a run of AP 0.387 beside one of `ap`."""
    both = experiments([{"bbox": "0.387 0.573", **settings}, {"bbox": f"{ap} 0.573", **settings}])
    return {d.column.key: d.verdict for d in compared(both[0], both[1], both, everything=True).metrics}


@pytest.mark.parametrize(
    ("ap", "verdict"),
    [
        ("0.387", "same as printed"),
        ("0.392", "unresolved"),
        ("0.393", "predictions needed"),
        ("0.398", "predictions needed"),
        ("0.400", "exceeds image noise"),
        ("0.370", "exceeds image noise"),
    ],
)
def test_a_difference_is_held_against_the_noise_of_the_images(ap: str, verdict: str) -> None:
    assert verdicts(ap, val_images=5000) == {"AP": verdict, "AP50": "same as printed"}
    assert verdicts(ap, val_data="coco_2017_val")["AP"] == verdict
    assert verdicts(ap, val_data="annotations/instances_val2017.json")["AP"] == verdict


def test_fewer_images_resolve_less_and_an_unknown_number_nothing() -> None:
    assert verdicts("0.400", val_images=500)["AP"] == "unresolved"
    assert verdicts("0.400")["AP"] == "images unknown"
    assert verdicts("0.400", val_data="my_val")["AP"] == "images unknown"


def test_results_of_other_images_are_not_compared() -> None:
    both = experiments([{"bbox": "0.387", "val_images": 5000}, {"bbox": "0.4", "val_images": 4952}])
    noise = compared(both[0], both[1], both).noise
    assert noise.images is None
    assert "same number of images" in noise.reason


def test_only_ap_is_said_to_exceed_the_noise_that_was_simulated_for_it() -> None:
    both = experiments([{"bbox": "0.3 0.4", "val_images": 5000}, {"bbox": "0.4 0.5", "val_images": 5000}])
    told = {d.column.key: d.verdict for d in compared(both[0], both[1], both).metrics}
    assert told == {"AP": "exceeds image noise", "AP50": "predictions needed"}


def test_sigma_comes_from_repeats_with_other_seeds() -> None:
    runs = experiments(
        [
            *({"bbox": ap, "lr": 0.01, "seed": seed} for seed, ap in enumerate(("0.380", "0.390", "0.400"))),
            *({"bbox": ap, "lr": 0.02, "seed": seed} for seed, ap in enumerate(("0.410", "0.430"))),
            {"bbox": "0.1", "lr": 0.03, "seed": 1},
        ]
    )
    noise = noise_of((runs[0], runs[3]), runs)
    assert noise.repeats == 5
    assert noise.sigma == pytest.approx(((1.0**2 * 2 + 2.0) / 3) ** 0.5)
    assert compared(runs[0], runs[1], runs).metrics[0].verdict == "unresolved"
    assert noise_of((runs[5],), runs).sigma is None


def test_an_unknown_name_suggests_the_nearest_and_a_name_of_several_asks_for_an_id() -> None:
    runs = experiments([{"name": "fcos_lr1en3"}, {"name": "fcos_lr1en2"}])
    with pytest.raises(UsageError, match="Did you mean fcos_lr1en3"):
        chosen(runs, "fcos_lr1e3")
    assert chosen(runs, "fcos_lr1en2") is runs[1]
    with pytest.raises(UsageError, match="2 experiments"):
        chosen((*runs, *runs), "fcos_lr1en2")
    with pytest.raises(UsageError, match="There are none"):
        chosen((), "a")


SEEDS: Case = [
    *({"bbox": ap, "lr": 0.01, "seed": seed} for seed, ap in enumerate(("0.380", "0.390", "0.400"))),
    {"bbox": "0.395", "lr": 0.02, "norm": "gn"},
    {"bbox": "0.100", "lr": 0.03},
    {"bbox": "0.200"},
    {"lr": 0.04, "state": "failed"},
]


def test_groups_are_ordered_by_ap_with_mean_sample_deviation_and_count() -> None:
    groups = grouped(experiments(SEEDS), ["lr"])
    assert [g.key[0].value if g.key[0] else None for g in groups] == [0.02, 0.01, None, 0.03]
    (summary,) = groups[1].summaries.values()
    assert [summary.mean, summary.deviation, summary.count] == pytest.approx([0.39, 0.01, 3])
    assert [bool(group.unresolved) for group in groups] == [False, True, False, False]


def test_groups_that_mix_other_settings_say_so() -> None:
    runs = experiments([{"bbox": "0.3", "lr": 1, "norm": "gn"}, {"bbox": "0.4", "lr": 1, "norm": "bn", "seed": 3}])
    assert [group.mixed for group in grouped(runs, ["lr"])] == [("norm",)]
    assert [group.mixed for group in grouped(runs, ["lr", "norm"])] == [(), ()]


def test_a_setting_that_no_experiment_has_is_named() -> None:
    with pytest.raises(UsageError, match="Did you mean norm"):
        grouped(experiments(SEEDS), ["norms"])


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, numbers in (("fcos_lr1en3_seed1", FAIR), ("fcos_lr1en2_seed1", GOOD)):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text(block(numbers))
    return tmp_path / "runs"


def invoke(*words: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("diff")(compare.diff)
    app.command("group")(compare.group)
    return CliRunner().invoke(app, words)


def test_diff_prints_only_what_differs_in_80_columns_without_colour(runs: Path) -> None:
    done = invoke("diff", "fcos_lr1en3_seed1", "fcos_lr1en2_seed1", "runs")
    assert done.exit_code == 0, done.output
    assert "\033" not in done.output
    assert max(map(len, done.output.splitlines())) <= 80
    rows = [line.split() for line in done.output.splitlines()]
    assert ["lr", "1e-3", "0.01"] in rows or ["lr", "0.001", "0.01"] in rows
    assert ["AP", "images", "unknown", "0.292", "0.387", "+9.50"] in rows
    assert not [row for row in rows if row[:1] == ["seed"]]
    everything = invoke("diff", "fcos_lr1en3_seed1", "fcos_lr1en2_seed1", "--all").output
    assert ["seed", "1", "1"] in [line.split() for line in everything.splitlines()]


def test_diff_and_group_print_json_and_markdown(runs: Path) -> None:
    pair = ("fcos_lr1en3_seed1", "fcos_lr1en2_seed1", "runs")
    found = json.loads(invoke("diff", *pair, "--format", "json").output)
    assert found["metrics"][0]["values"] == [0.292, 0.387]
    assert {"name": "lr", "values": [0.001, 0.01]} in found["settings"]
    assert "| AP | images unknown | 0.292 | 0.387 | +9.50 |" in invoke("diff", *pair, "--format", "markdown").output
    groups = json.loads(invoke("group", "runs", "--by", "lr", "--format", "json").output)
    assert [group["settings"]["lr"] for group in groups] == [0.01, 0.001]
    assert groups[0]["metrics"][0] == {
        **{"task": "bbox", "name": "AP", "mean": 0.387, "standard_deviation": None, "count": 1}
    }


def test_group_shows_twelve_metrics_on_request_and_fits(runs: Path) -> None:
    done = invoke("group", "runs", "--by", "lr,seed", "--metrics")
    assert done.exit_code == 0, done.output
    assert max(map(len, done.output.splitlines())) <= 80
    assert all(name in done.output for name in ("AP75", "AR100", "ARl"))


def test_an_unknown_experiment_is_a_usage_error(runs: Path) -> None:
    done = invoke("diff", "fcos_lr1en3", "nothing", "runs")
    assert isinstance(done.exception, UsageError)
