"""Studies: runs in order, each a `train` of its own process, so that one which fails takes no other along."""

import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer

from trainer.errors import End, TrainerError
from trainer.journal import Journal, events
from trainer.settings import SIZES, Settings, flag, settings_of, toml

STUDIES = Path(__file__).parent / "studies"


@dataclass(frozen=True, slots=True)
class Planned:
    """A run of a study. `ends`: how it is expected to end, `finished` or the reason of its failure."""

    folder: Path
    settings: Settings
    ends: str

    def ended(self) -> str:
        """How it ended: `finished`, the reason of a failure that would come again, or empty where it is to be run."""
        done = [each for each in events(self.folder) if each.get("event") == "status"][-1:]
        status, reason = (str(done[0].get(key, "")) for key in ("status", "reason")) if done else ("", "")
        lasting = status == "failed" and reason in ("out of memory", "nan")
        return status if status == "finished" else reason if lasting else ""


def plan(name: str, size: str, output: Path | None, changes: Mapping[str, Any]) -> list[Planned]:
    """The runs of a study: a setting of a run beats one of its size, that one of the study, that the defaults."""
    path = Path(name) if name.endswith(".toml") else STUDIES / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in STUDIES.glob("*.toml")))
        raise TrainerError(f"There is no study {name}. There are: {known}; or give a TOML file.")
    content = toml(path)
    folder, runs = output or Path("runs") / path.stem, content.get("run")
    if not isinstance(runs, list) or not all(isinstance(each, dict) and each.get("name") for each in runs):
        raise TrainerError(f"{path}: each [[run]] needs a name.")
    planned = []
    for each in runs:
        own = {key: value for key, value in each.items() if key not in ("name", "ends", *SIZES)}
        study = content.get("all", {}) | content.get(size, {})
        given = {**SIZES[size], **study, **own, **each.get(size, {}), **changes}
        given = {key: v.replace("{runs}", str(folder)) if isinstance(v, str) else v for key, v in given.items()}
        settings = settings_of(given, f"{path}: {each['name']}")
        planned.append(Planned(folder / each["name"], settings, each.get("ends", "finished")))
    return planned


def run(planned: list[Planned], processes: int, dry: bool = False) -> int:
    """Do what is not yet done; 0 where all ended as expected, else 1."""
    for each in planned:
        command = _command(each, processes)
        if dry:
            typer.echo(shlex.join(command))
        elif each.ended():
            typer.echo(f"{each.folder}: {each.ended()}")
        else:
            typer.echo(f"{each.folder}: begins")
            _wait(subprocess.Popen(command), each.folder)
    if dry:
        return 0
    odd = [each for each in planned if each.ended() != each.ends]
    for each in odd:
        typer.echo(f"{each.folder}: {each.ended() or 'not finished'}, where the study expects {each.ends}")
    return 1 if odd else 0


def _command(planned: Planned, processes: int) -> list[str]:
    start = [sys.executable, "-m"]
    if processes > 1:
        start += ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m"]
    options = []
    for name, value in asdict(planned.settings).items():
        options += [flag(name if value else f"no-{name}")] if isinstance(value, bool) else [flag(name), str(value)]
    return [*start, "trainer", "train", str(planned.folder), "--resume", *options]


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for a run; what stops the study stops the run first, so that it writes down how it ended."""
    try:
        process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if process.returncode < 0:  # not even its last line could be written
        journal = Journal(folder)
        journal.iteration = max((each.get("iteration", 0) for each in events(folder)), default=0)
        journal.ended(End("failed", "killed"))
