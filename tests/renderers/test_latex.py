"""The LaTeX table: what it shows, and that it compiles."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies
from msgspec.structs import replace

from fcosreport.judging.cases import records_of
from fcosreport.records import Experiment, Metric
from fcosreport.renderers import latex
from fcosreport.report import paper
from fcosreport.report.choosing import choose
from fcosreport.translation import language
from tests.baseline import baseline
from tests.hostile import hostile
from tests.renderers.rendering import EMPTY, render, report_of, run


def rows(tex: str) -> dict[str, list[str]]:
    """The cells of the LaTeX table by the name of the row."""
    body = tex.partition("\\toprule\n")[2].partition("\\bottomrule")[0]
    cells = [line.removesuffix(" \\\\").split(" & ") for line in body.splitlines() if line != "\\midrule"]
    return {name: others for name, *others in cells}


def test_numbers_are_percent_with_the_decimal_that_was_printed() -> None:
    report = report_of(
        run("a", "0.387", state="failed"), run("b", "38.7", percent=True), run("c", "0.39"), run("d", "0.3871234"),
        run("e", "39", percent=True), run("f", "38.7"), run("g", "0.4"),
    )  # fmt: skip
    shown = {name: re.sub(r"\\\w+|[{}]", "", cells[0]) for name, cells in rows(render("latex", report)).items()}
    heading = {"Experiment": "AP"}
    assert shown == heading | {
        "a (failed)": "38.7", "b": "38.7", "c": "39", "d": "38.7", "e": "39", "f": "38.7", "g": "40"
    }  # fmt: skip


def test_the_best_is_bold_and_the_second_underlined_but_never_a_suspect_one() -> None:
    report = report_of(
        run("a", "0.387"), run("b", "0.402", state="suspect"), run("c", "0.35"), run("d", "0.3871"), run("e", "0.2")
    )
    table = rows(render("latex", report))
    assert table["a"] == table["d"] == ["\\textbf{38.7}"]
    assert table["b$^\\dagger$"] == ["40.2"]
    assert (table["c"], table["e"]) == (["\\underline{35}"], ["20"])


def test_of_what_counts_the_wrong_the_lowest_is_best() -> None:
    def missing(name: str, rate: float) -> Experiment:
        one = run(name, "0.3")
        metrics = (Metric("MR heavy", rate, f"{rate:.4f}"),)
        return replace(one, evaluations=tuple(replace(each, metrics=metrics) for each in one.evaluations))

    runs = missing("a", 0.5034), missing("b", 0.4711), missing("c", 0.61)
    report = choose(report_of(*runs), columns="MR heavy", best_by="MR heavy")
    table = rows(render("latex", report))
    assert (table["b"], table["a"], table["c"]) == (["\\textbf{47.1}"], ["\\underline{50.3}"], ["61.0"])
    assert [each.name for each in report.best(report.ranking)] == ["b"]


def test_what_was_evaluated_on_other_data_is_never_marked_and_that_is_said() -> None:
    cases = [{"bbox": f"{ap} on:{data}"} for ap, data in (("0.30", "city"), ("0.32", "city"), ("0.90", "nyu"))]
    tex = render("latex", report_of(*records_of(cases).experiments))
    assert (rows(tex)["run2"], rows(tex)["run3"]) == (["\\textbf{32}"], ["90"])
    assert "on other data" in tex
    assert "on other data" not in render("latex", report_of(*records_of(cases[:2]).experiments))


def test_repeats_with_other_seeds_are_one_row() -> None:
    repeats = (run(f"fcos_{n}", ap, seed=n, lr=1) for n, ap in ((1, "0.380"), (2, "0.390"), (3, "0.400")))
    report = report_of(*repeats, run("fcos_4", "0.350", seed=4, lr=2))
    tex = render("latex", report)
    assert rows(tex)["fcos\\_* (n = 3)"] == ["1", "\\textbf{39.0} {\\scriptsize$\\pm$ 1.0}"]
    assert rows(tex)["fcos\\_4"] == ["2", "\\underline{35.0}"]
    assert "standard deviation over n runs" in tex
    assert rows(render("latex", choose(report, columns="seed,lr")))["fcos\\_* (n = 3)"] == ["--", "1"]


@pytest.mark.parametrize(
    "others",
    [
        [run("fcos_2", "0.39", seed=1, lr=1)],
        [run("fcos_2", "0.39", seed=2, lr=2)],
        [run("retina_2", "0.39", seed=2, lr=1)],
        [run("fcos_2", "0.39", state="suspect", seed=2, lr=1)],
        [run("fcos_2", "0.39", lr=1)],
        [],
    ],
    ids=["the same seed", "another lr", "another name", "suspect", "no seed", "alone"],
)
def test_what_is_no_repeat_is_a_row_of_its_own(others: list[Experiment]) -> None:
    tex = render("latex", report_of(run("fcos_1", "0.38", seed=1, lr=1), *others))
    assert len(rows(tex)) == 2 + len(others)
    assert "n = " not in tex
    assert "deviation" not in tex


def test_what_is_left_out_of_the_table_is_counted() -> None:
    many = report_of(*(run(f"r{n:02}", f"0.{n:03}", norm=f"n{n}") for n in range(1, 61)), *baseline().experiments[-2:])
    tex = render("latex", choose(many, where="experiment != 'r60'"))
    assert len(rows(tex)) == 1 + latex.ROWS
    for told in ("without a result: 2", "the table is long: 9", "filtered out: 1"):
        assert f"{told} experiment" in tex
    assert "r59" in tex
    assert "Left out" not in render("latex", report_of(run("a", "0.1")))


def test_the_table_fits_into_a_column_of_a_paper_and_says_what_has_no_room() -> None:
    tex = render("latex", baseline())
    assert "\\begin{table}" in tex
    assert rows(tex)["Experiment"] == ["lr", "AP", "AP$_{50}$", "AP$_{75}$"]
    assert "has no room: APs, APm, APl." in tex
    for line in (" & ".join((name, *cells)) for name, cells in rows(tex).items()):
        assert sum(map(paper.width, line.split(" & "))) + paper.GAP * line.count(" & ") <= paper.WIDTH


def test_short_names_leave_room_for_all_six_numbers_and_long_ones_are_whole_beside_few() -> None:
    one, *_ = baseline().experiments
    short = rows(render("latex", report_of(replace(one, name="fcos"))))
    assert short["Experiment"] == ["AP", "AP$_{50}$", "AP$_{75}$", "AP$_{S}$", "AP$_{M}$", "AP$_{L}$"]
    name = "Baseline with a rather long name"
    assert name in rows(render("latex", report_of(run(name, "0.3"))))


def test_columns_that_were_chosen_all_stand_on_both_columns_of_a_page_where_one_has_no_room() -> None:
    tex = render("latex", choose(baseline(), columns="lr,AP,AP50,AP75,APs,APm,APl,AR1,AR10,AR100"))
    assert tex.count("{table*}") == 2
    assert len(rows(tex)["Experiment"]) == 10
    assert "no room" not in tex


def test_chosen_columns_stand_in_the_table_in_their_order() -> None:
    report = choose(baseline(), columns="APs,lr,AR100", where="AP>0.3")
    assert rows(render("latex", report)) == {
        "Experiment": ["AP$_{S}$", "lr", "AR$_{100}$"],
        "downloaded FCOS": ["\\textbf{22.6}", "0.01", "\\textbf{57.2}"],
    }


ENGINES = ("pdflatex", "xelatex")


@pytest.mark.parametrize("engine", ENGINES)
def test_it_compiles_whatever_the_names_are(engine: str, tmp_path: Path) -> None:
    if not shutil.which(engine) or not shutil.which("kpsewhich"):
        pytest.skip(f"{engine} is not installed")
    if subprocess.run(["kpsewhich", "booktabs.sty"], capture_output=True).returncode:
        pytest.skip("booktabs is not installed")
    chinese = replace(baseline(), view=replace(baseline().view, language=language("zh")))
    bracketed = hostile(tuple(f"{start}{text}" for start in "[*" for text in hostile().passed))
    repeats = report_of(*(run(f"é_{n}", f"0.38{n}", seed=n) for n in (1, 2)))
    for number, report in enumerate((EMPTY, baseline(), chinese, hostile(), bracketed, repeats)):
        (tmp_path / f"t{number}.tex").write_text(render("latex", report), encoding="utf-8")
    inputs = "".join(f"\\input{{t{number}}}" for number in range(6))
    document = f"\\begin{{document}}\\listoftables{inputs}\\end{{document}}"
    (tmp_path / "paper.tex").write_text(f"\\documentclass{{article}}\\usepackage{{booktabs}}{document}")
    for _ in "twice":
        command = [engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")


SHOWN = {
    "\\textbackslash{}": "\\", "\\textasciitilde{}": "~", "\\textasciicircum{}": "^", "{\\char34}": '"',
    "\\textless{}": "<", "\\textgreater{}": ">", "\\textbar{}": "|", "{}": "",
    **{f"\\{each}": each for each in "{}_&%$#"},
}  # fmt: skip


@given(strategies.text(strategies.characters(min_codepoint=32, max_codepoint=126)))
def test_any_ascii_text_is_set_as_it_is(text: str) -> None:
    pattern = re.compile("|".join(re.escape(each) for each in SHOWN) + r"|[\\{}_&%$#~^\"<>|]|--|``|''|,,|[?!]`|^[\[*]")
    assert pattern.sub(lambda found: SHOWN[found[0]], latex.tex(text)) == text


@settings(max_examples=300)
@given(strategies.text())
def test_other_characters_stand_where_only_xelatex_and_lualatex_look(text: str) -> None:
    plainer = re.sub(r"\\fcosreporttext\{[^\x00-\x7f]+\}", "", latex.tex(text))
    assert plainer.isascii()
