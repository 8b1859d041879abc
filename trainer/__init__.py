"""A small FCOS trainer and evaluator. It knows nothing of fcosreport; the files that it leaves are the interface."""
