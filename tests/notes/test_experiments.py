"""Notes as people write them: what a person would call an experiment, and nothing else."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fcosreport.notes import Note, read
from fcosreport.records import COCO_METRICS, Evaluation, Experiment, Metric, Where
from tests.conftest import FAIR, GOOD, block

LINE = re.compile(r"Average \w+ .*\| area=.* = (-?\d\.\d+)")
BLOCK = "".join(f"Average Precision (AP) @[ IoU=0.50 | area= all | maxDets=100 ] = 0.{n}\n" for n in range(100, 112))
FENCE = f"```\n{BLOCK}```\n"
OTHER = "\n# another\n- lr = 0.1\n- log: runs/another/log.txt\n"


def blocks(text: str, path: str = "note.md") -> list[Evaluation]:
    """Twelve printed lines are an evaluation; the word segm before them makes it one of masks."""
    found: list[Evaluation] = []
    numbers: list[str] = []
    task, start = "bbox", 0
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        named = re.search(r"bbox|segm", line)
        task = named[0] if named else task
        printed = LINE.search(line)
        if printed:
            start = start if numbers else number
            numbers.append(printed[1])
        if len(numbers) == 12:
            metrics = tuple(Metric(n, float(v), v) for n, v in zip(COCO_METRICS, numbers, strict=True))
            found.append(Evaluation(task, metrics, Where(path, start), "note"))
            numbers = []
    return found


def note(text: str, path: str = "note.md") -> Note:
    return read(text, path, blocks(text, path))


def only(text: str, path: str = "note.md") -> Experiment:
    (experiment,) = note(text, path).experiments
    return experiment


def beside(text: str) -> tuple[Experiment, ...]:
    """The experiments of a text in a note that tells of a run: settings alone are none."""
    return note(text + OTHER).experiments[:-1]


def values(experiment: Experiment) -> dict[str, object]:
    return {setting.name: setting.value for setting in experiment.settings}


DIARY = f"""# 实验结果
- ## 下载的模型
  - train_batch_size = 4
  - lr = 0.01
  - 结果：
    ```python
{re.sub("^", "    ", BLOCK, flags=re.M)}
    ```
  - lcation: "run/downloaded model"
- ## 原来的代码
  - 因为GPU显存不够，没办法跑
  - lr = 0.01
- ## 改 lr
  - train_batch_size = 4
  - lr = 1e-4
  - 结果：
    ```python
{re.sub("^", "    ", BLOCK, flags=re.M)}
    ```
  - lcation: "run/model_R_50_FPN_1x/Try_lr1en4_200102"
  ------
  - train_batch_size = 4
  - lr = 1e-3
  - lcation: "run/model_R_50_FPN_1x/Try_lr1en3_200103"
- ## 改 lr 后from scratch
  - lr = 0.01
- ## 改 lr 后from scratch， 并把FrosenBN改为BN
  - lr = 0.01

# 最后搞一个☑️的表格

# 最重要还是要回归mask，测试它们的mask表现
"""


def test_a_diary_becomes_the_experiments_a_person_sees() -> None:
    read_note = note(DIARY)
    names = ["downloaded model", "原来的代码", "Try_lr1en4_200102", "Try_lr1en3_200103", "改 lr 后from scratch"]
    assert [each.name for each in read_note.experiments[:5]] == names
    assert [each.state for each in read_note.experiments] == ["finished", "failed", "finished", *["planned"] * 3]
    assert [each.value("lr") for each in read_note.experiments] == [0.01, 0.01, 1e-4, 1e-3, 0.01, 0.01]
    assert "显存不够" in read_note.experiments[1].reason
    assert "out of GPU memory" in read_note.experiments[1].reason
    assert [(step.text, step.task) for step in read_note.steps] == [
        ("最后搞一个☑️的表格", None),
        ("最重要还是要回归mask，测试它们的mask表现", "segm"),
    ]


def test_an_english_diary_is_understood_as_well() -> None:
    text = """# Runs
## The original code
- did not run: not enough GPU memory
- lr = 0.01

# Finally, make a ☑️ table
# Most important: back to masks, test their mask performance
"""
    (run,) = note(text).experiments
    assert (run.state, run.reason) == ("failed", "out of GPU memory: did not run: not enough GPU memory")
    assert [step.task for step in note(text).steps] == [None, "segm"]


def test_frozen_bn_stays_where_only_another_heading_changes_it() -> None:
    *others, changed = note(DIARY).experiments
    assert changed.value("norm") == "bn"
    line = DIARY.split("\n").index("- ## 改 lr 后from scratch， 并把FrosenBN改为BN") + 1
    for other in others:
        norm = other.setting("norm")
        assert norm is not None
        assert (norm.value, norm.inferred, norm.where.line) == ("frozen", True, line)


def test_frozen_bn_is_not_inferred_without_such_a_heading() -> None:
    assert all(each.setting("norm") is None for each in note("# a\n- lr = 1\n# b\n- lr = 2\n").experiments)


def test_runs_under_one_heading_are_one_group() -> None:
    experiments = note(DIARY).experiments
    assert experiments[2].group == experiments[3].group != ""
    assert [each.group for each in experiments[:2]] == ["", ""]
    assert experiments[2].title == "改 lr"


def test_the_cited_folder_tells_what_the_section_does_not() -> None:
    run = note(DIARY).experiments[3]
    assert run.citation is not None
    assert run.citation.text == "run/model_R_50_FPN_1x/Try_lr1en3_200103"
    assert values(run)["backbone"] == "R-50-FPN"
    assert values(run)["schedule"] == "1x"
    assert values(run)["date"] == "2020-01-03"


def test_the_founding_note_has_seven_experiments(founding_note: Path) -> None:
    text = founding_note.read_text(encoding="utf-8")
    found = note(text)
    states = ["finished", "failed", "finished", "finished", "finished", "planned", "planned"]
    assert [each.state for each in found.experiments] == states
    assert [each.value("lr") for each in found.experiments] == [0.01, 0.01, 1e-4, 1e-3, 5e-3, 0.01, 0.01]
    assert {each.value("train_batch_size") for each in found.experiments} == {4}
    assert [each.value("norm") for each in found.experiments] == ["frozen"] * 6 + ["bn"]
    assert [each.value("init") for each in found.experiments] == [None] * 5 + ["scratch"] * 2
    assert found.experiments[0].citation is not None
    assert found.experiments[0].citation.text in ("run/downloaded FCOS", "run/published model")
    assert f'"{found.experiments[0].citation.text}"' in text
    assert len({each.group for each in found.experiments[2:5]}) == 1
    assert [step.task for step in found.steps] == [None, "segm"]


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("status: running", "running"),
        ("训练中", "running"),
        ("在跑", "running"),
        ("学習中", "running"),
        ("status: failed", "failed"),
        ("OOM", "failed"),
        ("loss is NaN after 300 iterations", "failed"),
        ("diverged", "failed"),
        ("Killed by the scheduler", "failed"),
        ("失败", "failed"),
        ("崩了", "failed"),
        ("GPUメモリ不足で失敗", "failed"),
        ("状态：完成", "finished"),
        ("status: planned", "planned"),
        ("status: abandoned", "abandoned"),
        ("状态：放弃", "abandoned"),
        ("stopped the old server after 5 of 12 days", "noted"),
        ("nothing special", "noted"),
        ("**Training**: 50 epochs, batch 16", "noted"),
        ("if out of memory, use a smaller batch", "noted"),
        ("no OOM", "noted"),
        ("banana", "noted"),
    ],
)
def test_states_are_read_from_words(line: str, state: str) -> None:
    (experiment,) = beside(f"# trial\n- lr = 0.01\n- {line}\n")
    assert experiment.state == state
    assert bool(experiment.reason) == (state == "failed")


@pytest.mark.parametrize("line", ["training was stopped at epoch 5 of 12", "cut short after 5/12 epochs"])
def test_a_run_that_was_stopped_is_so_with_its_result(line: str) -> None:
    told = f"# trial\n- lr = 0.01\n- {line}\n"
    (alone,), whole = beside(told), only(f"{told}\n{FENCE}")
    assert (alone.state, alone.reason) == (whole.state, whole.reason) == ("stopped", "as the note says")
    assert only(f"# trial ({line})\n- lr = 0.01\n\n{FENCE}").state == "stopped"
    assert only(f"# trial\n- lr = 0.01\n- stopped early at epoch 5\n\n{FENCE}").state == "finished"


def test_a_plan_is_what_a_person_planned_and_settings_alone_are_only_noted() -> None:
    def states(text: str) -> list[str]:
        return [each.state for each in beside(text)]

    guide = "# Guide\n## Small model\n- lr = 0.01\n## Large model\n- lr = 0.02\n"
    assert states(guide) == ["noted", "noted"]
    assert states(guide.replace("## ", "## [ ] ")) == ["planned", "planned"]
    sizes = guide.replace("# Guide", "# Sizes")
    assert states(f"{sizes}## Middle\n- lr = 0.04\n{FENCE}") == ["planned", "planned", "finished"]


def test_a_result_makes_a_run_finished_whatever_the_prose_says() -> None:
    assert only(f"# run\n- lr = 0.01\n- without GN it diverged\n\n{FENCE}").state == "finished"


@pytest.mark.parametrize("text", [f"## A ✅\n{FENCE}", f"## A\n- status: done\n{FENCE}"])
def test_a_tick_and_a_status_say_that_it_is_done(text: str) -> None:
    assert only(text).ticked


@pytest.mark.parametrize("text", [f"## A\n{FENCE}", "## A ❌\n- lr 0.01\n"])
def test_a_result_alone_and_another_mark_do_not(text: str) -> None:
    assert not only(text).ticked


def test_task_boxes() -> None:
    found = note(
        "# Runs\n- [x] baseline\n  - lr: 0.01\n- [ ] longer\n  - lr: 0.01\n  - 24 epochs\n- ❌ bigger\n  - lr 0.1\n"
        "## bs 4 ✅\n# Then\n- [ ] test masks\n- [x] make the table\n- ☐ 测试关键点\n- ✅ done\n"
    )
    assert [(each.name, each.state) for each in found.experiments] == [
        ("baseline", "finished"),
        ("longer", "planned"),
        ("bigger", "failed"),
        ("bs 4", "finished"),
    ]
    assert [(step.text, step.task, step.done) for step in found.steps] == [
        ("test masks", "segm", False),
        ("make the table", None, True),
        ("测试关键点", "keypoints", False),
        ("done", None, True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "TODO: test masks",
        "# Next steps\n- test masks",
        "- 待办：测试mask",
        "# やること\n- マスクを評価する",
        "- next: eval segm",
    ],
)
def test_steps_in_words(text: str) -> None:
    (step,) = note(text).steps
    assert step.task == "segm"
    assert not step.done


def test_a_run_shares_what_stands_above_the_rules() -> None:
    first, second = beside("# sweep\n- bs 4\n------\n- lr = 1e-3\n------\n- lr = 5e-3\n")
    assert (values(first), values(second)) == (
        {"train_batch_size": 4, "lr": 1e-3},
        {"train_batch_size": 4, "lr": 5e-3},
    )
    assert (first.name, second.name) == ("sweep (lr = 1e-3)", "sweep (lr = 5e-3)")


@pytest.mark.parametrize("rule", ["------", "***", "- ------", "  ------"])
def test_rules_part_runs_wherever_they_stand(rule: str) -> None:
    found = beside(f"# sweep\nlr = 1e-3\n{rule}\n\nlr = 5e-3\n")
    assert [each.value("lr") for each in found] == [1e-3, 5e-3]


def test_a_repeated_setting_begins_another_run() -> None:
    found = beside("# sweep\n- lr = 1e-3\n- bs 4\n- lr = 5e-3\n- bs 8\n")
    assert [(each.value("lr"), each.value("train_batch_size")) for each in found] == [(1e-3, 4), (5e-3, 8)]


def test_a_block_and_the_object_that_is_printed_below_it_are_one_result_called_by_no_row_of_them() -> None:
    printed = "OrderedDict([('bbox_mAP', {0}), ('bbox_mAP_50', {1}), ('bbox_mAP_75', {2})])\n"
    first, other = (
        f"python test.py {name}.py\n{block(numbers)}{printed.format(*numbers.split())}\n\n"
        for name, numbers in (("ssd", GOOD), ("yolo", FAIR))
    )
    found = note(f"# fashion\n\n{first}{other}").experiments
    assert [each.name for each in found] == ["fashion (python test.py ssd.py)", "fashion (python test.py yolo.py)"]
    assert [len(each.evaluations) for each in found] == [1, 1]


def test_two_results_of_one_task_are_two_runs_and_two_tasks_are_one() -> None:
    two = note(f"## A\n- plain\n\n{FENCE}\n- with GIoU\n\n{FENCE}").experiments
    assert [each.name for each in two] == ["A (plain)", "A (with GIoU)"]
    assert only(f"## A\n### bbox\n{FENCE}\n### segm\n{FENCE}").tasks == ("bbox", "segm")


@pytest.mark.parametrize("label", ["### bbox", "## bbox", "### 结果", "### Evaluation results for bbox:", "**结果**"])
def test_a_label_belongs_to_the_section_above_it(label: str) -> None:
    experiment = only(f"# note\n## model A\n- lr = 0.01\n\n{label}\n{FENCE}")
    assert (experiment.name, experiment.state) == ("model A", "finished")


def test_a_glued_heading_is_a_heading() -> None:
    assert [each.name for each in note(f"##A\n{FENCE}\n##B\n{FENCE}").experiments] == ["A", "B"]


def test_settings_for_all_are_inherited() -> None:
    text = "# Study\n## Default settings\n- lr 0.02\n## A\n- epochs: 12\n## B\n- epochs: 24\n- lr 0.01\n"
    first, second = beside(text)
    assert (first.value("lr"), second.value("lr")) == (0.02, 0.01)
    inherited = first.setting("lr")
    assert inherited is not None
    assert inherited.inferred
    assert inherited.where.line == 3


def test_a_contradiction_keeps_both_and_the_stated_one_holds() -> None:
    experiment = only('# run\n- lr = 0.01\n- location: "run/try_lr1e-3"\n')
    assert [s.value for s in experiment.settings if s.name == "lr"] == [1e-3, 0.01]
    assert experiment.value("lr") == 0.01
    agreed = only('# run\n- lr = 1e-3\n- location: "run/try_lr1e-3"\n')
    assert [s.where.line for s in agreed.settings if s.name == "lr"] == [2]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('lcation: "run/a b"', "run/a b"),
        ("loction: run/a", "run/a"),
        ("位置：run/a", "run/a"),
        ("log: [the log](runs/a/log.txt)", "runs/a/log.txt"),
        ("[log](runs/a/log.txt)", "runs/a/log.txt"),
        ("路径: `work_dirs/a`", "work_dirs/a"),
    ],
)
def test_citations(line: str, text: str) -> None:
    experiment = only(f"# run\n- lr = 0.01\n- {line}\n")
    assert experiment.citation is not None
    assert (experiment.citation.text, experiment.citation.where.line) == (text, 3)


@pytest.mark.parametrize("line", ["allocation: 4", "location: see above", "[config](a/b.yaml)", "[top](#run)"])
def test_what_is_no_citation(line: str) -> None:
    assert [each.citation for each in beside(f"# trial\n- lr = 0.01\n- {line}\n")] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Some prose about learning rates. We use lr = 0.01 in most of them, and it is good.\n",
        "# Installation\n- pip install torch\n- batch size 16\n",
        "# Contents\n- [Training](#training)\n- [Results](#results)\n",
        "# Code\n```python\nlr = 0.01\n```\n",
        "# Usage\n- lr = 0.01\n",
        "| model | AP | weights |\n|---|---|---|\n| FCOS | 38.7 | [model](https://h/fcos.pth) |\n",
        "# Properties\n- [x] no nested tensor\n- [x] trained from scratch\n",
        "# Thoughts\n- FrozenBN is odd\n- what does it do?\n",
    ],
)
def test_text_that_is_no_experiment_yields_nothing(text: str) -> None:
    assert note(text).experiments == ()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("runs/mask_r101/result.md", "mask_r101"),
        ("runs/mask_r101/README.md", "mask_r101"),
        ("runs/mask_r101.md", "mask_r101"),
    ],
)
def test_blocks_without_headings_are_one_experiment_named_after_the_file(path: str, name: str) -> None:
    experiment = only(BLOCK + BLOCK, path)
    assert (experiment.name, len(experiment.evaluations)) == (name, 2)
    assert experiment.value("backbone") == "R-101"


def test_equal_names_get_distinct_ids() -> None:
    assert [e.id for e in beside("# a\n- lr = 1\n# a\n- lr = 1\n# a-2\n- lr = 1\n")] == [
        "note.md#a",
        "note.md#a-2",
        "note.md#a-2-2",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    assert [e.where for e in note(DIARY.replace("\n", end)).experiments] == [e.where for e in note(DIARY).experiments]
    assert len(note(DIARY.replace("\n", end)).experiments) == 6


def test_an_unclosed_fence_is_an_issue_and_loses_no_result() -> None:
    found = note(f"# a\n```\n{BLOCK}")
    assert len(found.experiments[0].evaluations) == 1
    assert [(issue.where.line, "never closed" in issue.message) for issue in found.issues] == [(2, True)]
    assert note(f"# a\n{FENCE}").issues == ()


HOSTILE = {
    "nested on one line": "- " * 10_000,
    "nested by indent": "".join(f"{'  ' * depth}- lr = 1\n" for depth in range(1500)),
    "a megabyte of #": "#" * 1_000_000,
    "nul": "# a\0\n- lr = 0.01\0\n\0" * 100,
    "fences": "```\n" * 20_001,
    "only cr": "\r" * 100_000,
    "quotes": ">" * 100_000,
    "brackets": "[" * 100_000 + "](" * 100_000,
    "rules": "lr = 1\n\n------\n" * 10_000,
    "headings": "# default settings\n- lr = 1\n# a\n- bs 3\n" * 2_000,
    "one long line": "lr = 1, " * 200_000,
    "lone surrogate": "# \ud800\n- lr = 1\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_read_in_time(text: str) -> None:
    begun = time.process_time()
    note(text)
    assert time.process_time() - begun < 20


def test_a_note_of_five_megabytes_is_read_in_seconds() -> None:
    text = DIARY * (5_000_000 // len(DIARY.encode()))
    evaluations = blocks(text)
    begun = time.process_time()
    found = read(text, "note.md", evaluations)
    assert time.process_time() - begun < 30
    assert sum(len(each.evaluations) for each in found.experiments) == len(evaluations)


def test_a_note_beyond_all_measure_says_so_and_loses_no_result() -> None:
    text = "a\n" * 100_001 + BLOCK
    found = note(text)
    assert len(found.experiments[0].evaluations) == 1
    assert len(found.issues) == 1


HEADS = ["# a\n", "## lr 1e-3\n", "### bbox\n", "# FrozenBN改为BN\n", "# 结果 ✅\n"]
ITEMS = ["- lr = 1\n", "  - bs 4\n", "- [ ] ", "- [x] x\n", "OOM\n", "lcation: run/a\n", "scratch ", "TODO: a\n"]
MARKS = ["------\n", "\n", BLOCK, "```\n", "> ", "| a | b |\n|---|---|\n", "\r", "\0", "=\n"]
PIECES = st.sampled_from([*HEADS, *ITEMS, *MARKS])


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=25).map("".join))
@example("00AP")
@example("0AP")
def test_any_text_keeps_every_evaluation_and_every_place(text: str) -> None:
    evaluations = blocks(text)
    found = read(text, "note.md", evaluations)
    given_ids = sorted(map(id, evaluations))  # by chance a text says another one in words: `AP=10`
    kept = [id(evaluation) for each in found.experiments for evaluation in each.evaluations]
    assert sorted(each for each in kept if each in given_ids) == given_ids
    assert len({each.id for each in found.experiments}) == len(found.experiments)
    last = len(re.split(r"\r\n|\r|\n", text))
    places = [each.where for each in found.experiments]
    places += [step.where for step in found.steps] + [issue.where for issue in found.issues]
    places += [setting.where for each in found.experiments for setting in each.settings]
    places += [each.citation.where for each in found.experiments if each.citation]
    assert all(1 <= where.line <= last for where in places)


@pytest.mark.parametrize("heading", ["What it shows", "Conclusions", "Takeaways", "Discussion"])
def test_what_is_concluded_from_experiments_is_none(heading: str) -> None:
    text = f"# Runs\n## a\n- lr = 1e-3\n\n{FENCE}\n## {heading}\n- From scratch it ran out of memory.\n"
    assert [each.name for each in note(text).experiments] == ["a"]


def test_of_a_heading_without_end_its_runs_keep_the_beginning() -> None:
    found = beside(f"# {'word ' * 20_000}\n- lr = 0.1\n- lr = 0.2\n")
    assert [each.value("lr") for each in found] == [0.1, 0.2]
    assert {len(each.title) for each in found} == {300}


@pytest.mark.parametrize(
    "line",
    [
        "模型保存在 run/fcos/lr1en3_191210",
        "`run/fcos/lr1en3_191210`",
        "[[lr1en3_191210]]",
        "实验名: lr1en3_191210",
        "the log of lr1en3_191210 tells more",
    ],
)
def test_words_that_may_be_the_name_of_a_folder_are_mentioned(line: str) -> None:
    (experiment,) = note(f"# A\n- lr = 1e-3\n- {line}\n\n{FENCE}").experiments
    assert experiment.citation is None
    assert experiment.mentions[-1].endswith("lr1en3_191210")


def test_words_and_links_of_the_web_are_no_mentions() -> None:
    (experiment,) = note(
        f"# A\n- lr = 1e-3\n- [[ideas]], see https://h/a_1, from-scratch, 12 epochs\n\n{FENCE}"
    ).experiments
    assert experiment.mentions == ()


def test_how_the_speed_was_measured_is_no_setting_of_the_training() -> None:
    for said, batch in (("The inference speed is measured with batch size = 1", []), ("batch size = 16", [16])):
        (made,) = note(f"# run\n- lr = 0.1\n- {said}\n{FENCE}").experiments
        assert [s.value for s in made.settings if s.name == "train_batch_size"] == batch
