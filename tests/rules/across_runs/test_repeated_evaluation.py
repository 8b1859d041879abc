"""Successive evaluations with the same numbers."""

from tests.rules.asking import only


def test_numbers_that_go_on_and_stand_again_are_a_warning() -> None:
    def run(stretches: int) -> list[str]:
        each = [f"P=0.6{n}27 R=0.66{n}6 AP50=0.69{n}2 AP=0.29{n}8" for n in range(stretches)]
        return [f"{numbers} @{epoch}" for epoch, numbers in enumerate(text for text in each for _ in range(5))]

    assert only([{"bbox": run(1)}], "FR404").severity == "error"
    often = only([{"bbox": run(6)}], "FR404")
    assert often.severity == "warning"
    assert "in 5 more stretches" in often.message
