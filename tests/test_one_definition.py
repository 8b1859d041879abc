"""What is said in several places is one thing everywhere: that a run failed, that runs are repeats, what is kept."""

import json
from pathlib import Path

import pytest

from fcosreport.judging.cases import FAIR, GOOD, JOINED, records_of
from fcosreport.judging.check import check
from fcosreport.judging.handbook import markdown
from fcosreport.judging.rule import Fault, NotRun, Rule, rules
from fcosreport.notes import read
from fcosreport.records import Evaluation, Event, EventKind, Finding, Records, Where, failure
from fcosreport.settings import Settings
from tests.conftest import Run, block

BROKEN = """Traceback (most recent call last):
  File "wandb/sdk.py", line 9, in finish
BrokenPipeError: [Errno 32] Broken pipe
"""
TRAINING = """Namespace(data_path='coco', model='fcos_resnet50_fpn', lr=0.01, epochs=1, start_epoch=0, batch_size=16)
Epoch: [0]  [  0/100]  eta: 0:10:00  lr: 0.000010  loss: 2.1 (2.1)  time: 0.5  data: 0.1  max mem: 3000
Epoch: [0]  [ 50/100]  eta: 0:05:00  lr: 0.010000  loss: 1.5 (1.8)  time: 0.5  data: 0.1  max mem: 3000
"""
ENDED = "Training time 1:00:00\n"


def events(*told: tuple[EventKind, str, int]) -> tuple[Event, ...]:
    return tuple(Event(kind, kind, Where(path, line)) for kind, path, line in told)


def evaluations(*places: tuple[str, int]) -> tuple[Evaluation, ...]:
    return tuple(Evaluation("bbox", (), Where(*place)) for place in places)


@pytest.mark.parametrize(
    ("told", "measured", "line"),
    [
        ([("error", "log", 90)], [("log", 50)], 90),
        ([("error", "log", 40)], [("log", 50)], None),
        ([("error", "log", 40), ("finished", "log", 90)], [], None),
        ([("finished", "log", 60), ("error", "log", 90)], [("log", 50)], None),
        ([("finished", "log", 60), ("started", "log", 70), ("error", "log", 90)], [("log", 50)], None),
        ([("finished", "log", 60), ("resumed", "log", 70), ("killed", "log", 90)], [("log", 50)], 90),
        ([("out of memory", "log", 70), ("killed", "log", 90)], [("log", 50)], 70),
        ([("error", "first", 90)], [("second", 50)], None),
        ([("error", "first", 90), ("resumed", "second", 1)], [("first", 50), ("second", 50)], None),
        ([("error", "first", 90), ("resumed", "second", 1), ("nan", "second", 60)], [("first", 5), ("second", 50)], 60),
        ([("missing keys", "log", 90)], [], None),
    ],
)
def test_a_run_failed_where_nothing_but_its_failure_comes_last(
    told: list[tuple[EventKind, str, int]], measured: list[tuple[str, int]], line: int | None
) -> None:
    found = failure(events(*told), evaluations(*measured))
    assert (found.where.line if found else None) == line


def test_a_twin_that_prints_the_same_evaluation_tells_its_place() -> None:
    twin = Evaluation("bbox", (), Where("log.json", 3), also=(Where("log", 50),))
    assert failure(events(("error", "log", 90)), (twin,)) is not None
    assert failure(events(("error", "log", 40)), (twin,)) is None


@pytest.mark.parametrize(
    ("log", "state"),
    [
        (TRAINING + block(GOOD) + ENDED + BROKEN, "finished"),
        (TRAINING + block(GOOD) + BROKEN, "failed"),
        (TRAINING + BROKEN + block(GOOD), "finished"),
        (TRAINING + BROKEN, "failed"),
    ],
)
def test_the_state_of_a_run_and_the_rules_agree_on_its_end(run: Run, tmp_path: Path, log: str, state: str) -> None:
    folder = tmp_path / "runs/fcos"
    folder.mkdir(parents=True)
    (folder / "log.txt").write_text(log)
    (told,) = json.loads(run("render", "--json", "-o", "-", "runs").out)["experiments"]
    assert told["state"] == state
    note = f"# FCOS\n## fcos\n- lr = 0.01\n- log: runs/fcos\n\n```\n{block(FAIR, 'segm')}```\n"
    (tmp_path / "note.md").write_text(note)
    checked = run("check", ".").out
    assert ("FR204" in checked) == (state == "failed")
    assert ("FR502" in checked) == (state == "finished")


def test_repeats_are_one_row_of_a_paper_and_one_group(run: Run, tmp_path: Path) -> None:
    for seed, numbers in ((1, GOOD), (2, FAIR)):
        folder = tmp_path / f"runs/fcos_seed{seed}"
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text(block(numbers))
        (folder / "args.yaml").write_text(f"lr: 0.01\nepochs: 12\nseed: {seed}\nconfig: configs/fcos_seed{seed}.py\n")
    assert "0.01  2" in run("group", "--by", "lr", "runs").out
    assert "(n = 2)" in run("render", "--latex", "-o", "-", "runs").out


COMPARED = "# Comparison\n## FCOS R-50, FrozenBN changed to SyncBN\n- lr = 0.01\n"


@pytest.mark.parametrize(
    ("more", "norms"),
    [
        ("## YOLOX-s from scratch\n- lr = 0.01\n", ["syncbn", None]),
        ("## FCOS R-101 from scratch\n- lr = 0.01\n", ["syncbn", "frozen"]),
        ("## from scratch\n- lr = 0.01\n", ["syncbn", "frozen"]),
        ("# Later\n## from scratch\n- lr = 0.01\n", ["syncbn", None]),
    ],
)
def test_frozen_layers_are_kept_beside_the_heading_that_changes_them_by_the_same_model(
    more: str, norms: list[str | None]
) -> None:
    assert [each.value("norm") for each in read(COMPARED + more, "note.md", ()).experiments] == norms


def test_names_that_differ_in_a_rate_alone_contradict_their_settings_where_these_are_the_same() -> None:
    def found(*items: dict[str, object]) -> list[str]:
        return [f.message for f in check(records_of(items), Settings()).findings if f.code == "FR206"]

    for one, other in (("lrx3", "lrx10"), ("lr3", "lr10"), ("lr_3", "lr_10")):
        (message,) = found({"name": f"fcos_{one}", "lr": 0.03}, {"name": f"fcos_{other}", "lr": 0.03})
        assert f"differ in {other} and {one} alone" in message
        assert not found({"name": f"fcos_{one}", "lr": 0.03}, {"name": f"fcos_{other}", "lr": 0.1})
        assert not found({"name": f"fcos_{one}", "lr": 0.03}, {"name": f"retina_{other}", "lr": 0.03})


def test_a_rule_says_by_itself_that_it_lacks_what_it_needs() -> None:
    def find(selected: list[int], settings: Settings) -> list[Fault]:
        return [Fault(str(sum(selected)))]

    def made(*selected: int) -> Rule:
        needs = "there is none", lambda records: list(selected)
        return Rule("FR999", "odd", "info", find, (), (), "Odd.", needs=needs)

    assert list(made().run(Records(), Settings())) == [NotRun("there is none")]
    (finding,) = made(1, 2).run(Records(), Settings())
    assert isinstance(finding, Finding)
    assert finding.message == "3"
    assert "*info, certain; not run where there is none*" in markdown([made()])


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule.needs[0]], ids=lambda rule: rule.name)
def test_a_rule_that_needs_something_does_not_run_on_nothing_and_runs_on_its_cases(rule: Rule) -> None:
    assert list(rule.run(Records(), Settings())) == [NotRun(rule.needs[0])]
    for case in rule.fires:
        assert not [result for result in rule.run(records_of(case), rule.cases_with) if isinstance(result, NotRun)]


def test_a_claim_of_a_joined_run_is_held_against_the_same_failure_by_both_rules() -> None:
    ended = {"events": ["#60 finished: done", "#70 error: BrokenPipeError"], "bbox": f"{GOOD} #50", **JOINED}
    assert not check(records_of([{**ended, "note_bbox": GOOD}]), Settings()).findings
    killed = {**ended, "events": ["#70 error: BrokenPipeError"], "note_bbox": GOOD}
    assert [f.code for f in check(records_of([killed]), Settings()).findings] == ["FR504"]
