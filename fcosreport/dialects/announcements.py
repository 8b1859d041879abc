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

from fcosreport.grammar.lines import line_begin
from fcosreport.grammar.windowed import Windowed
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Event, Setting

_RATE = rb"(?P<lr>\d+(?:\.\d*)?(?:e-?\d+)?)"
_FACTOR = rb"(?P<lr_factor>\d+(?:\.\d+)?(?:e-?\d+)?)"
_COUNT = rb"(?P<%s>\d{1,9})\b"
_BATCH = _COUNT % b"train_batch_size"
_SAID = {
    sign: re.compile(pattern)
    for sign, pattern in {
        b" scaled from ": rb"LR has been automatically scaled from \S+ to " + _RATE,
        b"Scaling the original LR": rb"the current batch size is " + _BATCH
        + rb"\. Scaling the original LR by " + _FACTOR,
        b"Auto-scaling the config": rb"Auto-scaling the config to batch_size=" + _BATCH
        + rb", learning_rate=" + _RATE + rb", max_iter="
        + _COUNT % b"iterations" + rb", warmup=" + _COUNT % b"warmup_iterations",
        b"AutoBatch: ": rb"AutoBatch: (?:\x1b\[\d+m)*Using batch-size " + _BATCH,
        b"batch size per device = ": rb"Instantaneous batch size per device = " + _COUNT % b"images_per_gpu",
        b"Total train batch size (": rb"Total train batch size \([^)\n]*accumulation\) = "
        + _COUNT % b"effective_batch_size",
        b"ccumulation steps = ": rb"[Gg]radient [Aa]ccumulation steps = " + _COUNT % b"accumulation",
        b"accumulate grad iterations": rb"accumulate grad iterations: " + _COUNT % b"accumulation",
        b"calculated from base learning rate": rb"Learning rate \(" + _RATE
        + rb"\) calculated from base learning rate",
        b"actual lr: ": rb"(?m)^actual lr: " + _RATE,
    }.items()
}  # fmt: skip
"""What is said, by what is in each such line."""
_STARTS = (b"Training started", b"Starting training", b"Starting the training")
_START = re.compile(b"|".join(_STARTS))
_STARTED = re.compile(
    rb"\[?20\d\d-\d\d-\d\d \d\d:\d\d:\d\d[^\r\n]{0,60}? "
    rb"(?P<said>(?:Training started|Starting (?:the )?training)\b[^\r\n]{0,200})"
)
_OF_EPOCH = re.compile(rb"(?i)epoch")
_STOPS = (
    b"did not improve in the last",
    b"arly as no improvement",
    b"arly stop",
    b"arly Stop",
    b"arlyStop",
    b"arly-stop",
)
"""What is in each line that tells of an early stop."""
_STOPPED = re.compile(
    rb"[Mm]onitored metric (?:\S{1,60} )?did not improve in the last \d{1,9} records\b"
    rb"|(?m:^\s{0,8}Epoch \d{1,9}: early stopping\s*$)"
    rb"|\b(?:Training stopped early|Stopping training early) as no improvement\b"
    rb"|\b[Ee]arly[ -]?[Ss]topp(?:ing|ed)(?: was)? (?:triggered|activated|at (?:epoch|step|iter(?:ation)?)\b)"
    rb"|(?m:^[^\w\r\n]{0,16}[Ee]arly[ -]?[Ss]topp(?:ing|ed)[ !.]*\r?$)"
)


@dialect(
    "learning rates and batches that were scaled or found, starts, and early stops",
    *_SAID,
    *_STARTS,
    *_STOPS,
)
class Announcements(Windowed):
    """Reads single lines."""

    def found(self, window: Window) -> Iterator[Record]:
        if self.origin == "note":
            return
        for begin in dict.fromkeys(line_begin(window.data, start.start()) for start in window.hints(_START)):
            started = _STARTED.match(window.data, begin)
            if started and not _OF_EPOCH.search(started["said"]):
                text = started["said"].decode(errors="replace").strip()
                yield Event("started", text, self.where(window, begin))
        for match, where in self.places(_STOPPED, window, back=200) if any(map(window.may_hold, _STOPS)) else ():
            yield Event("finished", match[0].decode(errors="replace").strip(), where)
        for pattern in (pattern for sign, pattern in _SAID.items() if window.may_hold(sign)):
            for match, where in self.places(pattern, window, back=200):
                for name, value in match.groupdict().items():
                    number = float(value) if name in ("lr", "lr_factor") else int(value)
                    yield Setting(name, number, value.decode(), where)
