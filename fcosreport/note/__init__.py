"""A Markdown note as experiments and steps: what was run, planned, failed, and what is still to be done."""

from fcosreport.note.experiments import Note, read

__all__ = ["Note", "read"]
