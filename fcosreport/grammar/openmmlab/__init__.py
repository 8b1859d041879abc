"""What all tools of OpenMMLab print alike: loss lines, metric names, results, settings.
In: lines of logs and of JSON.
Out: samples of curves, evaluations, settings.
"""
