"""All that a dialect, a rule or an output of another package may import, and nothing else is promised to it.

A plugin is a module that registers itself, named by an entry point of its package:

    [project.entry-points."fcosreport.dialects"]
    mydet = "mypackage.mydet"

The groups are `fcosreport.dialects`, `fcosreport.rules` and `fcosreport.renderers`.
"""

from fcosreport.errors import FcosreportError, OutputError, UsageError
from fcosreport.judging.cases import records_of
from fcosreport.judging.rule import Case, Compared, Fault, NotRun, fold, nothing, rule
from fcosreport.reading.dialect import Reader, Record, Window, dialect, whole_file_dialect
from fcosreport.records import (
    COCO_METRICS,
    Citation,
    Claim,
    Curve,
    Evaluation,
    Event,
    Experiment,
    Finding,
    Ignore,
    Issue,
    Link,
    Metric,
    Origin,
    Records,
    Samples,
    Setting,
    Severity,
    Source,
    Step,
    TableRow,
    Where,
)
from fcosreport.report.report import Report, renderer
from fcosreport.report.showing import place_in_run, show
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called
from fcosreport.wording import listed, plain

# fmt: off
__all__ = [
    "COCO_METRICS", "Case", "Citation", "Claim", "Compared", "Curve", "Evaluation", "Event", "Experiment",
    "Fault", "FcosreportError", "Finding", "Ignore", "Issue", "Link", "Metric", "NotRun", "Origin", "OutputError",
    "Reader", "Record", "Records", "Report", "Samples", "Setting", "Settings", "Severity", "Source", "Step", "TableRow",
    "UsageError", "Where", "Window", "called", "dialect", "fold", "listed", "nothing", "place_in_run", "plain",
    "records_of", "renderer", "rule", "show", "whole_file_dialect",
]
