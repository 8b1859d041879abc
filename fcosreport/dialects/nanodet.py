"""NanoDet: `Train|Epoch1/50|Iter0(1/5)| mem:3.03G| lr:1.00e-07| ...`, `Val_metrics`, and its table of categories."""

import re
from collections.abc import Iterator

from fcosreport.grammar.category_table import CategoryTables
from fcosreport.grammar.training_lines import NUMBER, TrainingLines
from fcosreport.grammar.windowed import LastTrained, Windowed, parted, starts
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Event, Origin, Setting, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

# `Train` and `train`, by version; a pattern that begins with fixed letters is searched faster.
_HEAD = re.compile(rb"rain\|Epoch\d+/\d+\|Iter(\d{1,12})\(\d+/\d+\)\|")
_EPOCHS = re.compile(rb"rain\|Epoch\d+/(\d{1,6})\|Iter")
_SCHEDULE = re.compile(rb"rain\|Epoch\d+/(\d{1,6})\|Iter\d{1,12}\(\d+/(\d{1,9})\)")
_STARTED = re.compile(rb"NanoDet\][^\r\n]{0,80}?Setting up data\.\.\.")
_RESUMED = re.compile(rb"resumed at epoch: *(\d{1,6})")
_TABLE = re.compile(rb"\| *class +\| *AP50 +\| *mAP +\|")
_VALUE = rb"(?:np\.float\d\d\()?(-?(?:" + NUMBER + rb"))"
_RESULT = re.compile(rb"Val_metrics: *\{([^{}\r\n]{1,1000})\}")
_FILE = re.compile(  # eval_results.txt beside the best model
    rb"Epoch:(\d{1,6})(?:\r\n|\r|\n)([^\r\n]{0,40}mAP: [^\r\n]{1,80}(?:\r\n|\r|\n)"
    rb"(?:[^\r\n]{0,40}AP_\w+: [^\r\n]{1,80}(?:\r\n|\r|\n|$)){5})"
)
_FILE_SPAN = 800
_place_in_run = LastTrained(b"|Epoch", re.compile(rb"\|Epoch(\d{1,6})/\d+\|Iter(\d{1,12})\("))
_PAIR = re.compile(rb"(?<!\w)(mAP|AP_50|AP_75|AP_small|AP_m|AP_l)'?: *" + _VALUE)
_METRICS = {"mAP": "AP", "AP_50": "AP50", "AP_75": "AP75", "AP_small": "APs", "AP_m": "APm", "AP_l": "APl"}


@dialect("NanoDet", b"NanoDet]", b"|Iter", b"| class", b"Val_metrics: ", b"AP_small: ")
class Nanodet(Windowed):
    """Reads the lines of NanoDet's logger, also with its colours."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        self.lines = TrainingLines(path, _HEAD)
        self.tables = CategoryTables(
            path, origin, _TABLE, {"AP50": "AP50", "mAP": "AP"}, percent=True, said=_place_in_run
        )

    def close(self) -> Iterator[Record]:
        yield from self.tables.close()
        yield from self.told_whole()

    @property
    def is_open(self) -> bool:
        return self.tables.is_open

    def found(self, window: Window) -> Iterator[Record]:
        for begin, stop, start in parted(window, starts(_STARTED, window)):
            yield from self.lines.read(window.data, begin, stop, window.line_at(begin))
            yield from self.planned(_EPOCHS, window, begin, stop)
            self.is_evaluated = self.is_evaluated or window.data.find(b"Val_metrics: ", begin, stop) >= 0
            self.lasts(_SCHEDULE, window, begin, stop)
            if start:
                yield from self.told_whole()
                where, self.epochs = self.where(window, stop), b""
                yield Event("started", "NanoDet: Setting up data", where)
                yield Setting("framework", "nanodet", "NanoDet", where, True)
        for match, where in self.places(_RESUMED, window):
            yield Event("resumed", match[0].decode(), where, epoch=int(match[1]))
        yield from self.tables.feed(window)
        yield from self._results(window)

    def _results(self, window: Window) -> Iterator[Record]:
        for match, where in self.places(_RESULT, window):
            said = _place_in_run(window.data, match.start())
            yield from self._evaluation(match[1], where, said.epoch, said.iteration)
        for match, _ in self.places(_FILE, window, _FILE_SPAN):
            yield from self._evaluation(match[2], self.where(window, match.start(2)), int(match[1]), None)

    def _evaluation(self, text: bytes, where: Where, epoch: int | None, iteration: int | None) -> Iterator[Record]:
        found = metrics((_METRICS[pair[1].decode()], pair[2].decode()) for pair in _PAIR.finditer(text))
        yield from with_issues(Evaluation("bbox", found, where, self.origin, epoch, iteration, task_stated=False))
