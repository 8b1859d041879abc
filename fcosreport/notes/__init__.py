"""A Markdown note as experiments, steps, claims and tables, and the table that fcosreport keeps in one.
In: text, and the result blocks that dialects found in it; the rows of a table in a file of its own.
Out: a `Note`; the text with its table.
"""

from fcosreport.notes.experiments import of_tables, read
from fcosreport.notes.note import Note

__all__ = ["Note", "of_tables", "read"]
