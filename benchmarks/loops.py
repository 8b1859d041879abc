"""The loops that people write by hand, against which reading is measured. As a program: the naive one on a folder."""

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_ROW = re.compile(r"Average (Precision|Recall).*IoU=(\S+).*area=\s*(\w+).*maxDets=\s*(\d+).*= *(-?[\d.]+)")
_PAIR = re.compile(r"([A-Za-z_][\w./ ]*?): *(-?[\d.]+(?:e[-+]?\d+)?)")
_JSON_PAIR = re.compile(r'"([\w/]+)": (-?[\d.]+(?:e[-+]?\d+)?)')


def evaluations(paths: Iterable[Path]) -> int:
    """The rows of COCO summaries, line by line; how many there are."""
    rows = []
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if "Average" in line and (match := _ROW.search(line)):
                    rows.append((match[1], match[2], match[3], match[4], float(match[5])))
    return len(rows)


def naive(folder: Path) -> int:
    """The rows of COCO summaries, and lr and losses of every line with a loss; how many numbers there are."""
    rows: list[float] = []
    curves: dict[str, list[float]] = defaultdict(list)
    for root, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
                for line in file:
                    if "Average" in line:
                        if match := _ROW.search(line):
                            rows.append(float(match[5]))
                    elif "loss" in line:
                        for key, value in (_JSON_PAIR if line.startswith("{") else _PAIR).findall(line):
                            if "loss" in key or "lr" in key:
                                with suppress(ValueError):  # a date is no number
                                    curves[key.strip()].append(float(value))
    return len(rows) + sum(map(len, curves.values()))


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


if __name__ == "__main__":
    print(naive(Path(sys.argv[1])))
