"""A finding quotes what it points at."""

import gzip
from pathlib import Path

from msgspec.structs import replace

from fcosreport.records import Finding, Source, Where
from fcosreport.report.quoting import excerpt, quoted, side_by_side
from fcosreport.report.report import Report
from tests.baseline import baseline
from tests.lively import lively
from tests.renderers.rendering import EMPTY


def read(path: Path, *, size: int | None = None) -> Report:
    return replace(EMPTY, sources=(Source(str(path), "log", path.stat().st_size if size is None else size),))


def test_the_cited_lines_are_those_of_the_file_whatever_ends_them(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_bytes("one\r\ntwo\rthree\n四\n".encode())
    places = [Where(str(log), 2), Where(str(log), 4), Where(str(log), 9)]
    assert {where.line: text.strip() for where, text in quoted(read(log), places).items()} == {2: "two", 4: "四"}


def test_what_changed_went_away_or_is_packed_is_not_quoted(tmp_path: Path) -> None:
    log, packed = tmp_path / "log.txt", tmp_path / "log.txt.gz"
    log.write_text("one\n")
    packed.write_bytes(gzip.compress(b"one\n"))
    assert quoted(read(log, size=3), [Where(str(log), 1)]) == {}
    assert quoted(read(packed), [Where(str(packed), 1)]) == {}
    assert quoted(EMPTY, [Where(str(log), 1)]) == {}  # nothing was read there
    known = read(log)
    log.unlink()
    assert quoted(known, [Where(str(log), 1)]) == {}


def test_what_is_no_text_is_not_quoted(tmp_path: Path) -> None:
    log = tmp_path / "events.out.tfevents.1"
    log.write_bytes(b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22\x09\0\n" * 9)
    assert quoted(read(log), [Where(str(log), 1)]) == {}


def test_of_a_long_line_the_stretch_is_shown_that_the_finding_speaks_of() -> None:
    assert excerpt("lr = 0.01\n", "lr is odd") == "lr = 0.01"
    shown = excerpt(f"{'x' * 900} warmup=none {'y' * 900}", "There is no warmup.")
    assert "warmup=none" in shown
    assert len(shown) == 142
    assert (shown[0], shown[-1]) == ("…", "…")


def test_of_a_long_line_of_json_the_cited_value_is_shown_and_not_the_beginning() -> None:
    settings = ", ".join(f'"setting{number}": 0.3{number}' for number in range(90))
    line = f'{{"run": "lr1en3", "lr": 0.001, {settings}, "score_threshold": 0.3, {settings}}}'
    assert '"score_threshold": 0.3,' in excerpt(line, "lr1en3 was evaluated without detections of a score below 0.3.")
    line = f'{{"run": "lr1en3", {settings}, "AP": 0.418766, "AP50": 0.6412, {settings}}}'
    assert '"AP50": 0.6412' in excerpt(line, "lr1en3 and lr5en3 share all 12 numbers (AP 0.4187, AP50 0.641, ...).")
    assert excerpt(line, "What nobody speaks about.").startswith('{"run"')


def test_a_duplicate_is_shown_side_by_side() -> None:
    report = baseline()
    pair = side_by_side(report.findings[0], {each.id: each for each in report.experiments})
    assert pair
    assert pair.rows[0] == ("AP", "0.292", "0.292", True)
    assert (len(pair.rows), pair.agreeing) == (12, 12)


def test_evaluations_of_one_run_are_no_pair() -> None:
    (experiment,) = lively(1).experiments
    places = tuple(Where(each.where.path, line) for line, each in enumerate(experiment.evaluations))
    told = tuple(replace(each, where=where) for each, where in zip(experiment.evaluations, places, strict=True))
    finding = Finding("FR1", "odd", "error", "Odd.", (experiment.id,), places)
    assert side_by_side(finding, {experiment.id: replace(experiment, evaluations=told)}) is None
