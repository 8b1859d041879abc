"""What rules share: how equal is equal, what speaks for which cause, reference recipes, published tables.
In: records.
Out: entries, sentences, numbers.
"""
