"""One file for each format of each framework, found by its name and blind to the others.
In: windows of UTF-8 text.
Out: `Evaluation`, `Setting`, `Event`, `Samples` and `Issue` records.
"""
