"""Lists in which each item is a run: what was done, and what came of it."""

from fcosreport.notes import read
from fcosreport.records import Experiment
from tests.notes.test_experiments import note


def told(text: str) -> list[tuple[str, float | None]]:
    def ap(each: Experiment) -> float | None:
        result = each.result()
        return result["AP"] if result else None

    return [(each.name, ap(each)) for each in read(text, "note.md", ()).experiments]


def test_items_that_say_a_setting_and_a_result_are_runs_with_those_settings() -> None:
    text = "# Experiments\n\n- lr 1e-3: mAP 0.46\n- lr 5e-3, 100 epochs: mAP 0.73\n- warm-up: mAP 0.5\n"
    assert [ap for _, ap in told(text)] == [0.46, 0.73, 0.5]
    first, second, _ = read(text, "note.md", ()).experiments
    assert (first.value("lr"), second.value("lr"), second.value("epochs")) == (0.001, 0.005, 100)


def test_numbered_runs_of_detectors_are_told_apart() -> None:
    text = (
        "# Runs\n\n1. YOLOv7 (batch size 16): mAP 0.46\n2. YOLOv7 (Adam): mAP 0.53\n3. YOLOv8 (batch size 8): mAP 0.7\n"
    )
    assert [ap for _, ap in told(text)] == [0.46, 0.53, 0.7]


def test_items_that_number_an_experiment_are_runs_of_their_own() -> None:
    text = "# Log\n\n- Train17: YOLOv9s, {}\n- Train18_A: yolo11 mAP@0.5: 0.271\n- Train19: lr 0.001, diverged\n"
    for first in ("batch size 16", "mosaic, lr 0.1"):
        assert told(text.format(first))[-2:] == [("Train18_A", None), ("Train19", None)]
    *_, second, third = read(text, "note.md", ()).experiments
    assert (second.evaluations[0]["AP50"], third.state, third.value("lr")) == (0.271, "failed", 0.001)
    assert told("# Data\n\n- Train 1200 images: mAP 0.46\n- Val 200 images\n") == told(
        "# Data\n\n- Train 1200 images: mAP 0.46\n"
    )


def test_steps_and_tasks_of_one_run_are_none() -> None:
    steps, tasks = "- epoch 5: mAP 0.46\n- epoch 10: mAP 0.73\n", "- bbox mAP 0.3\n- segm mAP 0.2\n"
    text = f"# run a, lr 0.1\n\n{steps}\n# run b, lr 0.2\n\n{tasks}"
    assert [name for name, _ in told(text)] == ["run a, lr 0.1", "run b, lr 0.2"]


def test_what_others_reached_is_none() -> None:
    assert not told("# Papers\n\n- Faster R-CNN: 36.2 AP\n- RetinaNet: 39.1 AP on COCO\n")
    assert not told("# News\n\n- 2021.3: YOLOX-s achieves 40.5 mAP\n- 2021.5: YOLOX-l achieves 50.0 mAP\n")


def test_models_that_were_changed_are_runs_and_their_mere_names_may_be_quoted() -> None:
    found = note("# Attention\n1. YOLOv8n + CBAM: mAP50 0.812, mAP50-95 0.511\n2. YOLOv8n + SE: mAP50 0.821\n")
    assert [each.evaluations[0]["AP50"] for each in found.experiments] == [0.812, 0.821]
    assert not note("# Attention\n1. YOLOv8n: mAP50 0.812\n2. RetinaNet: mAP50 0.821\n").experiments


def test_a_result_ends_a_form_of_keys_and_values() -> None:
    found = note("# Forms\nname: a\nlr: 0.01\nmAP: 0.312\n\nname: b\nlr: 0.02\nmAP: 0.334\n").experiments
    assert [(each.value("lr"), each.evaluations[0]["AP"]) for each in found] == [(0.01, 0.312), (0.02, 0.334)]


def test_a_span_is_hoped_for_and_what_is_written_on_a_paper_is_of_others() -> None:
    assert not note("# Training\n- lr = 0.01\n- mAP@0.5: 0.55-0.65\n").experiments[0].evaluations
    said = "1. YOLOv8n + CBAM: mAP50 0.812\n2. YOLOv8n + SE: mAP50 0.821\n"
    assert not note(f"# Net\n## 方法详解\nx\n## 实验\n{said}## 优点\nx\n## 局限\nx\n## 贡献\nx\n").experiments
    assert note(f"# Net\n## 方法\nx\n## 实验\n{said}").experiments


def test_items_that_name_the_folders_of_their_runs_are_runs_called_by_what_stands_before_the_colon() -> None:
    item = "- YOLOv8n {0}：imgsz={0}，best mAP50=0.{1}，结果目录 `runs/detect/yolov8n_{0}`。\n"
    found = note(f"# 简版\n## 已完成\n{item.format(640, 325)}{item.format(960, 420)}").experiments
    assert [(each.name, each.value("image_size"), each.evaluations[0]["AP50"]) for each in found] == [
        ("YOLOv8n 640", 640, 0.325),
        ("YOLOv8n 960", 960, 0.42),
    ]
    items = "- lr 1e-3: mAP 0.46\n- Best mAP: 0.73, lr 5e-3\n- lr 5e-2: mAP 0.21\n"
    assert [name for name, _ in told(f"# Runs\n\n{items}")] == ["lr 1e-3", "Best mAP: 0.73, lr 5e-3", "lr 5e-2"]


def test_below_a_heading_that_is_a_sentence_runs_are_called_by_their_own_lines() -> None:
    lead = "From the analysis of all trainings in runs/phase1, here are the numbers, and what each of these has shown"
    runs = "".join(f"Try {n}: exp-{n}\n\n- mAP@0.5: 0.{n}1\n- lr: 0.0{n}\n\n" for n in (1, 2))
    assert [each.name for each in note(f"{lead}:\n---\n\n{runs}").experiments] == ["lr = 0.01", "lr = 0.02"]


def test_a_heading_of_the_runs_that_failed_says_nothing_of_the_one_above() -> None:
    text = "# Sweep\n\n## fcos\n- lr = 0.01\n- Failed runs analysis\n\n## atss\n- lr = 0.02\n- the run failed\n"
    assert [(each.name, each.state) for each in note(text).experiments] == [("fcos", "noted"), ("atss", "failed")]


def test_items_that_begin_with_the_name_of_a_run_are_runs() -> None:
    text = (
        "# Runs\n## Baselines\n- **object_stage1**: Dataset: roads, mAP50: 0.4106\n- **object_stage2**: mAP50: 0.3901\n"
    )
    assert [each.name for each in note(text).experiments] == ["object_stage1", "object_stage2"]
    assert not note("# Runs\n## Others\n- stage one: mAP50: 0.4106\n- stage two: mAP50: 0.3901\n").experiments
