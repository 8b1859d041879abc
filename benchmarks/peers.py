"""Curves, as other tools read them: mmdetection's own loop and polars for JSON lines, tbparse for event files."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from benchmarks import event_files, loops, reading
from benchmarks.against import MB, OURS, ratio, told
from benchmarks.clock import Work, side_by_side
from benchmarks.table import Row
from benchmarks.trees import Trees, files

_TAGS = ("lr", "total_loss", "loss_cls", "loss_box_reg")


def json_lines(trees: Trees, runs: int) -> Iterator[Row]:
    """Curves in JSON lines."""
    paths = files(trees.json)
    works: dict[str, Work] = {
        OURS: lambda: reading.curves(paths),
        "mmdetection's loop": lambda: loops.mmdetection_curves(paths),
    }
    if find_spec("polars"):
        works["polars"] = lambda: _polars(paths)
    times = side_by_side(works, runs)
    size = sum(path.stat().st_size for path in paths)
    yield Row(
        f"curves in JSON lines, {size / MB:.3g} MB",
        "at most 1/2 of mmdetection's loop",
        told(times) + ("" if "polars" in works else "; polars is not installed"),
        times,
        ratio(times, "mmdetection's loop") <= 1 / 2,
    )


def tensorboard(trees: Trees, runs: int) -> Iterator[Row]:
    """Scalars in an event file of TensorBoard."""
    count = trees.size.scalars
    work, target = f"{count:,} scalars in an event file", "at most 1/3 of tbparse"
    if not find_spec("tbparse"):
        yield Row(work, target, "not measured: tbparse is not installed")
        return
    path = trees.root / "events" / "events.out.tfevents.1"
    path.parent.mkdir()
    steps = count // len(_TAGS)
    event_files.write(path, ((tag, step, 1 / (step + 1)) for step in range(steps) for tag in _TAGS))
    times = side_by_side({OURS: lambda: reading.curves([path]), "tbparse": lambda: _tbparse(path)}, runs)
    yield Row(work, target, told(times), times, ratio(times, "tbparse") <= 1 / 3)


def _polars(paths: list[Path]) -> int:
    import polars

    return sum(polars.read_ndjson(path, infer_schema_length=None).height for path in paths)


def _tbparse(path: Path) -> int:
    from tbparse import SummaryReader

    return len(SummaryReader(str(path)).scalars)
