"""The evidence of a finding, quoted: the lines that it points at, as a compiler shows them, and blocks side by side."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, islice

from msgspec import Struct

from fcosreport.comparing.scores import agree, as_fractions, figure
from fcosreport.files.packed import name_unpacked
from fcosreport.files.raw import HEAD, sniff
from fcosreport.records import Evaluation, Experiment, Finding, Where
from fcosreport.report.report import Report
from fcosreport.wording import plain

WIDTH = 140
"""Characters of a line that are quoted."""
_BEFORE = 40  # characters before what the finding speaks of
_LARGEST = 64 << 20  # bytes of a file that is looked into again
_WORD = 5  # characters of a word by which a place in a long line is found
_NEAR = 100  # places of a word, and of all words behind one of them, that are looked at
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")


class SideBySide(Struct, frozen=True):
    """Two evaluations that a finding holds against each other: names, numbers as printed, whether they agree."""

    one: Where
    other: Where
    rows: tuple[tuple[str, str, str, bool], ...]

    @property
    def agreeing(self) -> int:
        return sum(agrees for *_, agrees in self.rows)


def quoted(report: Report, places: Iterable[Where]) -> dict[Where, str]:
    """The lines at these places, each file read once.

    What has changed since it was read, is packed or is no text is left out.
    """
    sizes = {source.path: source.size for source in report.sources if source.kind in ("log", "note")}
    wanted: dict[str, set[int]] = {}
    for where in places:
        if sizes.get(where.path, _LARGEST + 1) <= _LARGEST and name_unpacked(where.path) == where.path:
            wanted.setdefault(where.path, set()).add(where.line)
    return {
        Where(path, line): text
        for path, lines in wanted.items()
        if not path.lower().endswith(".ipynb")
        for line, text in _lines(path, sizes[path], lines)
    }


def _lines(path: str, size: int, wanted: set[int]) -> Iterator[tuple[int, str]]:
    last = max(wanted)
    try:
        if os.path.getsize(path) != size:
            return
        with open(path, "rb") as file:
            encoding = sniff(file.read(HEAD))
        if encoding is None:
            return
        with open(path, encoding=encoding, errors="replace") as text:
            for number, line in enumerate(text, 1):
                if number in wanted:
                    yield number, line
                if number >= last:
                    return
    except (OSError, ValueError):  # it is gone, or its name is none for the system
        return


def excerpt(line: str, said: str) -> str:
    """A line that is harmless to look at: of a long one the stretch with most words and numbers of what is `said`."""
    line = plain(line, _LARGEST)
    if len(line) <= WIDTH:
        return line
    met = sorted((at, word) for word in _words(said) for at in _places(word, line))
    reach = WIDTH - _BEFORE
    counts = [len({w for at, w in met[n : n + _NEAR] if at < begin + reach}) for n, (begin, _) in enumerate(met)]
    first = met[counts.index(max(counts))][0] if met else 0
    start = max(0, min(first - _BEFORE, len(line) - WIDTH))
    end = start + WIDTH
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def _words(said: str) -> set[str]:
    """The longer words, and the numbers, of a sentence."""
    words = (word.strip("“”\"'.,:;()").lower() for word in said.split())
    return {word for word in words if len(word) >= _WORD or _NUMBER.fullmatch(word)}


def _places(word: str, line: str) -> Iterator[int]:
    """Where a word is in a line; a number there may have more decimals than in what is said of it."""
    end = r"(?!\d)" if len(word) < _WORD else ""
    pattern = rf"(?<![\w.]){re.escape(word)}{end}" if _NUMBER.fullmatch(word) else re.escape(word)
    return (match.start() for match in islice(re.finditer(pattern, line, re.IGNORECASE), _NEAR))


def side_by_side(finding: Finding, experiments: Mapping[str, Experiment]) -> SideBySide | None:
    """The first two evaluations that a finding cites of one task: of two experiments, or of a note and a log.

    `experiments` are those of the report by their ids.
    """
    cited = {where: order for order, where in enumerate(finding.where)}
    found: dict[Where, tuple[str, Evaluation]] = {}
    for name in finding.experiments:
        for each in experiments[name].evaluations if name in experiments else ():
            at = next((where for where in (each.where, *each.also) if where in cited), None)
            if at and each.category is None:
                found.setdefault(at, (name, each))
    ordered = sorted(found.items(), key=lambda item: cited[item[0]])
    for (one, (a, first)), (other, (b, second)) in combinations(ordered[:10], 2):
        if first.task == second.task and (a != b or first.origin != second.origin):
            return SideBySide(one, other, tuple(_rows(first, second)))
    return None


def _rows(one: Evaluation, other: Evaluation) -> Iterator[tuple[str, str, str, bool]]:
    one, other = as_fractions(one), as_fractions(other)
    for metric in one.metrics:
        if theirs := other.metric(metric.name):
            yield metric.name, figure(metric), figure(theirs), agree(metric, theirs)
