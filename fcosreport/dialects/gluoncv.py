"""GluonCV: the AP of each category after `[Epoch 0] Validation:`, the cost of each epoch, its arguments."""

import re
from collections.abc import Iterator
from operator import itemgetter

from msgspec.structs import replace

from fcosreport.grammar.configs.namespace import declared, given, namespaces
from fcosreport.grammar.training_lines import NUMBER, TrainingLines
from fcosreport.grammar.windowed import Windowed, parted, starts
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Origin, Setting, Where
from fcosreport.vocabulary.metrics import is_score, metrics, with_issues

_COST = re.compile(rb"\[Epoch (\d{1,7})\] Training cost: (?=\d)")
_FIRST = re.compile(rb"\[Epoch 0\] Training cost: (?=\d)")
_PAIR = re.compile(rb"(?<![\w.])([A-Za-z_]\w*)=(" + NUMBER + rb")()(?=[\s,\x1b\\]|$)")
_VALIDATION = re.compile(rb"\[Epoch (\d{1,6})\] Validation:")
_LINE = re.compile(rb"(?:\d{4}-\S{6,40} std(?:out|err) [FP] )?([^\r\n]*(?:\r\n|\r|\n|$))")
_VALUE = re.compile(rb"(?:[^\r\n]{0,80}?[\]:] )?([^=\r\n]{1,100})=(-?\d{1,3}\.\d+|-?nan)\s*")
_MEAN = re.compile(rb"~~~~ MeanAP @ IoU=\[0?\.50,0?\.95\]")
_TOTAL = re.compile(rb"[^\r\n=]{0,80}=(-?\d{1,3}\.\d+|-?nan)\s*")
_SETTINGS = {
    "lr": "lr",
    "batch_size": "train_batch_size",
    "epochs": "epochs",
    "momentum": "momentum",
    "wd": "weight_decay",
    "lr_decay_epoch": "steps",
    "network": "backbone",
    "dataset": "train_data",
    "data_shape": "image_size",
    "seed": "seed",
    "amp": "amp",
    "save_prefix": "output_dir",
    "resume": "resume",
}


@dialect("GluonCV", b"lr_decay_epoch=", b"[Epoch ", b"~~~~ ")
class Gluoncv(Windowed):
    """Reads what the training scripts of GluonCV log. The lines of a batch do not tell how long an epoch is."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.lines = TrainingLines(path, _COST, pair=_PAIR, names={}, keep=bool, unit="epoch")
        self.epoch: int | None = None  # of the validation that is being read
        self.trained = False  # whether a training has begun
        self.coco = self.mean = False

    @property
    def is_open(self) -> bool:
        return self.epoch is not None

    def found(self, window: Window) -> Iterator[Record]:
        data = window.data
        cuts = sorted([*namespaces(data, window.start, len(data)), *starts(_FIRST, window)], key=itemgetter(0))
        for begin, stop, told in parted(window, cuts):
            yield from self.lines.read(data, begin, stop, window.line_at(begin))
            if isinstance(told, dict) and "lr_decay_epoch" in told:
                yield from self._declared(told, self.where(window, stop))
            elif isinstance(told, re.Match):
                if self.trained:  # without arguments, as a search for hyperparameters trains one model after another
                    yield Event("started", "GluonCV epoch 0", self.where(window, stop))
                self.trained = True
        yield from self._validations(window)

    def _declared(self, values: dict[str, str], where: Where) -> Iterator[Record]:
        self.trained = False
        yield Event("started", f"GluonCV {given(values, 'network', 'dataset', 'lr', 'batch_size', 'epochs')}", where)
        yield Setting("framework", "gluoncv", "lr_decay_epoch", where, True)
        yield from declared(values, _SETTINGS, where)
        gpus = values.get("gpus", "")
        if re.fullmatch(r"\d{1,3}(?:, ?\d{1,3}){0,99}", gpus):
            yield Setting("gpus", gpus.count(",") + 1, gpus, where)
        if values.get("syncbn") == "True":
            yield Setting("norm", "syncbn", "syncbn=True", where)
        if values.get("resume"):
            yield Event("resumed", values["resume"][:300], where)

    def _validations(self, window: Window) -> Iterator[Record]:
        data, at = window.data, window.start
        while at < len(data):
            if self.epoch is None:
                title = _VALIDATION.search(data, at)
                if not title:
                    return
                self.epoch, self.coco, self.mean = int(title[1]), False, False
                at = title.end()
                line = _LINE.match(data, at)
            else:
                line = _LINE.match(data, at)
                if line:
                    yield from self._line(line[1][:400], window, at)
            at = line.end() if line else len(data)

    def _line(self, line: bytes, window: Window, at: int) -> Iterator[Record]:
        if b"~~~~" in line or b"@[ IoU=" in line:
            self.coco = True
            self.mean = _MEAN.search(line) is not None
            return
        match = _TOTAL.fullmatch(line) if self.mean else _VALUE.fullmatch(line)
        if not match:
            self.epoch = None
            return
        name = "" if self.mean else match[1].decode(errors="replace").strip()
        where = self.where(window, at)
        yield from self._evaluation(name, match[match.re.groups].decode(), where)
        if self.mean or name == "mAP":
            self.epoch = None

    def _evaluation(self, name: str, text: str, where: Where) -> Iterator[Record]:
        """COCO results are in percent, and VOC results, at IoU 0.50, are fractions."""
        if is_score(text, percent=self.coco):
            found = metrics([("AP" if self.coco else "AP50", text)], percent=self.coco)
            category = None if name in ("", "mAP") else name
            made = Evaluation("bbox", found, where, self.origin, self.epoch, None, category, task_stated=False)
            yield from with_issues(made if self.coco else replace(made, family="voc"))
