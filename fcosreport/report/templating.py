"""Reports from Jinja templates: those that come with fcosreport, or a user's own of the same names before them."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fcosreport.errors import OutputError
from fcosreport.report import remade
from fcosreport.report.report import SEVERITIES, STATES, Report
from fcosreport.report.showing import coverage_told, place_in_run, show
from fcosreport.wording import plain

if TYPE_CHECKING:
    from jinja2 import Environment, TemplateError
    from markupsafe import Markup

_BETWEEN_WORDS = re.compile(r"(?<=[_/])(?=[^\W_])|(?<=[.-])(?=[^\W\d_])")  # of a name; in no number


def folder() -> Path:
    """The folder of the templates: beside the package in a wheel, else at the checkout's root."""
    package = Path(__file__).parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def environment(report: Report) -> "Environment":
    """Jinja as all templates expect it: an unknown name is an error, and `*.html` escapes whatever it is given.

    Every template has `report`, `STATES`, `SEVERITIES`, `_` (translates a fixed text), `coverage`
    (a sentence on files that were not understood), `double_tick` (of an experiment whose numbers were made again),
    `remade` (experiments, each with what was made again), and the filters `plain` (foreign
    text made harmless to look at), `parted` (the same of a name in HTML, which breaks between its words), `plural`,
    `show` (a cell as text) and `place_in_run`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    own = [report.view.templates] if report.view.templates else []
    made = Environment(
        loader=FileSystemLoader([*own, folder()]),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    language = report.view.language
    made.globals.update(report=report, STATES=STATES, SEVERITIES=SEVERITIES, _=language)
    made.globals.update(coverage=coverage_told(report.sources, language))
    made.globals.update(double_tick=partial(remade.sign, report), remade=tuple(remade.lines(report)))
    made.filters.update(plain=plain, parted=_parted, plural=language.plural, show=show)
    made.filters.update(place_in_run=partial(place_in_run, language=language))
    return made


def _parted(name: str) -> "Markup":
    from markupsafe import Markup, escape

    return Markup("<wbr>").join(map(escape, _BETWEEN_WORDS.split(plain(name))))


def fill(report: Report, template: str, filters: dict[str, Callable[..., object]], **context: object) -> str:
    """The template filled with the report and `context`.

    Raises OutputError with file and line for a template of the user's that is not there or cannot be filled.
    """
    from jinja2 import TemplateError

    jinja = environment(report)
    jinja.filters.update(filters)
    try:
        return jinja.get_template(template).render(context)
    except TemplateError as error:
        raise OutputError(_problem(error, template)) from error


def _problem(error: "TemplateError", template: str) -> str:
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or template}:{error.lineno}: {error.message}. Mend the template."
    trace, place = error.__traceback__, template
    while trace:  # the last line of a template that was being filled
        file = trace.tb_frame.f_code.co_filename
        if "__jinja_template__" in trace.tb_frame.f_globals or file.endswith(template.rpartition(".")[2]):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{place}: {error.message}. The templates that come with fcosreport show what is there to use."
