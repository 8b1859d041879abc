"""Numbers made again: predictions and ground truth beside a run, evaluated by the protocol that the run declares.
In: experiments, and the files in their folders.
Out: `Remade` records; how sure the difference of two runs is, and where their AP is lost.
"""
