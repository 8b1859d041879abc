"""What a trainer announces: a rate or a batch that it scaled or found, that a training starts, or stops early.

LR has been automatically scaled from 0.02 to 0.0025 (mmdetection 2)
LR is set based on batch size of 16 and the current batch size is 2. Scaling the original LR by 0.125. (MMEngine)
Auto-scaling the config to batch_size=8, learning_rate=0.01, max_iter=180000, warmup=2000. (detectron2)
AutoBatch: Using batch-size 23 for CUDA:0 8.52G/11.77G (72%) (ultralytics)
Instantaneous batch size per device = 8 (transformers)
Total train batch size (w. parallel, distributed & accumulation) = 64 (transformers)
Gradient Accumulation steps = 4 (transformers)
Learning rate (0.1) calculated from base learning rate (0.05) and effective global batch size (512) (timm)
actual lr: 1.00e-03 (MAE and its kin)
2025-08-01 12:00:23,880 - INFO - Training started on cuda (scripts of one's own around a framework)
the monitored metric did not improve in the last 10 records. best score: 0.456. (MMEngine)
Monitored metric val_map did not improve in the last 3 records. Best score: 0.3. Signaling Trainer to stop. (Lightning)
Epoch 12: early stopping (Keras)
EarlyStopping: Training stopped early as no improvement observed in last 50 epochs. (ultralytics)
Early stopping triggered at epoch 28 (scripts of one's own)

A training that stops early is done: its schedule was but the most that it might take.
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.windowed import Windowed
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Event, Setting

_RATE = rb"(?P<lr>\d+(?:\.\d*)?(?:e-?\d+)?)"
_FACTOR = rb"(?P<lr_factor>\d+(?:\.\d+)?(?:e-?\d+)?)"
_COUNT = rb"(?P<%s>\d{1,9})\b"
_BATCH = _COUNT % b"train_batch_size"
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rb"LR has been automatically scaled from \S+ to " + _RATE,
        rb"the current batch size is " + _BATCH + rb"\. Scaling the original LR by " + _FACTOR,
        rb"Auto-scaling the config to batch_size=" + _BATCH + rb", learning_rate=" + _RATE + rb", max_iter="
        + _COUNT % b"iterations" + rb", warmup=" + _COUNT % b"warmup_iterations",
        rb"AutoBatch: (?:\x1b\[\d+m)*Using batch-size " + _BATCH,
        rb"Instantaneous batch size per device = " + _COUNT % b"images_per_gpu",
        rb"Total train batch size \([^)\n]*accumulation\) = " + _COUNT % b"effective_batch_size",
        rb"[Gg]radient [Aa]ccumulation steps = " + _COUNT % b"accumulation",
        rb"accumulate grad iterations: " + _COUNT % b"accumulation",
        rb"Learning rate \(" + _RATE + rb"\) calculated from base learning rate",
        rb"(?m)^actual lr: " + _RATE,
    )
)  # fmt: skip
_STARTED = re.compile(
    rb"(?:^|(?<=[\r\n]))\[?20\d\d-\d\d-\d\d \d\d:\d\d:\d\d[^\r\n]{0,60}? "
    rb"(?P<said>(?:Training started|Starting (?:the )?training)\b[^\r\n]{0,200})"
)
_OF_EPOCH = re.compile(rb"(?i)epoch")
_STOPPED = re.compile(
    rb"[Mm]onitored metric (?:\S{1,60} )?did not improve in the last \d{1,9} records\b"
    rb"|(?m:^\s{0,8}Epoch \d{1,9}: early stopping\s*$)"
    rb"|\b(?:Training stopped early|Stopping training early) as no improvement\b"
    rb"|\b[Ee]arly[ -]?[Ss]topp(?:ing|ed)(?: was)? (?:triggered|activated|at (?:epoch|step|iter(?:ation)?)\b)"
    rb"|(?m:^[^\w\r\n]{0,16}[Ee]arly[ -]?[Ss]topp(?:ing|ed)[ !.]*\r?$)"
)


@dialect(
    "learning rates and batches that were scaled or found, starts, and early stops",
    b" scaled from ",
    b"Scaling the original LR",
    b"Auto-scaling the config",
    b"AutoBatch: ",
    b"ccumulation steps = ",
    b"batch size per device = ",
    b"Total train batch size (",
    b"accumulate grad iterations",
    b"calculated from base learning rate",
    b"actual lr: ",
    b"Training started",
    b"Starting training",
    b"Starting the training",
    *(b"did not improve in the last", b"arly stop", b"arly Stop", b"arlyStop", b"arly-stop", b"arly as no improvement"),
)
class Announcements(Windowed):
    """Reads single lines."""

    def found(self, window: Window) -> Iterator[Record]:
        for match, where in self.places(_STARTED, window, back=300) if self.origin == "log" else ():
            if not _OF_EPOCH.search(match["said"]):
                yield Event("started", match["said"].decode(errors="replace").strip(), where)
        for match, where in self.places(_STOPPED, window, back=200) if self.origin == "log" else ():
            yield Event("finished", match[0].decode(errors="replace").strip(), where)
        for pattern in _SAID if self.origin == "log" else ():
            for match, where in self.places(pattern, window, back=200):
                for name, value in match.groupdict().items():
                    number = float(value) if name in ("lr", "lr_factor") else int(value)
                    yield Setting(name, number, value.decode(), where)
