"""The note that the project exists for, and the corpus as a whole, through the command line."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.conftest import FAIR, GOOD, POOR, Run
from tests.rules.asking import found


def checked(run: Run, path: Path, code: int) -> dict[str, Any]:
    done = run("check", path, "--format", "json")
    assert done.code == code, done.err
    report: dict[str, Any] = json.loads(done.out)
    return report


def test_the_founding_note_gives_its_seven_experiments_and_three_faults(run: Run, founding_note: Path) -> None:
    report = checked(run, founding_note, 1)
    experiments = report["experiments"]
    assert Counter(each["state"] for each in experiments) == {"finished": 2, "suspect": 2, "failed": 1, "planned": 2}
    assert "memory" in next(each["reason"] for each in experiments if each["state"] == "failed")
    assert [each["settings"]["lr"] for each in experiments] == [0.01, 0.01, 1e-4, 1e-3, 5e-3, 0.01, 0.01]
    printed = [float(number) for number in re.findall(r"\] = (\d\.\d+)", founding_note.read_text(encoding="utf-8"))]
    read = [value for each in experiments for e in each["evaluations"] for value in e["metrics"].values()]
    assert read == printed
    found = [(each["severity"], each["code"]) for each in report["findings"]]
    assert [each for each in found if each[0] != "info"] == [
        ("error", "FR401"),
        ("warning", "FR201"),
        ("warning", "FR202"),
    ]
    assert ("info", "FR503") in found
    duplicate = report["findings"][0]["message"]
    assert "1e-3" in duplicate
    assert "5e-3" in duplicate


def test_without_the_duplicate_the_founding_note_passes(run: Run, founding_note: Path, tmp_path: Path) -> None:
    text = founding_note.read_text(encoding="utf-8")
    start = text.index("lr = 5e-3")
    other = re.sub(r"\] = 0\.(\d)", lambda found: f"] = 0.{max(1, int(found[1]) - 1)}", text[start:])
    note = tmp_path / "note.md"
    note.write_text(text[:start] + other, encoding="utf-8")
    report = checked(run, note, 0)
    assert [each["code"] for each in report["findings"] if each["severity"] != "info"] == ["FR201", "FR202"]
    assert Counter(each["state"] for each in report["experiments"])["finished"] == 4


def test_the_table_of_the_founding_note_is_kept_in_it(run: Run, founding_note: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_bytes(before := founding_note.read_bytes())
    assert run("note", "update", "note.md", "--append").code == 0
    after = note.read_bytes()
    above, below = before.split("☑️的表格\n".encode())
    assert after.startswith(above)
    assert after.endswith(below)
    made = after[len(above) : -len(below)].decode()
    rows = [line.split(" | ") for line in made.splitlines() if line.startswith("| `")]
    states = ["☑️ 完成", "❌ 失败", "☑️ 完成", "⚠️ 存疑", "⚠️ 存疑", "☐ 计划中", "☐ 计划中"]
    assert [row[1].partition(":")[0] for row in rows] == states
    assert "显存不足" in rows[1][1]
    assert rows[3][1].endswith("FR401 duplicate-metrics")
    assert made.splitlines()[4].endswith("| segm AP |")
    assert "**0.387**" in rows[0]
    assert run("note", "update", "note.md", "--check").code == 0
    steps = json.loads(run("render", "note.md", "--json", "-o", "-").out)["steps"]
    assert [(each["task"], each["done"]) for each in steps] == [(None, True), ("segm", False)]


def test_masks_stay_an_open_step_of_the_founding_note(run: Run, founding_note: Path) -> None:
    steps = checked(run, founding_note, 1)["steps"]
    assert [(each["task"], each["done"]) for each in steps] == [(None, False), ("segm", False)]


def test_on_the_corpus_no_legitimate_repeat_is_a_duplicate(run: Run, corpus: Path) -> None:
    report = json.loads(run("check", corpus, "--format", "json").out)
    files = {each["id"]: set(each["files"]) for each in report["experiments"]}
    anomalies = json.loads((corpus / "anomalies.json").read_text(encoding="utf-8"))
    named = [
        {Path(file).name for each in finding["experiments"] for file in files[each]}
        for finding in report["findings"]
        if finding["code"] in ("FR401", "FR402")
    ]
    for anomaly in anomalies:
        here = {Path(file).name for file in anomaly["files"]}
        if not anomaly["flag"]:
            assert not any(len(here & names) > 1 for names in named), anomaly
        elif anomaly["kind"] == "duplicate":
            assert any(here <= names for names in named), anomaly


PUBLISHED = {"name": "published model", "lr": 0.01, "train_batch_size": 4, "note_bbox": GOOD, "cited": "run/published"}
SWEEP = {"group": "note.md#sweep", "title": "other lr and batch size", "train_batch_size": 4}
FOUNDING: list[dict[str, object]] = [
    PUBLISHED,
    {"name": "original", "state": "failed", "reason": "out of memory", "lr": 0.01, "train_batch_size": 4},
    {"name": "lr1en4", "lr": 1e-4, "note_bbox": POOR, "cited": "run/lr1en4", **SWEEP},
    {"name": "lr1en3", "lr": 1e-3, "note_bbox": FAIR, "cited": "run/lr1en3", **SWEEP},
    {"name": "lr5en3", "lr": 5e-3, "note_bbox": FAIR, "cited": "run/lr5en3", **SWEEP},
    {"name": "from scratch", "lr": 0.01, "train_batch_size": 4, "init": "scratch", "norm": "frozen"},
    {"name": "from scratch, BN", "lr": 0.01, "train_batch_size": 4, "init": "scratch", "norm": "bn"},
    {"step": "make the table"},
    {"step": "test their masks", "task": "segm"},
]


def test_the_founding_note_gives_its_three_faults_and_nothing_false() -> None:
    findings = found(FOUNDING)
    assert [(finding.code, finding.severity) for finding in findings if finding.severity != "info"] == [
        ("FR401", "error"),
        ("FR201", "warning"),
        ("FR202", "warning"),
    ]
    assert [finding.code for finding in findings if finding.severity == "info"] == ["FR201", "FR502", "FR503"]
    duplicate, rate, scratch = findings[:3]
    assert duplicate.experiments == ("lr1en3", "lr5en3")
    assert "lr = 0.001" in duplicate.message
    assert "lr = 0.005" in duplicate.message
    assert "all 12 bbox numbers (AP 0.292" in duplicate.message
    assert "by hand" in duplicate.explanations[0]
    assert duplicate.explanations[-1].startswith("Chance:")
    assert rate.experiments == ("published model", "original", "from scratch", "from scratch, BN")
    assert scratch.experiments == ("from scratch",)


def test_without_the_duplicate_the_founding_note_has_no_error() -> None:
    assert all(finding.severity != "error" for finding in found([*FOUNDING[:4], *FOUNDING[5:]]))
