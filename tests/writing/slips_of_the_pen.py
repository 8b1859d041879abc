"""Notes as people write them, with their runs, and slips of the pen planted in them by a seeded generator."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from tests.conftest import block

Texts = tuple[str, str]

_NAMES = ("lr1en2", "lr5en3", "lr1en3")
_RATES = {"lr1en2": "0.01", "lr5en3": "5e-3", "lr1en3": "1e-3"}


@dataclass
class Run:
    """A run: what its log prints at epochs 4, 8 and 12, and what the note quotes of it."""

    name: str
    results: dict[int, str]
    epoch: int | None
    numbers: str = ""
    box: str = ""

    @property
    def quoted(self) -> str:
        return self.numbers or self.results[self.epoch or 12]


@dataclass
class Sound:
    """How a note is written, without a slip, and the runs that it tells of."""

    runs: list[Run]
    newline: str
    bom: str
    language: str
    percent: bool

    def text(self) -> str:
        return self.bom + "".join(map(self._section, self.runs)).replace("\n", self.newline)

    def _section(self, run: Run) -> str:
        result = "result" if self.language == "en" else "结果"
        if self.percent:
            ap, ap50, ap75 = (f"{100 * float(each):.1f}" for each in run.quoted.split()[:3])
            at = f"epoch {run.epoch}, " if run.epoch else ""
            told = f"  - {at}AP/AP50/AP75: {ap}/{ap50}/{ap75}\n"
        else:
            at = f"Epoch: [{run.epoch}]\n" if run.epoch else ""
            rows = indent(at + block(run.quoted).partition("\n")[2], "    ")
            told = f"  - {result}:  \n    ```\n{rows}    ```\n"
        return (
            f'- ## {run.box}try {run.name}\t\n  - lr = {_RATES[run.name]}  \n{told}  - location: "runs/{run.name}"\n\n'
        )


def sound(dice: random.Random) -> Sound:
    """A note that is right in all that it says."""
    runs = []
    for name in dice.sample(_NAMES, 3):
        results = {epoch: " ".join(f"{dice.uniform(0.1, 0.8):.3f}" for _ in range(12)) for epoch in (4, 8, 12)}
        runs.append(Run(name, results, None))
    percent = dice.random() < 0.3
    for run in runs:
        run.epoch = dice.choice((None, 8, 12))
    return Sound(runs, dice.choice(("\n", "\r\n")), dice.choice(("", "\ufeff")), dice.choice(("en", "zh")), percent)


def write_logs(note: Sound, folder: Path) -> None:
    for run in note.runs:
        (folder / run.name).mkdir(parents=True)
        blocks = "".join(f"Epoch: [{epoch}]\n{block(numbers)}" for epoch, numbers in run.results.items())
        (folder / run.name / "log.txt").write_text(blocks)


def digit(note: Sound, dice: random.Random) -> Texts:
    text = note.text()
    run = dice.choice(note.runs)
    quoted = run.quoted.split()
    at = dice.randrange(3 if note.percent else 12)
    wrong = f"{(float(quoted[at]) * 1000 + dice.randrange(20, 90)) % 1000 / 1000:.3f}"
    run.numbers = " ".join([*quoted[:at], wrong, *quoted[at + 1 :]])
    return text, note.text()


def epoch(note: Sound, dice: random.Random) -> Texts:
    run = dice.choice(note.runs)
    run.epoch, run.numbers = 8, run.results[8]
    text = note.text()
    run.epoch = dice.choice((3, 4, 9, 12, 18))
    return text, note.text()


def block_of_another_run(note: Sound, dice: random.Random) -> Texts:
    text = note.text()
    one, other = dice.sample(note.runs, 2)
    one.numbers = other.quoted
    return text, note.text()


def open_box(note: Sound, dice: random.Random) -> Texts:
    run = dice.choice(note.runs)
    run.box = "[x] "
    text = note.text()
    run.box = "[ ] "
    return text, note.text()


def no_path(note: Sound, dice: random.Random) -> Texts:
    text, name = note.text(), dice.choice(note.runs).name
    return text, "".join(line for line in text.splitlines(keepends=True) if f"runs/{name}" not in line)


def misspelt_path(note: Sound, dice: random.Random) -> Texts:
    text, name = note.text(), dice.choice(note.runs).name
    return text, text.replace(f"runs/{name}", f"runs/{name[:-1]}_")


SLIPS: tuple[Callable[[Sound, random.Random], Texts], ...] = (
    digit,
    epoch,
    block_of_another_run,
    open_box,
    no_path,
    misspelt_path,
)
"""Each gives the text of a note, and the same with one slip in it."""
