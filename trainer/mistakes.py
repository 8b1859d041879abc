"""Two mistakes, made on purpose: each gives two runs with the same numbers, to see whether a reader of their logs finds
out, and why. `python -m trainer.mistakes FOLDER` makes four small runs.
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from trainer.data import load
from trainer.evaluation import evaluate
from trainer.files import CHECKPOINT, read_checkpoint
from trainer.journal import Journal, told
from trainer.scoring import report, results_path, tasks
from trainer.settings import SIZES, Settings, settings_of
from trainer.training import train


def stale_predictions(first: Path, second: Path, folder: Path) -> tuple[Path, Path]:
    """Test the checkpoints of two runs; the second test finds the first's detections, and makes none of its own.

    So did evaluation scripts that write a predictions file only where there is none. Returns the folders of the tests.
    """
    tests = folder / f"{first.name}_test", folder / f"{second.name}_test"
    evaluate(first / CHECKPOINT, tests[0])
    content = read_checkpoint(second / CHECKPOINT)
    settings = settings_of(content["settings"], str(second))
    split, journal = load(settings.data, "val", settings.mask), Journal(tests[1])
    for task in tasks(settings):
        results_path(tests[1], task).parent.mkdir(exist_ok=True)
        shutil.copyfile(results_path(tests[0], task), results_path(tests[1], task))
    with told(journal) as clock:
        clock.iteration = content["iteration"]
        journal.began(settings.seed, settings.declared(1, False), split.described())
        report(journal, split, settings, clock.iteration, second / CHECKPOINT)
    return tests


def rate_without_effect(settings: Settings, lr: float, folder: Path) -> tuple[Path, Path]:
    """Train twice, the second time with another `lr`, for which the schedule comes too late: it was made before.

    Returns the folders of the runs.
    """
    runs = folder / f"lr{settings.lr:g}", folder / f"lr{lr:g}"
    train(settings, runs[0])
    train(replace(settings, lr=lr), runs[1], rate=lambda given, iteration: settings.rate(iteration))
    return runs


def main(folder: Path) -> None:
    """Make both mistakes in `folder`."""
    settings = settings_of({**SIZES["cpu"], "iterations": 100, "log_every": 4, "steps": "80"}, "mistakes")
    runs = rate_without_effect(settings, settings.lr / 2, folder)
    other = folder / "seed1"
    train(replace(settings, seed=1), other)
    stale_predictions(runs[0], other, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
