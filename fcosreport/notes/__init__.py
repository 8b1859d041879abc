"""A Markdown note as experiments, steps, claims and tables, and the table that fcosreport keeps in one.
In: text, and the result blocks that dialects found in it.
Out: a `Note`; the text with its table.
"""

from fcosreport.notes.experiments import Note, read

__all__ = ["Note", "read"]
