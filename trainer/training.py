"""The training: one loop, each iteration of which depends on the checkpoint, the settings and its number alone.

So a run that was stopped anywhere and resumed ends with the same numbers as one that never was.
"""

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from torch import Tensor, nn

from trainer.annotations import Split
from trainer.data import Batch, Images, Pick, load, picks
from trainer.errors import NotFiniteError, TerminatedError, TrainerError, sigterm_noted
from trainer.evaluation import assess, moved, tasks
from trainer.files import BEST, CHECKPOINT, read_checkpoint, write_checkpoint, written_whole
from trainer.journal import METRICS, Journal, events, told
from trainer.model import LOSSES, Detector, build, labels_of
from trainer.probe import probe
from trainer.processes import Team, joined, limit_memory, memory, shared
from trainer.settings import Settings


def train(settings: Settings, folder: Path, resume: bool = False) -> None:
    """Train, evaluate, and leave a run in `folder`; with `resume` go on from its checkpoint, if it has one."""
    with joined(settings.threads) as team:
        if settings.train_batch_size % (team.size * settings.accumulate):
            parts = f"give a multiple of {team.size * settings.accumulate}, the processes times --accumulate"
            raise TrainerError(f"--train-batch-size {settings.train_batch_size}: {parts}.")
        if settings.norm == "syncbn" and team.size > 1 and not team.on_gpu:
            raise TrainerError("--norm syncbn on several processes needs GPUs. Take bn or gn.")
        splits = load(settings.data, "train", settings.mask, team), load(settings.data, "val", settings.mask, team)
        if splits[0].categories != splits[1].categories:
            raise TrainerError(f"{splits[1].path} has other categories than {splits[0].path}.")
        saved = team.agreed(lambda: _saved(settings, folder, splits, resume))
        torch.manual_seed(settings.seed)
        model = build(settings, splits[0].categories, load_init=saved is None)
        journal = Journal(folder, team.main)
        with told(journal):
            training = Training(settings, team, journal, model, *splits)
            if saved:
                training.resume(saved)
            else:
                training.begin(resume)
            limit_memory(team.device, settings.memory_limit)
            training.run()


def _saved(settings: Settings, folder: Path, splits: tuple[Split, Split], resume: bool) -> dict[str, Any] | None:
    """The checkpoint to go on from, if there is one; raises TrainerError where the folder is of another run."""
    begun, path = events(folder)[:1], folder / CHECKPOINT
    if not begun and path.exists():
        raise TrainerError(f"{path} lies there without its {METRICS}. Put that beside it, or name another folder.")
    if begun and not resume:
        raise TrainerError(f"{folder} holds a run. Go on with it by --resume, or name another folder.")
    for first in begun:
        if other := settings.differing(first.get("settings", {}) | {"seed": first.get("seed")}):
            raise TrainerError(f"{folder} was begun with {' '.join(other)}. Resume with that, or begin another run.")
        data = first.get("data", {})
        if [data.get("train_sha256"), data.get("val_sha256")] != [split.sha256 for split in splits]:
            raise TrainerError(f"The annotations in {settings.data} are others than those {folder} was begun with.")
    return read_checkpoint(path, "iteration", "model", "momentum") if path.exists() else None


@dataclass
class Training:
    """The state of a training: what a checkpoint holds, and the losses since the last line of the log."""

    settings: Settings
    team: Team
    journal: Journal
    model: Detector
    train: Split
    val: Split
    losses: list[Tensor] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        layout = torch.channels_last if self.team.on_gpu else torch.preserve_format
        self.model.to(self.team.device, memory_format=layout)
        self.trained = {name: each for name, each in self.model.named_parameters() if each.requires_grad}
        self.optimizer = torch.optim.SGD(
            list(self.trained.values()),
            lr=self.settings.lr,
            momentum=self.settings.momentum,
            weight_decay=self.settings.weight_decay,
            fused=self.team.on_gpu,
        )
        scales = self.settings.amp and self.team.half is torch.float16
        self.scaler = torch.amp.GradScaler(self.team.device.type, enabled=scales)
        self.wrapped = self.team.wrapped(self.model)

    def begin(self, resume: bool) -> None:
        """Write down what runs. `resume`: the user asked to go on."""
        probed = probe(self.model)  # by all processes: a norm may wait for the others
        self.journal.began(self.settings, self.train.described() | self.val.described(), self.team)
        if resume:
            self.journal.say(f"There is no {CHECKPOINT} to go on from: the training begins at iteration 0")
        for split in (self.train, self.val):
            skipped = [f"{count} {what}" for what, count in split.skipped.items()]
            self.journal.say(f"{split.path.name}: {len(split)} images. Skipped: {', '.join(skipped) or '-'}")
        for line in probed.lines(self.settings.norm):
            self.journal.say(line)
        self.journal.event("probe", **asdict(probed))

    def resume(self, saved: dict[str, Any]) -> None:
        """Take up a checkpoint, and write down which settings are others now, as the iterations."""
        self.restore(saved)
        self.journal.say(f"Resumed at iteration {self.journal.iteration} from {CHECKPOINT}")
        before: dict[str, Any] = {}
        for each in events(self.journal.folder):
            before |= each.get("settings", {}) if "schema" in each or each.get("event") == "resumed" else {}
        now = self.settings.declared(self.team.size, self.team.on_gpu)
        changed = {name: value for name, value in now.items() if before.get(name) != value}
        self.journal.event("resumed", iteration=self.journal.iteration, checkpoint=CHECKPOINT, settings=changed)

    def state(self) -> dict[str, Any]:
        """What a checkpoint holds: plain tensors by name, which fit every device and layout."""
        momentum = {name: self.optimizer.state[each].get("momentum_buffer") for name, each in self.trained.items()}
        return {
            "iteration": self.journal.iteration,
            "settings": asdict(self.settings),
            "categories": self.train.categories,
            "model": {name: _plain(value) for name, value in self.model.state_dict().items()},
            "momentum": {name: _plain(value) for name, value in momentum.items() if value is not None},
            "scaler": self.scaler.state_dict(),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Take up what a checkpoint holds. The momentum gets the layout of its parameter: the optimizer trusts it."""
        self.model.load_state_dict(saved["model"])
        for name, value in saved["momentum"].items():
            parameter = self.trained[name]
            self.optimizer.state[parameter]["momentum_buffer"] = torch.empty_like(parameter.detach()).copy_(value)
        if saved["scaler"]:
            self.scaler.load_state_dict(saved["scaler"])
        self.journal.iteration = saved["iteration"]

    def run(self) -> None:
        """The iterations that are left, and the evaluations among and after them."""
        given = self.settings
        if self._is_due(given.eval_every) and not self._is_evaluated():  # it was stopped there, or does not train
            self._save()
            self._evaluate()
        self.model.train()
        began = time.monotonic()
        with sigterm_noted() as has_come, self.batches() as stream:
            for iteration in self._shown(range(self.journal.iteration + 1, given.iterations + 1)):
                self.step(iteration, stream)
                self.journal.iteration = iteration
                stops = self.team.any(has_come())
                evaluates, saves = self._is_due(given.eval_every), self._is_due(given.checkpoint_every) or stops
                if evaluates or saves or self._is_due(given.log_every):
                    self._tell(began)
                    began = time.monotonic()
                if evaluates or saves:
                    self._save()
                if stops:
                    raise TerminatedError
                if evaluates:
                    self._evaluate()
                    self.model.train()
                    began = time.monotonic()

    def _shown(self, iterations: range) -> Iterable[int]:
        """The iterations, with a progress bar and the time that is left where somebody watches."""
        screen = Console(stderr=True)
        hidden = not (self.team.main and screen.is_terminal)
        return track(iterations, "", console=screen, transient=True, disable=hidden)

    def _is_due(self, every: int) -> bool:
        now = self.journal.iteration
        return now == self.settings.iterations or (every > 0 and now > 0 and now % every == 0)

    def _is_evaluated(self) -> bool:
        done = [each for each in events(self.journal.folder) if each.get("iteration") == self.journal.iteration]
        return {each.get("task") for each in done} >= set(tasks(self.settings))

    def batches(self) -> AbstractContextManager[Iterator[Batch]]:
        """The images of the iterations that are left."""
        images = Images(self.train, labels_of(self.train.categories, self.settings.init), self.settings.mask)
        return images.batches(self._picks(), self.settings.workers, self.team.on_gpu)

    def _picks(self) -> Iterator[list[Pick]]:
        """The images of this process for each training step, in as many parts as gradients are accumulated over."""
        size, done = self.settings.train_batch_size, self.journal.iteration
        order = picks(len(self.train), self.settings.seed, done * size, self.settings.flip)
        for _ in range(done, self.settings.iterations):
            mine = list(islice(order, size))[self.team.rank :: self.team.size]
            yield from (mine[part :: self.settings.accumulate] for part in range(self.settings.accumulate))

    def step(self, iteration: int, stream: Iterator[Batch]) -> None:
        """One iteration. Its losses are kept, and looked at later: each look waits for the GPU."""
        given, parts = self.settings, self.settings.accumulate
        torch.manual_seed((given.seed * 1_000_003 + iteration) * self.team.size + self.team.rank)
        for group in self.optimizer.param_groups:
            group["lr"] = given.rate(iteration)
        for part in range(parts):
            images, targets = next(stream)
            device = self.team.device
            targets = [{name: value.to(device, non_blocking=True) for name, value in each.items()} for each in targets]
            waits = part + 1 < parts and isinstance(self.wrapped, nn.parallel.DistributedDataParallel)
            with self.wrapped.no_sync() if waits else nullcontext():  # type: ignore[operator]
                with self.team.autocast(given.amp):
                    losses = self.wrapped(moved(images, device), targets)
                total = torch.stack(list(losses.values())).sum()
                self.scaler.scale(total / parts).backward()  # type: ignore[no-untyped-call]
            self.names = ["loss", *(LOSSES[name] for name in losses)]
            self.losses.append(torch.stack([total, *losses.values()]).detach())
        if given.clip:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self.model.parameters(), given.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad()

    def _tell(self, began: float) -> None:
        """A line with the mean losses since the last."""
        values = shared(torch.stack(self.losses)).cpu()
        self.losses = []
        count = len(values) // self.settings.accumulate
        bad = (~values.isfinite().all(1)).nonzero()
        now, last = self.journal.iteration, self.settings.iterations
        about = dict(zip(self.names, values.mean(0).tolist(), strict=True))
        seconds = (time.monotonic() - began) / count
        told = {"lr": self.settings.rate(now), **about, "time": seconds}
        text = "  ".join(f"{name} {value:.4g}" for name, value in told.items())
        used, left = memory(self.team.device), timedelta(seconds=round(seconds * (last - now)))
        self.journal.say(f"iter {now}/{last}  {text}  memory {used}  eta {left}")
        self.journal.event("train", iteration=now, **told, memory=used)
        if len(bad):
            self.journal.iteration = now - count + 1 + int(bad[0]) // self.settings.accumulate
            raise NotFiniteError

    def _save(self) -> None:
        if not torch.stack([value.isfinite().all() for value in self.trained.values()]).all():
            raise NotFiniteError  # of a step whose loss was finite
        if self.team.main:
            write_checkpoint(self.journal.folder / CHECKPOINT, self.state())

    def _evaluate(self) -> None:
        """Evaluate the checkpoint that was just written, and keep it where none before was better."""
        folder = self.journal.folder
        assess(self.model, folder / CHECKPOINT, self.val, self.settings, self.team, self.journal)
        results = [each["metrics"]["AP"] for each in events(folder) if each.get("task") == "bbox"]
        if self.team.main and self.settings.eval_every and max(results) not in results[:-1]:
            with (folder / CHECKPOINT).open("rb") as now, written_whole(folder / BEST) as best:
                shutil.copyfileobj(now, best)


def _plain(value: Tensor) -> Tensor:
    return value.detach().cpu().contiguous()
