"""FR3xx: how it was evaluated, and on what.
In: records.
Out: faults.
"""
