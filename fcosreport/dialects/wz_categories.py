"""WZMIAOMIAO's `record_mAP.txt`: below the block, the AP50 of each category, as `validation.py` prints them too."""

import re
from collections.abc import Iterator

from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Evaluation, Origin, Where
from fcosreport.vocabulary.metrics import metrics, with_issues

_TITLE = re.compile(rb"mAP\(IoU=0\.50?\) for each category:[^\r\n]*(?:\r\n|\r|\n|$)")
_LINE = re.compile(rb"(?:\d{4}-\S{6,40} std(?:out|err) [FP] )?([^\r\n]*(?:\r\n|\r|\n|$))")
_CATEGORY = re.compile(rb" ([^\r\n]{1,100}?) *: +(-?(?:[01](?:\.\d*)?(?:e-?\d+)?|\d\.\d*e-\d+|nan))[ \t]*(?:[\r\n]|$)")


@dialect("WZMIAOMIAO categories", b"for each category:")
class WzCategories:
    """Reads the list below its title; it may go on in the next window."""

    def __init__(self, path: str, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.inside = False

    @property
    def is_open(self) -> bool:
        return self.inside

    def feed(self, window: Window) -> Iterator[Record]:
        data, at = window.data, window.start
        while at < len(data):
            if not self.inside:
                title = _TITLE.search(data, at)
                if not title:
                    return
                self.inside, at = True, title.end()
                continue
            line = _LINE.match(data, at)
            category = _CATEGORY.match(line[1][:200]) if line else None
            self.inside = category is not None
            if category:
                yield from self._evaluation(category, Where(self.path, window.line_at(at)))
            at = line.end() if line and category else at

    def close(self) -> Iterator[Record]:
        return iter(())

    def _evaluation(self, match: re.Match[bytes], where: Where) -> Iterator[Record]:
        name, text = match[1].decode(errors="replace").strip(), match[2].decode()
        found = metrics([("AP50", text)])
        yield from with_issues(Evaluation("bbox", found, where, self.origin, category=name, task_stated=False))
