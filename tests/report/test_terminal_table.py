"""The ☑️ table on a terminal: which columns there are, and what names become."""

import re

from hypothesis import given, strategies
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from fcosreport.judging.cases import records_of
from fcosreport.report.report import Report
from fcosreport.report.terminal_table import shortened, terminal_table
from tests.baseline import baseline
from tests.renderers.rendering import report_of


def drawn(report: Report, width: int) -> str:
    parts, _ = terminal_table(report, 100, width)
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as made:
        for part in parts:
            console.print(part)
    return made.get()


def test_columns_that_have_no_room_are_named_and_ap_and_what_differs_stay() -> None:
    gone = {width: terminal_table(baseline(), 100, width)[1] for width in (60, 90, 140)}
    assert gone == {
        60: ("AP50", "AP75", "APs", "APm", "APl", "segm AP", "norm"),
        90: ("APs", "APm", "APl"),
        140: (),
    }
    for width, names in gone.items():
        heading = drawn(baseline(), width).splitlines()[0].split()
        assert not {*names} & {*heading}
        assert {"AP", "lr"} < {*heading}


def test_chosen_columns_are_all_there_in_their_order() -> None:
    report = baseline()
    chosen = replace(report.view, columns=tuple(reversed(report.metrics("bbox")[:3])))
    assert drawn(replace(report, view=chosen), 80).split()[:5] == ["experiment", "state", "AP75", "AP50", "AP"]


def test_of_an_ablation_the_weightiest_options_and_the_gain_stay() -> None:
    report = replace(baseline(), view=replace(baseline().view, ablation=True))
    narrow, wide = terminal_table(report, 100, 60), terminal_table(report, 100, 160)
    assert wide[1] == ()
    assert narrow[1]
    for width in (60, 160):
        lines = drawn(report, width).splitlines()
        assert {"lr", "AP"} <= {*lines[0].split(), *lines[1].split()}
        assert "Δ" in drawn(report, width)
        assert max(map(cell_len, lines)) <= width


def test_what_can_be_compared_stands_together_and_each_part_has_its_best() -> None:
    runs = records_of([{"bbox": "0.30 on:city"}, {"bbox": "0.90 on:nyu"}, {"bbox": "0.32 on:city"}]).experiments
    text = drawn(report_of(*runs), 80)
    assert re.findall(r"^(\w+)", text, re.M) == ["experiment", "city", "run1", "run3", "nyu", "run2"]


def test_long_names_keep_what_tells_them_apart() -> None:
    names = [f"run/fcos_imprv_R_50_FPN_1x/Baseline_lr{lr}_191210_with_warmup" for lr in ("1en3", "1en4", "5en3")]
    short = shortened([*names, "short", "x" * 90], 30)
    assert len(set(short)) == 5
    assert max(map(cell_len, short)) <= 30
    assert short[3] == "short"
    assert "5en3" in short[2]
    assert shortened(names, 80) == names


@given(strategies.lists(strategies.text("ab实", max_size=40), max_size=8), strategies.integers(12, 40))
def test_different_names_stay_different(names: list[str], width: int) -> None:
    short = shortened(names, width)
    assert all(cell_len(name) <= width for name in short)
    assert all(name == cut or "…" in cut for name, cut in zip(names, short, strict=True))
