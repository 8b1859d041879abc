"""DETR and its descendants (Deformable, Conditional, DAB, DN, DINO, ...): `log.txt`, and the arguments they print.

`log.txt` has a line of JSON each epoch, in which `test_coco_eval_bbox` holds the 12 numbers with full precision.
What they print on the console is read with that of the torchvision references, from which they have it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from math import nan

from fcosreport.grammar.configs.namespace import batch, declared, given, namespaces
from fcosreport.grammar.json_lines import decoded, marked_lines, number
from fcosreport.grammar.windowed import Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import COCO_METRICS, Evaluation, Event, Issue, Origin, Setting, Where
from fcosreport.vocabulary.metrics import KEYPOINT_METRICS, metrics, with_issues

_MARK = re.compile(rb'"train_lr"|_coco_eval_')
_RESULT = re.compile(
    r'"(?P<of>(?:[a-z0-9]{1,20}_){0,4})coco_eval_(?P<task>bbox|masks|segm|keypoints)(?P<ema>_ema)?"'
    r": ?\[(?P<numbers>[^\[\]]*)\]"
)
_MOST_EPOCHS = 10**7
_TASKS = {"masks": "segm"}
_PLAIN = frozenset(("test", "val", "eval", "ema", ""))
"""What says of a result no more than that it is one; other words name the data set: `mini_val_coco_eval_bbox`."""
_SETTINGS = {
    "lr": "lr",
    "batch_size": "images_per_gpu",
    "epochs": "epochs",
    "lr_drop": "steps",
    "weight_decay": "weight_decay",
    "backbone": "backbone",
    "seed": "seed",
    "dataset_file": "train_data",
    "output_dir": "output_dir",
    "config_file": "config",
    "amp": "amp",
    "frozen_weights": "weights",
    "pretrain_model_path": "weights",
    "resume": "resume",
}


@dialect("DETR log.txt and arguments", b'"train_lr"', b"_coco_eval_", b"set_cost_class")
class Detr(Windowed):
    """Reads lines of JSON one by one; a line that is cut or garbled is an Issue."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.epoch: int | None = None
        self.parameters: object = None
        self.columns: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}

    def found(self, window: Window) -> Iterator[Record]:
        for at, arguments in namespaces(window.data, window.start, len(window.data)):
            yield from self._declared(arguments, self.where(window, at))
        rows: list[Row] = []
        for begin, line in marked_lines(window, _MARK):
            where = self.where(window, begin)
            row = decoded(line[: line.rfind(b"}") + 1])
            if row is None:
                yield from self._garbled(line, where)
            elif isinstance(epoch := row.get("epoch", self._following(row)), int) and 0 <= epoch < _MOST_EPOCHS:
                turn = self._turn(epoch, row.get("n_parameters"), where)
                if turn:
                    yield from samples(rows, partial(self.where, window), "epoch")
                    yield turn
                    rows = []
                columns = self._columns(tuple(row))
                values = [nan if (value := number(row[key])) is None else value for key, _ in columns]
                rows.append((tuple(name for _, name in columns), epoch, values, begin))
                yield from self._evaluations(line.decode(errors="replace"), epoch, where)
            elif epoch is None:  # an evaluation alone
                yield from self._evaluations(line.decode(errors="replace"), None, where)
        yield from samples(rows, partial(self.where, window), "epoch")

    def _following(self, row: Mapping[str, object]) -> int | None:
        """The epoch of a line of a training that does not tell it, as DETR's first logs: the next one."""
        if "train_lr" not in row:
            return None
        return 0 if self.epoch is None else self.epoch + 1

    def _garbled(self, line: bytes, where: Where) -> Iterator[Record]:
        if self.origin == "log" and line.startswith(b'{"train_') and b'": ' in line:
            message = "A line of JSON is cut or garbled. Its epoch is left out; look at the line."
            yield Issue(message, where)

    def _turn(self, epoch: int, parameters: object, where: Where) -> Event | None:
        """Training that starts anew or is taken up again in the same file."""
        before, self.epoch = self.epoch, epoch
        other, self.parameters = parameters != self.parameters, parameters
        if before is None or (epoch > before and not other):
            return None
        if epoch == 0 or other:
            return Event("started", f"epoch {epoch} after epoch {before}", where, epoch=epoch)
        return Event("resumed", f"epoch {epoch} again after epoch {before}", where, epoch=epoch)

    def _evaluations(self, line: str, epoch: int | None, where: Where) -> Iterator[Record]:
        for result in _RESULT.finditer(line):
            task = _TASKS.get(result["task"], result["task"])
            words = result["of"].rstrip("_").split("_")
            weights = "ema" if "ema" in words or result["ema"] else ""
            data_set = "" if _PLAIN.issuperset(words) else "_".join(word for word in words if word != "ema")
            texts = [text.strip() for text in result["numbers"].split(",")]
            names = KEYPOINT_METRICS if task == "keypoints" and len(texts) == 10 else COCO_METRICS
            found = metrics(zip(names, texts, strict=False))
            if len(found) == len(texts) == len(names):
                yield from with_issues(
                    Evaluation(task, found, where, self.origin, epoch, data_set=data_set, weights=weights)
                )
            else:
                yield Issue(f"{len(texts)} numbers of {result['task']} are not those of COCO. Look at the line.", where)

    def _columns(self, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        if keys not in self.columns:
            if len(self.columns) > 64:  # a file of ever other keys is no log
                self.columns.clear()
            wanted = (key for key in keys if key == "train_lr" or key.startswith(("train_loss", "train_grad_norm")))
            kept = ((key, key.removeprefix("train_")) for key in wanted if not key.endswith("_unscaled"))
            self.columns[keys] = tuple(kept)
        return self.columns[keys]

    def _declared(self, values: dict[str, str], where: Where) -> Iterator[Event | Setting]:
        if "set_cost_class" not in values:
            return
        text = given(values, "dataset_file", "backbone", "lr", "batch_size", "epochs", "resume", "eval")
        yield Event("started", f"DETR {text}", where)
        yield Setting("framework", "detr", "set_cost_class", where, True)
        yield from declared(values, _SETTINGS, where)
        gpus = values.get("world_size", "") if values.get("distributed") == "True" else "1"
        yield from batch(values, gpus if "distributed" in values else "", where)
        if values.get("resume"):
            start = values.get("start_epoch", "")
            epoch = int(start) if start.isdecimal() and 0 < len(start) < 7 and int(start) else None
            yield Event("resumed", values["resume"][:300], where, epoch=epoch)
