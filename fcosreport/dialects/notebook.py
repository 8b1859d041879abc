"""Where a run begins among the outputs of a Jupyter notebook, as `fcosreport.reading.notebook` marks it."""

import re
from collections.abc import Iterator

from fcosreport.grammar.windowed import Windowed
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Event

_MARK = re.compile(rb"^In \[\d+\]:(?: (?:config|weights)=[^\r\n]+)?(?=[\r\n])", re.MULTILINE)


@dialect("Jupyter notebooks", paths=r"(?i)\.ipynb$")
class NotebookRuns(Windowed):
    """Tells each cell that begins a run, and of which model it is."""

    def found(self, window: Window) -> Iterator[Record]:
        for match, where in self.places(_MARK, window):
            yield Event("started", match[0].decode(errors="replace").rstrip(":"), where)
