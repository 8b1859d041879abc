"""The training: one loop, each iteration of which depends on the checkpoint, the settings and its number alone.

So a run that was stopped anywhere and resumed ends with the same numbers as one that never was.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from torch import Tensor, nn
from torch.utils.data import DataLoader

from trainer.data import Images, Pick, Split, load, picks
from trainer.errors import NotFiniteError, TrainerError
from trainer.evaluation import columns, moved, predict
from trainer.files import CHECKPOINT, read_checkpoint, write_checkpoint
from trainer.journal import METRICS, Clock, Journal, events, told
from trainer.model import LOSSES, Detector, build, labels_of
from trainer.probe import probe
from trainer.processes import Team, joined, limit_memory, memory
from trainer.scoring import report, tasks
from trainer.settings import Settings

Rate = Callable[[Settings, int], float]
"""The learning rate of an iteration."""


def train(settings: Settings, folder: Path, resume: bool = False, rate: Rate = Settings.rate) -> None:
    """Train, evaluate, and leave a run in `folder`; with `resume` go on from its checkpoint, if it has one."""
    with joined(settings.threads) as team:
        if settings.train_batch_size % (team.size * settings.accumulate):
            parts = f"{team.size} processes and --accumulate {settings.accumulate}"
            raise TrainerError(f"--train-batch-size {settings.train_batch_size} cannot be dealt out to {parts}.")
        splits = load(settings.data, "train", settings.mask), load(settings.data, "val", settings.mask)
        if splits[0].categories != splits[1].categories:
            raise TrainerError(f"{splits[1].path} has other categories than {splits[0].path}.")
        saved = _saved(settings, folder, splits) if resume else None
        if team.main and not resume and (folder / METRICS).exists():
            raise TrainerError(f"{folder} holds a run. Go on with it by --resume, or name another folder.")
        torch.manual_seed(settings.seed)
        model = build(settings, splits[0].categories, load_init=saved is None)
        journal = Journal(folder, team.main)
        with told(journal) as clock:
            training = Training(settings, team, journal, clock, model, *splits, rate)
            training.begin(saved)
            training.run()


def _saved(settings: Settings, folder: Path, splits: tuple[Split, Split]) -> dict[str, Any] | None:
    """The checkpoint to go on from; raises TrainerError where it was made with other settings or data."""
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    saved = read_checkpoint(path)
    old = Settings(**saved["settings"])
    if other := settings.differing(old):
        raise TrainerError(f"{folder} was begun with {' '.join(other)}. Resume with that, or begin another run.")
    if saved["data"] != [split.sha256 for split in splits]:
        raise TrainerError(f"The annotations in {settings.data} have changed since {folder} was begun.")
    return saved


@dataclass
class Training:
    """The state of a training: what a checkpoint holds, and the losses since the last line of the log."""

    settings: Settings
    team: Team
    journal: Journal
    clock: Clock
    model: Detector
    train: Split
    val: Split
    rate: Rate
    losses: list[Tensor] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        layout = torch.channels_last if self.team.on_gpu else torch.preserve_format
        self.model.to(self.team.device, memory_format=layout)
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.SGD(
            trained,
            lr=self.settings.lr,
            momentum=self.settings.momentum,
            weight_decay=self.settings.weight_decay,
            fused=self.team.on_gpu,
        )
        self.wrapped = self.team.wrapped(self.model)

    def begin(self, saved: dict[str, Any] | None) -> None:
        """Open the journal, or take up the checkpoint."""
        probed = None if saved else probe(self.model)  # by all processes: a norm may wait for the others
        if saved:
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.clock.iteration = saved["iteration"]
            self.journal.say(f"Resumed at iteration {self.clock.iteration} from {CHECKPOINT}")
            self.journal.event("resumed", iteration=self.clock.iteration, checkpoint=CHECKPOINT)
        if probed and self.team.main:
            declared = self.settings.declared(self.team.size, self.team.on_gpu)
            self.journal.began(self.settings.seed, declared, self.train.described() | self.val.described())
            self.journal.block([f"  {name}: {value}" for name, value in declared.items()])
            for split in (self.train, self.val):
                skipped = [f"{count} {what}" for what, count in split.skipped.items()]
                self.journal.say(f"{split.path.name}: {len(split.images)} images. Skipped: {', '.join(skipped) or '-'}")
            for line in probed.lines(self.settings.norm):
                self.journal.say(line)
            self.journal.event("probe", **asdict(probed))
        limit_memory(self.team.device, self.settings.memory_limit)

    def run(self) -> None:
        """The iterations that are left, and the evaluations among and after them."""
        given = self.settings
        if self._is_due(given.eval_every) and not self._is_evaluated():  # it was stopped there, or does not train
            self._save()
            self._evaluate()
        self.model.train()
        stream, began = iter(self.loader()), time.monotonic()
        for iteration in self._shown(range(self.clock.iteration + 1, given.iterations + 1)):
            self.step(iteration, stream)
            self.clock.iteration = iteration
            evaluates, saves = self._is_due(given.eval_every), self._is_due(given.checkpoint_every)
            if evaluates or saves or self._is_due(given.log_every):
                self._tell(began)
                began = time.monotonic()
            if evaluates or saves:
                self._save()
            if evaluates:
                self._evaluate()
                self.model.train()
                began = time.monotonic()

    def _shown(self, iterations: range) -> Iterable[int]:
        """The iterations, with a progress bar where somebody watches."""
        screen = Console(stderr=True)
        hidden = not (self.team.main and screen.is_terminal)
        return track(iterations, "", console=screen, transient=True, disable=hidden)

    def _is_due(self, every: int) -> bool:
        now = self.clock.iteration
        return now == self.settings.iterations or (every > 0 and now > 0 and now % every == 0)

    def _is_evaluated(self) -> bool:
        done = [each for each in events(self.journal.folder) if each.get("iteration") == self.clock.iteration]
        return {each.get("task") for each in done} >= set(tasks(self.settings))

    def loader(self) -> DataLoader[Any]:
        """The images of the iterations that are left."""
        labels = labels_of(self.train.categories, self.settings.init)
        return DataLoader(
            Images(self.train, labels, self.settings.mask),
            batch_sampler=self._batches(),
            num_workers=self.settings.workers,
            collate_fn=columns,
            pin_memory=self.team.on_gpu,
        )

    def _batches(self) -> Iterator[list[Pick]]:
        """The images of this process for each training step, in as many parts as gradients are accumulated over."""
        size, done = self.settings.train_batch_size, self.clock.iteration
        order = picks(len(self.train.images), self.settings.seed, done * size, self.settings.flip)
        for _ in range(done, self.settings.iterations):
            mine = list(islice(order, size))[self.team.rank :: self.team.size]
            yield from (mine[part :: self.settings.accumulate] for part in range(self.settings.accumulate))

    def step(self, iteration: int, stream: Iterator[Any]) -> None:
        """One iteration. Nothing in it waits for the GPU: the losses are kept, and looked at later."""
        given, parts = self.settings, self.settings.accumulate
        torch.manual_seed((given.seed * 1_000_003 + iteration) * self.team.size + self.team.rank)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate(given, iteration)
        for part in range(parts):
            images, targets = next(stream)
            targets = [{name: value.to(self.team.device) for name, value in each.items()} for each in targets]
            waits = part + 1 < parts and isinstance(self.wrapped, nn.parallel.DistributedDataParallel)
            with self.wrapped.no_sync() if waits else nullcontext():  # type: ignore[operator]
                with torch.autocast(self.team.device.type, torch.bfloat16, enabled=given.amp):
                    losses = self.wrapped(moved(images, self.team.device), targets)
                total = torch.stack(list(losses.values())).sum()
                (total / parts).backward()  # type: ignore[no-untyped-call]
            self.names = ["loss", *(LOSSES[name] for name in losses)]
            self.losses.append(torch.stack([total, *losses.values()]).detach())
        if given.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), given.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()

    def _tell(self, began: float) -> None:
        """A line with the mean losses since the last; here they are looked at, since each look waits for the GPU."""
        values = self.team.mean(torch.stack(self.losses)).cpu()
        self.losses = []
        count = len(values) // self.settings.accumulate
        bad = (~values.isfinite().all(1)).nonzero()
        first = self.clock.iteration - count + 1
        about = dict(zip(self.names, values.mean(0).tolist(), strict=True))
        seconds = (time.monotonic() - began) / count
        told = {"lr": self.rate(self.settings, self.clock.iteration), **about, "time": seconds}
        text = "  ".join(f"{name} {value:.4g}" for name, value in told.items())
        used = memory(self.team.device)
        self.journal.say(f"iter {self.clock.iteration}/{self.settings.iterations}  {text}  memory {used}")
        self.journal.event("train", iteration=self.clock.iteration, **told, memory=used)
        if len(bad):
            self.clock.iteration = first + int(bad[0]) // self.settings.accumulate
            raise NotFiniteError

    def _save(self) -> None:
        if not self.team.main:
            return
        content = {
            "iteration": self.clock.iteration,
            "settings": asdict(self.settings),
            "data": [self.train.sha256, self.val.sha256],
            "categories": self.train.categories,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        write_checkpoint(self.journal.folder / CHECKPOINT, content)

    def _evaluate(self) -> None:
        predict(self.model, self.val, self.settings, self.team, self.journal.folder)
        if self.team.main:
            path = self.journal.folder / CHECKPOINT
            report(self.journal, self.val, self.settings, self.clock.iteration, path)
