"""FR4xx: runs held against each other, and against what was expected.
In: records.
Out: faults.
"""
