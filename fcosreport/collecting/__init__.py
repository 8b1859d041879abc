"""Which files are read, by whom, and how they reach the store.
In: paths and URLs.
Out: rows of the store; what cannot be walked or read, as issues.
"""
