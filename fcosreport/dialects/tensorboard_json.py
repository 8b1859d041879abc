"""A scalar as TensorBoard's page saves it in JSON, which the name of the file tells: `run-val-tag-metrics_mAP50.json`.

It is a list of time, step and value. What it saves as CSV is a table like others.
"""

import re
from collections.abc import Iterator

from fcosreport.grammar.named_results import progress, results
from fcosreport.grammar.training_lines import NUMBER
from fcosreport.grammar.windowed import Row, Windowed, samples
from fcosreport.reading.dialect import Record, Window, dialect
from fcosreport.records import Origin, Where
from fcosreport.vocabulary.metric_names import curve_of, metric_of

_FILE = r"(?:^|/)run-[^/]*-?tag-([^/]+)\.json$"
_POINT = re.compile(rb"\[\d{1,12}(?:\.\d{1,20})?, ?(\d{1,12}), ?(" + NUMBER + rb")\]")
_LONGEST = 100  # bytes of a point that a window may end within


@dialect("TensorBoard's scalars, saved as JSON", paths=_FILE)
class TensorboardJson(Windowed):
    """Reads each point of the list as a result, or all as a curve, by the tag in the name of the file."""

    def __init__(self, path: str, origin: Origin) -> None:
        super().__init__(path, origin)
        named = re.search(_FILE, path.replace("\\", "/"))
        self.tag = named[1] if named else ""

    def found(self, window: Window) -> Iterator[Record]:
        rows: list[Row] = []
        curve = None if metric_of(self.tag) else curve_of(self.tag)
        for point, where in self.places(_POINT, window, _LONGEST) if self.tag else ():
            step, value = point[1].decode(), point[2].decode()
            yield from results({self.tag: value}, where, self.origin, progress({"step": step}))
            if curve:
                rows.append(((curve,), int(step), [float(value)], where.line))
        yield from samples(rows, lambda line: Where(self.path, line))
