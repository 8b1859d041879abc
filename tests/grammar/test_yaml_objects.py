"""Objects of a YAML document."""

import pytest

from fcosreport.dialects.metric_lines import MetricLines
from fcosreport.dialects.printed_results import PrintedResults
from fcosreport.grammar.yaml_objects import yaml_objects
from fcosreport.records import TableRow
from tests.dialects.feeding import evaluations, feed

RUNS = "- name: base\n  lr: 0.01\n  mAP: 0.412\n- name: big\n  lr: 0.02\n  mAP: 0.433\n"


@pytest.mark.parametrize("text", [RUNS, f"experiments:\n{RUNS}"])
def test_a_list_of_runs_has_a_run_an_item(text: str) -> None:
    rows = [each for each in feed(PrintedResults, text, path="runs.yaml") if isinstance(each, TableRow)]
    assert [(row.label, row.results[0]["AP"], row.settings[0].value) for row in rows] == [
        ("base", 0.412, 0.01),
        ("big", 0.433, 0.02),
    ]
    assert not feed(MetricLines, text, path="runs.yaml")


def test_what_stands_in_no_list_is_one_object_and_models_in_it_are_told_apart() -> None:
    found = evaluations(feed(PrintedResults, "eval:\n  bbox: {AP: 0.41, AP50: 0.6}\n", path="eval.yml"))
    assert [(each.task, each["AP50"]) for each in found] == [("bbox", 0.6)]
    two = "yolov8n:\n  mAP50: 0.61\nyolov8s:\n  mAP50: 0.62\n"
    assert [each.weights for each in evaluations(feed(PrintedResults, two, path="eval.yml"))] == ["yolov8n", "yolov8s"]


def test_a_configuration_holds_no_result() -> None:
    text = "optimizer: {lr: 0.01}\nepochs: 12\niou_threshold: 0.5\nmap_location: 0.0\n"
    assert feed(PrintedResults, text, path="config.yaml") == []


def test_items_stand_at_their_lines_and_no_nest_is_too_deep() -> None:
    assert [each.begin for each in yaml_objects(b"a: 1\nb:\n- c: 2\n- d: 3\n")] == [8, 15, 0]
    assert yaml_objects(b"[" * 5000) == []
    assert yaml_objects(b"a: &a [*a, {b: *a}]\n")


@pytest.mark.parametrize("empty", ["{}", "{mAP: 0.5}", "[]"])
@pytest.mark.parametrize("nest", ["{{{}}}", "[{}]"])
def test_aliases_that_stand_for_many_are_looked_at_as_far_as_is_set(empty: str, nest: str) -> None:
    names = (f"k{at}: " if "{{" in nest else "" for at in range(9))
    inner = ", ".join(f"{name}*a{{0}}" for name in names)
    lines = [f"a0: &a0 {empty}", *(f"a{at + 1}: &a{at + 1} {nest.format(inner.format(at))}" for at in range(12))]
    assert len(yaml_objects("\n".join(lines).encode())) < 20_000
