"""Which settings tell one run from another."""

MATTERS = (
    "lr", "seed", "init", "schedule", "norm", "backbone", "train_batch_size", "epochs", "iterations", "optimizer",
)  # fmt: skip
"""The settings with which a result changes: two runs that differ in one do not print the same numbers."""
LENGTHS = frozenset(("epochs", "iterations"))
"""Those that may be of a step of one run, or of what others do."""
TELLING = frozenset(MATTERS) - {"optimizer"}
"""Those by which a note tells its runs apart: what a note says of an optimizer is mostly said of all."""
