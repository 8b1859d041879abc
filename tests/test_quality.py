"""The quality table: faults are planted in a small corpus of our own, and what is found of them is counted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import quality
from benchmarks.clean_runs import METRICS, block_text, clean_runs, last_block
from tests.conftest import FAIR, GOOD, block

OTHER = "0.322 0.511 0.338 0.181 0.357 0.421 0.288 0.481 0.516 0.301 0.561 0.667"


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    entries = []
    for number, numbers in enumerate((GOOD, FAIR, OTHER)):
        name = f"logs/{number:03}__me__log.txt"
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(block(numbers))
        metrics = last_block(file.read_text())
        assert metrics
        first = {"metrics": metrics.values(file.read_text()), "iou_type": "bbox"}
        entries.append(
            {
                **{"file": name, "family": "logs", "path": f"run{number}/log.txt", "n_blocks": 1},
                **{"counts": {"block12": 1}, "iou_types": ["bbox"], "expected": {"first": first}},
            }
        )
    wrong = [{"files": [entries[2]["file"]], "flag": True, "kind": "", "why": ""}]
    (tmp_path / "manifest.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    (tmp_path / "anomalies.json").write_text(json.dumps(wrong))
    return tmp_path


def test_the_table_counts_what_is_planted_and_found(small_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quality.main(["--seeds", "1", "--corpus", str(small_corpus)])
    out = capsys.readouterr().out
    assert "| AP above AP50 | 5 | 5 | 100.0 % |" in out
    assert "| one vector in two runs | 5 | 5 | 100.0 % |" in out
    assert "| one-digit typo in a note | 5 | 5 | 100.0 % |" in out
    assert "| nan loss before an evaluation | 0 | | no run to plant it in |" in out
    assert "2 clean files, 2 experiments" in out
    assert "| percent for fraction in one run | 5 | 5 | 100.0 % |" in out
    assert "| errors | 0 | 0.0 | 0 | 0.0 |" in out


def test_a_reviewed_finding_counts_as_true_with_its_reason(small_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = clean_runs(small_corpus)
    flat = "0.570 0.573 0.572 0.226 0.424 0.502 0.325 0.536 0.572 0.367 0.617 0.726"
    odd = [replace(runs[0], text=block(flat)), runs[1]]
    assert "| warnings | 1 | 50.0 | 1 | 50.0 |" in list(quality.false_alarms(odd))
    monkeypatch.setattr(quality, "TRUE_ALARMS", (("flat-over-iou", "run0/", "a toy"),))
    told = list(quality.false_alarms(odd))
    assert "| warnings | 1 | 50.0 | 0 | 0.0 |" in told
    assert told[-1] == "   True: a toy"


def test_flagged_files_are_not_clean(small_corpus: Path) -> None:
    assert [run.place for run in clean_runs(small_corpus)] == ["logs_000/run0/log.txt", "logs_001/run1/log.txt"]


def test_a_block_is_changed_where_it_stands() -> None:
    text = f"before\n{block(GOOD)}after\n"
    found = last_block(text)
    assert found
    assert found.values(text)["AR100"] == 0.572
    assert found.written(text, {"AP": "0.4", "ARl": "0.1234"}) == text.replace("0.387", "0.4").replace(
        "0.726", "0.1234"
    )
    assert last_block("\n".join(text.splitlines()[:9])) is None


def test_a_written_block_is_read_back() -> None:
    text = block_text({name: f"0.{number + 100}" for number, name in enumerate(METRICS)})
    found = last_block(text)
    assert found
    assert found.values(text)["ARl"] == 0.111


def test_a_corpus_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        quality.main(["--corpus", str(tmp_path)])
    assert "--corpus" in capsys.readouterr().err
