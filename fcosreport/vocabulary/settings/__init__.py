"""Settings: what each is called in notes, tables and configurations, how its value is written, what sentences say.
In: a key with a text, a line, a sentence.
Out: `Setting` records, or nothing where it is not certain.
"""
