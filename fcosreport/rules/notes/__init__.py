"""FR5xx: what a note or a published table says, against logs and against itself.
In: records.
Out: faults.
"""
