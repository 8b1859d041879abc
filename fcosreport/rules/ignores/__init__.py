"""FR0xx: ignores that are of no use.
In: records.
Out: faults.
"""
