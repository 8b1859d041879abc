"""How the bytes of one file become records: windows, encodings, segments, and the contract of a dialect.
In: a path or URL.
Out: a `Reading`: records with their lines, segments, the text of a note.
"""
