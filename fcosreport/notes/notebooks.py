"""What the Markdown of a notebook tells whose cells printed no result."""

from fcosreport.notes.experiments import read
from fcosreport.records import Experiment


def of_notebook(text: str, path: str) -> tuple[Experiment, ...]:
    """The experiments of which the text tells a result; a notebook that explains has none."""
    found = read(text, path, ()).experiments if text.strip() else ()
    return tuple(each for each in found if each.evaluations)
