"""The ablation table: which options have a column, where the ticks are, and what a gain is over."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from fcosreport.records import Evaluation, Experiment, Metric, Setting, Step, Where
from fcosreport.report.ablation import Option, ablation, baseline
from fcosreport.report.report import Report
from tests.conftest import Run
from tests.renderers.rendering import EMPTY, OUTPUTS, render

HERE = Where("note.md", 1)


def told(one: Experiment, **settings: str | float | bool) -> Experiment:
    made = tuple(Setting(name, value, str(value), HERE) for name, value in settings.items())
    return replace(one, settings=made)


def report(*experiments: Experiment, steps: tuple[Step, ...] = ()) -> Report:
    return replace(EMPTY, experiments=experiments, steps=steps)


def options(made: Report) -> dict[str, tuple[str, ...]]:
    return {option.heading: option.cells for option in ablation(made, made.experiments).options}


def gains(made: Report) -> list[str]:
    table = ablation(made, made.experiments)
    return [[*table.cells(number, each)][-1][0] for number, each in enumerate(made.experiments)]


def finished(name: str, ap: str) -> Experiment:
    result = Evaluation("bbox", (Metric("AP", float(ap), ap),), HERE)
    return Experiment(id=name, name=name, state="finished", where=HERE, evaluations=(result,))


ONE, OTHER = finished("one", "0.387"), finished("other", "0.352")
PLANNED = Experiment(id="planned", name="planned", state="planned", where=HERE)


def test_a_switch_and_a_word_that_the_baseline_has_not_are_ticks_and_numbers_are_values() -> None:
    made = report(
        told(ONE, lr=0.01, GIoU=False, norm="frozen"),
        told(OTHER, lr=0.02, GIoU=True, norm="frozen"),
        told(PLANNED, lr=0.01, norm="bn", init="scratch"),
    )
    assert options(made) == {
        "lr": ("0.01", "0.02", "0.01"),
        "BN": ("", "", "☑"),
        "from scratch": ("", "", "☑"),
        "GIoU": ("", "☑", ""),
    }


def test_what_does_not_differ_or_follows_from_the_run_is_no_option() -> None:
    made = report(told(ONE, lr=0.01, seed=1, date="2019-12-09", backbone="R50"), told(OTHER, lr=0.01, seed=2))
    assert options(made) == {}


def test_a_switch_that_only_some_name_and_a_file_of_weights_are_no_options() -> None:
    made = report(told(ONE, flip=True, init="backbone:runs/a.pt"), told(OTHER, init="scratch"), PLANNED)
    assert options(made) == {"from scratch": ("", "☑", "")}


def test_words_of_many_values_are_told_as_they_are() -> None:
    made = report(*(told(replace(ONE, id=each, name=each), backbone=each) for each in ("R18", "R34", "R50", "R101")))
    assert ablation(made, made.experiments).options == (
        Option("backbone", ("R18", "R34", "R50", "R101"), is_tick=False),
    )


def test_masks_have_a_column_where_a_note_asks_for_them_and_are_empty_as_long_as_they_are_owed() -> None:
    made = report(ONE, OTHER, steps=(Step("test the masks", HERE, "segm"),))
    assert options(made) == {"masks": ("", "")}
    assert [column.name for column in ablation(made, made.experiments).metrics] == ["AP", "AP50", "AP75", "segm AP"]
    assert "masks" not in options(replace(made, steps=(Step("test the masks", HERE, "segm", done=True),)))


def test_gains_are_over_the_one_that_is_called_baseline_else_over_the_first_that_is_finished() -> None:
    assert gains(report(PLANNED, ONE, OTHER)) == ["", "", "-0.035"]
    named = replace(OTHER, id="b", name="Baseline_lr1en3")
    assert gains(report(PLANNED, ONE, named)) == ["", "+0.035", ""]
    assert baseline(report(ONE, named, replace(named, id="c"))) == ONE
    assert gains(report(replace(ONE, state="failed"), replace(OTHER, state="suspect"))) == ["", ""]


@pytest.mark.parametrize("name", sorted({"text", "md", "html", "latex"} & OUTPUTS.keys()))
def test_every_output_with_a_table_shows_it(name: str) -> None:
    made = report(told(ONE, GIoU=False), told(OTHER, GIoU=True), told(PLANNED, GIoU=True))
    shown = render(name, replace(made, view=replace(made.view, ablation=True)))
    tick = r"$\surd$" if name == "latex" else "☑"
    assert "GIoU" in shown
    assert tick in shown
    assert ("$-3.5$" if name == "latex" else "-0.035") in shown
    assert "planned" in shown
    assert ("Δ AP" in render(name, made)) == (name == "html")  # the page has it below its table


def test_a_table_of_ticks_in_a_note_comes_back_as_one(run: Run, tmp_path: Path) -> None:
    rows = "| base | | 36.1 |\n| ours | ✓ | 37.4 |\n"
    note = f"# Ablation\n\n| method | GIoU | AP |\n|---|:-:|--:|\n{rows}"
    (tmp_path / "note.md").write_text(note)
    out = run("render", "note.md", "--md", "--ablation", "-o", "-").out
    assert "| `ours` | ☑️ finished | ☑ | **0.374** |" in out
    assert "| +0.013 |" in out
