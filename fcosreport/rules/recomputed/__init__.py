"""FR6xx: printed numbers against those that the predictions give, where they were made again.
In: results made again, experiments.
Out: faults.
"""
