"""Which settings experiments share, and which they differ in."""

from fcosreport.comparing.columns import differing_columns, shared_settings
from fcosreport.records import Experiment, Setting, Where

HERE = Where("a.log", 1)


def named(name: str, **settings: str | int | float | bool) -> Experiment:
    declared = tuple(Setting(key, value, str(value), HERE) for key, value in settings.items())
    return Experiment(id=name, name=name, state="finished", where=HERE, settings=declared)


def test_what_all_share_is_told_from_what_differs() -> None:
    first = named("a", lr=0.01, train_batch_size=16, date="2019-12-09", my_option=1)
    three = (first, named("b", lr=0.02), named("c", lr=0.01, train_batch_size=16))
    assert shared_settings(three) == ()  # not even the batch size: one does not say
    assert [column.key for column in differing_columns(three)] == ["lr", "train_batch_size", "my_option", "date"]
    same = (named("a", lr=1, seed=1), named("b", lr=1.0, seed=2))
    assert [(setting.name, setting.value) for setting in shared_settings(same)] == [("lr", 1)]
    assert [column.key for column in differing_columns(same)] == ["seed"]


def test_what_takes_several_values_comes_before_what_only_some_declare() -> None:
    two = (named("a", lr=0.01, norm="bn", seed=1), named("b", lr=0.01, seed=2))
    assert [column.key for column in differing_columns(two)] == ["seed", "norm"]
