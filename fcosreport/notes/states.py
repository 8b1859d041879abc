"""What state an entry of a note is in: by words, boxes, results and the headings around it."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from fcosreport.notes import outcomes
from fcosreport.notes.parts import Run
from fcosreport.notes.sections import Section
from fcosreport.records import Experiment, State


def state_of(section: Section, run: Run) -> tuple[State, str]:
    """The state of a run and, where it failed, the reason."""
    said = _said(section, run)
    declared, reason = _declared(said) if said else (None, "")
    has_result = bool(run.evaluations)
    if declared == "failed" or (not declared and not has_result and (reason or section.box == "failed")):
        return "failed", reason or "marked as failed"
    if declared:
        return declared, outcomes.reason(declared)
    if has_result:
        return "finished", ""
    if section.is_running or (said and any(each.is_running for each in said)):
        return "running", ""
    if section.box == "done":
        return "finished", ""
    return ("planned" if section.box == "open" or section.is_todo else "noted"), ""


def _said(section: Section, run: Run) -> list[outcomes.Outcome]:
    """What the heading and the lines of a run say of how it went, without those that say nothing of it."""
    said = [entry.outcome for entry in run.texts]
    if (
        not run.texts or run.texts[0].line.text != section.title
    ):  # an item that heads its section is its first line, too
        said.insert(0, section.outcome)
    return [each for each in said if each is not outcomes.UNTOLD]


def _declared(said: Sequence[outcomes.Outcome]) -> tuple[State | None, str]:
    """The state that is declared, else told where no reason of a failure is; and that reason."""
    declared = next((each.status for each in reversed(said) if each.status), None)
    reason = next((each.failure for each in said if each.failure), "")
    if not declared and not reason:
        declared = next((each.told for each in reversed(said) if each.told), None)
    return declared, reason


def is_ticked(section: Section, run: Run) -> bool:
    """Whether the note says in words or with a tick that the run is done; a result alone does not."""
    return section.box == "done" or any((each.outcome.status or each.outcome.told) == "finished" for each in run.texts)


def awaited(made: Sequence[Experiment]) -> Iterator[Experiment]:
    """Among entries with results, one that declares what these declare, and of which nothing came yet, is planned.

    Elsewhere settings are only noted: they may be those of all runs, or of what is no run.
    """
    declared = {setting.name for each in made if each.evaluations for setting in each.settings}
    if not declared:
        return iter(made)
    return (
        replace(each, state="planned")
        if each.state == "noted" and any(setting.name in declared for setting in each.settings)
        else each
        for each in made
    )
