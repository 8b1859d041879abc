"""The quality tables: faults planted in a small corpus of our own, and real ones; what is found of them is counted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import quality, real_quality
from benchmarks.clean_runs import METRICS, block_text, clean_runs, last_block
from benchmarks.real_quality import Judged, judged, real_cases
from fcosreport.judging.rule import rules
from tests.adopt import GOLDEN, compare
from tests.conftest import FAIR, GOOD, ROOT, block

OTHER = "0.322 0.511 0.338 0.181 0.357 0.421 0.288 0.481 0.516 0.301 0.561 0.667"


FAMILY = f"""
[[fault]]
name = "all zero"
source = "someone/somewhere issue 1"
says = "Every number is 0."
finds = ["FR111"]
[fault.files]
"eval.log" = '''
{{bbox: {" ".join(["0.000"] * 12)}}}
'''

[[fault]]
name = "nothing tells it"
source = "someone/somewhere issue 2"
says = "The wrong images were tested."
[fault.files]
"eval.log" = '''
{{bbox: {GOOD}}}
'''

[[look_alike]]
name = "six numbers"
source = "someone/somewhere issue 3"
says = "Recall was not printed."
[look_alike.files]
"eval.log" = '''
{{bbox: {" ".join(GOOD.split()[:6])}}}
'''

[[look_alike]]
name = "four zeros after all"
source = "someone/somewhere issue 4"
says = "Called right by whoever wrote it down, and told as an error."
[look_alike.files]
"eval.log" = '''
{{segm: {" ".join(["0.000"] * 12)}}}
'''
"""


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


def test_the_real_table_counts_what_is_found_missed_and_false(tmp_path: Path) -> None:
    (tmp_path / "one_family.toml").write_text(FAMILY)
    results = [judged(case) for case in real_cases(tmp_path)]
    told = list(real_quality.tables(results))
    assert "| one family | 2 | 1 | 50.0 % | 2 | 1 |" in told
    assert "| all | 2 | 1 | 50.0 % | 2 | 1 |" in told
    assert "| errors | 1 | 1 | 50.0 % |" in told
    assert "| warnings | 0 | 0 | - |" in told
    missed, false = real_quality.open_ends(results)
    assert missed.startswith("Missed: one family: nothing tells it: The wrong images were tested. (no rule; someone/")
    assert false.startswith("False: one family: four zeros after all: FR111 zero-result: ")


def test_a_block_in_braces_stands_for_the_lines_of_pycocotools(tmp_path: Path) -> None:
    (tmp_path / "one_family.toml").write_text(FAMILY)
    zero, _, six, masks = (case.files["eval.log"] for case in real_cases(tmp_path))
    assert zero == block(" ".join(["0.000"] * 12))
    assert six == "".join(block().splitlines(keepends=True)[:7])
    assert "Evaluate annotation type *segm*" in masks


def test_an_entry_that_lacks_a_part_or_has_another_kind_is_named(tmp_path: Path) -> None:
    file = tmp_path / "one_family.toml"
    file.write_text(FAMILY.replace('says = "Every number is 0."', ""))
    with pytest.raises(TypeError, match="says"):
        real_cases(tmp_path)
    file.write_text(FAMILY.replace("[[fault]]", "[[falut]]").replace("[fault.files]", "[falut.files]"))
    with pytest.raises(TypeError, match=r"one_family\.toml.*falut"):
        real_cases(tmp_path)


def test_every_real_entry_is_whole() -> None:
    cases, codes = real_cases(), {rule.code for rule in rules()}
    assert len({case.name for case in cases}) == len(cases)
    for case in cases:
        assert case.source, case.name
        assert case.says.endswith("."), case.name
        assert case.files, case.name
        assert {*case.finds, *case.also} <= codes, case.name
        assert case.is_fault or not case.finds, case.name
    assert sum(case.is_fault for case in cases) >= 80
    assert sum(not case.is_fault for case in cases) >= 80


def test_what_is_found_of_the_real_faults_today_stays_found() -> None:
    """The committed list of what is not right yet may only shrink: what goes is adopted, and nothing comes."""
    results = [judged(case) for case in real_cases()]
    listed, document = GOLDEN / "real_faults_open.txt", ROOT / "docs/quality.md"
    now = [line for result in results for line in _open(result)]
    new = set(now) - set(listed.read_text().splitlines())
    assert not new, f"was right until now, or is of a new entry and belongs into {listed.name}: {sorted(new)}"
    before, _, rest = document.read_text().partition("<!-- real faults -->\n")
    behind = rest.partition("<!-- end real faults -->\n")[2]
    told = "\n".join(("<!-- real faults -->", *real_quality.tables(results), "<!-- end real faults -->\n"))
    compare({listed: "".join(f"{line}\n" for line in now), document: f"{before}{told}{behind}"})


def _open(result: Judged) -> list[str]:
    case = result.case
    missed = [f"missed: {case.family}: {case.name}"] if result.is_missed else []
    return [*missed, *(f"false: {case.family}: {case.name}: {finding.code}" for finding in result.false)]
