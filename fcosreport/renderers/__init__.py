"""One file for each output, found by its name and blind to the others.
In: a `Report`.
Out: text or bytes, and files beside it.
"""
