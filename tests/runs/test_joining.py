"""Files become runs: twins, continuations, restarts and copies, told by their steps and losses."""

from array import array

from msgspec.structs import replace

from fcosreport.curves import Gatherer
from fcosreport.records import (
    Evaluation,
    Event,
    Experiment,
    Fragment,
    Metric,
    Samples,
    Segment,
    Setting,
    Source,
    Unit,
    Where,
)
from fcosreport.runs.citing import join
from fcosreport.runs.joining import runs_of


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


def log(path: str, *segments: Segment) -> Fragment:
    return Fragment(source=Source(path, "log"), segments=segments)


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


def test_two_logs_of_one_folder_that_evaluate_alike_epoch_by_epoch_are_one_run() -> None:
    def told(path: str, *aps: str) -> Fragment:
        is_record = "record" in path  # which tells other losses of each epoch
        segment = training(path, 20, 80, start=3.0) if is_record else training(path, 20, 400)
        evaluations = tuple(replace(result(path, 9 + at, ap), epoch=at) for at, ap in enumerate(aps))
        unit: Unit = "epoch" if is_record else "iteration"
        curves = tuple(replace(curve, unit=unit) for curve in segment.curves)
        return log(path, replace(segment, evaluations=evaluations, curves=curves))

    console = told("w/console.txt", "0.100", "0.200", "0.300", "0.310")
    (run,) = runs(console, told("w/train_record.txt", "0.100", "0.200", "0.300"))
    assert run.files == ("w/console.txt", "w/train_record.txt")
    for others in (("0.100", "0.200"), ("0.100", "0.200", "0.350")):
        assert len(runs(console, told("w/train_record.txt", *others))) == 2


def named(segment: Segment, name: str) -> Segment:
    return replace(segment, curves=tuple(replace(curve, name=name) for curve in segment.curves))


def test_a_file_for_each_name_in_one_folder_is_one_run_with_all_their_curves() -> None:
    train, val = training("a/epoch_loss.txt", 20, 400), named(training("a/epoch_val_loss.txt", 20, 400), "val_loss")
    scores = Segment(evaluations=(result("a/epoch_map.txt", 2),))
    (run,) = runs(log("a/epoch_loss.txt", train), log("a/epoch_val_loss.txt", val), log("a/epoch_map.txt", scores))
    assert [(curve.name, curve.count) for curve in run.curves] == [("loss", 20), ("val_loss", 20)]
    assert (run.name, len(run.evaluations)) == ("a", 1)
    shorter = named(training("a/epoch_val_loss.txt", 20, 300), "val_loss")
    assert len(runs(log("a/epoch_loss.txt", train), log("a/epoch_val_loss.txt", shorter))) == 2


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


def test_a_resumed_log_and_the_json_that_tells_the_whole_training_without_a_time_are_one_run() -> None:
    begun = replace(training("w/log.txt", 20, 400), began="2021-12-01T00:00:00")
    resumed = replace(training("w/log.txt", 420, 1000, line=50), began="2021-12-02T00:00:00")
    whole = training("w/metrics.json", 20, 1000, digits=6)
    (run,) = runs(log("w/log.txt", begun, resumed), log("w/metrics.json", whole))
    assert (run.curves[0].count, run.curves[0].end) == (50, 1000)
    other = training("w/metrics.json", 20, 1000, start=3.0)
    assert len(runs(log("w/log.txt", begun, resumed), log("w/other.txt", replace(other, line=9)))) == 2


def test_a_log_of_two_trainings_is_two_runs() -> None:
    first = replace(training("a.log", 20, 400), evaluations=(result("a.log", 50),))
    second = replace(training("a.log", 20, 600, start=3, line=100), evaluations=(result("a.log", 150, "0.300"),))
    one, two = runs(log("a.log", first, second))
    assert [one.name, two.name] == ["a (from line 1)", "a (from line 100)"]
    assert [len(one.evaluations), len(two.evaluations)] == [1, 1]


def test_trainings_of_a_notebook_that_is_one_line_are_runs_of_their_own() -> None:
    cells = [training("a.ipynb", 20, 2000, start=start) for start in (2.0, 3.0)]
    one, two = runs(log("a.ipynb", *(replace(each, evaluations=(result("a.ipynb", 1),)) for each in cells)))
    assert [one.name, two.name] == ["a.ipynb (from line 1, no. 1)", "a.ipynb (from line 1, no. 2)"]
    assert one.id != two.id


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


def a_result(path: str, lr: float = 2.0) -> Fragment:
    return log(path, replace(training(path, 20, 400, start=lr), evaluations=(result(path, 9),)))


def test_a_configuration_flat_beside_logs_with_names_of_their_own_belongs_to_all_of_them_and_to_no_run_below() -> None:
    config = log("w/config.yaml", Segment(settings=(Setting("seed", 7, "7", Where("w/config.yaml", 1)),)))
    logs = [a_result("w/a.log"), a_result("w/b.log", 3.0), a_result("w/c/log.txt", 4.0)]
    assert {run.name: run.value("seed") for run in runs(config, *logs)} == {"a": 7, "b": 7, "c": None}
    of_folder = {run.name: run.value("seed") for run in runs(config, a_result("w/log.txt", 5.0), logs[0])}
    assert of_folder == {"w": 7, "a": None}


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
        made = [run.state(run.settings)[0] for run in runs_of([fragment])]
        assert made == [state]


STARTED = "2021-12-0{}T00:00:00"


def started(path: str, *segments: Segment, day: int = 1) -> Fragment:
    """A log that tells of a start, and of a training if there are `segments`."""
    event = Event("started", "workflow: train", Where(path, 1), STARTED.format(day))
    first = segments[0] if segments else Segment()
    return log(path, replace(first, events=(event,), began=STARTED.format(day)), *segments[1:])


def files(*fragments: Fragment) -> list[list[str]]:
    """The files of each run, without their folders."""
    return [[file.rpartition("/")[2] for file in run.files] for run in runs_of(fragments)]


def test_a_start_that_died_at_once_is_a_run_of_its_own_with_its_json_twin() -> None:
    settings = (Setting("epochs", 4, "4", Where("w/2.log.json", 1)),)
    fragments = [
        started("w/1.log", training("w/1.log", 20, 200), day=1),
        log("w/1.log.json", training("w/1.log.json", 20, 200)),
        started("w/2.log", day=2),
        log("w/2.log.json", Segment(settings=settings)),
        started("w/3.log", training("w/3.log", 20, 400, start=9.0), day=3),
        log("w/3.log.json", training("w/3.log.json", 20, 400, start=9.0)),
    ]
    assert files(*fragments) == [["1.log", "1.log.json"], ["2.log"], ["3.log", "3.log.json"]]
    assert [[setting.name for setting in run.declared] for run in runs_of(fragments)] == [[], ["epochs"], []]
    assert files(*reversed(fragments)) == files(*fragments)
    states = [run.state(run.settings) for run in runs_of(fragments)]
    assert states == [("trained", ""), ("stopped", "before its first step"), ("trained", "")]


def test_a_start_alone_and_one_beside_logs_of_another_kind_are_no_experiments() -> None:
    assert runs(started("w/1.log")) == []
    assert len(runs(started("w/1.log"), log("w/results.csv", training("w/results.csv", 20, 200)))) == 1


def test_the_output_of_a_scheduler_beside_a_log_is_no_start() -> None:
    killed = Event("killed", "slurmstepd: error: CANCELLED", Where("w/slurm-1.out", 9))
    out = log("w/slurm-1.out", Segment(events=(killed,)))
    (both_files,) = files(started("w/1.log", training("w/1.log", 20, 200)), out)
    assert sorted(both_files) == ["1.log", "slurm-1.out"]


def flat(path: str, name: str, count: int, value: float = 0.0) -> Segment:
    """A segment whose curve of that name does not change."""
    curves = Gatherer()
    curves.add(Samples((name,), array("d", range(count)), (array("d", [value] * count),), Where(path, 1)))
    return Segment(curves=curves.curves())


def both(one: Segment, other: Segment) -> Segment:
    return replace(one, curves=(*one.curves, *other.curves))


def test_a_loss_that_does_not_change_tells_nothing_of_two_logs() -> None:
    mine = both(flat("w/1.log", "loss_mask", 10), training("w/1.log", 20, 200))
    theirs = both(flat("s/slurm-1.out", "loss_mask", 10), training("s/slurm-1.out", 20, 200))
    assert len(files(log("w/1.log", mine), log("w/slurm-1.out", theirs))) == 1
    other = both(flat("w/2.out", "loss_mask", 10), training("w/2.out", 20, 200, start=5.0))
    assert len(files(log("w/1.log", mine), log("w/2.out", other))) == 2


def by_epoch(path: str, count: int, losses: float = 1.0) -> Segment:
    curves = Gatherer()
    values = array("d", (losses / (1 + epoch) for epoch in range(count)))
    curves.add(Samples(("loss",), array("d", range(count)), (values,), Where(path, 1), "epoch"))
    return Segment(curves=curves.curves())


def test_a_table_of_epochs_and_event_files_of_steps_are_one_run_that_counts_epochs() -> None:
    aps = ("0.31", "0.35", "0.38")
    table, tracked = "w/results.csv", "w/events.out.tfevents.1.host"
    rows = tuple(replace(result(table, 2 + i, ap), epoch=i, form="table") for i, ap in enumerate(aps))
    for stride in (1, 250):
        points = tuple(result(tracked, 1, ap, iteration=i * stride, form="events") for i, ap in enumerate(aps))
        (run,) = runs(
            log(tracked, replace(training(tracked, 0, 40), evaluations=points)),
            log(table, replace(by_epoch(table, 3), evaluations=rows)),
        )
        assert [each.epoch for each in run.evaluations] == [0, 1, 2]
        assert [each.iteration for each in run.evaluations] == ([None] * 3 if stride == 1 else [0, 250, 500])


def test_event_files_of_two_trainings_in_one_folder_stay_two_runs() -> None:
    one, two, table = "w/events.out.tfevents.1.host", "w/events.out.tfevents.2.host", "w/results.csv"
    fragments = [log(one, training(one, 20, 200)), log(two, training(two, 20, 200, start=7.0))]
    assert len(files(*fragments)) == 2
    assert len(files(*fragments, log(table, by_epoch(table, 3)))) == 3  # whose table it is cannot be told


def test_a_result_is_pointed_at_where_a_person_can_read_it() -> None:
    table, tracked = "w/results.csv", "w/events.out.tfevents.1.host"
    points = (result(tracked, 1, "0.31", iteration=1, form="events"),)
    rows = (replace(result(table, 2, "0.31"), epoch=1, form="table"),)
    (run,) = runs(
        log(tracked, replace(training(tracked, 0, 40), evaluations=points)),
        log(table, replace(by_epoch(table, 3), evaluations=rows)),
    )
    (found,) = run.evaluations
    assert (found.where, found.also) == (Where(table, 2), (Where(tracked, 1),))


def test_a_training_goes_on_although_what_was_logged_before_it_was_killed_is_lost() -> None:
    one, two = "w/events.out.tfevents.1.host", "w/events.out.tfevents.2.host"
    first = log(one, training(one, 20, 2000))
    assert len(files(first, log(two, training(two, 2100, 4000, start=7.0)))) == 1
    assert len(files(first, log(two, training(two, 3000, 4000, start=7.0)))) == 2


def test_a_configuration_beside_several_runs_belongs_to_all_of_them() -> None:
    shared, own = "w/config.yaml", "w/1.json"
    fragments = [
        log("w/1.log", training("w/1.log", 20, 200)),
        log("w/2.log", training("w/2.log", 20, 200, start=7.0)),
        log(shared, Segment(settings=(Setting("norm", "gn", "gn", Where(shared, 1)),))),
        log(own, Segment(settings=(Setting("seed", 3, "3", Where(own, 1)),))),
    ]
    declared = [[setting.name for setting in run.declared] for run in runs_of(fragments)]
    assert [sorted(names) for names in declared] == [["norm", "seed"], ["norm"]]


def test_a_configuration_beside_a_log_of_two_trainings_is_that_of_the_last() -> None:
    config = log("w/config.yaml", Segment(settings=(Setting("seed", 7, "7", Where("w/config.yaml", 1)),)))
    both = log("w/log.txt", training("w/log.txt", 20, 400), training("w/log.txt", 20, 200, start=9.0, line=50))
    assert [run.value("seed") for run in runs(config, both)] == [None, 7]


def test_a_scaled_learning_rate_counts_more_than_the_configuration_that_its_twin_prints() -> None:
    def told(path: str, *rates: float) -> Fragment:
        settings = tuple(Setting("lr", rate, str(rate), Where(path, line)) for line, rate in enumerate(rates, 1))
        return log(path, replace(training(path, 20, 400), evaluations=(result(path, 90),), settings=settings))

    (run,) = runs(told("w/20211205_123234.log", 0.02, 0.0025), told("w/20211205_123234.log.json", 0.02))
    assert run.value("lr") == 0.0025


def names(*paths: str) -> list[str]:
    """What runs whose logs lie there are called."""
    fragments = [
        log(path, replace(training(path, 20, 200, start=2.0 + number), evaluations=(result(path, 9),)))
        for number, path in enumerate(paths)
    ]
    return [run.name for run in runs(*fragments)]


def test_a_run_is_called_by_the_folder_that_tells_it_apart() -> None:
    assert names("work/fcos_r50/log.txt") == ["fcos_r50"]
    assert names("fcos/100epochs/log.txt", "yolo/100_ep2/log.txt") == ["fcos/100epochs", "yolo/100_ep2"]
    assert names("bee/runs/detect/train/results.csv", "bee/runs/pose/train/results.csv") == [
        "bee/train",
        "bee/pose/train",
    ]
    assert names("work/fcos_r50/None.log.json") == ["fcos_r50"], "as mmcv calls the log of a run without a time"
    assert names("a/runs/detect/train3/results.csv", "b/runs/detect/train3/results.csv") == ["a/train3", "b/train3"]
    assert names("fcos/version_0/metrics.csv", "fcos/version_1/metrics.csv") == ["fcos/version_0", "fcos/version_1"]
    assert names("gn/val/log.txt") == ["gn/val"]
    assert names("gn/expander/log.txt", "gn/training_free/log.txt") == ["expander", "training_free"]


def test_where_no_folder_tells_a_run_keeps_what_there_is() -> None:
    assert names("exp/log.txt") == ["exp"]
    assert names("runs/train/exp/log.txt") == ["train/exp"]


def test_the_output_of_a_scheduler_elsewhere_does_not_name_the_run() -> None:
    out, own = "slurm_logs/slurm-1.out", "work_dirs/fcos_r50/20230501_000000.log"
    (run,) = runs(
        log(out, replace(training(out, 20, 400), evaluations=(result(out, 90),))),
        log(own, replace(training(own, 20, 380), evaluations=(result(own, 80),))),
    )
    assert run.name == "fcos_r50"
    assert set(run.files) == {out, own}


def vendored(path: str, fingerprint: str = "f1") -> Fragment:
    return Fragment(source=Source(path, "log", 9, fingerprint), segments=(Segment(evaluations=(result(path, 9),)),))


def test_copies_of_one_file_under_one_name_are_one_run_of_all_these_files() -> None:
    (run,) = runs(vendored("a/zoo/fcos_r50/log.txt"), vendored("b/third_party/zoo/fcos_r50/log.txt"))
    assert run.files == ("a/zoo/fcos_r50/log.txt", "b/third_party/zoo/fcos_r50/log.txt")
    assert len(run.evaluations) == 1


def test_equal_results_under_other_names_or_in_other_files_stay_apart() -> None:
    assert len(runs(vendored("eval_1000/log.txt"), vendored("eval_2000/log.txt"))) == 2
    assert len(runs(vendored("gn/val/log.txt"), vendored("bn/val/log.txt"))) == 2
    assert len(runs(vendored("a/fcos_r50/log.txt"), vendored("b/fcos_r50/log.txt", "f2"))) == 2


def test_the_files_of_the_folder_that_is_worked_in_are_one_run_that_is_called_by_the_first() -> None:
    train = training("train.log", 20, 400)
    scores = Segment(evaluations=(result("results.txt", 2),))
    (run,) = runs(log("train.log", train), log("results.txt", scores))
    assert (run.id, len(run.evaluations), len(run.curves)) == ("results", 1, 1)
    assert {each.id for each in runs(log("fcos.log", train), log("results.txt", scores))} == {"fcos", "results"}


def launched(line: int, *epochs: int) -> Segment:
    """A start, and an evaluation of each epoch, in a log that tells no losses."""
    found = tuple(replace(result("w/log.txt", line + n, f"0.3{n}{line % 10}"), epoch=n) for n in epochs)
    return Segment(line=line, evaluations=found, events=(Event("started", "", Where("w/log.txt", line)),))


def test_starts_in_one_log_whose_epochs_begin_anew_are_runs_of_their_own() -> None:
    found = runs(log("w/log.txt", launched(1, 1, 2, 3), launched(11, 1, 2), launched(22, 1)))
    assert [[each.epoch for each in run.evaluations] for run in found] == [[1, 2, 3], [1, 2], [1]]


def evaluated(*results: tuple[int, str]) -> Fragment:
    """A log that tells no start and no loss, only an AP of epochs."""
    found = (replace(result("w/log.txt", 2 * n, ap), epoch=epoch) for n, (epoch, ap) in enumerate(results, 1))
    return log("w/log.txt", Segment(evaluations=tuple(found)))


def test_epochs_that_begin_anew_in_a_log_without_a_start_are_a_run_of_their_own() -> None:
    first = ((1, "0.31"), (2, "0.32"), (3, "0.33"))
    found = runs(evaluated(*first, (1, "0.21"), (2, "0.22")))
    assert [[(each.epoch, each["AP"]) for each in run.evaluations] for run in found] == [
        [(1, 0.31), (2, 0.32), (3, 0.33)],
        [(1, 0.21), (2, 0.22)],
    ]
    assert {run.name for run in found} == {"w (log.txt from line 1)", "w (log.txt from line 8)"}
    told_again, resumed = evaluated(*first, *first), evaluated(*first, (2, "0.34"), (3, "0.35"))
    assert [len(runs(each)) for each in (told_again, resumed)] == [1, 1]


def test_settings_that_a_trainer_keeps_are_noted_where_nothing_else_is_of_the_run() -> None:
    def config(path: str) -> Fragment:
        return log(path, Segment(settings=(Setting("lr", 0.01, "0.01", Where(path, 1)),)))

    (run,) = runs(config("exp1/args.yaml"))
    assert (run.id, run.state, [each.name for each in run.settings]) == ("exp1", "noted", ["lr"])
    assert runs(config("configs/fcos.yaml")) == []  # which anyone may use
    (run,) = runs(config("exp1/args.yaml"), log("exp1/results.csv", training("exp1/results.csv", 20, 200)))
    assert run.state == "trained"


def test_a_training_that_begins_anew_in_a_log_is_called_by_its_line_there_where_a_twin_tells_more() -> None:
    first, second = training("w/log.txt", 20, 20), training("w/log.txt", 20, 400, start=3.0, line=2)
    first = replace(first, evaluations=(result("w/log.txt", 1, "0.100"),))
    second = replace(second, evaluations=(result("w/log.txt", 2, "0.200"),))
    twin = replace(training("w/training_log.json", 20, 440, start=3.0), evaluations=(result("w/training_log.json", 9),))
    names = {
        run.id: run.evaluations[0]["AP"]
        for run in runs(log("w/log.txt", first, second), log("w/training_log.json", twin))
    }
    assert names == {"w (log.txt from line 1)": 0.1, "w (log.txt from line 2)": 0.2}


def test_a_start_whose_epochs_go_on_is_of_the_run_before() -> None:
    (run,) = runs(log("w/log.txt", launched(1, 1, 2, 3), launched(11, 4, 5)))
    assert [each.epoch for each in run.evaluations] == [1, 2, 3, 4, 5]


def test_a_cell_of_a_notebook_that_names_another_model_is_a_run_of_its_own() -> None:
    def cell(line: int, ap: str, says: str) -> Segment:
        started = Event("started", says, Where("a.ipynb", line))
        return Segment(line=line, evaluations=(result("a.ipynb", line + 1, ap),), events=(started,))

    def count(*says: str) -> int:
        cells = (cell(10 * at, f"0.3{at}", each) for at, each in enumerate(says, 1))
        return len(runs(log("a.ipynb", *cells)))

    assert count("In [1]: config=fcos", "In [2]: config=yolo") == 2
    assert count("In [1]: config=fcos", "In [2]: config=fcos") == 1
    assert count("In [1]: config=fcos", "In [2]") == 1


def test_steps_of_event_files_and_epochs_of_a_table_are_one_training_where_all_of_them_agree() -> None:
    def with_unit(segment: Segment, unit: Unit) -> Segment:
        return replace(segment, curves=tuple(replace(curve, unit=unit) for curve in segment.curves))

    def told(path: str, last: int, start: float, unit: Unit, line: int = 1) -> Segment:
        return with_unit(training(path, 20, last, start=start, line=line), unit)

    table = log("w/results.csv", told("w/results.csv", 200, 2.0, "epoch"), told("w/results.csv", 400, 3.0, "epoch", 11))
    names = [f"w/events.out.tfevents.{number}.host" for number in (1, 2)]
    events = [
        log(n, told(n, last, start, "iteration")) for n, last, start in zip(names, (200, 400), (2.0, 3.0), strict=True)
    ]
    assert [run.files for run in runs(table, *events)] == [("w/results.csv", names[0]), ("w/results.csv", names[1])]


def test_what_a_tracker_kept_of_a_run_is_that_run_where_both_name_its_folder_and_tell_the_same() -> None:
    def written(path: str, folder: str, ap: str, iteration: int | None = None) -> Fragment:
        told = Setting("output_dir", folder, folder, Where(path, 1))
        return log(path, Segment(settings=(told,), evaluations=(result(path, 2, ap, iteration),)))

    own, kept = "p/runs/train/fcos/results.csv", "p/wandb/run-20240101_010101-abcd1234/files/wandb-summary.json"
    mine = written(own, "runs/train/fcos", "0.387")
    (run,) = runs(mine, written(kept, "runs/train/fcos", "0.387", 90))
    assert (run.name, run.files, len(run.evaluations)) == ("fcos", (own, kept), 1)
    assert len(runs(mine, written(kept, "runs/train/fcos", "0.401"))) == 2
    assert len(runs(mine, written(kept, "runs/train/fcos2", "0.387"))) == 2
    assert len(runs(mine, written("q/fcos/results.csv", "runs/train/fcos", "0.387"))) == 2


def test_what_a_tracker_kept_of_one_process_is_one_run_wherever_its_losses_were_printed() -> None:
    def count(folder: str) -> int:
        console, history = f"{folder}/files/output.log", f"{folder}/run-abcd1234.wandb"
        return len(runs(log(console, training(console, 0, 400)), log(history, training(history, 0, 400, start=2.1))))

    assert count("w/wandb/offline-run-20240101_010101-abcd1234") == 1
    assert count("w/fcos") == 2


def test_a_notebook_that_logs_the_training_of_a_run_and_tells_its_numbers_is_that_run() -> None:
    def trained(path: str, ap: str, began: str) -> Fragment:
        return log(path, replace(training(path, 20, 400), evaluations=(result(path, 9, ap, 400),), began=began))

    own, book = "p/fcos/metrics.csv", "p/fcos_r50.ipynb"
    (run,) = runs(trained(own, "0.387", "2024-01-01T10:00:00"), trained(book, "0.387", "2024-01-01T10:00:13"))
    assert (run.name, run.files, len(run.evaluations)) == ("fcos", (own, book), 1)
    assert len(runs(trained(own, "0.387", "2024-01-01T10:00:00"), trained(book, "0.41", "2024-02-01T10:00:00"))) == 2


def test_a_launch_that_died_at_once_below_a_training_in_its_log_takes_nothing_from_it() -> None:
    path = "w/20220101_010101.log"
    begun = Event("started", "Environment info", Where(path, 50))
    died = Event("out of memory", "RuntimeError: CUDA out of memory", Where(path, 60))
    trained = replace(training(path, 20, 400), evaluations=(result(path, 40, "0.35", 400),))

    def states(*events: Event) -> list[str]:
        return [run.state for run in runs(log(path, trained, Segment(line=50, events=events)))]

    assert states(begun, died) == ["finished", "failed"]
    again = replace(training(path, 420, 600), line=70, events=(replace(begun, where=Where(path, 70)),))
    found = runs(log(path, trained, Segment(line=50, events=(begun, died)), again))
    assert [(run.state, sum(curve.count for curve in run.curves)) for run in found] == [("finished", 30), ("failed", 0)]
    assert states(begun) == ["finished"]
    assert states(died) == ["failed"]


def test_equal_losses_under_another_batch_are_two_runs() -> None:
    logs = [
        log(f"{n}/log.txt", replace(training("x", 20, 400), evaluations=(result(f"{n}/log.txt", 9),)))
        for n in ("a", "b", "c")
    ]
    sizes = {"a": 16, "b": 8, "c": 16}
    settings = [
        Fragment(
            source=Source(f"{n}/args.yaml", "log"),
            segments=(Segment(settings=(Setting("train_batch_size", size, str(size), Where(f"{n}/args.yaml", 1)),)),),
        )
        for n, size in sizes.items()
    ]
    assert [run.files[0] for run in runs(*logs, *settings)] == ["a/log.txt", "b/log.txt"]


def test_files_of_a_tracked_run_that_log_nothing_part_none_that_do() -> None:
    folder = "wandb/run-20230502_113615-8ugkd75i"
    began = Event("started", "python", Where(f"{folder}/files/wandb-metadata.json", 1))
    facts = log(f"{folder}/files/wandb-metadata.json", Segment(events=(began,), began="2023-05-02T11:36:15"))
    console = log(f"{folder}/files/output.log", training(f"{folder}/files/output.log", 20, 400))
    tracked = log(f"{folder}/run-8ugkd75i.wandb", training(f"{folder}/run-8ugkd75i.wandb", 30, 380, start=2.5))
    assert len(runs(facts, console, tracked)) == 1
    assert len(runs(facts, console, replace(tracked, source=Source("other/output.log", "log")))) == 2
