"""What ends or spoils a run, in any framework's log: out of memory, nan, tracebacks, keys that do not fit, no results.

Only the lines that programs print; prose, source code and configurations are quiet. Notes tell such things in words of
their own, so nothing is read there; and notebooks keep what was tried, of which a slip ends no training, but a lack of
memory does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from fcosreport.grammar.failures import failure_kind
from fcosreport.grammar.lines import line_end, past_end
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.reading.times import first_time
from fcosreport.records import Event, EventKind, Origin, Where

WIDE = 16 << 10
"""Bytes of a line that are looked at."""
TRACE = 400
"""Lines that a traceback may have."""
KEYS = 4
"""Keys that are named in the text of an event."""
HEADINGS = 8
"""Lists of keys that a line may have."""
AGAIN = 500
"""Lines within which the same event is told once: every rank prints it."""

_HINT = re.compile(  # each begins with a letter that few words have, so that the search skips the others quickly
    rb"Traceback \(|Error|error: (?<![\w.]error: )|Killed|killed|Signal|SIG|y(?<=ut of memory)|kill(?<=oom.kill)"
    rb"|cat(?<=allocat)|Interrupt|is (?<=oss is )|came (?<=oss became )|NaN|Invalid loss|ct(?<=state_dict)"
    rb"|c(?<=in the c)|were(?:(?<=in model were)|(?<=in checkpoint were))|keys?\b|Keys?\b|KEYS?\b|Skip loading"
    rb"|No predictions|dataset is empty|detected is zero"
    rb"|TERM_|Node failure|No space left|Terminated|State: [A-Z]{4}|Segmentation fault|h_(?<=enforced h_)|Evicted"
    rb"|w on resource|xit(?:ed with)? ?(?:code|status)|Watchdog|Exceeded (?:job|step)|Bus error|bus error|Aborted"
    rb"|Exception in training|death signal"
)
_NOTHING = re.compile(  # an evaluation of nothing
    r"^(?:\S+ ){0,15}(?:No predictions from the model!|The testing results of the whole dataset is empty"
    r"|The number of valid bbox detected is zero)"
)
_COLOUR = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
_PREFIX = re.compile(  # what loggers and launchers put before a line
    r"(?:\d{4}-\d\d-\d\dT[\d:.]+Z? std(?:out|err) [FP] |\[[^\]\n]{1,60}\](?:<\w+>)?:? ?|[\w.-]{1,60}_\d+ +\| "
    r"|\d{4}-\d\d-\d\d[ T][\d:,.]+Z?(?: ?[-|] ?[\w.]{1,60}){0,3} ?[-|:] ?|(?:\d+: ){1}(?=Traceback|  |\w+Error)"
    r"|(?:[\w.]{1,60} )?(?:ERROR|WARNING|INFO|CRITICAL|WRN|ERR): )*"
)
_EXCEPTION = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:: .*|:?$)")
_CHAINED = re.compile(r"During handling of the above exception|The above exception was the direct cause")
_HEADINGS: tuple[tuple[EventKind, re.Pattern[str]], ...] = (
    (
        "missing keys",
        re.compile(
            r"(?P<list>Some model parameters or buffers are not found in the checkpoint:?"
            r"|The following keys in model were not found in (?:the )?checkpoint:?)"
            r"|\b(?:[Mm]issing|MISSING)[ _][Kk]eys?(?:\(s\))?(?: in (?:source )?state_dict)?[:=]"
            r"|(?P<one>size mismatch for [\w.]+: copying a param|Skip loading parameter '?[\w.]+"
            r"|(?<![\w.])[\w.]{1,300} is not in the (?:ckpt|checkpoint)\b)"
        ),
    ),
    (
        "unexpected keys",
        re.compile(
            r"(?P<list>The checkpoint state_dict contains keys that are not used by the model:?"
            r"|The following keys in (?:the )?checkpoint were not found in model:?)"
            r"|\b(?:[Uu]nexpected|UNEXPECTED)[ _][Kk]eys?(?:\(s\))?(?: in (?:source )?state_dict)?[:=](?P<one>(?!))?"
        ),
    ),
)
_KEY = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.(?:\w+|\{[\w, ]+\}))+")
_KEY_LINE = re.compile(r"\W*[A-Za-z_]\w*(?:\.(?:\w+|\{[\w, .]+\}))*(?:[,;:]? *[\w.]+)?\W*")
_NORMAL = re.compile(
    r"(?:(?:module|model|backbone|bottom_up|stem|body|encoder)\.)*"
    r"(?:fc\d*(?:\.\d+)?[._](?:\w+|\{[\w, ]+\})|.*num_batches_tracked|pixel_(?:mean|std)|.*anchor_generator\..*)"
)
_COUNTER = re.compile(r"\b(iter(?:ation)?|epoch)[ =:\[]{1,3}(\d{1,9})\b", re.I)


@dataclass(slots=True)
class _Trace:
    """A traceback until its last line, which is the exception."""

    where: Where
    time: str
    lines: int = 0
    exception: str = ""


@dataclass(slots=True)
class _Keys:
    """Keys that a checkpoint and a model do not share, in a line, or in the lines below a heading."""

    kind: EventKind
    heading: str
    where: Where
    time: str
    is_list: bool
    is_normal: bool = True
    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, keys: list[str]) -> None:
        self.count += len(keys)
        self.named.extend(keys[: KEYS - len(self.named)])
        self.is_normal = self.is_normal and all(_NORMAL.fullmatch(key) for key in keys)

    @property
    def text(self) -> str:
        more = f" and {self.count - len(self.named)} more" if self.count > len(self.named) else ""
        normal = " (only what a backbone's checkpoint has and a detector has not: normal)" if self.is_normal else ""
        return f"{self.heading.rstrip(':=')}: {', '.join(self.named)}{more}{normal}"


@dialect(
    "Events that any program prints",
    b"Traceback (",
    b"Error",
    b"error: ",
    b"illed",
    b"ut of memory",
    b"oss is ",
    b"state_dict",
    b" in the c",
    b" keys",
    *(b"enforced h_", b"State: ", b"Evicted", b"low on resource", b"exit", b"Watchdog"),
    *(
        b"No predictions",
        b"dataset is empty",
        b"detected is zero",
        b"No space left",
        b"egmentation fault",
        b"core dumped",
        b"Terminated",
        b"Exception in training",
        b"death signal",
    ),
)
class Events:
    """Goes from hint to hint, and line by line only within a traceback or a list of keys."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path = path
        self.is_quiet, self.is_notebook = origin == "note", path.endswith(".ipynb")
        self.trace: _Trace | None = None
        self.keys: _Keys | None = None
        self.next = 0  # the line that an open traceback or list goes on with
        self.told: dict[tuple[str, str], int] = {}

    def feed(self, window: Window) -> Iterator[Record]:
        data, at = window.data, window.start
        if self.is_quiet:
            return
        if self.next != window.line:
            yield from self._end()
        hints = window.hints(_HINT)
        while at < len(data):
            if not (self.trace or self.keys):
                hint = next((each for each in hints if each.start() >= at), None)
                if not hint:
                    break
                at = max(data.rfind(b"\n", at, hint.start()) + 1, data.rfind(b"\r", at, hint.start()) + 1, at)
            end = line_end(data, at)
            where, raw = Where(self.path, window.line_at(at)), data[at : min(end, at + WIDE)]
            colourless = _COLOUR.sub("", raw.decode(errors="replace"))
            text = colourless[_prefix_end(colourless) :].rstrip()
            yield from self._line(text, where, first_time(raw[:120]))
            at, self.next = past_end(data, end), where.line + 1

    @property
    def is_open(self) -> bool:
        return bool(self.trace or self.keys)

    def close(self) -> Iterator[Record]:
        return self._end()

    def _line(self, text: str, where: Where, time: str) -> Iterator[Record]:
        if self.trace:
            yield from self._traced(self.trace, text)
            if self.trace:
                return
        if self.keys and self._goes_on(self.keys, text):
            return
        if self.keys:
            yield from self._end()
        if text.startswith("Traceback (most recent call last)"):
            self.trace = _Trace(where, time)
            return
        if text.endswith(" Traceback (most recent call last)"):  # of IPython, which says what it was below as well
            return
        for kind, pattern in _HEADINGS:
            for heading in islice(pattern.finditer(text), HEADINGS):
                yield from self._keys(kind, heading, text, where, time)
        kind_of: EventKind | None = "no predictions" if _NOTHING.search(text) else failure_kind(text)
        if kind_of and not (self.keys and self.keys.count):
            yield from self._tell(Event(kind_of, text[:300], where, time, *_counters(text)))

    def _traced(self, trace: _Trace, text: str) -> Iterator[Record]:
        """Take a line of a traceback; what follows the exception may be another that it led to."""
        trace.lines += 1
        if trace.lines > TRACE:
            yield from self._end()
        elif text.startswith("Traceback (most recent call last)") or _CHAINED.match(text):
            trace.exception = ""
        elif text.startswith((" ", "\t")) or not text or trace.exception:
            if trace.exception and text:
                yield from self._end()
        elif _EXCEPTION.fullmatch(text):
            trace.exception = text

    def _goes_on(self, keys: _Keys, text: str) -> bool:
        """Whether the line names more of the keys."""
        pattern = next(pattern for kind, pattern in _HEADINGS if kind == keys.kind)
        again = pattern.search(text)
        if again and again["one"] and not keys.is_list:
            keys.add(_KEY.findall(text)[:1])
            return True
        if not keys.is_list or again or not 0 < len(text) < 1000 or not _KEY_LINE.fullmatch(text):
            return False
        keys.add(_KEY.findall(text)[:1] or [text.strip()])
        return True

    def _keys(self, kind: EventKind, heading: re.Match[str], text: str, where: Where, time: str) -> Iterator[Record]:
        is_list, one = bool(heading["list"]), bool(heading["one"])
        rest = text[heading.start() if one else heading.end() :]
        listed = re.match(r"\s*[\[{](.*?)[\]}]", rest)
        found = _KEY.findall(rest)[:1] if one else _KEY.findall(listed[1] if listed else rest)
        if not (found or is_list):
            return
        yield from self._end()
        label = heading[0] if not one else text[:160]
        self.keys = _Keys(kind, label, where, time, is_list)
        self.keys.add(found)

    def _end(self) -> Iterator[Record]:
        """What was open, as an event."""
        trace, keys, self.trace, self.keys = self.trace, self.keys, None, None
        if trace:
            text = trace.exception or "Traceback (the log does not show its end)"
            kind: EventKind = failure_kind(text) or "error"
            yield from self._tell(Event(kind, text[:300], trace.where, trace.time, *_counters(text)))
        if keys and keys.count:
            yield from self._tell(Event(keys.kind, keys.text[:1000], keys.where, keys.time))

    def _tell(self, event: Event) -> Iterator[Event]:
        if self.is_notebook and event.kind != "out of memory":
            return
        key = event.kind, "" if event.kind in ("out of memory", "nan", "killed") else event.text
        last, self.told[key] = self.told.get(key, -AGAIN), event.where.line
        if len(self.told) > 1000:
            self.told.clear()
        if event.where.line - last >= AGAIN or event.kind == "no predictions":
            yield event


def _prefix_end(text: str) -> int:
    match = _PREFIX.match(text)
    return match.end() if match else 0


def _counters(text: str) -> tuple[int | None, int | None]:
    """Epoch and iteration, if the line says them."""
    said = {name[0].lower(): int(number) for name, number in _COUNTER.findall(text)}
    return said.get("e"), said.get("i")
