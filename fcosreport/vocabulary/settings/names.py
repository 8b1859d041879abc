"""What settings are called, wherever they stand, and where a line states them: one table for all forms.

Notes (`stated`), column headers (`headers.py`) and configurations (`keys.py`) are read with `SETTINGS`.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from fcosreport.records import Setting, Where
from fcosreport.vocabulary.digits import of_any_digits
from fcosreport.vocabulary.numerals import amount, batch, count, plain, rate
from fcosreport.vocabulary.settings import values as values
from fcosreport.vocabulary.settings.values import Value


class Names(Struct, frozen=True):
    """What one setting is called, and how its value is read. Names are parted by blanks; `_` may be `-` or a blank.

    `names` are said everywhere. Others mean something else in other places: `keys` stand only in configurations,
    `heads` only above columns, `said` only in notes. `unit` are words after its number: `12 epochs`.

    `value` gives the value of a text, or None for one that is not certain. `written` does so in configurations, where
    more can be trusted than in what people write.
    """

    value: Callable[[str], Value | None]
    names: str = ""
    keys: str = ""
    heads: str = ""
    said: str = ""
    unit: str = ""
    written: Callable[[str], Value | None] | None = None


# fmt: off
SETTINGS: dict[str, Names] = {
    "lr": Names(rate, "lr base_lr lr0 learning_rate base_learning_rate learning_rate_base init_lr initial_lr lr_init"
        " 学习率 初始学习率 基础学习率 学習率 初期学習率 optimizer.lr optimizer.base_lr optimizer.learning_rate"
        " optimizer.params.lr optim.lr learningrate.base_lr model.lr model.learning_rate"),
    "train_batch_size": Names(batch, "batch_size bs bsize batch batchsize train_batch_size training_batch_size train_bs"
        " total_batch_size global_batch_size effective_batch_size ims_per_batch 批大小 批量大小 训练批大小"
        " バッチサイズ", heads="total_batch"),
    "images_per_gpu": Names(values.counted, "images_per_gpu imgs_per_gpu ims_per_gpu samples_per_gpu ims_per_device"
        " batch_size_per_gpu batchsize_per_gpu batch_per_gpu per_gpu_batch_size train_batch_size_per_gpu"
        " train_batch_size_per_device per_device_train_batch_size train_micro_batch_size_per_gpu 每卡批大小 单卡批大小"
        " 每卡批量大小 每gpu批大小 gpuあたりのバッチサイズ train_dataloader.batch_size trainreader.batch_size"
        " device.batchsize_per_gpu"),
    "gpus": Names(values.counted, "gpus num_gpus number_of_gpus gpu_num world_size gpu数 gpu数量 trainer.devices",
        keys="ngpus n_gpus", unit="gpu gpus"),
    "accumulation": Names(values.counted, "gradient_accumulation_steps accumulate_grad_batches grad_accum_steps"
        " accumulative_counts grad_accumulation_steps accumulation_steps optim_wrapper.accumulative_counts"
        " trainer.accumulate_grad_batches 梯度累积步数 梯度累积 勾配累積"),
    "test_batch_size": Names(batch, "test_batch_size eval_batch_size val_batch_size test_bs 测试批大小"
        " test.ims_per_batch val_dataloader.batch_size"),
    "epochs": Names(values.counted, "epochs max_epoch max_epochs num_epochs total_epochs n_epochs num_train_epochs"
        " 训练轮数 轮数 エポック数 runner.max_epochs train_cfg.max_epochs lr_scheduler.max_epoch", keys="epoch nepochs",
        heads="epoch num_epoch number_of_epochs training_epoch training_epochs config_epochs configured_epochs"
        " planned_epochs", unit="epoch epochs エポック 轮"),
    "iterations": Names(values.counted, "iterations iters iterator max_iter max_iters num_iters num_iterations n_iters"
        " total_iters max_steps 迭代次数 迭代数 イテレーション数 lr_scheduler.max_iter runner.max_iters"
        " train_cfg.max_iters", unit="iterations iters", heads="iter iteration max_iteration max_iterations total_iter"
        " total_iterations training_iter training_iters training_iterations"),
    "patience": Names(values.counted, keys="patience early_stopping_patience"),
    "time_limit": Names(amount, keys="time"),  # hours, of ultralytics, which makes its epochs fit
    "schedule": Names(values.schedule, "schedule lr_schedule sched スケジュール",
        heads="schd lr_schd lrschd lr_sched lr_scheduler lr_schduler scheduler training_schedule"),
    "steps": Names(values.items, keys="lr_steps milestones lr_milestones solver.steps lr_scheduler.steps"
        " lr_scheduler.milestones scheduler.milestones lr_config.step"),
    "warmup": Names(values.word, "warmup_method lr_config.warmup lr_scheduler.warmup_method"),
    "warmup_iterations": Names(count, "warmup_iterations warmup_iters warmup_steps warm_up_iterations"
        " warm_up_iters warm_up_steps num_warmup_steps 预热迭代 预热迭代数 预热迭代次数 预热步数 ウォームアップ反復数"
        " ウォームアップイテレーション数 lr_config.warmup_iters lr_scheduler.warmup_iters warmup.steps"),
    "optimizer": Names(values.optimizer, "optimizer optim optimizer_name 优化器 オプティマイザ optimizer.type"
        " optimizer.name optim.name", keys="opt", written=values.any_optimizer),
    "momentum": Names(amount, "momentum 动量 モメンタム optimizer.momentum"),
    "weight_decay": Names(amount, "weight_decay wd 权重衰减 权值衰减 重み減衰 optimizer.weight_decay"
        " optim.weight_decay"),
    "backbone": Names(values.backbone, "backbone backbone_name 主干网络 骨干网络 主干 バックボーン model.backbone"
        " model.backbone.name model.arch.backbone.name", heads="encoder", written=values.any_backbone),
    "norm": Names(values.norm, "norm normalization norm_layer norm_type 归一化 正規化 model.resnets.norm"
        " model.backbone.norm model.backbone.norm_cfg.type"),
    "init": Names(values.init, said="init initialization pretrained pretrain pretraining weights 预训练 预训练权重"
        " 初始化 初期化 事前学習 model.weight model.weights"),
    "weights": Names(values.any_text, keys="weights pretrain_weights load_from finetune_from init_weights"
        " model.weights model.weight schedule.load_model"),
    "seed": Names(values.seed, "seed random_seed train_seed training_seed manual_seed rng_seed"
        " 随机种子 种子 シード randomness.seed"),
    "image_size": Names(count, "image_size img_size imgsize imgsz input_size 输入尺寸 图像尺寸 画像サイズ"
        " input.min_size_train input.min_size", written=values.any_size),
    "max_dets": Names(values.counted, "max_dets max_det max_per_img test.detections_per_image"
        " test.detections_per_img model.test_cfg.max_per_img model.test_cfg.rcnn.max_per_img"),
    "score_threshold": Names(amount, "score_threshold score_thresh score_thr conf_thres model.test_cfg.score_thr"
        " model.test_cfg.rcnn.score_thr", keys="conf"),
    "nms": Names(amount, "nms_threshold nms_thresh nms_thr iou_thres model.test_cfg.nms.iou_threshold"
        " model.test_cfg.rcnn.nms.iou_threshold", keys="iou"),
    "tta": Names(values.flag, "tta test.aug.enabled test.bbox_aug.enabled"),
    "amp": Names(values.flag, "amp fp16 use_amp mixed_precision amp.enabled"),
    "train_data": Names(values.items, keys="data dataset dataset_file dataset.name data_path data_dir coco_path"
        " train_data datasets.train data.train.ann_file data.train.ann_path train_dataloader.dataset.ann_file"
        " traindataset.anno_path", heads="data dataset data_set train_data training_data train_dataset"
        " training_dataset train_data_set training_data_set"),
    "val_data": Names(values.items, keys="val_data test_data datasets.test data.val.ann_file data.val.ann_path"
        " val_dataloader.dataset.ann_file evaldataset.anno_path"),
    "config": Names(values.any_text, keys="cfg config config_file cfg_file"),
    "output_dir": Names(values.any_text, keys="output output_dir save_dir work_dir logdir log_dir out_dir"),
    "resume": Names(values.flag_or_text, keys="resume resume_from"),
}
# fmt: on
"""The settings by their canonical names, which stand in reports. An ordinary word is no name in a note."""


def known(place: Literal["keys", "heads", "said"]) -> dict[str, str]:
    """The canonical names by all names that are used there, with `_` as in the table."""
    named = ((name, f"{each.names} {getattr(each, place)}") for name, each in SETTINGS.items())
    return {word: name for name, words in named for word in words.split()}


def spelled(name: str) -> str:
    """A name of any spelling as in the table."""
    return re.sub(r"[\s_-]+", "_", name.lower()).strip("_*")


_SPOKEN = known("said")
_SHORT = 100  # characters of a name or a value that is kept in mind


def setting(key: str, text: str, where: Where) -> Setting | None:
    """The setting that `key` and the value `text` declare; None for an unknown key or a value that is not certain."""
    name = (_named if len(key) <= _SHORT else _named.__wrapped__)(key)
    return read(name, text, where) if name else None


@lru_cache(1024)
def _named(key: str) -> str | None:
    return _SPOKEN.get(spelled(plain(key)).removeprefix("solver."))


def read(name: str, text: str, where: Where) -> Setting | None:
    """The setting of that canonical name with a value as people write it; None for one that is not certain."""
    value = (_value if len(text) <= _SHORT else _value.__wrapped__)(name, text)
    return Setting(name, value, text.strip(), where) if value is not None else None


@lru_cache(4096)  # the runs of a study, and the rows of a table, have few settings
def _value(name: str, text: str) -> Value | None:
    cleaned = plain(text).strip(" ,;。.，；") if not text.strip().startswith(".") else plain(text)
    return SETTINGS[name].value(cleaned) if cleaned else None


_KEYS = "|".join(re.escape(name).replace("_", r"[\s_-]+") for name in sorted(_SPOKEN, key=len, reverse=True))
_STATED = re.compile(
    rf"(?:solver\.)?({_KEYS})(?:\s*(?:[:=]|设为|为|は)\s*|(?<=[^\x00-\x7f])\s*|(\s+))(\S.*)", re.I | re.S
)
_UNITS = {word: name for name, each in SETTINGS.items() for word in each.unit.split()}
_WITH_UNIT = re.compile(rf"(\d(?:[\d,.]*\d)?\s?[k万]?)\s*({'|'.join(_UNITS)})", re.I)
_LETTERS = re.compile("[a-z]+")
_BEGINS = frozenset(
    found[0] for name in (*_SPOKEN, *_UNITS, *(f"k{unit}" for unit in _UNITS)) if (found := _LETTERS.match(name))
)
"""The first words of names, and the units, behind whose numbers a k may stand."""
_PIECES = re.compile(r",(?!\d{3}(?!\d))|[;、，；|]|。|\s&\s|\s\+\s|\sand\s|\swith\s", re.I)


_LONGEST = 2000  # characters of a line that is read


def stated(line: str, where: Where) -> tuple[Setting, ...]:
    """The settings that a line declares: `lr = 1e-4`, `LR: 0.01, bs 16`, `backbone R-50, FrozenBN`."""
    if len(line) > _LONGEST or not may_state(line):
        return ()
    return tuple([Setting(each.name, each.value, each.text, where) for each in _stated(line)])


def is_stated(line: str) -> bool:
    """Whether a line declares a setting."""
    return len(line) <= _LONGEST and may_state(line) and bool(_stated(line))


@of_any_digits
def may_state(line: str) -> bool:
    """Whether a line has the first word of a name, a unit, or a sign of a norm; one beyond ASCII may have any."""
    lower = line.lower()
    return not (line.isascii() and _BEGINS.isdisjoint(_LETTERS.findall(lower)) and not values.NORM_SIGN.search(lower))


@lru_cache(2048)  # a line of a note is asked several times, and many lines are alike
def _stated(line: str) -> tuple[Setting, ...]:
    pieces = (piece.strip() for piece in _PIECES.split(plain(line)))
    return tuple(found for piece in pieces if (found := _piece(piece, Where("", 1))))


def _piece(piece: str, where: Where) -> Setting | None:
    found = _STATED.fullmatch(piece)
    if found:
        made = setting(found[1], found[3], where)
        loose = found[2] is not None and made is not None and made.name == "init" and "/" in str(made.value)
        return None if loose else made
    counted = _WITH_UNIT.fullmatch(piece)
    if counted:
        return read(_UNITS[counted[2].lower()], counted[1], where)
    named = values.norm(piece)
    return Setting("norm", named, piece, where) if named else None
