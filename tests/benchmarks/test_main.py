"""The benchmark makes its files, prints its table and cleans up. Times are never asserted."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import peers, scale, table
from benchmarks.__main__ import main
from benchmarks.formats import formats
from benchmarks.patterns import PATTERNS
from benchmarks.targets import TARGETS
from benchmarks.trees import SIZES, Trees, files
from fcosreport.reading.file import read
from tests.conftest import ROOT, block


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of real logs, which here is one log."""
    log = tmp_path / "corpus" / "detr" / "001__owner__project__log.txt"
    log.parent.mkdir(parents=True)
    log.write_text(f"lr: 0.001\n{block()}" * 5)
    return tmp_path / "corpus"


def test_the_table_has_a_row_for_each_target(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tree").mkdir()
    main(["--size", "tiny", "--runs", "1", "--tree", str(tmp_path / "tree"), "--corpus", str(corpus)])
    heading, table = capsys.readouterr().out.split("\n\n")
    assert heading.startswith("`python -m benchmarks --size tiny`: medians of 1 run in which")
    rows = [line.strip("|").split("|") for line in table.splitlines()]
    assert [word.strip() for word in rows[0]] == [
        *("work", "target", "measured", "CPU seconds", "wall seconds", "load", "met")
    ]
    assert len(rows) - 2 >= len(TARGETS)
    assert all(len(row) == 7 and row[-1].strip() in ("yes", "no", "") for row in rows[2:])
    assert not any((tmp_path / "tree").iterdir())


def test_some_targets_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["json_lines", "--size", "tiny", "--runs", "1", "--tree", str(tmp_path)])
    (row,) = capsys.readouterr().out.splitlines()[4:]
    assert row.startswith("| curves in JSON lines")
    assert " x mmdetection's loop" in row


def test_a_peer_that_is_not_installed_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "find_spec", lambda name: None)
    main(["json_lines", "tensorboard", "--size", "tiny", "--runs", "1", "--tree", str(tmp_path)])
    lines, scalars = capsys.readouterr().out.splitlines()[4:]
    assert "polars is not installed" in lines
    assert "| not measured: tbparse is not installed |" in scalars


def test_the_table_is_put_between_the_marks_of_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "speed.md"
    document.write_text(f"# Speed\n\n{table.BEGIN}an older one\n{table.END}\n\nSo it is.\n")
    words = ["real", "--size", "tiny", "--corpus", str(tmp_path / "none"), "--tree", str(tmp_path)]
    main([*words, "--write", str(document)])
    printed = capsys.readouterr().out
    assert "| not measured: " in printed
    assert document.read_text() == f"# Speed\n\n{table.BEGIN}{printed}{table.END}\n\nSo it is.\n"


@pytest.mark.parametrize("text", ["# Speed\n", f"{table.END}\n{table.BEGIN}", f"{table.BEGIN}{table.END}\n" * 2])
def test_a_document_without_the_marks_is_told_before_anything_is_measured(text: str, tmp_path: Path) -> None:
    document = tmp_path / "speed.md"
    document.write_text(text)
    with pytest.raises(SystemExit, match="Put them there, once"):
        main(["--write", str(document)])
    assert document.read_text() == text


def test_stores_of_several_sizes_are_measured_and_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "SIZES", (20, 40, 1000))
    main(["scale", "--most", "40", "--svg", str(tmp_path / "scale.svg"), "--tree", str(tmp_path)])
    printed = capsys.readouterr()
    rows = re.findall(r"^\| (.+?) \| ([\d.]+) s, ([\d,]+) MB \| ([\d.]+) s, ([\d,]+) MB \|$", printed.out, re.MULTILINE)
    assert [name for name, *_ in rows][:2] == ["the first join", "check"]
    assert all(float(number.replace(",", "")) > 0 for _, *numbers in rows for number in numbers)
    assert "<svg" in (tmp_path / "scale.svg").read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["scale.svg"]


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        trees = Trees(tmp_path / name, SIZES["tiny"])
        trees.make()
        made.append([(path.relative_to(trees.root), path.read_bytes()) for path in files(trees.root)])
    assert made[0] == made[1]


@pytest.mark.parametrize("name", [each.name for each in formats()])
def test_every_format_is_one_that_is_read(name: str, tmp_path: Path) -> None:
    trees = Trees(tmp_path, SIZES["tiny"])
    trees.make()
    path = next(path for path in files(trees.logs) if path.name == name)
    reading = read(path, str(path), "log")
    assert sum(curve.count for segment in reading.segments for curve in segment.curves) > 50


def proportion(*arguments: str) -> list[str]:
    """The lines that the measuring of patterns prints: in a program of its own, as it parts into processes."""
    command = (sys.executable, "-m", "benchmarks", "proportion", *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.splitlines()


def test_patterns_are_measured_in_two_sizes() -> None:
    head, _, *rows = proportion("note: wide table of settings", "log: Task: bbox", "--sizes", "0.01", "0.02")
    assert head == "| pattern | 0.01 MB | 0.02 MB | met |"
    (row,) = rows
    assert re.fullmatch(r"\| note: wide table of settings \| [\d.]+ \| [\d.]+ \| (yes|no) \|", row)


def test_the_memory_of_a_process_that_reads_many_files_is_told() -> None:
    _, _, *rows = proportion("--files", "6")
    assert [re.sub(r"\d+ MB", "MB", row) for row in rows] == [f"| {number} | MB |" for number in range(1, 7)]


def test_patterns_are_of_the_size_that_is_asked_for_and_the_same_each_time() -> None:
    assert len(PATTERNS) > 80
    for name, pattern in PATTERNS.items():
        text = pattern.text(20_000)
        assert text == pattern.text(20_000), name
        assert len(text.encode()) >= 10_000, name
