"""The loops that people write by hand, against which reading is measured."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

_ROW = re.compile(r"Average (Precision|Recall).*IoU=(\S+).*area=\s*(\w+).*maxDets=\s*(\d+).*= *(-?[\d.]+)")
_STEP = re.compile(r"iter: (\d+)|\[\s*(\d+)/\d+\]|Iter(\d+)|Step: (\d+)|\"iter\": (\d+)")
_VALUE = re.compile(r"\"?(\w*loss\w*|lr)\"?: ?(\d+\.?\d*(?:e[-+]\d+)?)")


def evaluations(paths: Iterable[Path]) -> int:
    """The rows of COCO summaries, line by line; how many there are."""
    rows = []
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if "Average" in line and (match := _ROW.search(line)):
                    rows.append((match[1], match[2], match[3], match[4], float(match[5])))
    return len(rows)


def everything(paths: Iterable[Path]) -> int:
    """The rows, and lr and losses of every line that has one; how many numbers there are."""
    count = 0
    for path in paths:
        rows: dict[tuple[str, ...], list[float]] = defaultdict(list)
        curves: dict[str, list[tuple[int, float]]] = defaultdict(list)
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if "Average" in line and (match := _ROW.search(line)):
                    rows[match[1], match[2], match[3], match[4]].append(float(match[5]))
                elif "loss" in line and (step := _STEP.search(line)):
                    at = int(next(filter(None, step.groups())))
                    for name, value in _VALUE.findall(line):
                        curves[name].append((at, float(value)))
        count += sum(map(len, rows.values())) + sum(map(len, curves.values()))
    return count


def mmdetection_curves(paths: Iterable[Path]) -> int:
    """What mmdetection's tools/analysis_tools/analyze_logs.py does: epoch -> key -> values of all lines."""
    count = 0
    for path in paths:
        log_dict: dict[int, dict[str, list[object]]] = {}
        with open(path) as log_file:
            for line in log_file:
                log = json.loads(line.strip())
                if "epoch" not in log:
                    continue
                epoch = log.pop("epoch")
                if epoch not in log_dict:
                    log_dict[epoch] = defaultdict(list)
                for key, value in log.items():
                    log_dict[epoch][key].append(value)
        count += sum(len(values) for by_key in log_dict.values() for values in by_key.values())
    return count
