"""One file for each thing that can be wrong, in a folder a family, blind to the others.
In: `Records` and `Settings`.
Out: faults.
"""
