"""Configurations as frameworks print and keep them: dumps in logs, Python files, yacs, namespaces.
In: text.
Out: keys with values and lines, and the settings that they declare.
"""
