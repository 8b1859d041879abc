"""Tables that tell the AP of each category, several beside each other in a row. For dialects.

| class  | AP50 | mAP  | class   | AP50 | mAP  |
|:-------|:-----|:-----|:--------|:-----|:-----|
| person | 75.8 | 51.2 | bicycle | 41.0 | 22.4 |
"""

import re
from collections.abc import Callable, Iterator, Mapping

from fcosreport.grammar.statements import Statements, statements
from fcosreport.reading.dialect import Record, Window
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metrics import is_score, metrics, unread

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_RULE = re.compile(rb"[\s:+=|-]*")
_BORDER = re.compile(rb"\+-[-+]*\s*$")
_FIRST = frozenset({"class", "category", "name"})
_BEFORE = 3  # lines between a title and its table
_WIDEST = 64  # cells of a row that are read
_MOST = 10_000  # numbers of a table that are nan and wait for its end to be told


def _stated(data: bytes, at: int) -> Statements:
    return statements(data, at, False, b"\0", None)


class CategoryTables:
    """Finds the tables of one log. `head` matches a title, or the first row; a group `task` in it tells the task.

    `names` says what the columns are called here; other columns are left out. `percent` says how values are printed,
    and `said` what the text before an offset says of a table there. A table may go on in the next window.
    """

    def __init__(
        self,
        path: str,
        origin: Origin,
        head: re.Pattern[bytes],
        names: Mapping[str, str],
        *,
        percent: bool,
        said: Callable[[bytes, int], Statements] = _stated,
    ) -> None:
        self.path, self.origin, self.head, self.names, self.percent = path, origin, head, names, percent
        self.say = said
        self.said: Statements | None = None
        self.columns: list[str] = []
        self.missing: list[tuple[str, str]] = []
        self.first_missing = Where(path, 1)
        self.waited = 0

    @property
    def is_open(self) -> bool:
        """Whether the next line may belong to a table."""
        return self.said is not None

    def feed(self, window: Window) -> Iterator[Record]:
        """The evaluations of the rows that are new in the window."""
        data, at = window.data, window.start
        while True:
            if self.said is None:
                title = self.head.search(data, at)
                if not title:
                    return
                self._open(data, title)
                at = max(data.rfind(b"\n", at, title.start()), data.rfind(b"\r", at, title.start()), at - 1) + 1
            while at < len(data) and self.said:
                line = _LINE.match(data, at)
                if line is None:
                    return
                yield from self._line(line[0][:4000], window, at)
                at = line.end()
            if at >= len(data):
                return

    def close(self) -> Iterator[Record]:
        """The issue of a table that ends with the file."""
        yield from self._close()

    def _open(self, data: bytes, title: re.Match[bytes]) -> None:
        said = self.say(data, title.start())
        task = title.groupdict().get("task")
        self.said = Statements(task.decode() if task else said.task, said.epoch, said.iteration)
        self.columns, self.waited = [], 0

    def _close(self) -> Iterator[Record]:
        yield from self._evaluations()
        self.said = None

    def _evaluations(self) -> Iterator[Record]:
        yield from unread(self.missing, self.first_missing)
        self.missing = []

    def _line(self, line: bytes, window: Window, at: int) -> Iterator[Record]:
        bar = line.find(b"|")
        cells = [cell.strip() for cell in line[bar + 1 :].decode(errors="replace").split("|")[:-1]] if bar >= 0 else []
        if not self.columns:
            if cells and cells[0] in _FIRST and len(cells) <= _WIDEST:
                self.columns = cells
            elif self.waited >= _BEFORE:
                yield from self._close()
            self.waited += 1
        elif len(cells) == len(self.columns) and not _RULE.fullmatch(line[bar:]):
            yield from self._row(cells, window.line_at(at))
        elif not _BORDER.search(line) and not (cells and _RULE.fullmatch(line[bar:])):
            yield from self._close()

    def _row(self, cells: list[str], line: int) -> Iterator[Record]:
        starts = [index for index, column in enumerate(self.columns) if column == self.columns[0]]
        for start, stop in zip(starts, [*starts[1:], len(cells)], strict=True):
            pairs = [
                (self.names[column], text)
                for column, text in zip(self.columns[start + 1 : stop], cells[start + 1 : stop], strict=True)
                if column in self.names and is_score(text, percent=self.percent)
            ]
            found, category, where = metrics(pairs, percent=self.percent), cells[start], Where(self.path, line)
            for name, text in ((metric.name, metric.text) for metric in found if metric.value is None):
                self.first_missing = self.first_missing if self.missing else where
                self.missing.append((f"{name} of {category}", text))
            if len(self.missing) >= _MOST:
                yield from self._evaluations()
            if found and category and self.said:
                said, stated = self.said, self.said.task is not None
                task = said.task or "bbox"
                yield Evaluation(task, found, where, self.origin, said.epoch, said.iteration, category, stated)
