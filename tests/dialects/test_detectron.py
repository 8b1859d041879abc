"""What Detectron and Detectron.pytorch log."""

from fcosreport.dialects.detectron import Detectron
from tests.dialects.feeding import curve, evaluations, feed, kinds, settings

CONFIG = "INFO train_net.py: 110: {'SOLVER': {'BASE_LR': 0.0025, 'MAX_ITER': 60000}, 'TRAIN': {'IMS_PER_BATCH': 2}}\n"
STATS = (
    'json_stats: {{"accuracy_cls": "0.95", "eta": "1 day", "iter": {}, "loss": "{}", "lr": "0.0025", "mem": 4444}}\n'
)
RESULT = """INFO task_evaluation.py: 182: copypaste: Task: box
INFO task_evaluation.py: 185: copypaste: AP,AP50,AP75,APs,APm,APl
INFO task_evaluation.py: 186: copypaste: 0.3670,0.5840,0.3960,0.2110,0.3980,0.4810
"""
LOG = CONFIG + STATS.format(0, "3.6") + STATS.format(20, "1.2") + RESULT
SAMPLES = {"train.log": LOG.encode()}


def test_a_training_has_its_configuration_losses_and_results_as_fractions() -> None:
    found = feed(Detectron, LOG)
    assert curve(found, "loss") == [(0, 3.6), (20, 1.2)]
    assert settings(found) == {"lr": 0.0025, "iterations": 60000, "images_per_gpu": 2}
    (result,) = evaluations(found)
    assert (result.task, result.iteration, result.metrics[0].value) == ("bbox", 20, 0.367)


def test_a_first_iteration_after_others_begins_another_training() -> None:
    assert kinds(feed(Detectron, LOG + STATS.format(0, "3.5"))) == [("started", 2), ("started", 7)]


def test_results_of_detectron2_are_in_percent_and_for_another_reader() -> None:
    assert not feed(Detectron, RESULT.replace("Task: box", "Task: bbox"))
    assert not feed(Detectron, STATS.format(20, "1.2"), "note")
