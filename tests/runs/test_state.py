"""The state of a run follows from what its logs tell, and from nothing else."""

import pytest
from msgspec.structs import replace

from fcosreport.records import Evaluation, Event, Experiment, Metric, Setting, State, Where
from fcosreport.runs.state import over_patience, progress, running, state_of
from tests.runs.test_joining import result, training

LOG = "w/log.txt"


def schedule(name: str, value: int) -> dict[str, Setting]:
    return {name: Setting(name, value, str(value), Where(LOG, 1))}


def at_epoch(*epochs: int, of: int | None = None) -> list[Evaluation]:
    return [replace(result(LOG, 10 * epoch), epoch=epoch, of=of) for epoch in epochs]


@pytest.mark.parametrize(
    ("last", "state", "reason"),
    [(5, "stopped", "at 5 of 12"), (10, "stopped", "at 10 of 12"), (11, "finished", ""), (12, "finished", "")],
)
def test_a_run_is_finished_at_the_end_of_its_schedule_whether_it_counts_from_0_or_1(
    last: int, state: State, reason: str
) -> None:
    assert state_of((), at_epoch(1, last), (), schedule("epochs", 12)) == (state, reason)


def test_the_schedule_that_an_evaluation_tells_goes_before_the_configured_one() -> None:
    assert state_of((), at_epoch(6, of=24), (), schedule("epochs", 6)) == ("stopped", "at 6 of 24")


def test_the_schedule_of_an_evaluation_that_tells_both_is_of_its_epochs() -> None:
    (early,) = at_epoch(1, of=300)
    for iteration in (100, 7390):
        assert state_of((), [replace(early, iteration=iteration)], (), {}) == ("stopped", "at 1 of 300")
    late = replace(early, epoch=None, iteration=290)
    assert state_of((), [late], (), {}) == ("stopped", "at 290 of 300")


def test_iterations_behind_the_last_that_is_logged_are_of_the_schedule() -> None:
    curves = training(LOG, 20, 400).curves
    assert state_of((), [result(LOG, 90)], curves, schedule("iterations", 419)) == ("finished", "")
    assert state_of((), [result(LOG, 90)], curves, schedule("iterations", 1000)) == ("stopped", "at 400 of 1,000")


def test_a_log_that_says_it_is_done_before_its_schedule_is_finished() -> None:
    early = Event("finished", "no improvement in 100 epochs", Where(LOG, 90))
    assert state_of([early], at_epoch(40), (), schedule("epochs", 300)) == ("finished", "")


def test_a_training_that_got_no_better_for_its_patience_ended_as_it_was_to() -> None:
    settings = schedule("epochs", 100) | schedule("patience", 7)
    values = [0.3 - abs(epoch - 5) / 100 for epoch in range(1, 13)]
    best_at_5 = [
        replace(each, metrics=(Metric("AP", value, str(value)),))
        for each, value in zip(at_epoch(*range(1, 13)), values, strict=True)
    ]
    assert state_of((), best_at_5, (), settings) == ("finished", "")
    assert state_of((), best_at_5[:-1], (), settings) == ("stopped", "at 11 of 100")
    assert over_patience([*best_at_5, replace(best_at_5[-1], epoch=14)], settings) == 2
    assert over_patience(best_at_5, schedule("epochs", 100)) is None


def test_without_a_schedule_or_a_step_a_result_is_of_a_finished_run() -> None:
    assert state_of((), at_epoch(5), (), {}) == ("finished", "")
    assert state_of((), [result(LOG, 9)], (), schedule("epochs", 12)) == ("finished", "")
    assert progress((), [result(LOG, 9)], (), schedule("epochs", 12)) is None


def test_a_training_without_an_evaluation_is_trained_at_the_end_of_its_schedule_and_else_stopped() -> None:
    curves = training(LOG, 20, 400).curves
    assert state_of((), (), curves, {}) == ("trained", "")
    assert state_of((), (), curves, schedule("iterations", 400)) == ("trained", "")
    assert state_of((), (), curves, schedule("iterations", 90000)) == ("stopped", "at 400 of 90,000")
    assert state_of((), (), (), schedule("epochs", 12)) == (None, "")


def test_a_loss_that_is_nan_to_the_end_without_any_evaluation_is_a_failure_though_the_schedule_was_reached() -> None:
    curves = training(LOG, 20, 400).curves
    lost = Event("nan", "loss is nan at iteration 50", Where(LOG, 7), iteration=50)
    events = [lost, Event("finished", "400 iterations", Where(LOG, 90))]
    to_the_end = [replace(curve, last=None) for curve in curves]
    assert state_of(events, (), to_the_end, schedule("iterations", 400)) == ("failed", "loss is nan at iteration 50")
    assert state_of(events, (), curves, schedule("iterations", 400)) == ("trained", "")
    assert state_of(events, [result(LOG, 80)], to_the_end, schedule("iterations", 400)) == ("finished", "")


def test_a_failure_goes_before_all() -> None:
    death = Event("killed", "slurmstepd: error: CANCELLED", Where(LOG, 900))
    assert state_of([death], at_epoch(5), (), schedule("epochs", 12))[0] == "failed"


def test_only_what_grows_and_has_no_end_is_running() -> None:
    done = Event("finished", "12 epochs", Where(LOG, 90))
    states: list[tuple[State, tuple[Event, ...]]] = [
        *(("trained", ()), ("stopped", ()), ("finished", ())),
        *(("finished", (done,)), ("failed", ()), ("planned", ())),
    ]
    all_ = [
        Experiment(id=str(n), name="w", state=state, where=Where(LOG, 1), events=events, files=(LOG,))
        for n, (state, events) in enumerate(states)
    ]
    seen = [each.state for each in running(all_, {LOG})]
    assert seen == ["running", "running", "running", "finished", "failed", "planned"]
    assert running(all_, {"other.log"}) == tuple(all_)
