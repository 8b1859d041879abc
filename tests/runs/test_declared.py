"""What follows from what a run declares."""

import pytest

from fcosreport.records import Setting, Where
from fcosreport.runs.declared import following


def settings(**told: float | str) -> tuple[Setting, ...]:
    return tuple(
        Setting(name, value, str(value), Where("log.txt", n)) for n, (name, value) in enumerate(told.items(), 1)
    )


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ({"images_per_gpu": 2, "gpus": 8}, {"train_batch_size": 16}),
        ({"images_per_gpu": 2, "gpus": 8, "train_batch_size": 12}, {}),
        ({"images_per_gpu": 2, "gpus": 8, "accumulation": 4}, {"train_batch_size": 16, "effective_batch_size": 64}),
        ({"train_batch_size": 4, "accumulation": 1}, {}),
        ({"train_batch_size": 8, "accumulation": 4, "effective_batch_size": 64}, {"train_batch_size": 16}),
        ({"images_per_gpu": 8, "accumulation": 1, "effective_batch_size": 32}, {"train_batch_size": 32}),
        ({"accumulation": 5, "effective_batch_size": 64}, {}),
        ({"effective_batch_size": 64}, {}),
        ({"train_batch_size": "auto", "accumulation": 4}, {}),
        ({"lr": 0.02, "lr_factor": 0.125}, {"lr": 0.0025}),
        ({"lr_factor": 0.125}, {}),
        ({"lr": 0.02}, {}),
    ],
)
def test_products_follow(told: dict[str, float | str], follows: dict[str, float]) -> None:
    assert {each.name: each.value for each in following(settings(**told))} == follows


def test_what_follows_tells_of_what_and_where() -> None:
    (rate,) = following(settings(lr=0.02, lr_factor=0.125))
    assert (rate.text, rate.where.line, rate.inferred) == ("0.02 x 0.125", 1, True)
