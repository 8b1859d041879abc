"""What belongs together: files become runs, and an entry of a note finds its run.
In: fragments (what each file said).
Out: runs and experiments.
"""
