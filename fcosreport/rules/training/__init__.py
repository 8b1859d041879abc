"""FR2xx: how a run was trained, and whether it got through.
In: records.
Out: faults.
"""
