"""FR1xx: numbers of one evaluation that cannot be true together.
In: records.
Out: faults.
"""
