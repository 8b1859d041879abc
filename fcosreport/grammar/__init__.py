"""What dialects share: how a kind of line, table, configuration or JSON is read.
In: text, and where it stands.
Out: records and values; meaning only where all frameworks agree on it.
"""
