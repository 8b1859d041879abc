"""What lasts: one SQLite file with the packed records of each file, and what was joined and judged of them.
In: rows.
Out: fragments, outlines, experiments.
"""
