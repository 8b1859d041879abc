"""Successive evaluations with the same numbers."""

from tests.rules.asking import only


def test_numbers_that_go_on_and_stand_again_are_an_info() -> None:
    def run(stretches: int) -> list[str]:
        each = [f"P=0.6{n}27 R=0.66{n}6 AP50=0.69{n}2 AP=0.29{n}8" for n in range(stretches)]
        return [f"{numbers} @{epoch}" for epoch, numbers in enumerate(text for text in each for _ in range(5))]

    assert only([{"bbox": run(1)}], "FR404").severity == "error"
    often = only([{"bbox": run(6)}], "FR404")
    assert often.severity == "info"
    assert "in 5 more stretches" in often.message


def test_numbers_that_stand_twice_now_and_then_make_a_longer_stretch_a_warning() -> None:
    low = [f"P=0.004 R=0.167 AP50=0.012 AP=0.{n // 2:03} @{n}" for n in range(1, 12)]
    held = [f"P=0.08681 R=0.18333 AP50=0.05965 AP=0.02672 @{n}" for n in range(12, 18)]
    assert only([{"bbox": [*low, *held]}], "FR404").severity == "warning"
    assert only([{"bbox": held}], "FR404").severity == "error"


def test_boxes_and_masks_that_stand_in_one_training_are_one_info() -> None:
    def numbers(shift: int) -> list[str]:
        each = [f"P=0.6{n}27 R=0.6{shift}{n}6 AP50=0.69{n}2 AP=0.29{n}8" for n in range(6)]
        return [f"{text} @{epoch}" for epoch, text in enumerate(text for text in each for _ in range(5))]

    told = only([{"bbox": numbers(6), "segm": numbers(3)}], "FR404")
    assert (told.severity, " bbox numbers " in told.message) == ("info", True)
