"""What goes back into a note of the user's: slips of the pen mended, the entry of a new run.
In: the text of a note, and experiments with what their logs prove.
Out: the text as it should be, to the byte, and what could not be mended.
"""
