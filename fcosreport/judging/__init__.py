"""Why a finding appears, or does not: the contract of a rule, running all, ignores, the baseline.
In: `Records` and `Settings`.
Out: findings; names of rules that passed, or did not run and why.
"""
