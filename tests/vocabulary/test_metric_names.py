"""What logged numbers are called, by any program; and names that only look like those of a metric."""

import pytest

from fcosreport.vocabulary.metric_names import curve_of, lower_is_better, may_be_of_test, metric_of, own, split_of


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("bbox_mAP_50", ("bbox", "AP50")),
        ("metrics/mAP50-95(M)", ("segm", "AP")),
        ("metrics/mAP50-95_B_", ("bbox", "AP")),
        ("metrics/mAP_0.5_0.95", ("bbox", "AP")),
        ("mAP@0.50:0.05:0.95", ("bbox", "AP")),
        ("Map@0.50", ("bbox", "AP50")),
        ("eval_map_large", ("bbox", "APl")),
        ("COCOMetric", ("bbox", "AP")),
        ("mAP.75", ("bbox", "AP75")),
        ("DetectionMasks_Recall/AR@100 (small)", ("segm", "ARs")),
        ("Precision/mAP@.50IOU", ("bbox", "AP50")),
        ("val_coco_eval_masks_3", ("segm", "APs")),
        ("APS", ("bbox", "APs")),
        ("mAP for small objects (map_small)", ("bbox", "APs")),
        ("AR @ large objects", ("bbox", "ARl")),
        ("MAR @ Max Dets=1 (mar_1)", ("bbox", "AR1")),
        ("MAR (medium objects) @ Max Dets=100 (mar_medium)", ("bbox", "ARm")),
        ("AR@300", ("bbox", "AR300")),
        ("COCO精度（mAP）", ("bbox", "AP")),
        ("mean average precision (mAP@0.50)", ("bbox", "AP50")),
        ("Average Precision", ("bbox", "AP")),
        ("oks_AP", ("keypoints", "AP")),
        ("F1-score", ("bbox", "F1")),
        ("精确率 (P)", ("bbox", "P")),
        ("Recall (R)", ("bbox", "R")),
        ("metrics/precision(B)", ("bbox", "P")),
        ("metrics/mAP50-95_M_", ("segm", "AP")),
        ("metrics/mAP50-95B", ("bbox", "AP")),
        ("metrics/mAP50M", ("segm", "AP50")),
        ("metrics/recallP", ("keypoints", "R")),
        ("val/PQ", ("panoptic_seg", "PQ")),
        ("Prec", ("bbox", "P")),
        ("Rec@0.5", ("bbox", "R")),
        ("bPQ-Score", ("panoptic_seg", "bPQ")),
        ("mPQ/mean", ("panoptic_seg", "mPQ")),
        ("mIoU", ("sem_seg", "mIoU")),
        ("mIoUs", ("sem_seg", "mIoU")),
        ("MeanIoU", ("sem_seg", "mIoU")),
        ("MeanIU", ("sem_seg", "mIoU")),
        ("mean_IU", ("sem_seg", "mIoU")),
        ("val_mean_io_u_5", ("sem_seg", "mIoU")),
        ("metrics/HBBmAP.5", ("bbox", "AP50")),
        ("metrics/HBBmAP.5:.95", ("bbox", "AP")),
        ("val/OBBmAP50", ("obb", "AP50")),
        ("obb_mAP50-95", ("obb", "AP")),
        ("IDF1", ("tracking", "IDF1")),
        ("NDS", ("bbox", "NDS")),
        ("nd_score", ("bbox", "NDS")),
        ("pts_bbox_NuScenes/mATE", ("bbox", "mATE")),
        ("mean_ap", ("bbox", "AP")),
        ("validation/main/map", ("bbox", "AP")),
        ("Mean IoU", ("sem_seg", "mIoU")),
        ("mDice", ("sem_seg", "Dice")),
        ("val_dice_coef", ("sem_seg", "Dice")),
        ("Mean Dice Coeff", ("sem_seg", "Dice")),
        ("aAcc", ("sem_seg", "aAcc")),
        ("Pr@0.5", ("bbox", "P")),
        ("NuScenes metric/pred_instances_3d_NuScenes/NDS", ("bbox", "NDS")),
        ("mean_iou", ("sem_seg", "mIoU")),
        ("AMOTA", ("tracking", "AMOTA")),
        ("MR-2", ("bbox", "MR")),
        ("Easy Val AP", ("bbox", "APeasy")),
        ("val/AP_moderate", ("bbox", "APmoderate")),
        ("Medium AP", ("bbox", "APm")),
        ("mMR", ("bbox", "MR")),
        ("Average Miss Rate (MR) @ Reasonable", ("bbox", "MR reasonable")),
        ("MR_Reasonable_small", ("bbox", "MR small")),
    ],
)
def test_a_metric_however_it_is_written(name: str, meaning: tuple[str, str]) -> None:
    found = metric_of(name)
    assert found
    assert (found.task, found.metric) == meaning


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("val/ema_mAP_50_95", ("val", "ema", "", None)),
        ("test_map", ("test", "", "", None)),
        ("pascal_voc/mAP", ("", "", "voc", None)),
        ("APr", ("", "", "lvis", None)),
        ("val/AP/traffic light", ("val", "", "", "traffic light")),
        ("bbox/AP-person", ("", "", "", "person")),
    ],
)
def test_what_a_name_says_the_number_is_of(name: str, said: tuple[str, str, str, str | None]) -> None:
    found = metric_of(name)
    assert found
    assert (found.split, found.weights, found.family, found.category) == said


@pytest.mark.parametrize(
    "name",
    "best_mAP map_per_class mapping roadmap conf_thresh mAP@10 AP@3 precision@0.50:0.95 m s 50 0.5 val num_classes "
    "Best_score_threshold time map_time latency mAP_copypaste wrap ap_count recall_threshold t.co/ap/x iou "
    "mean_iou_loss miss_count AP_heavy tp_scores/trans_err recall_hard MR_easy hard easy/medium loss_dice "
    "decode.acc_seg".split(),
)
def test_a_name_with_a_word_that_is_not_known_is_no_metric(name: str) -> None:
    assert metric_of(name) is None


@pytest.mark.parametrize("name", ["map", "ap", "AR", "precision", "r", "MR", "dice", "mAcc"])
def test_names_that_other_trades_have_are_not_sure(name: str) -> None:
    found = metric_of(name)
    assert found
    assert not found.sure


@pytest.mark.parametrize(
    ("name", "curve"),
    [
        ("train_lr", "lr"),
        ("lr/pg0", "lr"),
        ("train/loss", "loss"),
        ("val/loss", "val/loss"),
        ("Loss/train", "loss"),
        ("Loss/val", "val/Loss"),
        ("train", None),
        ("epoch", None),
        ("train/box_om", "box_om_loss"),
    ],
)
def test_curves(name: str, curve: str | None) -> None:
    assert curve_of(name) == curve


def test_what_counts_the_wrong_is_better_low() -> None:
    assert all(map(lower_is_better, ("MR", "MR heavy", "mATE", "AMOTP")))
    assert not any(map(lower_is_better, ("AP", "NDS", "MOTA", "mIoU")))


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("map_at_50", "AP50"),
        ("mAP at IoU 0.5", "AP50"),
        ("map_at_50_95", "AP"),
        ("mAP5095", "AP"),
        ("AP @[ IoU=0.50:0.95 | area=   all | maxDets=100 ]", "AP"),
        ("AR @[ IoU=0.50:0.95 | area=   all | maxDets= 10 ]", "AR10"),
        ("AR_max_1", "AR1"),
        ("ARmax100", "AR100"),
        ("AR/IoU/0.50-0.95/all/100", "AR100"),
        ("AP/IoU/0.50-0.95/all/100", "AP"),
        ("APlarge", "APl"),
        ("hmean", "F1"),
    ],
)
def test_ways_in_which_people_spell_keys_of_their_own(name: str, metric: str) -> None:
    meaning = metric_of(name)
    assert meaning
    assert meaning.metric == metric


@pytest.mark.parametrize("name", ["map_at_r", "mAP@100", "mAP at rank 10"])
def test_the_map_of_retrieval_is_another(name: str) -> None:
    assert metric_of(name) is None


@pytest.mark.parametrize("name", ["test/mAP", "Test mAP", "mAP (测试集)", "latest_mAP", "val/mAP", "mAP"])
def test_the_quick_look_for_a_test_misses_none(name: str) -> None:
    assert may_be_of_test(name) >= (split_of(name) == "test")


@pytest.mark.parametrize(
    ("name", "rest", "is_best"),
    [
        ("best_map50", "map50", True),
        ("final_map50_95", "map50_95", False),
        ("val/best_mAP", "val/mAP", True),
        ("yolo/best_map", "yolo/map", True),
        ("mAP (best)", "mAP", True),
        ("best_epoch", "epoch", True),
    ],
)
def test_a_name_says_which_result_of_a_run_it_is_of(name: str, rest: str, *, is_best: bool) -> None:
    assert own(name) == (rest, is_best)


@pytest.mark.parametrize("name", ["max_epochs", "last_lr", "best_model", "AR_max_dets_100", "best_map50_epoch", "map"])
def test_a_name_of_other_things_stays_as_it_is(name: str) -> None:
    assert own(name) == (name, False)
