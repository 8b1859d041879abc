"""`recompute`, `check --recompute` and the double tick in every output."""

import json
from pathlib import Path

import pytest

from fcosreport.errors import UsageError
from fcosreport.recomputing import scoring
from tests.conftest import Run
from tests.recomputing.sets import Study, corners, detections, evaluated, sha, truth

KNOWN = truth(images=12)
ROWS = detections(KNOWN)
TRUE = evaluated(KNOWN, ROWS)
OTHER_ROWS = detections(KNOWN, 1, noise=9)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """One run that prints what its predictions give."""
    made = Study(tmp_path / "runs", KNOWN)
    made.run("good", ROWS, TRUE, lr=0.001)
    return made


def test_numbers_that_are_made_again_get_the_double_tick_and_the_hashes(run: Run, study: Study) -> None:
    done = run("recompute", "runs")
    assert done.code == 0, done.err
    assert "1 of 1 result made again in every printed digit." in done.out
    assert "✓✓" in done.out
    assert sha(study.truth)[:12] in done.out.replace("\n", "")
    assert max(map(len, done.out.splitlines())) <= 80


def test_numbers_that_differ_are_shown_beside_each_other_and_end_with_1(run: Run, study: Study) -> None:
    study.run("bad", detections(KNOWN, 2), evaluated(KNOWN, OTHER_ROWS), lr=0.005)
    done = run("recompute", "runs")
    assert done.code == 1, done.err
    assert "≠" in done.out
    assert "FR601 recomputed-differs" in done.out


def test_where_nothing_can_be_made_again_the_reason_is_told_and_the_end_is_2(run: Run, study: Study) -> None:
    study.truth.unlink()
    done = run("recompute", "runs")
    assert done.code == 2
    assert "no ground truth was found; give it with --truth" in done.out.replace("\n", " ")
    assert done.err.count("\n") == 1


def test_ground_truth_from_elsewhere_is_given_by_hand(run: Run, study: Study, tmp_path: Path) -> None:
    study.truth.rename(tmp_path / "elsewhere.json")
    assert run("recompute", "runs", "--truth", "elsewhere.json").code == 0
    done = run("recompute", "runs", "--truth", "runs/good/metrics.jsonl")
    assert done.code == 2
    assert done.err.startswith("fcosreport: --truth runs/good/metrics.jsonl: no annotations of COCO")
    assert done.err.count("\n") == 1


def test_check_finds_what_only_the_predictions_show(run: Run, study: Study) -> None:
    study.run("bad", detections(KNOWN, 2), evaluated(KNOWN, OTHER_ROWS), lr=0.005)
    assert run("check", "runs").code == 0
    done = run("check", "runs", "--recompute", "--format", "json")
    assert done.code == 1, done.err
    report = json.loads(done.out)
    assert [each["code"] for each in report["findings"] if each["severity"] == "error"] == ["FR601"]
    assert {each["experiment"].rpartition("/")[2]: each["agrees"] for each in report["remade"]} == {
        "bad": False,
        "good": True,
    }
    good = next(each for each in report["remade"] if each["agrees"])
    assert good["metrics"] == TRUE
    assert good["truth"]["sha256"] == sha(study.truth)


def test_every_report_for_people_marks_what_was_made_again(run: Run, study: Study, tmp_path: Path) -> None:
    done = run("render", "runs", "--recompute", "--html", "--md", "--text", "-o", "reports")
    assert done.code == 0, done.err
    for name in ("index.html", "report.html", "report.md", "report.txt"):
        file = tmp_path / "reports" / name
        if file.exists():
            text = file.read_text()
            assert "✓✓" in text, name
            assert sha(study.truth)[:12] in text, name
    latex = run("render", "runs", "--recompute", "--latex", "-o", "-").out
    assert r"good $\surd$$\surd$ &" in latex
    assert sha(study.truth)[:12] in latex
    assert "good,finished,✓✓," in run("render", "runs", "--recompute", "--csv", "-o", "-").out
    assert "✓✓" not in run("render", "runs", "--text", "-o", "-").out
    assert "made again" not in run("render", "runs", "--csv", "-o", "-").out


def test_the_sentences_are_there_in_chinese(run: Run, study: Study) -> None:
    assert "重新算出" in run("recompute", "runs", "--lang", "zh").out


def test_without_the_extra_a_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install hotcoco$"):
        scoring.require()


def test_diff_says_how_sure_the_difference_is_and_where_ap_is_lost(run: Run, study: Study) -> None:
    better = detections(KNOWN, 3, noise=1)
    study.run("better", better, evaluated(KNOWN, better), lr=0.005)
    done = run("diff", "good", "better", "runs", "--recompute")
    assert done.code == 0, done.err
    told = " ".join(done.out.split())
    assert "B is better in bbox AP by +" in told
    assert "95 % interval +" in told
    assert "lost by misses" in told
    data = json.loads(run("diff", "good", "better", "runs", "--recompute", "--format", "json").out)
    (side,) = data["predictions"]
    difference = evaluated(KNOWN, better)["AP"] - TRUE["AP"]
    assert side["difference"]["points"] == pytest.approx(100 * difference)
    assert side["difference"]["verdict"] == "better"
    assert "95 %" not in run("diff", "good", "better", "runs").out


def test_diff_draws_masks_again_as_it_does_boxes(run: Run, tmp_path: Path) -> None:
    known = truth(images=12, masks=True)
    study = Study(tmp_path / "runs", known)
    for name, noise in (("one", 9), ("two", 1)):
        rows = [row | {"segmentation": [corners(row["bbox"])]} for row in detections(known, 3, noise)]
        study.run(name, rows, evaluated(known, rows, "segm"), lr=noise, task="segm")
    told = " ".join(run("diff", "one", "two", "runs", "--recompute").out.split())
    assert "B is better in segm AP by +" in told
    assert "segm at IoU 0.5" in told


def test_where_ap_is_lost_is_told_in_json_and_on_the_page(run: Run, study: Study) -> None:
    run("check", "runs", "--recompute")
    (told,) = json.loads(run("recompute", "runs", "--format", "json").out)
    assert "lost by misses" in told["losses"]
    run("render", "runs", "--recompute", "--html", "-o", "page.html")
    assert "lost by misses" in (study.folder.parent / "page.html").read_text()


def test_diff_judges_predictions_where_a_run_prints_other_numbers_and_says_so(run: Run, study: Study) -> None:
    study.run("bad", detections(KNOWN, 2), evaluated(KNOWN, OTHER_ROWS), lr=0.005)
    told = " ".join(run("diff", "good", "bad", "runs", "--recompute").out.split())
    assert "runs/bad prints other numbers: the verdict is of its predictions." in told


def test_diff_without_predictions_says_why_there_is_no_verdict(run: Run, study: Study) -> None:
    study.run("bad", "[", TRUE, lr=0.005)
    told = " ".join(run("diff", "good", "bad", "runs", "--recompute").out.split())
    assert "No verdict from the predictions: bbox: the predictions of runs/bad were not evaluated." in told


def test_of_a_part_of_the_images_no_interval_is_told(run: Run, study: Study) -> None:
    for name, noise in (("one", 3), ("two", 9)):
        rows = [row for row in detections(KNOWN, 5, noise) if row["image_id"] <= 6]
        images = sorted({row["image_id"] for row in rows})
        study.run(name, rows, evaluated(KNOWN, rows, imgIds=images), lr=noise, images=len(images))
    told = " ".join(run("diff", "one", "two", "runs", "--recompute").out.split())
    assert "only boxes and masks are drawn again, by COCO's protocol on all images" in told


def test_group_shows_images_apart_from_seeds(run: Run, study: Study) -> None:
    other = detections(KNOWN, 4)
    study.run("again", other, evaluated(KNOWN, other), lr=0.001)
    told = " ".join(run("group", "runs", "--recompute").out.split())
    assert "lr 0.001: the AP of one run varies by ±" in told
    assert "lr 0.001: over seeds it varies by ±" in told
    assert "over images" not in run("group", "runs").out
