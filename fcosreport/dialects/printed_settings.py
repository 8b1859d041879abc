"""Settings that a program of one's own prints before it trains: several in a line, or a list or table of them.

    lr: 0.001 batch_size: 16 epochs: 50
    ===== batch_size: 16                        argparse, line by line
          lr: 0.001
    | Learning rate | 0.001 |
    | Batch size    | 16    |

A name that a reader of the same file's own format declares has that value.
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.lines import line_begin, line_end, past_end, since
from fcosreport.grammar.setting_lines import is_entry, is_of_training, line_settings, list_settings
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Origin, Setting, Where

ABOVE, BELOW = 100, 200
"""Lines of a list that are looked at before and behind the first of the signs in it."""
WIDE = 240
"""Bytes of a line that are looked at."""

_SIGN = re.compile(rb"(?i)b(?:atch(?=[ _-]?size)|s(?<=\bbs)(?= ?[:=]))|learning(?=[ _-]?rate)")
_FILE = re.compile(r"(?i)\.(?:json|ya?ml|toml|csv|tsv|ini|cfg|lock)$")
"""What has a reader of its own."""


@dialect(
    "Settings in plain words: pairs, lists and tables of two columns",
    *(b"atch size", b"atch Size", b"atch_size", b"atch-size", b"atchsize", b"BATCH_SIZE", b"bs=", b"bs:"),
    *(b"earning rate", b"earning Rate", b"earning_rate", b"earning-rate"),
    gives_way=True,
)
class PrintedSettings:
    """Reads each line that speaks of a batch or a rate, and the list that it is in."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path = path
        self.is_asked = origin == "log" and not _FILE.search(path)
        self.past = 1  # the line behind the last list that was read
        self.begun = 0  # the line in which a list begins that may go on in the next window
        self.held: tuple[Setting, ...] = ()  # what that says so far

    @property
    def is_open(self) -> bool:
        return self.begun > 0

    def feed(self, window: Window) -> Iterator[Record]:
        if not self.is_asked:
            return
        data, done = window.data, since(window, self.past)
        start = since(window, self.begun) if self.begun else window.start
        self.begun, self.held = 0, ()
        for sign in window.hints(_SIGN, start):
            if sign.start() < done:
                continue
            begin = line_begin(data, sign.start())
            if is_of_training(_line(data, begin)):
                done = line_end(data, begin)
                continue
            begin, done = _listed(data, begin, done)
            found = tuple(self._settings(window, begin, done))
            if done == len(data):
                self.begun, self.held = window.line_at(begin), found
                return
            self.past = window.line_at(done)
            yield from found

    def close(self) -> Iterator[Record]:
        yield from self.held

    def _settings(self, window: Window, begin: int, end: int) -> Iterator[Setting]:
        """What the lines say, each by itself or as a list."""
        lines = []
        while begin < end:
            lines.append((_line(window.data, begin), Where(self.path, window.line_at(begin))))
            begin = past_end(window.data, line_end(window.data, begin))
        alone = [line_settings(text, where) for text, where in lines]
        yield from (each for found in alone for each in found)
        yield from list_settings(line for line, found in zip(lines, alone, strict=True) if not found)


def _listed(data: bytes, begin: int, floor: int) -> tuple[int, int]:
    """Where the list begins and ends in which the line at `data[begin]` stands; those of the line, if in none."""
    end = past_end(data, line_end(data, begin))
    if not is_entry(_line(data, begin)):
        return begin, end
    for _ in range(ABOVE):
        above = line_begin(data, begin - 1 - data.startswith(b"\r\n", begin - 2)) if begin > floor else begin
        if above == begin or not is_entry(_line(data, above)):
            break
        begin = above
    for _ in range(BELOW):
        if end >= len(data) or not is_entry(_line(data, end)):
            break
        end = past_end(data, line_end(data, end))
    return begin, end


def _line(data: bytes, begin: int) -> str:
    return data[begin : min(line_end(data, begin), begin + WIDE)].decode(errors="replace")
