"""The command `note list`: many notes as one view."""

from typing import TYPE_CHECKING

from fcosreport import pipeline
from fcosreport.cli import terminal
from fcosreport.cli.compare import Form, FormOption, print_out
from fcosreport.cli.options import Follow, Lang, Paths, StoreFile, spoken_in

if TYPE_CHECKING:
    from fcosreport.cli.printout import Printout
    from fcosreport.report.journal import Entry, Task
    from fcosreport.translation import Language


def list_(
    paths: Paths = None,
    store: StoreFile = None,
    follow: Follow = None,
    form: FormOption = Form.text,
    lang: Lang = None,
) -> None:
    """Show the runs that notes tell of, what each note says, and the open tasks with their age."""
    from fcosreport.report.journal import entries, tasks
    from fcosreport.report.speaking import in_language, spoken
    from fcosreport.translation import english

    _ = english if form == Form.json else spoken_in(lang)
    report = spoken(in_language(pipeline.report_of(paths, store, terminal.SCREEN, follow=follow), _))
    terminal.say_empty(report)
    found, asked = entries(report), tasks(report)
    print_out(_printout(found, asked, _), _data(found, asked), form)


def _printout(found: "tuple[Entry, ...]", asked: "tuple[Task, ...]", _: "Language") -> "Printout":
    from fcosreport.cli.printout import Printout, Table
    from fcosreport.report.showing import show, state_told

    def claimed(entry: "Entry") -> str:
        said = (f"{where.path}:{where.line} {each.task} AP {show(each.metric('AP'))}" for where, each in entry.claims)
        return "; ".join(said) or "; ".join(f"{where.path}:{where.line}" for where in entry.places)

    runs = tuple(
        (
            entry.experiment.name,
            state_told(entry.experiment, _),
            show(result.metric("AP")) if (result := entry.experiment.result()) else "",
            claimed(entry),
        )
        for entry in found
    )
    open_tasks = tuple(
        (
            task.step.text,
            f"{task.step.where.path}:{task.step.where.line}",
            task.step.since,
            task.closed_by,
            "" if task.days is None else f"{task.days:,}",
        )
        for task in asked
    )
    return Printout(
        _.plural(len(found), "run") + " · " + _.plural(len(asked), "open task"),
        (
            Table((_("run"), _("state"), "AP", _("what notes say")), runs, words=4),
            Table((_("open task"), _("asked in"), _("since"), _("closed by"), _("days")), open_tasks, words=4),
        ),
        (),
    )


def _data(found: "tuple[Entry, ...]", asked: "tuple[Task, ...]") -> object:
    return {
        "runs": [
            {
                "id": entry.experiment.id,
                "name": entry.experiment.name,
                "state": entry.experiment.state,
                "notes": [
                    {"path": where.path, "line": where.line, "task": each.task, "AP": each["AP"]}
                    for where, each in entry.claims
                ],
            }
            for entry in found
        ],
        "tasks": [
            {
                "text": task.step.text,
                "path": task.step.where.path,
                "line": task.step.where.line,
                "task": task.step.task,
                "since": task.step.since,
                "days": task.days,
                "closed_by": task.closed_by,
            }
            for task in asked
        ],
    }
