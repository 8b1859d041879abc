"""Results in percent, and the Markdown tables that print them."""

from collections.abc import Iterator

from fcosreport.records import Evaluation, Metric
from fcosreport.vocabulary.metrics import metric, metrics


def same_numbers(one: Evaluation, other: Evaluation) -> bool:
    """Whether two prints of one task can be of one evaluation: they differ by no more than rounding."""
    pairs = [(metric, other.metric(metric.name)) for metric in one.metrics]
    return all(
        metric.value == match.value
        if metric.value is None or match.value is None
        else abs(metric.value - match.value) <= max(metric.half_unit, match.half_unit) * 1.01
        for metric, match in pairs
        if match
    )


class ResultTable:
    """A Markdown table below the title of a result: names and one row of numbers, or pairs of category and number."""

    def __init__(self, line: int, *, by_category: bool) -> None:
        self.line, self.by_category = line, by_category
        self._rows: list[tuple[list[str], int]] = []

    def take(self, line: str, number: int) -> bool:
        if "|" not in line:
            return not self._rows and number <= self.line + 2
        before, *cells = map(str.strip, line[: line.rindex("|")].split("|"))
        if before and cells and not cells[0]:  # behind the name of a container: `trainer-1  | | AP | AP50 |`
            cells.pop(0)
        if len(self._rows) != 1 or set("".join(cells)) - set(":-"):  # not the rule below the names
            self._rows.append((cells, number))
        return self.by_category or len(self._rows) < 2

    def results(self) -> Iterator[tuple[str | None, tuple[Metric, ...], int]]:
        """Category (None: over all), metrics and line of each result."""
        names = self._rows[0][0] if self._rows else []
        for cells, line in self._rows[1:]:
            if self.by_category:
                for category, text in zip(cells[::2], cells[1::2], strict=False):
                    if category and (read := metric("AP", text, percent=True)):
                        yield category, (read,), line
            elif len(cells) == len(names):
                yield None, metrics(zip(names, cells, strict=True), percent=True), line
