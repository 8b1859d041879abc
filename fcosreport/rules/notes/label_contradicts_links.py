"""FR513."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

from fcosreport.comparing.scores import printed
from fcosreport.evidence.links import CONFIG, data_named, is_archive, is_weights, named_scores, own_links, stem
from fcosreport.evidence.naming import bare, batch, input_size, kinds, segmentation, sizes
from fcosreport.evidence.published import is_other_protocol, is_same
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Link, Setting, TableRow
from fcosreport.settings import Settings
from fcosreport.vocabulary import decode
from fcosreport.wording import listed

_BATCH = "images an iteration"
_TRAINED = ("schedule", "epochs", "lr", "train_batch_size", _BATCH)
_COMPARED = ("backbone", *_TRAINED)
_GROUPS = re.compile(r"(?<![A-Za-z0-9])(\d{1,3})x(\d{1,3})d(?![A-Za-z0-9])", re.I)
_KIND = re.compile(r"(?i)backbone|model|name|arch|network|method|encoder|模型|骨干|网络")
_SIZE = re.compile(r"(?i)\bsize|resolution|crop|尺寸|分辨率")
_CONVERTED = re.compile(r"(?i)convert|3rd[-_ ]?party|third[-_ ]party")
_EPOCHS = 12  # of 1x
_REPEATED = {"3x": 12}  # epochs of a data set that is repeated three times


@rule(
    "FR513",
    "error",
    fires=[
        [{"row": "R-101", "bbox": "% 39.1", "link_model": "fcos_r50_caffe_fpn_1x_coco-821213aa.pth"}],
        [{"row": "R-50", "schedule": "2x", "bbox": "% 39.1", "link_config": "fcos_r50_caffe_fpn_1x_coco.py"}],
        [{"row": "X-101-32x4d", "bbox": "% 41.0", "link_model": "faster_rcnn_x101_64x4d_fpn_1x_coco.pth"}],
        [{"row": "fcos_lr0.01", "bbox": "% 37.0", "link_log": "runs/fcos_lr0.02/log.txt"}],
        [{"row": "R-50", "train_data": "LVIS v1", "bbox": "% 22.0", "link_model": "mask_rcnn_r50_fpn_1x_coco.pth"}],
        [
            {
                "row": "Anchor-DETR",
                "epochs": 50,
                "bbox": "% 44",
                "link_config": "detr_300ep.py",
                "link_model": "converted.pth",
            }
        ],
        [{"row": "R-50", "bbox": "% 40.2", "link_model": "faster_r50_3x_bbox_mAP-0.398_20200504_163323-30042637.pth"}],
        [
            {
                "row": "RTMDet-tiny",
                "bbox": "% 41",
                "link_config": "rtmdet_l_8xb32.py",
                "link_model": "rtmdet_tiny_8xb32.pth",
            }
        ],
        [{"row": "a", "bbox": "% 41", "link_config": "yolov5s_1x.py", "link_model": "yolov5m_1x.pth"}],
        [{"row": "DAB-R101-DC5", "backbone": "R-101", "bbox": "% 45", "link_config": "dab_r50_dc5.py"}],
        [{"row": "a", "bbox": "% 41", "link_config": "r50_coco_384x288.py", "link_model": "r50_coco_256x192.pth"}],
        [{"row": "HRNetV2p-W48", "bbox": "% 41.2", "link_model": "faster_rcnn_hrnetv2p_w40_1x_coco.pth"}],
        [{"row": "pose_mobilenetv2", "bbox": "% 44.2", "link_model": "hrnet_w32_coco_512x512.pth"}],
        [{"row": "a", "bbox": "% 40.1", "link_config": "detr_r50_8x4_150e.py", "link_model": "detr_r50_8x2_150e.pth"}],
        [{"row": "a", "bbox": "% 50.6", "link_config": "mask_r50_coco-3x_1x.py", "link_model": "mask_r50_20e.pth"}],
        [{"row": "Pico + FGD", "bbox": "% 94", "link_model": "pico_fgd.pdparams", "link_inference": "pico_infer.tar"}],
        [
            {
                "row": "a",
                "bbox": "% 43.7",
                "link_config": "coco/panoptic-segmentation/a_R50.yaml",
                "link_model": "coco/instance/a_R50/model_final.pkl",
            }
        ],
    ],
    quiet=[
        [{"row": "RTMDet-l", "bbox": "% 51", "link_config": "rtmdet_l_8xb32.py", "link_model": "rtmdet_large_swa.pth"}],
        [{"row": "a", "bbox": "% 68", "link_config": "fcos3d_r101_1x.py", "link_model": "tpvformer_8xb1-2x.pth"}],
        [{"row": "DETR-R50 (converted)", "epochs": 500, "bbox": "% 42", "link_config": "detr_r50_300ep.py"}],
        [
            {
                "row": "R-50",
                "schedule": "2x",
                "bbox": "% 44",
                "link_log": "https://drive.google.com/file/d/1x_C4yd89t4/view",
            }
        ],
        [{"row": "R-50", "schedule": "1x", "bbox": "% 36.6", "link_model": "fcos_r50_caffe_fpn_1x_coco-821213aa.pth"}],
        [{"row": "R-101", "bbox": "% 36.6", "link_pretrain": "resnet50_imagenet.pth"}],
        [{"row": "R-50", "schedule": "1x", "bbox": "% 36.6", "link_model": "https://host/x/model_2ex_0a2e9f.pth"}],
        [{"row": "R-50", "train_batch_size": 16, "bbox": "% 36.6", "link_model": "atss_r50_2xb8_1x_coco.pth"}],
        [{"row": "fcos_lr0.01", "bbox": "% 37.0", "link_log": "fcos_lr10/log.txt"}],
        [{"row": "R-18 (teacher R-101)", "bbox": "% 36.0", "link_model": "ld_r18_gflv1_r101_fpn_coco_1x.pth"}],
        [{"row": "R-50", "train_data": "VOC", "bbox": "% 79", "link_model": "faster_rcnn_r50_coco_to_voc.pth"}],
        [{"row": "R-50", "bbox": "% 39.8", "segm": "% 36.6", "link_model": "r50_bbox_mAP-0.398__segm_mAP-0.37.pth"}],
        [{"row": "HRNetV2p-W40", "bbox": "% 41.2", "link_model": "faster_rcnn_hrnetv2p_w40_1x_coco.pth"}],
        [{"row": "R-101", "bbox": "% 56.5", "link_detector": "jde_yolov3_darknet53_30e.pdparams"}],
        [{"row": "A", "bbox": "% 58", "link_config": "a.yml", "link_fp16": "a_fp16.tar", "link_fp32": "a_fp32.tar"}],
        [{"row": "a", "bbox": "% 78.7", "link_config": "a_hv_8xb6-80e.py", "link_model": "a_hv_6x8_80e.pth"}],
        [{"row": "DETR", "epochs": 50, "bbox": "% 44.5", "link_config": "deformable_detr_r50_1x_coco.yml"}],
        [{"row": "Pico + FGD", "bbox": "% 94", "link_model": "pico_fgd.pdparams", "link_teacher": "pico_l.pdparams"}],
        [{"row": "Pico + Pose", "bbox": "% 58", "link_model": "pico.tar", "link_second": "pose.tar"}],
        [{"row": "a", "train_batch_size": 64, "bbox": "% 58", "link_model": "a_r50_bs8_90k.pdparams"}],
        [
            {
                "row": "w18_3rdparty",
                "bbox": "% 76",
                "link_config": "w18_4xb32.py",
                "link_model": "w18_3rdparty_8xb32.pth",
            }
        ],
        [{"row": "A", "epochs": 300, "bbox": "% 81", "link_pretrain": "a_300e.py", "link_config": "a_ft_100e.py"}],
        [{"row": "CLIP", "bbox": "% 86", "link_224": "clip_sz224.pth", "link_336": "clip_sz336.pth"}],
        [{"row": "eva02_L", "bbox": "% 55", "link_config": "eva2_coco_vitdet_l.py"}],
        [
            {
                "row": "YOLO-World-S",
                "bbox": "% 24.3",
                "link_config": "yolo_world_s_obj365v1_goldg_train_lvis_minival.py",
                "link_model": "yolo_world_s_o365_goldg_train_pretrained.pth",
            }
        ],
        [{"row": "DWPose-t", "bbox": "% 48", "link_model": "dwpose_l_dis_t_coco.pth"}],
    ],
    needs=(
        "no row of a table links a file whose name says what it is",
        lambda records: [row for row in records.tables if any(stem(link.target) for link in own_links(row))],
    ),
)
def label_contradicts_links(rows: list[TableRow], settings: Settings) -> Iterator[Fault]:
    """The label or a column of a row contradicts the name of a file that the row links.

    In backbone, width, version, schedule, epochs, learning rate, batch size, input size, style or data set, where both
    say exactly one value; in the size of the model, where two of label, configuration and weights are called alike up
    to there; in AP, where the file's name tells it; in what the label adds (`A + FGD`) or the loss, which one of two
    files lacks; or weights are called otherwise than the configuration. Weights that are converted from another
    project's were trained by its configuration, and not by ours.

    Why: in public model zoos such as open-mmlab/mmdetection rows are copied, and the link or the label of the row
    before stays.

    Do: See which model the numbers are of, and correct the link or the label.
    """
    for row in rows:
        told: dict[str, str] = {}
        for text, name in _contradictions(row):
            told.setdefault(text, name)
        if told:
            files = list(dict.fromkeys(told.values()))
            yield Fault(
                f"The row “{row.label}” contradicts what it links ({listed(files, most=3)}): {listed(list(told))}.",
                where=(row.where,),
            )


def _contradictions(row: TableRow) -> Iterator[tuple[str, str]]:
    """What contradicts itself in a row, each with the name of the file that says so."""
    links = [link for link in own_links(row) if _is_alone(link, row)]
    named = {link: (stem(link.target), _named(stem(link.target), row)) for link in links}
    claimed = _claimed(row)
    if any(CONFIG.search(link.target) for link in set(row.links).difference(own_links(row))):
        claimed = {key: value for key, value in claimed.items() if key not in _TRAINED}  # may be of its pre-training
    configs = [said for link, said in named.items() if CONFIG.search(link.target)]
    silent = [(name, {key: facts[key] for key in facts if key not in claimed}) for name, facts in configs]
    label = re.sub(r"\W*[(\[（].*", "", row.label).lower()
    is_converted = any(_CONVERTED.search(text) for text in (row.label, *(link.target for link in links)))
    texts = " | ".join(_kinds_told(row))
    for link, (name, facts) in named.items():
        begun = [said for config, said in silent if is_weights(link) and _family(config) == _family(name)]
        held = [claimed, *begun]
        is_trained_there = is_converted and _family(label) == _family(name)
        left = {key: value for key, value in facts.items() if not (is_trained_there and key in _TRAINED)}
        yield from ((text, name) for told in held for text in _apart(told, left))
        yield from ((text, name) for told in begun for text in _other_length(told, facts))
        kind = _kind(link.target)  # several weights of a row are several models
        for other in dict.fromkeys((label, *(each[0] for one, each in named.items() if _kind(one.target) != kind))):
            if found := sizes(other, name):
                yield f"size {' against '.join(sorted(found))}", name
        yield from ((f"{one} against {other}", name) for one, other in kinds(texts, name, link.target))
        yield from ((text, name) for text in (() if is_other_protocol(row) else _scores(link.target, row)))
    yield from _options(row, links)


def _options(row: TableRow, links: Sequence[Link]) -> Iterator[tuple[str, str]]:
    """What the row is with, by its loss, its label or its task, and one of two files that belong together is not."""
    made = [link for link in links if is_weights(link)]
    for config in (link for link in links if CONFIG.search(link.target)):
        for loss in (text for header, text in row.others if "loss" in header.lower() and len(bare(text)) > 2):
            if any(bare(loss) in bare(stem(link.target)) for link in made) and bare(loss) not in bare(config.target):
                yield f"loss {loss} of the weights against none", stem(config.target)
        tasks = {task for link in made if (task := segmentation(link.target))}
        if len(tasks) == 1 and (task := segmentation(config.target)) not in ("", *tasks):
            yield f"{task} segmentation against {min(tasks)}", stem(config.target)
    name, added = map(bare, row.label.split("+")[:2]) if "+" in row.label else ("", "")
    packed = [stem(link.target) for link in own_links(row) if is_weights(link) or is_archive(link)]
    models = [each for each in packed if name and name in bare(each)]
    if len(added) > 2 and any(added in bare(each) for each in models):
        yield from ((f"{added} against none", each) for each in models if added not in bare(each))


def _family(name: str) -> str:
    """The first word of a name: that of the method."""
    return re.split("[-_]", name)[0]


def _apart(told: dict[str, object], facts: dict[str, object]) -> Iterator[str]:
    for key, value in facts.items():
        is_again = key == _BATCH and "train_batch_size" in told and "train_batch_size" in facts
        if key in told and not is_again and not _is_of_gpu(key, told, facts) and not _agree(key, told[key], value):
            yield f"{key} {told[key]} against {value}"


def _is_of_gpu(key: str, told: dict[str, object], facts: dict[str, object]) -> bool:
    """Whether a name may tell the batch of a GPU: `bs8` of 64 in all, and no `8xb8`."""
    whole, part = told.get(key), facts.get(key)
    if key != "train_batch_size" or _BATCH in facts or not (isinstance(whole, int) and isinstance(part, int)):
        return False
    return part > 0 and whole % part == 0


def _other_length(config: dict[str, object], weights: dict[str, object]) -> Iterator[str]:
    """Epochs in one of two names that are not those of the schedule in the other."""
    for one, other in ((config, weights), (weights, config)):
        schedule, epochs = str(other.get("schedule", "")), one.get("epochs")
        if epochs and schedule and "schedule" not in one and "epochs" not in other:
            count = round(_EPOCHS * float(schedule.removesuffix("x")))
            if epochs not in (count, count + 1, _REPEATED.get(schedule)):
                yield f"epochs {epochs} against {schedule}"


def _is_alone(link: Link, row: TableRow) -> bool:
    """Whether a cell links one file of the kind; of several none tells what the row is."""
    kind = _kind(link.target)
    return sum(each.header == link.header and _kind(each.target) == kind for each in row.links) == 1


def _kind(target: str) -> str:
    return PurePosixPath(re.sub(r"[?#].*", "", target)).suffix.lower()


def _scores(target: str, row: TableRow) -> Iterator[str]:
    """The AP of the row that the name of its weights or log contradicts."""
    for task, named in named_scores(target):
        for result in row.results:
            ours = result.metric("AP") if result.task == task else None
            if ours and not is_same(ours, named):
                yield f"{result.task} {printed(ours)} against {named.text}"


def _kinds_told(row: TableRow) -> list[str]:
    """The label, and the cells that tell the kind of model."""
    columns = [text for header, text in row.others if _KIND.search(header) and text != row.label]
    return [row.label, *columns, *(s.text for s in row.settings if s.name == "backbone")]


def _claimed(row: TableRow) -> dict[str, object]:
    """What the label and the columns say; nothing for what they say in two ways."""
    facts = _facts([*row.settings, *decode(row.label.replace(" ", "_"), row.where)])
    texts = _kinds_told(row)
    _add(facts, "groups", {found[0].lower() for text in texts for found in _GROUPS.finditer(text)})
    data = [str(s.value) for s in row.settings if s.name == "train_data"]
    _add(facts, "data set", data_named(" ".join(data)))
    _add(facts, "style", {text.lower() for header, text in row.others if header.lower() == "style"})
    _add(facts, "input size", {input_size(text) for header, text in row.others if _SIZE.search(header)} - {""})
    return facts


def _named(name: str, row: TableRow) -> dict[str, object]:
    """What the name of a file says."""
    facts = _facts(list(decode(name, row.where)))
    _add(facts, "groups", {found[0].lower() for found in _GROUPS.finditer(name)})
    _add(facts, "data set", data_named(name))
    _add(facts, "input size", {input_size(name)} - {""})
    _add(facts, "style", {"caffe"} if re.search(r"(?<![a-z])caffe(?!\d)", name) else set())
    _add(facts, _BATCH, {batch(name)} - {0})
    return facts


def _facts(settings: list[Setting]) -> dict[str, object]:
    facts: dict[str, object] = {}
    for key in _COMPARED:
        values = {each.value for each in settings if each.name == key}
        _add(facts, key, {each for each in values if not any(str(other).startswith(f"{each}-") for other in values)})
    return facts


def _add(facts: dict[str, object], key: str, values: AbstractSet[object]) -> None:
    if len(values) == 1:
        facts[key] = next(iter(values))


def _agree(key: str, claimed: object, named: object) -> bool:
    if key == "backbone":  # the neck only counts where both tell one
        (one, neck), (other, other_neck) = _parts(str(claimed)), _parts(str(named))
        return not (one and other) or (one == other and (not neck or not other_neck or neck == other_neck))
    if key == "style":
        return (claimed, named) != ("pytorch", "caffe")
    if key == "input size":  # height and width, or width and height
        return sorted(str(claimed).split("x")) == sorted(str(named).split("x"))
    return claimed == named


def _parts(backbone: str) -> tuple[str, str]:
    found = re.fullmatch(r"([RX]-\d+)(?:-(\w+))?", backbone)
    return (found[1], found[2] or "") if found else ("", "")
