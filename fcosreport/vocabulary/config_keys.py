"""What training programs call their settings in configuration files and argument lines. For dialects.

A key is dotted: `SOLVER.BASE_LR`, `optim_wrapper.optimizer.lr`, `lr0`. Case does not count, nor whether `-` or `_`.
"""

import re
from collections.abc import Callable

from fcosreport.records import Setting, Where
from fcosreport.vocabulary import setting

Value = str | int | float | bool

_LIMIT = 1000  # characters of a value that are kept
_NULL = frozenset({"", "none", "null", "~", "nil", "[]", "()", "{}", "auto", "default", "-1"})
_KEYS = {
    "lr": "lr base_lr lr0 learning_rate base_learning_rate init_lr initial_lr lr_init solver.base_lr optimizer.lr"
    " optim.lr optimizer.learning_rate optim_wrapper.optimizer.lr learningrate.base_lr solver.lr optimizer.base_lr"
    " schedule.optimizer.lr solver.optimizer.base_lr optimizer.params.lr model.lr"
    " model.learning_rate",
    "train_batch_size": "batch_size batch train_batch_size total_batch_size global_batch_size solver.ims_per_batch"
    " ims_per_batch bs effective_batch_size dataloader.train.total_batch_size",
    "images_per_gpu": "samples_per_gpu data.samples_per_gpu imgs_per_gpu data.imgs_per_gpu batch_size_per_gpu"
    " train_dataloader.batch_size device.batchsize_per_gpu batchsize_per_gpu trainreader.batch_size images_per_gpu"
    " train_batch_size_per_gpu per_device_train_batch_size train_batch_size_per_device train_micro_batch_size_per_gpu",
    "gpus": "gpus num_gpus ngpus n_gpus world_size trainer.devices",
    "test_batch_size": "test_batch_size eval_batch_size val_batch_size test.ims_per_batch val_dataloader.batch_size",
    "epochs": "epochs epoch max_epochs num_epochs total_epochs n_epochs max_epoch runner.max_epochs"
    " train_cfg.max_epochs trainer.max_epochs schedule.total_epochs solver.max_epoch num_train_epochs nepochs",
    "iterations": "max_iter max_iters iterations num_iterations total_iters n_iters solver.max_iter"
    " solver.lr_scheduler.max_iter runner.max_iters train_cfg.max_iters max_steps trainer.max_steps",
    "steps": "solver.steps lr_config.step lr_steps milestones lr_milestones lr_scheduler.milestones"
    " scheduler.milestones solver.lr_scheduler.steps",
    "warmup": "solver.warmup_method lr_config.warmup warmup_method",
    "warmup_iterations": "warmup_iters warmup_iterations warmup_steps solver.warmup_iters lr_config.warmup_iters"
    " num_warmup_steps schedule.warmup.steps",
    "optimizer": "optimizer optim optimizer.type optimizer.name optim.name optim_wrapper.optimizer.type opt"
    " solver.optimizer solver.optimizer.name schedule.optimizer.name optimizer_name",
    "momentum": "momentum solver.momentum optimizer.momentum optim_wrapper.optimizer.momentum"
    " schedule.optimizer.momentum",
    "weight_decay": "weight_decay wd solver.weight_decay optimizer.weight_decay optim_wrapper.optimizer.weight_decay"
    " schedule.optimizer.weight_decay optim.weight_decay",
    "backbone": "backbone backbone_name model.backbone model.backbone.name model.arch.backbone.name",
    "norm": "norm norm_layer model.resnets.norm model.backbone.norm_cfg.type model.backbone.norm",
    "weights": "weights model.weights model.weight pretrain_weights load_from finetune_from init_weights"
    " schedule.load_model",
    "seed": "seed random_seed manual_seed randomness.seed rng_seed",
    "image_size": "imgsz img_size image_size input_size input.min_size_train input.min_size",
    "max_dets": "max_det max_dets test.detections_per_image max_per_img model.test_cfg.max_per_img"
    " model.test_cfg.rcnn.max_per_img",
    "score_threshold": "conf conf_thres score_thresh score_thr score_threshold model.test_cfg.score_thr"
    " model.test_cfg.rcnn.score_thr",
    "nms": "iou iou_thres nms_thresh nms_thr model.test_cfg.nms.iou_threshold model.test_cfg.rcnn.nms.iou_threshold",
    "tta": "augment tta test.aug.enabled",
    "train_data": "data datasets.train train_data data.train.ann_file train_dataloader.dataset.ann_file dataset"
    " data_path data_dir coco_path dataset_file data.train.ann_path dataset.name traindataset.anno_path",
    "val_data": "datasets.test val_data test_data data.val.ann_file val_dataloader.dataset.ann_file"
    " data.val.ann_path evaldataset.anno_path",
    "config": "cfg config config_file cfg_file",
    "output_dir": "output_dir save_dir work_dir logdir log_dir out_dir output",
    "amp": "amp fp16 use_amp mixed_precision solver.amp.enabled",
    "resume": "resume resume_from",
}
_NAMES = {key: name for name, keys in _KEYS.items() for key in keys.split()}
_NESTS = frozenset(
    "value args config cfg conf train training trainer hparams hyperparameters hyper_parameters hyp params options opt"
    " experiment exp run general common global settings parameters solver optimization"
    " schedule data dataset dataloader datamodule loader".split()
)
"""Names of nests that say nothing of what is in them: `training.lr` is `lr`."""
_INT = re.compile(r"\d{1,9}(?:\.0+)?")


def declared(key: str, text: str, where: Where) -> tuple[Setting, ...]:
    """The settings that `key` with the value `text` declares; none for another key, or a value that says nothing."""
    name = canonical(key)
    text = _bare(text)
    if name is None or len(text) > _LIMIT:
        return ()
    if name == "weights":
        return _weights(text, where)
    if text.lower() in _NULL:
        return ()
    value = _VALUES[name](text) if name in _VALUES else _spoken(name, text)
    if value is None:
        return ()
    return (Setting(name, value, text, where),)


def canonical(key: str) -> str | None:
    """The canonical name of a setting that is called `key`, or None."""
    parts = [part for part in key.lower().replace("-", "_").split(".") if part != "value"]
    while parts:
        known = _NAMES.get(".".join(parts))
        if known or parts[0] not in _NESTS:
            return known or (_NAMES.get(".".join(parts[-2:])) if len(parts) > 2 else None)
        parts = parts[1:]
    return None


def _bare(text: str) -> str:
    text = text.strip().rstrip(",").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return text.strip()


def _weights(text: str, where: Where) -> tuple[Setting, ...]:
    """What was loaded before training; nothing loaded is from scratch."""
    if text.lower() in ("auto", "default", "-1") or _flag(text):
        return ()
    if text.lower() in _NULL or text.lower() == "false":
        return (Setting("init", "scratch", text or "''", where),)
    made = setting("init", text, where)
    init = made.value if made else text
    return Setting("weights", text, text, where), Setting("init", init, text, where)


def _spoken(name: str, text: str) -> Value | None:
    """A value that is written as people write it in notes as well."""
    made = setting(name, text, Where("", 1))
    return made.value if made else None


def _whole(text: str) -> Value | None:
    return int(float(text)) or None if _INT.fullmatch(text) else None


def _number(text: str) -> Value | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e6 else None


def _flag(text: str) -> bool | None:
    return {
        "true": True,
        "yes": True,
        "on": True,
        "1": True,
        "false": False,
        "no": False,
        "off": False,
        "0": False,
    }.get(text.lower())


def _text(text: str) -> Value | None:
    return text if _flag(text) is None else None


def _listed(text: str) -> Value | None:
    """One name, or the names of a list: `("coco_2014_train", "coco_2014_valminusminival")`."""
    if text[0] in "([" and text[-1] in ")]":
        text = ", ".join(re.findall(r"[^\s,'\"]+", text[1:-1]))
    return _text(text) if text else None


def _name(text: str) -> Value | None:
    return text if re.fullmatch(r"[A-Za-z][\w.-]*", text) else None


def _optimizer(text: str) -> Value | None:
    return text.lower() if re.fullmatch(r"[A-Za-z][\w.]*", text) else None


def _norm(text: str) -> Value | None:
    return _spoken("norm", re.sub(r"(?i)^(.*?batch_?norm|.*?bn)(?:2d)?$", r"\1", text)) if len(text) < 40 else None


def _size(text: str) -> Value | None:
    return int(text) if text.isdecimal() else text if re.fullmatch(r"[\d\s,x()\[\]]+", text) else None


def _resume(text: str) -> Value | None:
    flag = _flag(text)
    return text if flag is None else flag


_VALUES: dict[str, Callable[[str], Value | None]] = {
    **dict.fromkeys(("train_batch_size", "images_per_gpu", "gpus", "test_batch_size", "max_dets"), _whole),
    **dict.fromkeys(("epochs", "iterations", "warmup_iterations"), _whole),
    **dict.fromkeys(("momentum", "weight_decay", "score_threshold", "nms"), _number),
    **dict.fromkeys(("tta", "amp"), _flag),
    **dict.fromkeys(("config", "output_dir", "steps", "warmup"), _text),
    **dict.fromkeys(("train_data", "val_data"), _listed),
    "seed": lambda text: int(text) if text.isdecimal() and len(text) < 20 else None,
    "backbone": _name,
    "norm": _norm,
    "optimizer": _optimizer,
    "image_size": _size,
    "resume": _resume,
}
