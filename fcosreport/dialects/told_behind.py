"""Lines behind a COCO block that tell its result again, with the epoch that the block itself does not tell.

Epoch: 20 | mAP@0.5: 0.1793 | mAP@0.50:0.95: 0.0669                    YOLOv6
[epoch 3] val AP 0.412, AP50 0.633                                      hand-made
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.lines import line_begin, line_end
from fcosreport.grammar.metric_line import said
from fcosreport.grammar.named_results import results
from fcosreport.grammar.statements import Progress
from fcosreport.grammar.windowed import Windowed
from fcosreport.reading.dialect import Record, Window, dialect

_BLOCK = b"maxDets="
_EPOCH = re.compile(rb"(?i)\bepoch\W{0,3}(\d{1,6})\b(?!\.\d)[^\r\n]{0,40}(?:AP|map)")
_NEAR = 2 << 10
"""Bytes behind a block in which it may be told again."""
_WIDE = 600
"""Bytes of a line that are looked at."""


@dialect("Lines behind a COCO block that tell its epoch: YOLOv6", _BLOCK)
class ToldBehind(Windowed):
    """Reads what stands within a few lines of a block; elsewhere such a line is read as any that names metrics."""

    is_open = False

    def found(self, window: Window) -> Iterator[Record]:
        for epoch, where in self.places(_EPOCH, window) if self.origin == "log" else ():
            begin = line_begin(window.data, epoch.start())
            line = window.data[begin : min(line_end(window.data, begin), begin + _WIDE)]
            told = said(line.decode(errors="replace"))
            if told and window.data.rfind(_BLOCK, max(0, begin - _NEAR), begin) >= 0:
                at = Progress(int(epoch[1]))
                yield from results(told.row, where, self.origin, at, percent=told.percent or None, is_known=True)
        self.is_open = window.data.rfind(_BLOCK, max(0, len(window.data) - _NEAR)) >= 0
