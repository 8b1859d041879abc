"""Faults that are planted mechanically in copies of clean runs, each with the rules that should find it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from random import Random

from benchmarks.checking import Tree
from benchmarks.clean_runs import METRICS, Block, Run, block_text, last_block
from benchmarks.log_faults import Pair, cut, lr_in_name, lr_of_batch, nan_loss, repeated

_ARITHMETIC = frozenset(
    "ap-above-ap50 ap-above-recall ap-outside-bounds recall-falls value-out-of-range flat-over-iou "
    "area-without-ground-truth no-area-results near-perfect-result zero-result table-against-block".split()
)


@dataclass(frozen=True)
class Fault:
    """A kind of fault. `finds`: the rules of which one should fire; `also`: those that may, for it is a fault there."""

    name: str
    finds: tuple[str, ...]
    make: Callable[[Random, Sequence[Run]], Pair | None]
    also: frozenset[str] = frozenset()


def _in_block(
    change: Callable[[Random, dict[str, float]], dict[str, float] | None], places: int = 3
) -> Callable[..., Pair | None]:
    """A maker that changes numbers of the last block of one run."""

    def make(random: Random, runs: Sequence[Run]) -> Pair | None:
        found = _with_block(random, runs)
        if not found:
            return None
        run, block = found
        changed = change(random, block.values(run.text))
        if not changed:
            return None
        text = block.written(run.text, {name: f"{value:.{places}f}" for name, value in changed.items()})
        return {run.place: run.text}, {run.place: text}

    return make


def _with_block(random: Random, runs: Sequence[Run]) -> tuple[Run, Block] | None:
    run = random.choice(runs)
    block = last_block(run.text) if not run.place.endswith(".ipynb") else None
    if not block:
        return None
    values = block.values(run.text)
    whole = 0.05 < values["AP"] < 0.9 and all(0 <= values[name] <= 1 for name in ("AP50", "AP75", "AR1", "AR100"))
    return (run, block) if whole and not _is_printed_twice(run.text, values) else None


def _is_printed_twice(text: str, values: dict[str, float]) -> bool:
    """Whether the log has the evaluation more precisely, too: then that is what counts, whatever the block says."""
    precise = {round(float(number), 3) for number in re.findall(r"\b[01]\.\d{6,}", text)}
    return {values["AP"], values["AP50"], values["AP75"]} <= precise


def _between(random: Random, low: float, high: float) -> float | None:
    return round(random.uniform(low, high), 3) if low < high else None


def _ap_above_ap50(random: Random, v: dict[str, float]) -> dict[str, float] | None:
    value = _between(random, v["AP50"] + 0.002, min(1, v["AP50"] + 0.3))
    return {"AP": value} if value else None


def _outside(random: Random, v: dict[str, float]) -> dict[str, float] | None:
    value = _between(random, 0.5 * v["AP50"] + 0.5 * v["AP75"] + 0.003, v["AP50"])
    return {"AP": value} if value else None


def _recall(random: Random, v: dict[str, float]) -> dict[str, float] | None:
    value = _between(random, 0.01, v["AP"] - 0.013)
    return dict.fromkeys(("AR1", "AR10", "AR100"), value) if value else None


def _recall_order(random: Random, v: dict[str, float]) -> dict[str, float] | None:
    return {"AR1": v["AR100"], "AR100": v["AR1"]} if v["AR100"] - v["AR1"] > 0.002 else None


def _flat(random: Random, v: dict[str, float]) -> dict[str, float]:
    flat = round(v["AP50"] - 0.002, 3)
    recalls = {name: max(v[name], flat + 0.01) for name in ("AR1", "AR10", "AR100") if name in v}
    return {"AP": flat, "AP75": v["AP50"], **recalls}


def _note(random: Random, runs: Sequence[Run], wrong: Callable[..., dict[str, str] | None]) -> Pair | None:
    """A note that cites the log of a run, with its numbers and with others."""
    run = random.choice([run for run in runs if run.is_log])
    metrics = {name: value for name, value in run.last.items() if name in METRICS and value is not None}
    names = METRICS if len(metrics) == 12 else METRICS[:6]
    if run.told["n_blocks"] == 0 or not all(name in metrics for name in names) or metrics["AP"] < 0.01:
        return None
    expected = run.told["expected"]
    if expected.get("last", expected["first"])["iou_type"] != "bbox":
        return None
    right = {name: f"{metrics[name]:.3f}" for name in names}
    changed = wrong(random, right, run, runs)
    if not changed or changed == right:
        return None
    folder = str(PurePosixPath(run.place).parent)
    return _noted(run, folder, right), _noted(run, folder, changed)


def _noted(run: Run, folder: str, numbers: dict[str, str]) -> Tree:
    cited = run.place
    text = f"# Results\n\n## {PurePosixPath(folder).name}\n\nlog: `{cited}`\n\n```\n{block_text(numbers)}```\n"
    return {run.place: run.text, "note.md": text}


def _typo(random: Random, right: dict[str, str], run: Run, runs: Sequence[Run]) -> dict[str, str]:
    name = random.choice([name for name, text in right.items() if not text.startswith("-")])
    digits = list(right[name])
    at = random.choice([2, 3, 4])
    digits[at] = random.choice([d for d in "0123456789" if d != digits[at]])
    return right | {name: "".join(digits)}


def _swap(random: Random, right: dict[str, str], run: Run, runs: Sequence[Run]) -> dict[str, str]:
    one, other = random.choice([("AP50", "AP75"), ("APs", "APl"), ("APm", "APl"), ("AP", "AP75")])
    return right | {one: right[other], other: right[one]}


def _other_epoch(random: Random, right: dict[str, str], run: Run, runs: Sequence[Run]) -> dict[str, str] | None:
    first = run.first
    if not all(first.get(name) is not None for name in right):
        return None
    return {name: f"{first[name]:.3f}" for name in right}


def _other_run(random: Random, right: dict[str, str], run: Run, runs: Sequence[Run]) -> dict[str, str] | None:
    last = random.choice(runs).last
    numbers = {name: value for name in right if (value := last.get(name)) is not None}
    if len(numbers) < len(right) or numbers["AP"] < 0.01:
        return None
    return {name: f"{value:.3f}" for name, value in numbers.items()}


def _copied(places: int) -> Callable[..., Pair | None]:
    """A maker of two runs with one vector; `places` numbers of it differ by 0.001."""

    def make(random: Random, runs: Sequence[Run]) -> Pair | None:
        one, other = _with_block(random, runs), _with_block(random, runs)
        if not one or not other or one[0] is other[0] or not (one[0].is_log and other[0].is_log):
            return None
        values = one[1].values(one[0].text)
        if len(set(values.values())) < 8 or other[1].values(other[0].text) == values:
            return None
        apart = random.sample([name for name in METRICS if 0.1 < values[name] < 0.9], places)
        written = {n: f"{v + 0.001 * (n in apart) * random.choice((-1, 1)):.3f}" for n, v in values.items()}
        text = other[1].written(other[0].text, written)
        a, b = (f"fcos_R_50_lr{lr}/{run[0].plain_name}" for lr, run in (("1en2", one), ("5en3", other)))
        return {a: one[0].text, b: other[0].text}, {a: one[0].text, b: text}

    return make


def _percent(number: float) -> str:
    return f"{number * 100:.1f}" if number >= 0 else f"{number:.3f}"


def _mixed_units(random: Random, runs: Sequence[Run]) -> Pair | None:
    """One of two runs in percent."""
    one, other = _with_block(random, runs), _with_block(random, runs)
    if not one or not other or one[0] is other[0]:
        return None
    run, block = one
    percent = {name: _percent(value) for name, value in block.values(run.text).items()}
    clean = {run.place: run.text, other[0].place: other[0].text}
    return clean, clean | {run.place: block.written(run.text, percent)}


def _one_in_percent(random: Random, values: dict[str, float]) -> dict[str, float]:
    name = random.choice([name for name, value in values.items() if value >= 0.02])
    return {name: 100 * values[name]}


def _masks_of_boxes(random: Random, runs: Sequence[Run]) -> Pair | None:
    found = _with_block(random, runs)
    if (
        not found
        or found[0].told["iou_types"] != ["bbox"]
        or found[0].told["expected"]["first"].get("iou_type_inferred")
    ):
        return None
    run, block = found
    rows = run.text[block.begin : block.end]
    if run.text.count(rows) > 1:  # printed by several ranks: one more is one more copy
        return None
    planted = f"{run.text[: block.end]}\nEvaluate annotation type *segm*\n{rows}{run.text[block.end :]}"
    return {run.place: run.text}, {run.place: planted}


_DIFFERS = ("note-differs-from-log",)
FAULTS = (
    Fault("AP above AP50", ("ap-above-ap50",), _in_block(_ap_above_ap50), _ARITHMETIC),
    Fault("AP outside its bounds", ("ap-outside-bounds",), _in_block(_outside), _ARITHMETIC),
    Fault("recall below AP", ("ap-above-recall",), _in_block(_recall), _ARITHMETIC),
    Fault("AR1 and AR100 swapped", ("recall-falls",), _in_block(_recall_order), _ARITHMETIC),
    Fault("a value above 1", ("value-out-of-range",), _in_block(lambda r, v: {"AP50": 1 + r.random()}), _ARITHMETIC),
    Fault(
        "a value below 0",
        ("value-out-of-range",),
        _in_block(lambda r, v: {"AP75": -r.uniform(0.01, 0.99)}),
        _ARITHMETIC,
    ),
    Fault("all zero", ("zero-result",), _in_block(lambda r, v: dict.fromkeys(METRICS, 0.0)), _ARITHMETIC),
    Fault("all -1", ("no-ground-truth",), _in_block(lambda r, v: dict.fromkeys(METRICS, -1.0)), _ARITHMETIC),
    Fault(
        "all areas -1",
        ("no-area-results",),
        _in_block(lambda r, v: dict.fromkeys([*METRICS[3:6], *METRICS[9:]], -1.0)),
        _ARITHMETIC,
    ),
    Fault("flat over IoU", ("flat-over-iou", "near-perfect-result"), _in_block(_flat), _ARITHMETIC),
    Fault(
        "nearly perfect",
        ("near-perfect-result",),
        _in_block(lambda r, v: {"AP": 0.97, "AP50": 0.999, "AP75": 0.99, "AR1": 0.975, "AR10": 0.98, "AR100": 0.98}),
        _ARITHMETIC,
    ),
    Fault("percent for fraction in one run", ("mixed-units",), _mixed_units),
    Fault("percent for one fraction", ("value-out-of-range",), _in_block(_one_in_percent, places=1), _ARITHMETIC),
    Fault("boxes' numbers for masks", ("equal-bbox-and-segm",), _masks_of_boxes),
    Fault("one vector in three epochs", ("repeated-evaluation",), repeated),
    Fault(
        "one vector in two runs",
        ("duplicate-metrics",),
        _copied(0),
        frozenset({"table-against-block", "setting-without-effect"}),
    ),
    Fault(
        "nearly one vector in two runs",
        ("near-duplicate-metrics",),
        _copied(2),
        _ARITHMETIC | {"duplicate-metrics"},
    ),
    Fault("one-digit typo in a note", _DIFFERS, lambda r, runs: _note(r, runs, _typo), _ARITHMETIC),
    Fault("swapped columns in a note", _DIFFERS, lambda r, runs: _note(r, runs, _swap), _ARITHMETIC),
    Fault(
        "a note with another epoch",
        _DIFFERS,
        lambda r, runs: _note(r, runs, _other_epoch),
        frozenset({"not-the-best-epoch"}),
    ),
    Fault("a note with another run", _DIFFERS, lambda r, runs: _note(r, runs, _other_run)),
    Fault("another lr in the folder's name", ("name-contradicts-settings",), lr_in_name),
    Fault("nan loss before an evaluation", ("evaluation-after-nan",), nan_loss, frozenset({"metric-of-failed-run"})),
    Fault("a cut schedule", ("cut-schedule",), cut, frozenset({"not-the-best-epoch"})),
    Fault("lr against batch size", ("lr-against-batch-size",), lr_of_batch),
)
