"""Where lines begin and end in bytes: CR, LF and CR LF each end one. For dialects."""

import re
from collections.abc import Iterator

from fcosreport.reading.dialect import Window

_ENDS = re.compile(rb"\r\n?|\n")


def line_begin(data: bytes, at: int, floor: int = 0) -> int:
    """Where the line begins that `data[at]` stands in; `floor` where that is before."""
    begin = max(data.rfind(b"\n", floor, at) + 1, floor)
    return max(data.rfind(b"\r", begin, at) + 1, begin)


def line_end(data: bytes, at: int) -> int:
    """Where the line that `data[at]` stands in ends, before its CR or LF."""
    end = data.find(b"\n", at)
    end = end if end >= 0 else len(data)
    back = data.find(b"\r", at, end)
    return back if back >= 0 else end


def past_end(data: bytes, end: int) -> int:
    """The begin of the line after that which ends at `end`."""
    return end + (2 if data.startswith(b"\r\n", end) else 1 if end < len(data) else 0)


def lines_with(window: Window, sign: re.Pattern[bytes], hint: re.Pattern[bytes] | None = None) -> Iterator[int]:
    """Where the lines begin that hold the sign, each once, where no result was taken in the window.

    The sign has no line end. Where it tells digits apart, a `hint` that does not is in each line that holds it.
    """
    data, hints = window.data, window.hints(hint or sign)
    found = next(hints, None)
    for start, stop in window.untaken():
        while found and found.start() < stop:
            if found.start() >= start:
                begin, end = line_begin(data, found.start()), line_end(data, found.end())
                if not hint or sign.search(data, max(begin, start), end):
                    yield begin
                start = past_end(data, end)
            found = next(hints, None)


def since(window: Window, line: int) -> int:
    """Where a line begins that may stand before the window, as far as that repeats it."""
    if line >= window.line:
        return window.start
    ends = [end.end() for end in _ENDS.finditer(window.data, 0, window.start)]
    back = window.line - line + 1
    return ends[-back] if back <= len(ends) else 0


def whole_lines(window: Window) -> tuple[Window, Window | None]:
    """The window's whole lines, from the begin of the first one on, and the line behind them that may go on.

    A line that went on in this window is whole as far as the window repeats it.
    """
    data, start = window.data, window.start
    begin = line_begin(data, start) if start else 0
    stop = max(data.rfind(b"\n", begin), data.rfind(b"\r", begin)) + 1 or begin
    if stop == len(data):
        return (window if begin == start else Window(data, begin, window.line)), None
    return Window(data[:stop], begin, window.line), Window(data, stop, window.line_at(stop))
