"""One experiment that several tables tell is one experiment."""

import pytest
from msgspec.structs import replace

from fcosreport.records import Citation, Evaluation, Experiment, Metric, Setting, Where
from fcosreport.runs.citing import join
from tests.runs.test_citing import log, note


def row(path: str, name: str = "yolov5s", aps: str = "0.8278 0.9947", line: int = 2, **settings: str) -> Experiment:
    where = Where(path, line)
    metrics = tuple(Metric(name, float(ap), ap) for name, ap in zip(("AP", "AP50"), aps.split(), strict=False))
    return Experiment(
        id=f"{path}#{name}-{line}",
        name=name,
        state="finished",
        where=where,
        evaluations=(Evaluation("bbox", metrics, where, "note", form="table"),),
        settings=tuple(Setting(key, value, value, where) for key, value in settings.items()),
    )


def test_a_row_that_another_file_tells_again_is_one_experiment_with_both_places() -> None:
    (joined,) = join([note("README.md", row("README.md", "YOLOv5s", "0.828 0.995")), note("all.csv", row("all.csv"))])
    assert joined.id == "README.md#YOLOv5s-2"
    assert joined.files == ("README.md", "all.csv")
    (result,) = joined.evaluations
    assert (result["AP"], result.also) == (0.8278, (Where("all.csv", 2),))


def test_a_table_that_a_notebook_shows_twice_tells_its_rows_once() -> None:
    assert len(join([note("a.ipynb", row("a.ipynb"), row("a.ipynb", line=20))])) == 1


def test_a_run_that_a_notebook_tells_twice_and_a_table_again_is_one_experiment() -> None:
    notes = (note("a.ipynb", row("a.ipynb"), row("a.ipynb", line=20)), note("b.csv", row("b.csv")))
    (joined,) = join([*notes, log("runs/yolov5s/log.txt", "0.8278")])
    assert joined.files == ("a.ipynb", "b.csv", "runs/yolov5s/log.txt")


@pytest.mark.parametrize(
    "other",
    [
        row("b.csv", "yolov5m"),
        row("b.csv", aps="0.8278 0.9950"),
        row("b.csv", lr="0.001"),
        replace(row("b.csv"), evaluations=(replace(row("b.csv").evaluations[0], task="segm"),)),
        replace(row("b.csv"), evaluations=(replace(row("b.csv").evaluations[0], data_set="b"),)),
        replace(row("b.csv"), evaluations=(replace(row("b.csv").evaluations[0], form="coco-summary"),)),
    ],
    ids=["name", "number", "setting", "task", "data set", "a page of its own"],
)
def test_what_differs_is_another_experiment(other: Experiment) -> None:
    one = row("a.csv", lr="0.01")
    one = replace(one, evaluations=(replace(one.evaluations[0], data_set="a"),))
    assert len(join([note("a.csv", one), note("b.csv", other)])) == 2


def test_few_digits_are_equal_by_chance() -> None:
    few, more = (
        len(join([note(path, row(path, aps=aps)) for path in ("a.csv", "b.csv")])) for aps in ("0.81", "0.8112")
    )
    assert (few, more) == (2, 1)


def test_a_note_that_cites_one_run_under_two_names_has_two_entries() -> None:
    cited = Citation("runs/a_1", Where("1.md", 3))
    told = [replace(row("1.md", name), citation=cited) for name in ("A", "B")]
    joined = join(
        [
            note("1.md", *told),
            note("2.md", replace(row("2.md", "A"), citation=cited)),
            log("runs/a_1/log.txt", "0.8278"),
        ]
    )
    assert [(each.name, each.files[:2]) for each in joined] == [
        ("A", ("1.md", "2.md")),
        ("B", ("1.md", "runs/a_1/log.txt")),
    ]


def test_what_lists_say_without_results_of_a_model_is_the_experiment_of_its_name() -> None:
    def bare(listed: Experiment) -> Experiment:
        return replace(listed, evaluations=())

    table = note("README.md", row("README.md", imgsz="640"))
    (joined,) = join([table, note("plan.md", bare(row("plan.md", "YOLOv5s"))), note("other.md", bare(row("other.md")))])
    assert (joined.id, joined.files) == ("README.md#yolov5s-2", ("README.md", "plan.md", "other.md"))
    assert len(join([table, note("plan.md", bare(row("plan.md", imgsz="960")))])) == 2
    assert len(join([note("a.md", row("a.md", "wide")), note("plan.md", bare(row("plan.md", "wide")))])) == 2
