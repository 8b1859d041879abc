"""The columns that a reader sees without scrolling."""

from msgspec.structs import replace

from fcosreport.comparing.columns import Column
from fcosreport.report.first_screen import first_screen
from fcosreport.report.report import View
from tests.baseline import baseline
from tests.renderers.rendering import report_of, run


def names(columns: tuple[Column, ...]) -> list[str]:
    return [column.name for column in columns]


def test_precisions_come_first_then_masks_that_a_note_asks_for() -> None:
    assert names(first_screen(baseline()).metrics) == "AP,AP50,AP75,APs,APm,APl,segm AP".split(",")
    assert names(first_screen(replace(baseline(), steps=())).metrics) == "AP,AP50,AP75,APs,APm,APl".split(",")


def test_of_settings_three_that_differ_the_weightiest_first_and_the_rest_is_to_be_asked_for() -> None:
    report = report_of(*(run(f"r{n}", "0.3", lr=str(n), norm=str(n), seed=n, epochs=n, gpus=1) for n in range(4)))
    shown = first_screen(report)
    assert names(shown.settings) == ["lr", "norm", "epochs"]
    assert names(shown.others) == ["seed", "gpus"]


def test_what_few_declare_and_what_is_long_have_no_column() -> None:
    few = [*(run(f"r{n}", "0.3", lr=n) for n in range(2)), *(run(f"s{n}", "0.3") for n in range(7))]
    assert first_screen(report_of(*few)).settings == ()
    long = [run(f"r{n}", "0.3", config=f"configs/a_rather_long_name_{n}.py") for n in range(4)]
    assert first_screen(report_of(*long)).settings == ()


def test_chosen_columns_are_those_that_are_shown() -> None:
    chosen = first_screen(replace(baseline(), view=View(columns=(Column("AR100", "bbox"), Column("lr")))))
    assert (names(chosen.metrics), names(chosen.settings)) == (["AR100"], ["lr"])
