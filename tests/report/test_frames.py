"""What a reader of the frames and of the CSV relies on."""

import pandas as pd
from msgspec.structs import replace

from fcosreport.comparing.columns import differing_columns, shared_settings
from fcosreport.judging.cases import records_of
from fcosreport.records import COCO_METRICS, Evaluation, Experiment, Metric, Setting, Where
from fcosreport.report import frames
from tests.baseline import NOTE, baseline, evaluation

HERE = Where("a.log", 1)


def named(name: str, **settings: str | int | float | bool) -> Experiment:
    declared = tuple(Setting(key, value, str(value), HERE) for key, value in settings.items())
    return Experiment(id=name, name=name, state="finished", where=HERE, settings=declared)


def test_an_experiment_is_a_row() -> None:
    frame = frames.experiments(baseline().experiments)
    assert list(frame.columns) == [
        *("experiment", "state", "reason", "lr", "train_batch_size", "norm", "init", "test_batch_size"),
        *(*COCO_METRICS, "no_ground_truth", "where", "id"),
    ]
    first = frame.iloc[0]
    assert (first["experiment"], first["state"], first["where"]) == ("downloaded FCOS", "finished", f"{NOTE}:8")
    assert (first["lr"], first["train_batch_size"], first["AP"], first["ARl"]) == (0.01, 4, 0.387, 0.726)
    assert frame["AP"].isna().tolist() == [False, True, False, False, False, True, True]


def test_further_tasks_and_metrics_have_columns_after_the_12() -> None:
    one, *others = baseline().experiments
    masks = evaluation("0.345 0.560", 200, task="segm")
    odd = Evaluation("bbox", (*one.evaluations[0].metrics, Metric("AR300", 0.6, "0.6")), HERE)
    frame = frames.experiments((replace(one, evaluations=(odd, masks)), *others))
    assert list(frame.columns)[-7:-3] == ["ARl", "AR300", "segm AP", "segm AP50"]
    assert frame["segm AP"].tolist()[0] == 0.345


def test_whole_numbers_stay_whole_and_mixed_settings_stay_as_they_are() -> None:
    frame = frames.experiments(
        (named("a", seed=1, init="imagenet", lr=1), named("b", init=3, lr=0.5, flag=True), named("c", seed=10**30))
    )
    assert frame["seed"].tolist()[::2] == [1, 10**30]
    assert frame["init"].tolist()[:2] == ["imagenet", 3]
    assert frame["lr"].tolist()[:2] == [1.0, 0.5]
    assert frame["flag"].tolist()[1] is True
    seeds = frames.experiments((named("a", epochs=12), named("b")))["epochs"]
    assert seeds[0] == 12
    assert seeds[1] is pd.NA


def test_a_setting_that_is_called_like_a_column_does_not_replace_it() -> None:
    frame = frames.experiments((named("a", state="odd", AP=3),))
    assert frame["state"].tolist() == ["finished"]
    assert frame["setting state"].tolist() == ["odd"]
    assert frame["setting AP"].tolist() == [3]


def test_of_two_declarations_the_last_holds() -> None:
    twice = Experiment(
        id="a",
        name="a",
        state="finished",
        where=HERE,
        settings=(Setting("lr", 0.01, "0.01", HERE), Setting("lr", 0.02, "0.02", HERE)),
    )
    assert frames.experiments((twice,))["lr"].tolist() == [0.02]
    assert [setting.value for setting in shared_settings((twice,))] == [0.02]


def test_an_evaluation_is_a_row() -> None:
    frame = frames.evaluations(baseline().experiments)
    assert list(frame.columns)[:6] == ["experiment", "task", "epoch", "iteration", "category", "origin"]
    assert frame["AP"].tolist() == [0.387, 0.172, 0.292, 0.292]
    assert frame["origin"].unique().tolist() == ["note"]
    assert frame["epoch"].isna().all()


def test_a_finding_is_a_row() -> None:
    frame = frames.findings(baseline().findings)
    assert frame["code"].tolist() == ["FR401", "FR201", "FR202", "FR501"]
    assert frame["where"].tolist()[0] == f"{NOTE}:59; {NOTE}:79"


def test_nothing_gives_frames_without_rows() -> None:
    for frame in (frames.experiments(()), frames.evaluations(()), frames.findings(()), frames.involved((), ())):
        assert len(frame) == 0
    assert list(frames.experiments(()).columns)[:-3] == ["experiment", "state", "reason", *COCO_METRICS]
    assert shared_settings(()) == ()
    assert differing_columns(()) == ()


def test_no_ground_truth_is_nan_and_a_negative_number_is_itself() -> None:
    both = records_of([{"bbox": "AP=-1 AP50=-0.226"}, {"bbox": "AP=0.3"}]).experiments
    for frame in (frames.experiments(both), frames.evaluations(both)):
        assert frame["AP"].mean() == 0.3
        assert frame["AP50"].tolist()[0] == -0.226
        assert frame["no_ground_truth"].tolist() == ["AP", ""], "a missing number is not one without ground truth"


def test_frames_join_by_id_whatever_the_experiments_are_called() -> None:
    one, other, *_ = baseline().experiments
    twins = (replace(one, name="run"), replace(other, name="run", evaluations=one.evaluations))
    joined = frames.evaluations(twins).merge(frames.experiments(twins)[["id", "lr"]], on="id")
    assert joined["lr"].tolist() == [0.01, 0.01]
    assert sorted(joined["id"]) == sorted(each.id for each in twins)


def test_an_experiment_that_a_finding_names_is_a_row() -> None:
    report = baseline()
    joined = report.frame("involved").merge(report.frame("experiments")[["id", "AP"]], on="id")
    assert joined[joined.code == "FR401"]["AP"].tolist() == [0.292, 0.292]
    assert joined["experiment"].notna().all()
