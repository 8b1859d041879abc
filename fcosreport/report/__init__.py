"""What a reader sees, before it has a form: the report, its choice of rows, how values are shown, outputs.
In: experiments and findings.
Out: a frozen `Report`, and files written whole.
"""
