"""The command line: what each command takes and prints.
In: options and paths.
Out: text on stdout, one line an error on stderr, an exit code.
"""
