"""Results in percent, and the Markdown tables that print them."""

import re
from collections.abc import Iterator

from fcosreport.records import Evaluation, Metric

_NUMBER = re.compile(r"-?(?:\d{1,9}(?:\.\d*)?(?:e[-+]?\d+)?|nan)")
_RECALL = re.compile(r"AR([sml]?)@(\d{1,6})")


def percent_metric(name: str, text: str) -> Metric | None:
    """The metric that `text` prints in percent; None if it is no number of the kind.

    `AR@100` of proposals is called AR100, as everywhere, and `ARs@100` ARs.
    """
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    exact = float(text) / 100 if "e" in text or "nan" in text else float(f"{text}e-2")  # rounded only once
    value = None if exact != exact else -1.0 if text.startswith("-") else exact
    recall = _RECALL.fullmatch(name.strip()) if "@" in name else None
    if recall:
        known = f"AR{recall[2]}" if not recall[1] else f"AR{recall[1]}" if recall[2] == "100" else name.strip()
        return Metric(known, value, text, True, int(recall[2]))
    return Metric(name.strip(), value, text, True)


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
                    if category and (metric := percent_metric("AP", text)):
                        yield category, (metric,), line
            elif len(cells) == len(names):
                yield None, tuple(filter(None, map(percent_metric, names, cells))), line
