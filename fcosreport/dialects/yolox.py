"""YOLOX: `epoch: 1/300, iter: 10/1849, mem: ...`, its arguments, its experiment table, its APs of each category."""

import re
from collections.abc import Iterator

from fcosreport.grammar.category_table import CategoryTables
from fcosreport.grammar.configs.namespace import declared, given, namespaces, unquoted
from fcosreport.grammar.lines import line_begin
from fcosreport.grammar.training_lines import NAMES, TrainingLines
from fcosreport.grammar.windowed import LastTrained, Windowed, parted
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Origin, Setting, Where
from fcosreport.vocabulary.metrics import metrics

_HEAD = re.compile(rb"epoch: (\d{1,7})/\d+, iter: (\d{1,9})/(\d{1,9}), ")
# Its iteration is counted anew in each epoch.
_place_in_run = LastTrained(b"epoch: ", re.compile(rb"epoch: (\d{1,7})/\d+, iter: \d{1,9}/\d{1,9}, "))
_TABLE = re.compile(rb"per class AP:")
_EXPERIMENT = re.compile(rb"\xe2\x94\x82 *(\w+) *\xe2\x94\x82 *([^\r\n]*?) *\xe2\x94\x82")
_RESUMED = re.compile(rb"loaded checkpoint '([^'\r\n]{0,300})' \(epoch (\d{1,6})\)")
_FINISHED = re.compile(rb"Training of experiment is done(?: and the best AP is (\d{1,3}\.\d+))?[^\r\n]{0,200}")
_TRAINED = re.compile(rb"epoch: (\d{1,7})/(\d{1,7}), iter: ")
_SCHEDULE = re.compile(rb"epoch: \d{1,7}/(\d{1,7}), iter: \d{1,9}/(\d{1,9}), ")
_EVALUATED = re.compile(rb"Average Precision|map_5095: |per class AP:")
_VOC = re.compile(rb"map_5095: *(\d?\.\d+|nan)\s[^@]{0,200}?(?<!\w)map_50: *(\d?\.\d+|nan)(?=\s)")
_VOC_SPAN = 400
_ARGUMENTS = {
    "batch_size": "train_batch_size",
    "devices": "gpus",
    "exp_file": "config",
    "ckpt": "weights",
    "fp16": "amp",
    "resume": "resume",
    "seed": "seed",
}
_TESTING = {"batch_size": "test_batch_size", "conf": "score_threshold", "nms": "nms", "devices": "gpus"}
_TESTING |= {"exp_file": "config", "ckpt": "weights", "fp16": "amp", "seed": "seed"}
_EXPERIMENT_NAMES = {
    "max_epoch": "epochs",
    "seed": "seed",
    "weight_decay": "weight_decay",
    "momentum": "momentum",
    "input_size": "image_size",
    "train_ann": "train_data",
    "val_ann": "val_data",
    "test_conf": "score_threshold",
    "nmsthre": "nms",
    "output_dir": "output_dir",
}
_OF_COCO = ("train_ann", "val_ann")


@dialect("YOLOX", b", iter: ", b"yolox.", b"experiment_name=", b"per class AP:", b"basic_lr_per_img", b"map_5095: ")
class Yolox(Windowed):
    """Reads the lines of YOLOX's trainer and evaluators."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.lines = TrainingLines(path, _HEAD, step=_step, names={**NAMES, "gpu mem": "memory"})
        self.tables = CategoryTables(path, origin, _TABLE, {"AP": "AP"}, percent=True, said=_place_in_run)
        self.batch = 0
        self.is_dumping = False  # the table of the experiment
        self.is_of_voc = False  # whether its experiment is, whose table yet names the files of COCO that it has not

    def close(self) -> Iterator[Record]:
        yield from self.tables.close()
        yield from self.told_whole()

    @property
    def is_open(self) -> bool:
        return self.is_dumping or self.tables.is_open

    def found(self, window: Window) -> Iterator[Record]:
        data = window.data
        for begin, stop, values in parted(window, namespaces(data, window.start, len(data))):
            yield from self.lines.read(data, begin, stop, window.line_at(begin))
            seen = begin if begin > window.start else 0  # a table may stand in a window that no line of YOLOX is in
            self.is_evaluated = self.is_evaluated or bool(_EVALUATED.search(data, seen, stop))
            self.lasts(_SCHEDULE, window, begin, stop)
            yield from self._events(window, begin, stop)
            if values and "experiment_name" in values:
                yield from self.told_whole()
                yield from self._declared(values, self.where(window, stop))
        yield from self._experiment(window)
        yield from self._voc(window)
        yield from self.tables.feed(window)

    def _declared(self, values: dict[str, str], where: Where) -> Iterator[Record]:
        training = "conf" not in values and "tsize" not in values
        yield Event("started", f"YOLOX {given(values, 'experiment_name', 'exp_file', 'batch_size', 'ckpt')}", where)
        yield Setting("framework", "yolox", "experiment_name", where, True)
        yield from declared(values, _ARGUMENTS if training else _TESTING, where)
        images = values.get("batch_size", "")
        self.is_of_voc = any("voc" in values.get(name, "").lower() for name in ("experiment_name", "exp_file", "name"))
        self.batch = int(images) if training and images.isdecimal() and len(images) < 7 else 0

    def _experiment(self, window: Window) -> Iterator[Setting]:
        """The table of the experiment. Its learning rate is that of one image."""
        for row, where in self.places(_EXPERIMENT, window):
            key, text = row[1].decode(errors="replace"), unquoted(row[2].decode(errors="replace"))
            if key in _EXPERIMENT_NAMES and not (self.is_of_voc and key in _OF_COCO):
                yield from declared({key: text}, _EXPERIMENT_NAMES, where)
            if key == "warmup_epochs" and text.isdecimal():
                yield Setting("warmup", f"{text} epochs", text, where)
            if (
                key == "basic_lr_per_img"
                and self.batch
                and re.fullmatch(r"\d?\.\d+(?:e-?\d{1,3})?|\d(?:e-\d{1,3})", text)
            ):
                yield Setting("lr", float(text) * self.batch, f"{text} x {self.batch}", where, True)
        last = window.data[line_begin(window.data, len(window.data.rstrip())) :].rstrip()
        self.is_dumping = last.endswith(b"exp value:") or last[:2] in (b"\xe2\x94", b"\xe2\x95")  # bars of a box

    def _events(self, window: Window, begin: int, stop: int) -> Iterator[Record]:
        for match in _RESUMED.finditer(window.data, begin, stop):
            where = self.where(window, match.start())
            yield Event("resumed", match[0].decode(errors="replace"), where, epoch=int(match[2]))
        for match in _FINISHED.finditer(window.data, begin, stop):
            where = self.where(window, match.start())
            if _is_at_end(window.data, match.start()):
                yield Event("finished", match[0].decode(errors="replace").strip(), where)
            if match[1] and float(match[1]) and not self.is_evaluated:
                yield self._best(match[1].decode(), where)

    def _best(self, text: str, where: Where) -> Evaluation:
        """The best AP, in percent, of a run that tells no other result, as the VOC evaluator prints it elsewhere."""
        found = metrics([("AP", text)], percent=True)
        return Evaluation("bbox", found, where, self.origin, task_stated=False)

    def _voc(self, window: Window) -> Iterator[Evaluation]:
        for match, where in self.places(_VOC, window, _VOC_SPAN):
            epoch = _place_in_run(window.data, match.start()).epoch
            found = metrics([("AP", match[1].decode()), ("AP50", match[2].decode())])
            yield Evaluation("bbox", found, where, self.origin, epoch, task_stated=False)


def _is_at_end(data: bytes, at: int) -> bool:
    """Whether the last epoch before `data[at]` is the last of all; its trainer says the same where it was stopped."""
    trained = _TRAINED.match(data, max(0, data.rfind(b"epoch: ", 0, at)))
    return trained is not None and int(trained[1]) >= int(trained[2])


def _step(epoch: bytes, iteration: bytes, iterations: bytes) -> int:
    return (int(epoch) - 1) * int(iterations) + int(iteration)
