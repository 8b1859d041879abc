"""The results that programs printed into a note, and those of logs that are pasted into it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from fcosreport.notes import words
from fcosreport.notes.markup import Markup, below, printed
from fcosreport.records import Evaluation, Where


def results(
    note: Markup, found: Sequence[Evaluation], read_log: Callable[[str], Iterable[Evaluation]]
) -> list[Evaluation]:
    """What readers found in the note, and what `read_log` finds in code that none of them took.

    What stands below words such as "you will get" shows what a program prints, and is no result.
    """
    shown = below(note, words.is_promised)
    taken = [*(each.where.line for each in found), *shown]
    pasted = [_moved(each, before) for before, log in printed(note, taken) for each in read_log(log)]
    return [*(each for each in found if each.where.line not in shown), *pasted]


def _moved(result: Evaluation, before: int) -> Evaluation:
    """A result of a log, in a note in which so many lines stand before that."""
    moved = [Where(place.path, place.line + before) for place in (result.where, *result.also)]
    return replace(result, origin="note", where=moved[0], also=tuple(moved[1:]))
