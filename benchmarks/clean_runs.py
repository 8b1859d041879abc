"""Real logs and notes that are taken as clean, and blocks of twelve lines in their text."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

METRICS = "AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl".split()
_ROW = re.compile(r"Average (Precision|Recall) *\(A[PR]\)[^\n=]*@[^\n]*?\] *= *(-?\d+\.\d+)")
TRUE_ALARMS = (
    ("frozen-norm-from-scratch", "014/", "WEIGHT is empty, “Initializing model from scratch”, FixedBatchNorm"),
    ("flat-over-iou", "175/", "AP, AP50 and AP75 are all 0.783: a demonstration on made-up predictions"),
    ("other-max-dets", "175/", "every line says maxDets=  9"),
    ("lr-against-batch-size", "002/", "Faster R-CNN, one image an iteration at lr 0.01: 0.00125 is the scale"),
    ("lr-against-batch-size", "007/", "Mask R-CNN, one image an iteration at lr 0.01: 0.00125 is the scale"),
    ("lr-against-batch-size", "010/", "RetinaNet, one image an iteration at lr 0.005: 0.000625 is the scale"),
    ("lr-against-batch-size", "046/", "FCOS, 32 images at lr 0.003: 0.02 is the scale"),
    ("lr-against-batch-size", "048/", "FCOS, 16 images at lr 0.001: 0.01 is the scale"),
    ("lr-against-batch-size", "049/", "FCOS, 16 images at lr 0.001: the configuration of that name has 0.01"),
    ("lr-against-batch-size", "062/", "Faster R-CNN, 8 images at lr 0.03: 0.01 is the scale, and the name says x3"),
    ("lr-against-batch-size", "206/", "RetinaNet, 3 x 3 images at lr 0.02, which the note itself calls too large"),
    ("name-contradicts-data", "049/", "the folder says coco, the annotations have ten classes of their own"),
    ("name-contradicts-data", "059/", "the folder says coco, the annotations have ten classes of their own"),
    ("note-differs-from-log", "091/", "the text says that 0.459 was printed, the cell below it printed 0.477"),
    ("not-the-best-epoch", "150/", "AP 0.612 at epoch 20 of 49 and 0.596 at the end"),
    ("not-the-best-epoch", "200/", "AP 0.336 at epoch 58 of 150 and 0.319 at the end"),
    ("high-score-threshold", "002/", "SCORE_THRESH: 0.5 in the configuration that the log prints"),
    ("high-score-threshold", "007/", "SCORE_THRESH: 0.5 in the configuration that the log prints"),
    ("impossible-schedule", "007/", "MAX_ITER: 36000 and STEPS: (48000, 64000)"),
)
"""Findings in these files that were read by eye and are true: the rule, the file's number, and what stands there."""
_ORDER = ["Precision"] * 6 + ["Recall"] * 6


@dataclass(frozen=True)
class Run:
    """A file of the corpus: its name in its own repository, its bytes as text, and what the manifest says of it."""

    place: str
    text: str
    told: dict[str, Any] = field(repr=False)

    @property
    def first(self) -> dict[str, float | None]:
        """The metrics of the first evaluation, as the manifest has them; empty where there is none."""
        metrics: dict[str, float | None] = self.told.get("expected", {}).get("first", {}).get("metrics", {})
        return metrics

    @property
    def last(self) -> dict[str, float | None]:
        """Those of the last evaluation; a file of one evaluation has the first alone."""
        metrics: dict[str, float | None] = self.told.get("expected", {}).get("last", {}).get("metrics", {})
        return metrics or self.first

    @property
    def hyper(self) -> dict[str, float]:
        """What the configuration in the file says, by the manifest."""
        hyper: dict[str, float] = self.told.get("expected", {}).get("hyper", {})
        return hyper

    @property
    def plain_name(self) -> str:
        """A name that says what the file is and not which run it is of: the run is then its folder."""
        return "log.json" if self.text.lstrip().startswith("{") else "log.txt"

    @property
    def is_log(self) -> bool:
        return Path(self.place).suffix not in (".md", ".ipynb")


def clean_runs(corpus: Path) -> list[Run]:
    """The files of the manifest, but for those of which anomalies.json says that something in them is wrong."""
    anomalies = json.loads((corpus / "anomalies.json").read_text(encoding="utf-8"))
    wrong = {file for anomaly in anomalies if anomaly["flag"] for file in anomaly["files"]}
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return list(_runs(corpus, [entry for entry in map(json.loads, lines) if entry["file"] not in wrong]))


def _runs(corpus: Path, entries: Sequence[dict[str, Any]]) -> Iterator[Run]:
    for entry in entries:
        file = corpus / entry["file"]
        place = Path(entry.get("path") or "?")
        if not place.suffix and file.suffix in (".md", ".ipynb"):
            place = Path(file.name)
        name = file.name.split("__")[0]
        shown = f"{entry['family']}_{name}/{place}" if place.name != "?" else f"{entry['family']}_{name}/{file.name}"
        yield Run(shown, file.read_bytes().decode("latin-1"), entry)


@dataclass(frozen=True)
class Block:
    """A COCO block of twelve lines: where each number stands in the text."""

    spans: tuple[tuple[int, int], ...]
    begin: int
    end: int

    def values(self, text: str) -> dict[str, float]:
        return {name: float(text[a:b]) for name, (a, b) in zip(METRICS, self.spans, strict=True)}

    def written(self, text: str, changed: dict[str, str]) -> str:
        """The text with other numbers in the block."""
        for name, (a, b) in reversed(list(zip(METRICS, self.spans, strict=True))):
            text = text[:a] + changed[name] + text[b:] if name in changed else text
        return text


def last_block(text: str) -> Block | None:
    """The last block of twelve lines in a text."""
    rows = list(_ROW.finditer(text))[-12:]
    if [row[1] for row in rows] != _ORDER or "\n\n\n" in text[rows[0].start() : rows[-1].end()]:
        return None
    if [re.findall(r"maxDets= *(\d+)", row[0]) for row in rows[6:9]] != [["1"], ["10"], ["100"]]:
        return None
    begin, end = text.rfind("\n", 0, rows[0].start()) + 1, text.find("\n", rows[-1].end())
    return Block(tuple(row.span(2) for row in rows), begin, end if end >= 0 else len(text))


def block_text(values: dict[str, str]) -> str:
    """Twelve lines as pycocotools prints them, or the six of a copypaste line where that is all there is."""
    if not all(name in values for name in METRICS):
        return "bbox_mAP_copypaste: " + " ".join(values[name] for name in METRICS[:6]) + "\n"
    parts = ("0.50:0.95 all 100, 0.50 all 100, 0.75 all 100, 0.50:0.95 small 100, 0.50:0.95 medium 100, "
             "0.50:0.95 large 100, 0.50:0.95 all 1, 0.50:0.95 all 10, 0.50:0.95 all 100, 0.50:0.95 small 100, "
             "0.50:0.95 medium 100, 0.50:0.95 large 100").split(", ")  # fmt: skip
    rows = []
    for name, part in zip(METRICS, parts, strict=True):
        iou, area, dets = part.split()
        kind = "Precision  (AP)" if name.startswith("AP") else "Recall     (AR)"
        rows.append(f" Average {kind} @[ IoU={iou:9} | area={area:>6} | maxDets={dets:>3} ] = {values[name]}\n")
    return "Evaluate annotation type *bbox*\n" + "".join(rows)
