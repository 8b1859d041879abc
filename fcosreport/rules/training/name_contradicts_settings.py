"""FR206."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from fcosreport.comparing.contrast import contrast
from fcosreport.evidence.naming import image_size, sizes
from fcosreport.evidence.recipes import names, without_rate
from fcosreport.judging.cases import FAIR
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Records, Setting, Severity
from fcosreport.settings import Settings
from fcosreport.vocabulary import decode
from fcosreport.vocabulary.paths import last_part
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed

_ROUNDED = 0.01  # share by which a number in a name may differ from the one that it stands for
_STRIDE = 32  # to a multiple of which ultralytics rounds the size of its images up
_ULTRALYTICS = re.compile(r"(?:^|/)(?:args|opt)\.ya?ml$")
_COUNTED = re.compile(r"\d[2-9]$")
_FAR = 1.6  # factor between the images of a schedule and those seen, which tells 1x from 2x


@rule(
    "FR206",
    "error",
    fires=[
        [{"name": "fcos_R_50_lr0.004", "lr": 0.01}],
        [{"name": "baseline_seed1", "seed": 2}],
        [{"name": "retinanet_r50_1x", "epochs": 24, "train_data": "coco_2017_train"}],
        [{"name": "fcos_24e", "epochs": 12}],
        [{"name": "fcos_24e", "epochs": 12, "state": "stopped"}],
        [{"name": "fcos_gn", "norm": "frozen"}],
        [{"name": "fcos_bs32", "train_batch_size": 16}],
        [{"name": "fcos_r50_1x", "backbone": "R-101-FPN"}],
        [{"output_dir": "runs/fcos_lrx10", "lr": 0.03}, {"output_dir": "runs/fcos_lrx3", "lr": 0.03}],
        [{"name": "yolov8s_parts", "init": "yolov8m.pt"}],
        [{"name": "rtmdet_s_parts", "config": "configs/rtmdet_l_8xb32.py"}],
        [{"name": "fcos_r101_seed1", "output_dir": "work_dirs/fcos_r50_seed1"}],
        [{"name": "yolov8n_img1280", "image_size": 640}],
        [{"name": "yolov8n_320x320", "image_size": 640}],
        [{"name": "parts_320", "a/args.yaml": {"image_size": 640}}],
    ],
    quiet=[
        [{"name": "fcos_R_50_lr0.004", "lr": 0.004}],
        [{"name": "lr1en3", "lr": 0.001}],
        [{"name": "fcos_r50_1x", "backbone": "R-50-FPN"}, {"name": "fcos_r50", "backbone": "swin_t"}],
        [{"name": "baseline_seed1", "seed": 1}],
        [{"name": "fcos_1x", "epochs": 12}, {"name": "fcos_r50_1x", "iterations": 90000, "train_batch_size": 16}],
        [{"name": "mask_rcnn_mstrain-poly_3x", "epochs": 12, "train_data": "coco/instances_train2017.json"}],
        [{"name": "fcos_bs2", "train_batch_size": 16, "images_per_gpu": 2}],
        [{"name": "fcos_lrx10", "lr": 0.1}, {"name": "fcos_lrx3", "lr": 0.03}],
        [{"name": "fcos_lrx10", "lr": 0.1, "norm": "gn"}, {"name": "fcos_lrx3", "lr": 0.1, "norm": "bn"}],
        [{"name": "fcos_syncbn", "norm": "bn"}, {"name": "fcos_lr10", "lr": 0.001}],
        [{"name": "yolov8s_parts", "init": "yolov8s.pt"}, {"name": "yolov8s_second", "init": "runs/parts/best.pt"}],
        [{"name": "yolov8s_from_yolov8m", "init": "yolov8m.pt"}, {"name": "yolov8_parts_s", "init": "yolov8m.pt"}],
        [{"name": "fcos_r101", "output_dir": "runs/fcos_r101_2"}, {"name": "fcos_2", "output_dir": "runs/fcos_r50"}],
        [{"name": "fcos_r101_lr0.01", "output_dir": "runs/r50/fcos"}],
        [{"name": "yolov8n_img640", "image_size": 640}, {"name": "imgsz512", "a/args.yaml": {"image_size": 500}}],
        [{"name": "img640_to_img1280", "image_size": 960}, {"name": "yolov8n_crop320x320", "image_size": 640}],
        [{"name": "parts_320", "image_size": 640}, {"name": "train_320", "a/args.yaml": {"image_size": 640}}],
        [{"name": "parts_512", "a/args.yaml": {"image_size": 640, "train_batch_size": 512}}],
        [{"name": "parts_320_images", "a/args.yaml": {"image_size": 640}}],
        [{"name": "yolov8n_multiscale_640", "a/args.yaml": {"image_size": 1280}}],
        [{"name": "fcos_24e", "epochs": 7, "state": "stopped", "note_bbox": f"{FAIR} form:table"}],
        [
            {"name": "x lr0.002", "lr": 0.002, "output_dir": r"runs\x lr0.0022"},
            {"name": "a", "output_dir": "runs/lr0.1"},
        ],
        [{"name": "parts_lr0.0022", "a/args.yaml": {"lr": 0.002}}, {"name": "parts_lr0.002", "lr": 0.002}],
        [{"name": "fcos_24e", "epochs": 240, "bbox": [f"{FAIR} @{epoch}" for epoch in (12, 24)]}],
    ],
    shares=lambda experiment: [rest for rest, rate in [_rate(experiment)] if rate],
)
def name_contradicts_settings(records: Records, settings: Settings) -> Iterator[Fault]:
    """The name of a run says another learning rate, schedule, batch, seed, norm, backbone or size than its settings do.

    Names that differ in a learning rate alone, or a factor of it (`lrx3`, `lrx10`), count as well where all settings
    that matter are the same. The size is that of a model (`yolov8s`), where the names are alike up to it, or that of
    the images (`img640`, `640x640`; beside settings of ultralytics a usual size alone, `parts_640`), where the settings
    tell one number; it is a warning, as a data set may be called so. A name tells a batch size a GPU or over all of
    them, `3x` may be 12 epochs of a data set repeated three times. Its output folder is held against the name by what
    it says of the same settings. The digit by which a trainer counts folders of one name says nothing.

    Why: zhaoyang97/mmdetection has runs called lrx3 and lrx10 that both train at lr 0.03; what a table of them shows is
    not what it says.

    Do: Find out which of the two is true before the name gets into a table; the log is, unless the run was stitched.
    """
    fitting: list[Experiment] = []
    for experiment in records.experiments:
        declared = (*experiment.settings, *_of_output(experiment))
        conflicts = _conflicts(experiment, declared)
        conflicts += [*_other_sizes(experiment), *_other_images(experiment)]
        if not conflicts:
            fitting.append(experiment)
        else:
            said = listed([f"{named.name} {named.shown}" for named, _ in conflicts])
            found = listed([f"{other.name} {other.shown}{_place(experiment, other)}" for _, other in conflicts])
            places = dict.fromkeys((experiment.where, *(other.where for _, other in conflicts)))
            text = f"The name of {called(experiment)} says {said}, its settings say {found}."
            likely = any(named.name in ("norm", "schedule", "image_size") for named, _ in conflicts)
            is_of_images = all(named.name == "image_size" for named, _ in conflicts)  # if not that of a data set
            severity: Severity | None = "warning" if is_of_images else None
            yield Fault(text, (experiment,), tuple(places), severity=severity, confidence="likely" if likely else None)
    yield from _rates(fitting)


def _place(experiment: Experiment, setting: Setting) -> str:
    """Where the setting holds, if that is its output folder alone, or if the log said otherwise before."""
    if setting not in experiment.settings:
        return " (its output folder)"
    earlier = (
        s
        for s in experiment.settings
        if s.name == setting.name and s.where.path == setting.where.path and s.where != experiment.where
    )
    changed = any(s.where.line < setting.where.line and s.value != setting.value for s in earlier)
    return f" from line {setting.where.line} on" if changed else ""


def _conflicts(experiment: Experiment, declared: Sequence[Setting]) -> list[tuple[Setting, Setting]]:
    """What the name says, beside what contradicts it.

    Not where it fits without its last digit: ultralytics counts the folders of one name, and `lr0.002` is followed by
    `lr0.0022`.
    """
    named = decode(experiment.name, experiment.where)
    found = [c for each in named if (c := _conflict(experiment, each, declared))]
    if found and _COUNTED.search(experiment.name) and any(_ULTRALYTICS.search(s.where.path) for s in declared):
        first = decode(experiment.name[:-1], experiment.where)
        fitting = {each.name for each in first if not _conflict(experiment, each, declared)}
        return [pair for pair in found if pair[0].name not in fitting]
    return found


def _conflict(experiment: Experiment, named: Setting, declared: Sequence[Setting]) -> tuple[Setting, Setting] | None:
    """The setting of the name and the declared one that contradicts it."""
    keys = ("epochs", "iterations") if named.name == "schedule" else (named.name,)
    for other in declared:
        if other.name in keys and _contradict(experiment, named, other):
            return named, other
    return None


def _of_output(experiment: Experiment) -> list[Setting]:
    """What the name of the output folder that a log tells says, if it is not that of the run and a number behind it."""
    folder = experiment.setting("output_dir")
    name = last_part(str(folder.value)) if folder else ""
    is_counted = re.fullmatch(rf"{re.escape(last_part(experiment.name))}\d{{1,3}}", name)
    return [*decode(name, folder.where)] if folder and not is_counted else []


def _other_sizes(experiment: Experiment) -> list[tuple[Setting, Setting]]:
    """The name, and each file that the run is made of whose name is that of a model of another size."""
    files = [s for key in ("init", "config") if (s := experiment.setting(key)) and isinstance(s.value, str)]
    name = last_part(experiment.name.lower()) if files else ""
    other = [s for s in files if sizes(name, PurePosixPath(last_part(str(s.value).lower())).stem)]
    return [(Setting("model", name, name, experiment.where), s) for s in other]


def _other_images(experiment: Experiment) -> list[tuple[Setting, Setting]]:
    """The size of the images that the name says, and another one of the settings, which must be one number.

    A number alone counts beside settings of ultralytics, and only if it is none of the run's other numbers.
    """
    size = experiment.setting("image_size")
    if size is None or size.inferred or not isinstance(size.value, int):
        return []
    said = image_size(last_part(experiment.name), bare=_ULTRALYTICS.search(size.where.path) is not None)
    fitting = {s.value for s in experiment.settings if s.name != "output_dir"}
    if said is None or said in fitting or -(-size.value // _STRIDE) * _STRIDE == said:
        return []
    return [(Setting("image_size", said, str(said), experiment.where), size)]


def _contradict(experiment: Experiment, named: Setting, other: Setting) -> bool:
    if named.name == "schedule":
        return _other_schedule(experiment, int(str(named.value).removesuffix("x").partition(".")[0]), other)
    if named.name == "norm":
        return not other.inferred and len({"bn" if s.value == "syncbn" else s.value for s in (named, other)}) > 1
    if named.name == "backbone":
        return not other.inferred and _depth(named) != _depth(other) and "" not in (_depth(named), _depth(other))
    if named.name not in ("lr", "seed", "epochs", "train_batch_size"):
        return False
    if not isinstance(named.value, int | float) or not isinstance(other.value, int | float):
        return False
    sizes = ("images_per_gpu", "train_batch_size")
    if named.name == "train_batch_size" and named.value in map(experiment.value, sizes):
        return False
    if named.name == "epochs" and _is_as_far_as_it_came(experiment, int(named.value), other):
        return False
    return not (1 - _ROUNDED) * abs(named.value) <= other.value <= (1 + _ROUNDED) * abs(named.value)


def _is_as_far_as_it_came(experiment: Experiment, named: int, epochs: Setting) -> bool:
    """Whether the name or the settings tell how far the training came, and the other one what was planned.

    The settings where they stand in the row of a result that says that it was stopped; the name where the log ends at
    its epochs, counted from 0 or from 1.
    """
    last = max((each.epoch or 0 for each in experiment.evaluations if each.origin == "log"), default=0)
    rows = {each.where for each in experiment.evaluations if each.form == "table"}
    is_more = isinstance(epochs.value, int | float) and named > epochs.value
    is_told = experiment.state == "stopped" and epochs.where in rows and is_more
    return is_told or (last > 0 and abs(last - named) <= 1)


def _depth(backbone: Setting) -> str:
    """`R-101` of `R-101-FPN`; empty for another kind of backbone."""
    found = re.match(r"[RX]-\d+", str(backbone.value))
    return found[0] if found else ""


def _other_schedule(experiment: Experiment, times: int, other: Setting) -> bool:
    """Whether epochs or iterations are not those of that schedule: 12 epochs, or 90,000 iterations of 16 images."""
    data = str(experiment.value("train_data") or "").lower()
    if "coco" not in data or not re.search(r"(?<!\d)20(?:14|17)(?!\d)|train20|valminus", data):
        return False
    if not isinstance(other.value, int | float) or not 0 < other.value < 1e9:
        return False
    if other.name == "epochs":
        return other.value not in (12 * times, 12 * times + 1) and not (other.value == 12 and times == 3)
    batch = experiment.value("train_batch_size")
    images = other.value * min(float(batch), 1e6) if isinstance(batch, int) and batch > 0 else 0.0
    return bool(images) and not 1 / _FAR < images / (90_000 * 16 * times) < _FAR


def _rates(experiments: Sequence[Experiment]) -> Iterator[Fault]:
    """Runs whose names differ in a learning rate or its factor alone, and whose settings are the same."""
    alike: dict[tuple[str, str], list[tuple[str, Experiment]]] = defaultdict(list)
    for experiment in experiments:
        lr = experiment.value("lr")
        rest, rate = _rate(experiment)
        if rate and lr is not None:
            alike[rest, str(lr)].append((rate, experiment))
    for (_, lr), found in alike.items():
        said, runs = {rate for rate, _ in found}, tuple(run for _, run in found)
        rates = sorted(rate for rate in said if not (_COUNTED.search(rate) and rate[:-1] in said))
        if len(rates) > 1 and not contrast(runs).settings:
            yield Fault(
                f"The names of {listed([called(run) for run in runs])} differ in {listed(rates)} alone, but all "
                f"train at lr {lr}.",
                runs,
                tuple(s.where for run in runs if (s := run.setting("lr"))),
                confidence="likely",
            )


def _rate(experiment: Experiment) -> tuple[str, str]:
    """The first name that holds a learning rate or its factor, without that, and that."""
    return next((parts for name in names(experiment) if (parts := without_rate(name))[1]), ("", ""))
