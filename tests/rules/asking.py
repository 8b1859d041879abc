"""What the rules say of cases written as plain data, and of files."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from fcosreport.collecting.collect import collect, open_store
from fcosreport.judging.cases import records_of
from fcosreport.judging.check import check
from fcosreport.judging.rule import Case
from fcosreport.pipeline import Session
from fcosreport.records import Experiment, Finding, Where
from fcosreport.settings import Settings

FOUND: dict[str, object] = {"cited": "run/a", "found": "run/a"}
"""An experiment of a note whose log was found."""


def found(case: Case, code: str = "", settings: Settings | None = None) -> list[Finding]:
    """All findings of a case, or those of a code."""
    return [each for each in check(records_of(case), settings or Settings()).findings if code in ("", each.code)]


def only(case: Case, code: str, settings: Settings | None = None) -> Finding:
    (finding,) = found(case, code, settings)
    return finding


def not_run(case: Case) -> dict[str, str]:
    """Which rules did not run, and why."""
    return dict(check(records_of(case), Settings()).not_run)


def reported(*paths: Path) -> Sequence[Finding]:
    """The findings of files and folders, as they come into a report."""
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store.sqlite")
        try:
            return Session(store, Settings(), done=collect(list(paths), store)).report().findings
        finally:
            store.close()


def about(word: str, explanations: Sequence[str]) -> str:
    """The explanation whose cause is named with that word."""
    (sentence,) = (sentence for sentence in explanations if word in sentence.partition(":")[0])
    return sentence


def moved(experiment: Experiment, path: str) -> Experiment:
    """The experiment as if it stood in another file."""
    where = Where(path, 1)
    evaluations = tuple(replace(evaluation, where=where) for evaluation in experiment.evaluations)
    return replace(experiment, where=where, evaluations=evaluations)
