"""The model index as Hugging Face reads it."""

import pytest
import yaml
from msgspec.structs import replace

from fcosreport.records import Evaluation, Experiment, Metric
from fcosreport.renderers import model_index
from fcosreport.report.choosing import choose
from tests.baseline import baseline
from tests.hostile import hostile
from tests.renderers.rendering import EMPTY, HERE, render, report_of, run


def test_hugging_face_reads_the_model_index_and_writes_it_again() -> None:
    hub = pytest.importorskip("huggingface_hub.repocard_data")
    for report in (baseline(), hostile(), report_of(run("a", "38.7", percent=True), *two_tasks())):
        index = yaml.safe_load(render("model_index", report))["model-index"]
        assert len(index) == sum(each.state == "finished" for each in report.experiments)
        for entry in index:
            name, results = hub.model_index_to_eval_results([entry])
            assert name
            assert hub.eval_results_to_model_index(name, results) == [entry]


def two_tasks() -> list[Experiment]:
    both = run("b", "0.4", val_data="/data/coco/annotations/instances_val2017.json")
    segm = Evaluation("segm", (Metric("AP", 0.35, "0.350"), Metric("AP50", None, "nan")), HERE)
    return [replace(both, evaluations=(*both.evaluations, segm))]


def test_the_model_index_is_the_head_of_a_model_card() -> None:
    hub = pytest.importorskip("huggingface_hub")
    card = hub.ModelCard(f"---\n{render('model_index', report_of(*two_tasks()))}---\n# b\n")
    assert card.data.model_name == "b"
    told = [
        (e.task_type, e.dataset_type, e.dataset_name, e.metric_name, e.metric_value) for e in card.data.eval_results
    ]
    assert told == [
        ("object-detection", "coco", "instances_val2017", "box AP", 0.4),
        ("instance-segmentation", "coco", "instances_val2017", "mask AP", 0.35),
    ]


def test_the_model_index_claims_only_what_is_finished() -> None:
    text = render("model_index", baseline())
    names = [each["name"] for each in yaml.safe_load(text)["model-index"]]
    assert names == ["downloaded FCOS", "Baseline_lr1en4_191209"]
    assert "in doubt: 2 experiments" in text
    assert "keep the entry of yours" in text
    one = render("model_index", choose(baseline(), where="AP>0.3"))
    assert not [line for line in one.splitlines() if line.startswith("#")]
    assert yaml.safe_load(render("model_index", EMPTY)) == {"model-index": []}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", ("unknown", "unknown")),
        ("coco_2017_val", ("coco", "coco_2017_val")),
        ("C:\\data\\person_keypoints_val2017.json", ("coco", "person_keypoints_val2017")),
        ("../data/TCT/val10000-cat10.json", ("unknown", "val10000-cat10")),
        ("skyeye_cocostyle_test", ("unknown", "skyeye_cocostyle_test")),
    ],
)
def test_a_data_set_is_coco_only_where_it_is_said_to_be(said: str, told: tuple[str, str]) -> None:
    (entry,) = yaml.safe_load(model_index.render(report_of(run("a", "0.3", val_data=said))))["model-index"]
    data = entry["results"][0]["dataset"]
    assert (data["type"], data["name"]) == told
