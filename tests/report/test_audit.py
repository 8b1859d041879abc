"""A tree of published models is told as an audit: coverage, contradictions by folder, links; and no experiments."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import fcosreport
from fcosreport.renderers.console import render as text
from fcosreport.renderers.json import render as as_json
from fcosreport.renderers.markdown import render as markdown
from fcosreport.report.audit import audit
from fcosreport.report.report import Report
from tests.conftest import GOOD, block

HEAD = "# {0}\n\n| Model | box AP | Config | Download |\n|---|---|---|---|\n"
ROW = "| {0}-{1} | {2:.1f} | [config](./{0}_r{1}.py) | [model](h/{0}_r{1}_bbox_mAP-0.{3:03}_2020-0a2e9f11.pth) |\n"
ENTRY = "  - Name: {0}_r{1}\n    Config: {0}_r{1}.py\n    Results:\n      - Metrics:\n          box AP: {2:.1f}\n"
TUTORIAL = f"# Try it\n\n```\n{block('0.968 1.000 1.000 ' + ' '.join(['0.97'] * 9))}```\n"


def zoo(folder: Path, wrong: Mapping[str, float], models: int = 20) -> Report:
    """A package with the pages of two methods, on which the first row of some prints another AP."""
    for name in ("fcos", "atss"):
        page, index = HEAD.format(name), "Models:\n"
        for number in range(models):
            ap = 30 + number / 2
            page += ROW.format(name, number, wrong.get(name, ap) if not number else ap, round(10 * ap))
            index += ENTRY.format(name, number, ap)
        for path, content in ((f"{name}/README.md", page), (f"{name}/metafile.yml", index)):
            (folder / "pkg/configs" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "pkg/configs" / path).write_text(content)
    (folder / "pkg/docs").mkdir(exist_ok=True)
    (folder / "pkg/docs/guide.md").write_text(TUTORIAL)
    return fcosreport.load(folder / "pkg")


def test_a_zoo_is_told_by_coverage_contradictions_and_links_and_has_no_experiments(tmp_path: Path) -> None:
    report = zoo(tmp_path, {"fcos": 31.7})
    found = audit(report)
    assert found
    assert found.coverage == "40 of 40 entries compared"
    assert [(part.title, part.count) for part in found.parts] == [("Contradictions", 1), ("Links", 1)]
    ((folder, (finding,)),) = found.parts[0].folders
    assert (Path(folder).name, finding.code) == ("fcos", "FR511")
    assert finding.explanations == ("The name of the linked weights says AP 0.300, as the metafile.yml does.",)
    assert not report.experiments
    assert not [each for each in report.findings if each.code == "FR115"]


def test_each_output_tells_the_audit(tmp_path: Path) -> None:
    report = zoo(tmp_path, {"fcos": 31.7})
    for told in (text(report), markdown(report)):
        assert "40 of 40 entries compared" in told
        assert "80 published rows" in told
        assert "0 experiments" not in told
    assert "✖ FR511" in text(report)
    made = json.loads(str(as_json(report)))
    numbers = [n for part in made["audit"]["parts"] for each in part["folders"] for n in each["findings"]]
    assert sorted(numbers) == list(range(len(made["findings"])))


def test_a_sound_zoo_says_how_much_was_compared_and_no_more(tmp_path: Path) -> None:
    found = audit(zoo(tmp_path, {}))
    assert found
    assert (found.coverage, found.parts) == ("40 of 40 entries compared", ())


@pytest.mark.parametrize("beside", ["a log", "a note that cites one", "few models"])
def test_what_holds_runs_or_few_models_is_no_zoo(tmp_path: Path, beside: str) -> None:
    (tmp_path / "pkg").mkdir()
    if beside == "a log":
        (tmp_path / "pkg/run.log").write_text(block(GOOD))
    if beside == "a note that cites one":
        (tmp_path / "pkg/note.md").write_text(f"# run a\n\nlog: work/a/log.txt\n\nlr 0.01\n\n```\n{block(GOOD)}```\n")
    report = zoo(tmp_path, {}, 5 if beside == "few models" else 20)
    assert audit(report) is None
    assert bool(report.experiments) == (beside != "few models")  # whose guide holds an example
    assert json.loads(str(as_json(report)))["audit"] is None


def test_a_vendored_copy_and_a_translation_give_a_finding_once(tmp_path: Path) -> None:
    zoo(tmp_path, {"fcos": 31.7})
    copy, translated = (tmp_path / "pkg" / each for each in ("third_party/fcos", "configs/fcos"))
    copy.mkdir(parents=True)
    page = (tmp_path / "pkg/configs/fcos/README.md").read_text()
    (copy / "README.md").write_text(page)
    (copy / "metafile.yml").write_text((translated / "metafile.yml").read_text())
    (translated / "README_zh-CN.md").write_text(page.replace("Model", "模型"))
    report = fcosreport.load(tmp_path / "pkg")
    assert sorted(each.code for each in report.findings) == ["FR511", "FR513"]
