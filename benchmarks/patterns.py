"""Texts of any size that repeat one pattern: what notes and logs are made of, and what breaks off or never ends.

In a piece `{n}` is its number, `{d}` a digit and `{f}` a fraction of three digits, both from the seed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from fcosreport.records import Origin


@dataclass(frozen=True, slots=True)
class Pattern:
    """A piece that is repeated between a start and an end; or several `rows`, each of which is one line."""

    origin: Origin
    piece: str = ""
    start: str = ""
    end: str = "\n"
    rows: tuple[str, ...] = ()

    def text(self, size: int) -> str:
        """Some `size` bytes of it, the same whenever it is asked for."""
        rows = self.rows or (self.piece,)
        number = max(1, size // sum(len(row.encode()) for row in rows))
        return self.start + "\n".join(_repeated(row, number) for row in rows) + self.end


def _repeated(piece: str, number: int) -> str:
    random = Random(piece)
    if not re.search(r"\{[ndf]\}", piece):
        return piece * number
    return "".join(filled(piece, each, random) for each in range(number))


def filled(piece: str, number: int, random: Random) -> str:
    """A piece with what stands for its number, digits and fractions."""
    made = piece.replace("{n}", str(number)).replace("{d}", str(random.randrange(10)))
    return re.sub(r"\{f\}", lambda found: f"{random.randrange(1000):03}", made)


def _summary(lead: str = "") -> str:
    ranges = ("0.50:0.95", "0.50     ", "0.75     ")
    sizes = ("   all", " small", "medium", " large")
    kinds = [("Precision  (AP)", each, "   all", "100") for each in ranges]
    kinds += [("Precision  (AP)", ranges[0], each, "100") for each in sizes[1:]]
    kinds += [("Recall     (AR)", ranges[0], "   all", most) for most in ("  1", " 10", "100")]
    kinds += [("Recall     (AR)", ranges[0], each, "100") for each in sizes[1:]]
    row = " Average {} @[ IoU={} | area={} | maxDets={} ] = 0.{{f}}\n"
    return "".join(lead + row.format(*kind) for kind in kinds)


BLOCK = _summary()
"""The twelve rows of a COCO summary."""
_ROW = BLOCK.partition("\n")[0]
_TABLE = "| Method | lr | batch | AP | AP50 |\n|---|---|---|---|---|\n"
_TITLE = f"# {'word ' * 20_000}\n\n"
_MMDET = "2021-05-04 13:06:59,191 - mmdet - INFO - "

_NOTES = {
    "wide table": Pattern("note", rows=("| AP ", "|---", "| 0.{f} ")),
    "wide table of settings": Pattern("note", rows=("| lr ", "|---", "| 0.{f} ", "| 0.{f} ")),
    "wide table, other headers": Pattern("note", rows=("| column {n} ", "|---", "| 0.{f} ")),
    "wide table, no rows": Pattern("note", rows=("| a ", "|---")),
    "long table": Pattern("note", "| FCOS R-50 {n} | 0.01 | 16 | 38.{d} | 57.{d} |\n", _TABLE),
    "long table without metric": Pattern("note", "| row {n} | 0.{f} |\n", "| a | b |\n|---|---|\n"),
    "long table, empty cells": Pattern("note", "|||||\n", _TABLE),
    "long table below a long heading": Pattern("note", "| FCOS {n} | 0.01 | 16 | 38.{d} | 57.{d} |\n", _TITLE + _TABLE),
    "long table, long headers": Pattern("note", "|||38.{d}|\n", f"| a | {'word ' * 900}| AP |\n|---|---|---|\n"),
    "long table, headers of signs": Pattern("note", "|||38.{d}|\n", f"| a | {'[ ' * 2400}| AP |\n|---|---|---|\n"),
    "many tables": Pattern("note", f"### run {{n}}\n\n{_TABLE}| FCOS {{n}} | 0.01 | 16 | 38.{{d}} | 57.{{d}} |\n\n"),
    "many tables without heading": Pattern("note", f"{_TABLE}| FCOS {{n}} | 0.01 | 16 | 38.{{d}} | 57.{{d}} |\n\n"),
    "pipes": Pattern("note", "|"),
    "lines of pipes": Pattern("note", "|-|\n"),
    "table of links": Pattern("note", "| [a](b/{n}.log) | [c](d) | 0.1 | 16 | 38.{d} |\n", _TABLE),
    "table of open links": Pattern("note", "| [a](b [a](b [a](b [a](b | 0.1 | 16 | 38.{d} | 1 |\n", _TABLE),
    "HTML table": Pattern("note", "<tr><td>FCOS {n}</td><td>38.{d}</td></tr>\n", "<table><tr><th>a<th>AP</tr>\n"),
    "HTML table, one row": Pattern("note", "<td>0.{f}", "<table><tr><th>AP</tr><tr>"),
    "HTML table, spans": Pattern("note", "<td rowspan=40 colspan=40>0.{f}", "<table><tr><th>AP</tr><tr>"),
    "many HTML tables": Pattern("note", "<table><tr><th>AP</th></tr><tr><td>38.{d}</td></tr></table>\n\n"),
    "open HTML tables": Pattern("note", "<table>\n"),
    "headings": Pattern("note", "# run {n}\n"),
    "headings with settings": Pattern("note", "# lr = 1e-{d}\n"),
    "headings with the same setting": Pattern("note", "## lr = 0.01\n"),
    "headings with settings and results": Pattern("note", f"## lr = 0.{{f}}\n```\n{BLOCK}```\n"),
    "headings, deeper and deeper": Pattern("note", "".join(f"{'#' * n} lr = 1e-{n}\n" for n in range(1, 7))),
    "headings glued": Pattern("note", "##run {n}\n"),
    "headings underlined": Pattern("note", "run {n}\n===\n"),
    "one heading": Pattern("note", "lr = 0.{f}, batch 16 ", "# "),
    "headings of labels": Pattern("note", "## results\n"),
    "headings of numerals": Pattern("note", "## {n}.\n"),
    "common settings": Pattern("note", "## Common settings\n- lr = 0.{f}\n"),
    "list": Pattern("note", "- item {n}\n"),
    "list with settings": Pattern("note", "- lr = 0.{f}\n"),
    "list with several settings": Pattern("note", "- lr = 0.{f}, batch size 16, 90000 iterations, seed {n}\n"),
    "list of two levels": Pattern("note", "- FCOS {n}\n  - lr: 0.{f}\n"),
    "list, flat, one run with settings": Pattern("note", "  - lr: 0.{f}\n", "- FCOS\n"),
    "list below a long heading": Pattern("note", "- lr = 0.{f}\n", _TITLE),
    "list, nested": Pattern("note", "".join("  " * n + f"- lr = 1e-{n}\n" for n in range(60))),
    "list, nested in one line": Pattern("note", "- "),
    "lists nested in lines": Pattern("note", "- - - - - - - - - - a\n"),
    "list, numbered": Pattern("note", "{n}. lr 0.{f}\n"),
    "list of tasks": Pattern("note", "- [ ] lr = 0.{f}\n"),
    "list of steps": Pattern("note", "- need to test the masks of run {n}\n", "# TODO\n"),
    "list of paths": Pattern("note", "- location: work_dirs/fcos_{n}/log.txt\n"),
    "list of one item": Pattern("note", "lr = 0.{f}\n  ", "- "),
    "list of blocks": Pattern("note", f"- FCOS {{n}}\n\n  lr = 0.{{f}}\n{_summary('      ')}\n"),
    "rules": Pattern("note", "---\n"),
    "rules of a table among words": Pattern("note", f"{'| ------------------ ' * 3}| mAP {{n}} |\n"),
    "rules between settings": Pattern("note", "lr = 0.{f}\n\n***\n\n"),
    "quotes": Pattern("note", "> lr = 0.{f}\n"),
    "quotes, nested": Pattern("note", ">"),
    "quotes, nested in lines": Pattern("note", "> > > > > > > > > > a\n"),
    "code fence, open": Pattern("note", "lr = 0.{f}\n", "```\n"),
    "code fence of empty lines": Pattern("note", "\n", "```\n"),
    "code fences": Pattern("note", "```\nlr = 0.{f}\n```\n"),
    "code fences, open, in a list": Pattern("note", "- ```\n"),
    "indented code": Pattern("note", "    lr = 0.{f}\n"),
    "links": Pattern("note", "[log](work_dirs/{n}/log.txt) "),
    "links, a line each": Pattern("note", "[log](work_dirs/{n}/log.txt)\n"),
    "link references": Pattern("note", "[a{n}]: https://a.b/c\n"),
    "HTML tags": Pattern("note", "<b>"),
    "HTML tags, a line each": Pattern("note", "<div>lr = 0.{f}\n\n"),
    "HTML anchors, open": Pattern("note", '<a href="b'),
    "comments": Pattern("note", "<!-- lr = 0.{f} -->\n"),
    "comments, open": Pattern("note", "<!-- "),
    "comments that ignore": Pattern("note", "<!-- fcosreport: ignore=FR401 known -->\n\n"),
    "comments that ignore, one by section": Pattern("note", "# run {n}\n<!-- fcosreport: ignore=FR401 known -->\n\n"),
    "marks of a table": Pattern("note", "<!-- fcosreport:begin experiments -->\n"),
    "marks of a table, open": Pattern("note", "<!-- fcosreport:begin "),
    "stars": Pattern("note", "*"),
    "stars and words": Pattern("note", "**a* "),
    "underscores": Pattern("note", "_"),
    "underscores and words": Pattern("note", "_a"),
    "brackets": Pattern("note", "["),
    "brackets, closed": Pattern("note", "[]("),
    "brackets, a line each": Pattern("note", "[\n"),
    "backticks": Pattern("note", "`"),
    "backticks, growing": Pattern("note", "".join(f"{'`' * n} " for n in range(1, 200))),
    "backticks and words": Pattern("note", "`a` "),
    "entities": Pattern("note", "&amp; &lt; &#{n}; "),
    "footnotes": Pattern("note", "text[^{n}]\n\n[^{n}]: lr = 0.{f}\n\n"),
    "escapes": Pattern("note", "\\|"),
    "paragraphs": Pattern("note", "We train FCOS with lr = 0.{f}, batch 16.\n\n"),
    "paragraph of one line": Pattern("note", "We train FCOS with lr = 0.{f}, batch 16. "),
    "paragraph of many lines": Pattern("note", "We train FCOS with lr = 0.{f}, batch 16.\n"),
    "words on one line": Pattern("note", "word "),
    "one word": Pattern("note", "a"),
    "Chinese": Pattern("note", "学习率 0.{f} 比 0.01 效果好，训练中，显存不够。\n"),
    "Chinese on one line": Pattern("note", "学习率 0.{f} 比 0.01 效果好，训练中，显存不够。"),
    "claims": Pattern("note", "GN is better than BN.\n"),
    "claims on one line": Pattern("note", "GN is better than BN. "),
    "claim that never ends": Pattern("note", "a.b+c=d/e-f is "),
    "failures": Pattern("note", "- lr 0.{f}: CUDA out of memory\n"),
    "states": Pattern("note", "## run {n}\nstatus: running\n"),
    "run names": Pattern("note", "## fcos_r50_fpn_gn_1x_lr0.{f}_bs16\n"),
    "run names on one line": Pattern("note", "fcos_r50_fpn_gn_1x_lr0.{f}_bs16 "),
    "run names joined": Pattern("note", "_lr0.{f}_bs16", "## "),
    "blocks pasted": Pattern("note", BLOCK + "\n"),
    "blocks pasted in one fence": Pattern("note", BLOCK, "```\n"),
    "equal signs": Pattern("note", "="),
    "settings joined": Pattern("note", "lr=0.{f},"),
    "numbers": Pattern("note", "0.{f} "),
    "digits": Pattern("note", "1"),
    "blanks": Pattern("note", " "),
    "empty lines": Pattern("note", "\n"),
    "tabs": Pattern("note", "\t"),
    "carriage returns": Pattern("note", "lr = 0.{f}\r"),
    "NULs": Pattern("note", "\0"),
    "a log as a note": Pattern("note", _MMDET + "Epoch [1][{n}/7330] lr: 1.000e-02, loss: 0.{f}\n"),
}

_LOGS = {
    "blocks": Pattern("log", BLOCK),
    "blocks between training lines": Pattern("log", f"{_MMDET}Epoch [1][{{n}}/7330] lr: 1.000e-02, loss: 0.5\n{BLOCK}"),
    "rows on one line": Pattern("log", _ROW),
    "rows, cut": Pattern("log", _ROW[:50] + "\n"),
    "rows, cut, on one line": Pattern("log", _ROW[:50]),
    "the same row": Pattern("log", _ROW + "\n"),
    "rows' first words": Pattern("log", " Average Precision"),
    "rows with blanks": Pattern("log", " ", " Average Precision  (AP) @[ IoU="),
    "blocks of categories": Pattern("log", "| person | 0.{f} | car | 0.{f} | dog | 0.{f} |\n"),
    "blocks half and half": Pattern("log", BLOCK[:400] + "\n"),
    "progress bars": Pattern("log", "\r  {n}/5000 [=====>    ] 12.{d} task/s, eta: 3s"),
    "Task: ": Pattern("log", "Task: "),
    "Task: , a line each": Pattern("log", "Task: bbox\n"),
    "copypaste: ": Pattern("log", "copypaste: "),
    "copypaste: , a line each": Pattern("log", "copypaste: AP,AP50,AP75,APs,APm,APl\n"),
    "copypaste: pairs": Pattern("log", "copypaste: Task: bbox\ncopypaste: AP,AP50\ncopypaste: 38.{f},57.{f}\n"),
    "copypaste: , commas": Pattern("log", ",0.{f}", "copypaste: Task: bbox\ncopypaste: AP\ncopypaste: "),
    "bbox_mAP": Pattern("log", "bbox_mAP"),
    "bbox_mAP: , on one line": Pattern("log", "bbox_mAP: 0.{f}, "),
    "bbox_mAP, a line each": Pattern("log", _MMDET + "Epoch(val) [{n}][625] bbox_mAP: 0.{f}, bbox_mAP_50: 0.{f}\n"),
    "bbox_mAP_copypaste": Pattern("log", "bbox_mAP_copypaste: "),
    "coco/bbox_mAP": Pattern("log", "coco/bbox_mAP: 0.{f}  "),
    "Epoch(val)": Pattern("log", "Epoch(val) "),
    "Epoch(val), a line each": Pattern("log", "Epoch(val) [{n}][625/625]\n"),
    "Epoch [": Pattern("log", "Epoch [1]["),
    "mmdetection training": Pattern("log", _MMDET + "Epoch [1][{n}/7330]\tlr: 1.000e-02, eta: 1:00, loss: 0.{f}\n"),
    "mmdetection training on one line": Pattern("log", _MMDET + "Epoch [1][{n}/7330] lr: 1.000e-02, loss: 0.{f} "),
    "mmdetection configuration": Pattern("log", "lr = 0.{f}\n", _MMDET + "Config:\n"),
    "mmdetection configurations": Pattern("log", _MMDET + "Config:\noptimizer = dict(type='SGD', lr=0.{f})\n\n"),
    "mmdetection environment": Pattern("log", _MMDET + "Environment info:\n" + "-" * 60 + "\n"),
    "dict( nested": Pattern("log", "dict(a=", _MMDET + "Config:\nmodel = "),
    "dict( closed": Pattern("log", "dict(lr=0.{f}), ", _MMDET + "Config:\nmodel = ["),
    "detectron2 training": Pattern("log", "d2.utils.events INFO:  eta: 0:01  iter: {n}  total_loss: 1.{f}  lr: 0.1\n"),
    "detectron2 eta: ": Pattern("log", "eta: "),
    "detectron2 iter: ": Pattern("log", "iter: {n} total_loss: "),
    "detectron2 configuration": Pattern("log", "  BASE_LR: 0.{f}\n", "Running with full config:\nSOLVER:\n"),
    "detectron2 configurations": Pattern("log", "Running with full config:\nSOLVER:\n  BASE_LR: 0.{f}\n"),
    "detectron2 results": Pattern(
        "log", "Evaluation results for bbox: \n|  AP  | AP50 |\n|:----:|:----:|\n| 1.{f} | 2 |\n"
    ),
    "detectron2 results, announced": Pattern("log", "Evaluation results for bbox: \n"),
    "detectron2 results, on one line": Pattern("log", "Evaluation results for bbox: "),
    "detectron2 categories": Pattern("log", "| person | 0.{f} | car | 0.{f} |\n", "Per-category bbox AP: \n"),
    "maskrcnn-benchmark results": Pattern(
        "log", "OrderedDict([('bbox', OrderedDict([('AP', 0.{f}), ('AP50', 0.5)]))])\n"
    ),
    "OrderedDict, open": Pattern("log", "OrderedDict([('bbox', "),
    "DETR log": Pattern("log", '{"train_lr": 0.1, "epoch": {n}, "test_coco_eval_bbox": [0.{f}, 0.5, 0.3]}\n'),
    "DETR long array": Pattern("log", ", 0.{f}", '{"epoch": 1, "train_loss": 1, "test_coco_eval_bbox": [0', "]}\n"),
    "JSON lines": Pattern("log", '{"mode": "train", "epoch": 1, "iter": {n}, "lr": 0.01, "loss": 0.{f}}\n'),
    "JSON val lines": Pattern("log", '{"mode": "val", "epoch": {n}, "iter": 625, "lr": 0.01, "bbox_mAP": 0.{f}}\n'),
    "JSON val, on one line": Pattern("log", '{"mode": "val", "bbox_mAP": 0.{f}} '),
    "JSON val, open": Pattern("log", '{"mode": "val", '),
    "JSON of many keys": Pattern("log", ', "loss_{n}": 0.{f}', '{"mode": "train", "epoch": 1, "iter": 1', "}\n"),
    "JSON of other keys each line": Pattern("log", '{"mode": "train", "epoch": 1, "iter": 1, "loss_{n}": 0.{f}}\n'),
    "JSON metrics": Pattern("log", '{"bbox/AP": 38.{f}, "iteration": {n}, "total_loss": 1.5}\n'),
    "JSON brackets": Pattern("log", "[", '{"mode": "val", "bbox_mAP": '),
    "JSON braces": Pattern("log", '{"a":', '{"mode": "val", "bbox_mAP": '),
    "JSON string, open": Pattern("log", "a\\n", '{"mode": "val", "bbox_mAP": "'),
    "braces": Pattern("log", "{"),
    "brackets": Pattern("log", "["),
    "parentheses": Pattern("log", "("),
    "Namespace(": Pattern("log", "Namespace("),
    "Namespace of many": Pattern("log", "lr_{n}=0.{f}, ", "Namespace(", ")\n"),
    "Namespace, a line each": Pattern("log", "Namespace(lr=0.{f}, batch_size=2)\n"),
    "Namespace, open strings": Pattern("log", "Namespace(a='\n"),
    "Averaged stats": Pattern("log", "Averaged stats: lr: 0.1  loss: 0.{f} (0.{f})\n"),
    "torchvision training": Pattern(
        "log", "Epoch: [0]  [{n}/7329]  eta: 1:00  lr: 0.02  loss: 0.{f} (0.{f})  time: 0.5\n"
    ),
    "IoU metric: bbox": Pattern("log", "IoU metric: bbox\n"),
    "YOLOX training": Pattern("log", "epoch: 1/300, iter: {n}/1849, total_loss: 1.{f}, lr: 0.01, size: 640, ETA: 1\n"),
    "ultralytics training": Pattern("log", "      1/100     4.{d}G    1.{f}    1.{f}    1.{f}    88    640: 100%\n"),
    "ultralytics results": Pattern(
        "log", "                 all       5000      36335      0.{f}      0.5      0.5      0.4\n"
    ),
    "ultralytics CSV": Pattern(
        "log", "{n},1.{f},0.5,0.4\n", "epoch,train/box_loss,metrics/mAP50(B),metrics/mAP50-95(B)\n"
    ),
    "CSV of many columns": Pattern("log", rows=("epoch,metrics/mAP50-95(B),", "1,0.{f},")),
    "PaddleDetection training": Pattern("log", "Epoch: [0] [{n}/7329] learning_rate: 0.01 loss: 1.{f} eta: 1:0:0\n"),
    "TensorFlow results": Pattern(
        "log", "Saving dict for global step {n}: DetectionBoxes_Precision/mAP = 0.{f}, loss = 1.5\n"
    ),
    "TensorFlow results on one line": Pattern(
        "log", "DetectionBoxes_Precision/mAP = 0.{f}, ", "Saving dict for global step 1: "
    ),
    "W&B summary": Pattern("log", "wandb:  bbox_mAP 0.{f}\n", "wandb: Run summary:\n"),
    "YAML": Pattern("log", "key_{n}: 0.{f}\n"),
    "YAML, nested": Pattern("log", "".join("  " * n + f"k{n}:\n" for n in range(60))),
    "YAML aliases": Pattern("log", "a{n}: &a{n} [*a{n}]\n"),
    "rich table": Pattern("log", "| bbox_mAP | 0.{f} |\n+----------+-------+\n"),
    "box drawing": Pattern("log", "│ AP │ 0.{f} │\n├────┼───────┤\n"),
    "timestamps": Pattern("log", "2021-05-04 13:06:59,191 "),
    "timestamps, a line each": Pattern("log", "[05/04 13:06:59] detectron2 INFO: line {n}\n"),
    "colours": Pattern("log", "\x1b[32m"),
    "coloured lines": Pattern(
        "log", "\x1b[32m[05/01 08:00:00 d2.utils.events]: \x1b[0m eta: 0:01 iter: {n} total_loss: 1.{f}\n"
    ),
    "tracebacks": Pattern(
        "log", 'Traceback (most recent call last):\n  File "a.py", line {n}\nRuntimeError: CUDA error\n'
    ),
    "loss is nan": Pattern("log", _MMDET + "Epoch [1][{n}/7330] lr: 1.000e-02, loss: nan\n"),
    "starts": Pattern("log", "d2.engine.train_loop INFO: Starting training from iteration {n}\n"),
    "starts, one line each": Pattern("log", "Start running, host: a@b, work_dir: /c/{n}\n"),
    "starts with training": Pattern(
        "log",
        "Starting training from iteration 0\nd2.utils.events INFO:  eta: 0:01  iter: {n}  total_loss: 1.{f}  lr: 0.1\n",
    ),
    "key=value": Pattern("log", "loss=0.{f} "),
    "key: value": Pattern("log", "loss: 0.{f} "),
    "key: value of other keys": Pattern("log", "iter: {n} loss_{n}: 0.{f}\n"),
    "quotes, open": Pattern("log", "'"),
    "digits": Pattern("log", "1"),
    "blanks": Pattern("log", " "),
    "tensors without a brace": Pattern("log", "'map': tensor(0.{d}4), 'map_50': tensor(0.73),\nusage: {n}\n"),
    "empty lines": Pattern("log", "\n"),
    "carriage returns": Pattern("log", "\r"),
    "NULs": Pattern("log", "\0" * 7 + "a"),
    "lines of words": Pattern("log", "a line of words without meaning {n}\n"),
}

PATTERNS: Mapping[str, Pattern] = {
    **{f"note: {name}": pattern for name, pattern in _NOTES.items()},
    **{f"log: {name}": pattern for name, pattern in _LOGS.items()},
}
"""All patterns by name."""
