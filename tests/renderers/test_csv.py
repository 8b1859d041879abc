"""The CSV report: numbers stay numbers, and no text is a formula."""

import csv
import io

import pytest
from msgspec.structs import replace

from tests.baseline import baseline, evaluation, experiment
from tests.hostile import hostile
from tests.renderers.rendering import many, render, report_of, run


def test_csv_holds_numbers_and_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(render("csv", baseline()))))
    assert [float(row["AP"]) for row in rows if row["AP"]] == [0.387, 0.172, 0.292, 0.292]
    assert rows[0]["train_batch_size"] == "4"
    below = replace(baseline(), experiments=(experiment("a", "finished", 1, "-0.5", numbers="-0.226 -1"),))
    (row,) = csv.DictReader(io.StringIO(render("csv", below)))
    assert (row["lr"], row["AP"], row["AP50"]) == ("-0.5", "-0.226", "")
    for line in csv.reader(io.StringIO(render("csv", hostile()))):
        for cell in line:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_text_of_the_csv_is_a_formula_in_any_country(delimiter: str) -> None:
    texts = ("a;=1+1", "a; -1+1;@SUM(A1)", 'a";=1', "\t=1", "\r=1", "; ＝1", "-x", "+x", " @x", "'=1")
    short = tuple(text for text in hostile().passed if len(text) < 1000)
    report = hostile((*texts, *short))
    for row in csv.reader(io.StringIO(render("csv", report)), delimiter=delimiter):
        assert not [cell for cell in row if cell.strip().startswith(FORMULA)]


def test_numbers_of_the_csv_stay_numbers() -> None:
    below = run("a", "-0.5", momentum=-1)
    row = next(csv.DictReader(io.StringIO(render("csv", report_of(below, run("a-b; c", "0.5", momentum=2))))))
    assert (row["AP"], row["momentum"]) == ("-0.5", "-1")
    assert "a-b; c" in render("csv", report_of(run("a-b; c", "0.5")))


def test_every_experiment_and_metric_is_in_the_csv() -> None:
    assert len(render("csv", many(1000)).splitlines()) == 1001
    masks = (evaluation("0.345 0.560", 200, task="segm"),)
    assert "segm AP50" in render("csv", replace(baseline(), experiments=(replace(run("a", "0.3"), evaluations=masks),)))
