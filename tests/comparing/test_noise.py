"""What a difference of two results is worth: the noise of images and of repeats."""

import pytest

from fcosreport.comparing.noise import noise_of
from fcosreport.comparing.pairs import compared
from fcosreport.judging.cases import records_of


def verdicts(ap: str, **settings: object) -> dict[str, str | None]:
    """Verdicts by metric for a run of AP 0.387 beside one of `ap`."""
    both = records_of([{"bbox": "0.387 0.573", **settings}, {"bbox": f"{ap} 0.573", **settings}]).experiments
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
    both = records_of([{"bbox": "0.387", "val_images": 5000}, {"bbox": "0.4", "val_images": 4952}]).experiments
    noise = compared(both[0], both[1], both).noise
    assert noise.images is None
    assert "same number of images" in noise.reason


def test_only_ap_is_said_to_exceed_the_noise_that_was_simulated_for_it() -> None:
    both = records_of([{"bbox": "0.3 0.4", "val_images": 5000}, {"bbox": "0.4 0.5", "val_images": 5000}]).experiments
    told = {d.column.key: d.verdict for d in compared(both[0], both[1], both).metrics}
    assert told == {"AP": "exceeds image noise", "AP50": "predictions needed"}


def test_sigma_comes_from_repeats_with_other_seeds() -> None:
    runs = records_of(
        [
            *({"bbox": ap, "lr": 0.01, "seed": seed} for seed, ap in enumerate(("0.380", "0.390", "0.400"))),
            *({"bbox": ap, "lr": 0.02, "seed": seed} for seed, ap in enumerate(("0.410", "0.430"))),
            {"bbox": "0.1", "lr": 0.03, "seed": 1},
        ]
    ).experiments
    noise = noise_of((runs[0], runs[3]), runs)
    assert noise.repeats == 5
    assert noise.sigma == pytest.approx(((1.0**2 * 2 + 2.0) / 3) ** 0.5)
    assert compared(runs[0], runs[1], runs).metrics[0].verdict == "unresolved"
    assert noise_of((runs[5],), runs).sigma is None
