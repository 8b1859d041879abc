"""Results side by side: columns, scores, what is declared differently, what a difference is worth.
In: experiments.
Out: columns, pairs, groups, noise.
"""
