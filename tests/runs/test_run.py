"""Files become runs: twins, continuations, restarts and copies, told by their steps and losses."""

from array import array
from dataclasses import replace

from fcosreport.curves import Gatherer
from fcosreport.records import Evaluation, Event, Experiment, Fragment, Metric, Samples, Segment, Setting, Source, Where
from fcosreport.runs.citing import join
from fcosreport.runs.run import runs_of


def training(path: str, first: int, last: int, *, start: float = 2.0, digits: int = 4, line: int = 1) -> Segment:
    """A segment with a loss every 20 iterations that falls from `start`, printed with so many digits."""
    steps = array("d", range(first, last + 1, 20))
    losses = array("d", (round(start / (1 + step / 100), digits) for step in steps))
    curves = Gatherer()
    curves.add(Samples(("loss",), steps, (losses,), Where(path, line)))
    return Segment(line=line, curves=curves.curves())


def result(path: str, line: int, ap: str = "0.387", iteration: int | None = None, form: str = "block") -> Evaluation:
    metrics = tuple(Metric(name, float(ap) + shift, f"{float(ap) + shift:.3f}") for name, shift in SHIFTS)
    return Evaluation("bbox", metrics, Where(path, line), iteration=iteration, form=form)


SHIFTS = (("AP", 0.0), ("AP50", 0.2), ("AP75", 0.03))


def log(path: str, *segments: Segment, live: bool = False) -> Fragment:
    return Fragment(source=Source(path, "log"), segments=segments, waiting=live)


def runs(*fragments: Fragment) -> list[Experiment]:
    return list(join(fragments))


def test_a_log_and_its_json_twin_in_one_folder_are_one_run_with_the_finer_numbers() -> None:
    text = replace(training("w/20211205_123234.log", 20, 400), evaluations=(result("w/20211205_123234.log", 90),))
    fine = Evaluation("bbox", (Metric("AP", 0.38712, "0.38712"),), Where("w/20211205_123234.log.json", 9), form="json")
    twin = replace(training("w/20211205_123234.log.json", 20, 400, digits=6), evaluations=(fine,))
    (run,) = runs(log("w/20211205_123234.log", text), log("w/20211205_123234.log.json", twin))
    (evaluation,) = run.evaluations
    assert [metric.text for metric in evaluation.metrics] == ["0.38712", "0.587", "0.417"]
    assert evaluation.where.path == "w/20211205_123234.log"
    assert [where.path for where in evaluation.also] == ["w/20211205_123234.log.json"]
    assert run.curves[0].count == 20


def test_a_training_stopped_and_resumed_into_three_logs_is_one_run_and_the_seams_are_told() -> None:
    one, two, three = (f"w/2021120{day}_000000.log" for day in (1, 2, 3))
    (run,) = runs(
        log(one, replace(training(one, 20, 400), began="2021-12-01T00:00:00")),
        log(two, replace(training(two, 420, 800), began="2021-12-02T00:00:00")),
        log(three, replace(training(three, 820, 1000), evaluations=(result(three, 80),), began="2021-12-03T00:00:00")),
    )
    assert run.curves[0].count == 50
    assert (run.curves[0].begin, run.curves[0].end) == (20, 1000)
    assert [event.kind for event in run.events] == ["resumed", "resumed"]
    assert "goes on at iteration 420" in run.events[0].text
    assert run.files == (one, two, three)
    assert run.began == "2021-12-01T00:00:00"


def test_a_log_of_two_trainings_is_two_runs() -> None:
    first = replace(training("a.log", 20, 400), evaluations=(result("a.log", 50),))
    second = replace(training("a.log", 20, 600, start=3, line=100), evaluations=(result("a.log", 150, "0.300"),))
    one, two = runs(log("a.log", first, second))
    assert [one.name, two.name] == ["a (from line 1)", "a (from line 100)"]
    assert [len(one.evaluations), len(two.evaluations)] == [1, 1]


def test_two_trainings_in_one_folder_are_two_runs_named_by_their_logs() -> None:
    one, two = "w/20211201_000000.log", "w/20211202_000000.log"
    first = replace(training(one, 20, 400), evaluations=(result(one, 50),))
    second = replace(training(two, 20, 600, start=3), evaluations=(result(two, 50, "0.300"),))
    assert [run.name for run in runs(log(one, first), log(two, second))] == [
        "w (20211201_000000.log)",
        "w (20211202_000000.log)",
    ]


def test_a_copy_that_is_cut_short_is_the_same_run_wherever_it_lies() -> None:
    whole = replace(training("w/log.txt", 20, 400), evaluations=(result("w/log.txt", 50), result("w/log.txt", 90)))
    cut = replace(training("backup/copy.log", 20, 200), evaluations=(result("backup/copy.log", 50),))
    (run,) = runs(log("w/log.txt", whole), log("backup/copy.log", cut))
    assert run.id == "w"
    assert run.files == ("w/log.txt", "backup/copy.log")
    assert len(run.evaluations) == 2


def test_equal_losses_under_another_lr_are_two_runs() -> None:
    logs = [
        log(f"{n}/log.txt", replace(training("x", 20, 400), evaluations=(result(f"{n}/log.txt", 9),)))
        for n in ("lr1en3", "lr5en3")
    ]
    assert [run.value("lr") for run in runs(*logs)] == [1e-3, 5e-3]


def test_repeats_with_other_losses_are_two_runs() -> None:
    one = replace(training("s1/log.txt", 20, 400), evaluations=(result("s1/log.txt", 9),))
    two = replace(training("s2/log.txt", 20, 400, start=2.1), evaluations=(result("s2/log.txt", 9),))
    assert len(runs(log("s1/log.txt", one), log("s2/log.txt", two))) == 2


def test_a_run_that_ran_out_of_memory_failed_with_the_words_of_its_log() -> None:
    death = Event("out of memory", "RuntimeError: CUDA out of memory", Where("w/log.txt", 70))
    (run,) = runs(log("w/log.txt", replace(training("w/log.txt", 20, 400), events=(death,))))
    assert (run.state, run.reason) == ("failed", "RuntimeError: CUDA out of memory")
    later = replace(training("w/log.txt", 20, 400), events=(death,), evaluations=(result("w/log.txt", 90),))
    (run,) = runs(log("w/log.txt", later))
    assert run.state == "finished"


def test_a_training_under_way_is_running_and_one_that_just_ended_without_a_result_is_nothing() -> None:
    (run,) = runs(log("w/log.txt", training("w/log.txt", 20, 400), live=True))
    assert run.state == "running"
    assert runs(log("w/log.txt", training("w/log.txt", 20, 400))) == []


def test_a_configuration_file_supplies_what_the_log_lacks_and_a_contradiction_is_kept() -> None:
    def lr(value: float, path: str) -> Setting:
        return Setting("lr", value, str(value), Where(path, 3))

    seed = Setting("seed", 1, "1", Where("w/config.yaml", 4))
    config = log("w/config.yaml", Segment(settings=(lr(0.01, "w/config.yaml"), seed)))
    said = replace(
        training("w/log.txt", 20, 400), evaluations=(result("w/log.txt", 9),), settings=(lr(0.02, "w/log.txt"),)
    )
    (run,) = runs(config, log("w/log.txt", said))
    assert (run.value("lr"), run.value("seed")) == (0.02, 1)
    assert [setting.value for setting in run.settings if setting.name == "lr"] == [0.01, 0.02]
    assert run.files == ("w/log.txt",)


def test_images_per_gpu_and_gpus_make_the_batch() -> None:
    settings = tuple(
        Setting(name, value, str(value), Where("w/log.txt", 3)) for name, value in (("images_per_gpu", 4), ("gpus", 4))
    )
    (run,) = runs(log("w/log.txt", Segment(settings=settings, evaluations=(result("w/log.txt", 9),))))
    assert run.value("train_batch_size") == 16


def test_a_loss_that_becomes_nan_fails_the_run_with_the_iteration() -> None:
    from fcosreport.reading.dialect import Window
    from fcosreport.reading.segments import Stretches

    stretches = Stretches()
    steps, losses = array("d", (20, 40, 60)), array("d", (1.5, float("nan"), float("nan")))
    stretches.take([Samples(("loss",), steps, (losses,), Where("w/log.txt", 7))], Window(b"", 0, 1))
    (run,) = runs(log("w/log.txt", *stretches.segments([], [], [])))
    assert (run.state, run.reason) == ("failed", "loss is nan at iteration 40")


def test_a_run_that_failed_before_its_first_iteration_is_failed() -> None:
    where = Where("runs/original/log.txt", 1)
    began, ended = Event("started", "run original", where), Event("out of memory", "out of memory", where)
    for events, state in (((began, ended), "failed"), ((ended,), None), ((began,), None)):
        fragment = Fragment(source=Source(where.path, "log"), segments=(Segment(events=events),))
        made = [run.state()[0] for run in runs_of([fragment])]
        assert made == [state]
