"""The committed example: two trainings, of which one was evaluated with the weights of the other."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.renderers.browser import browser, visit

PROOF = ROOT / "examples" / "proof"


def test_the_run_is_named_whose_the_numbers_are(run: Run, tmp_path: Path) -> None:
    done = run("check", PROOF, "--recompute", "-v", "--store", tmp_path / "s.sqlite")
    assert done.code == 1, done.err
    told = " ".join(done.out.split())
    assert "1 of 2 results cannot be trusted" in told
    assert "☑ finished ✓✓" in told
    assert "those of lr1en3, whose predictions give them, and not of lr5en3 (bbox AP 0.3892)." in told


def test_its_page_has_the_double_tick_in_the_row_that_is_proven(run: Run, tmp_path: Path) -> None:
    done = run("render", PROOF, "--recompute", "--html", "-o", "-", "--store", tmp_path / "s.sqlite")
    rows = [row for row in done.out.split("<tr ") if row.startswith('id="r')]
    assert ["✓✓" in row for row in rows] == ['class="finished"' in row for row in rows] == [True, False]


def test_its_page_shows_where_ap_is_lost_where_numbers_were_made_again(run: Run, tmp_path: Path) -> None:
    words = ("render", PROOF, "--html", "-o", "-", "--store", tmp_path / "s.sqlite")
    told = run(*words, "--recompute").out
    assert told.count("Where bbox AP is lost") == 2
    assert re.search(r"<dt>lost by place</dt><dd>14\.5</dd>", told)
    assert "AP is lost" not in run(*words).out


def test_two_ticked_rows_show_side_by_side_where_each_loses_ap(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    run("render", PROOF, "--recompute", "--html", "-o", page, "--store", tmp_path / "s.sqlite")
    with browser() as launched:
        seen = visit(launched.new_context(), page)
        for row in ("#r0", "#r1"):
            seen.page.locator(f"{row} .sg button").click()
        lost = seen.page.locator(".compare .lost")
        assert "lost by place" in lost.locator("tbody").inner_text()
        assert lost.locator("figure").count() == 2
        assert lost.locator("polyline").count() == 4
        assert not seen.complaints()


@pytest.mark.parametrize("name", ["lr1en3", "lr5en3"])
def test_its_predictions_are_few_and_of_the_ground_truth_beside_them(name: str) -> None:
    known = {image["id"] for image in json.loads((PROOF / "instances_val.json").read_text())["images"]}
    found = PROOF / name / "results" / "bbox.json"
    assert found.stat().st_size < 20_000
    assert {each["image_id"] for each in json.loads(found.read_text())} <= known
