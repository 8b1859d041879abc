"""Where runs begin in what a notebook printed."""

from fcosreport.dialects.notebook import NotebookRuns
from tests.dialects.feeding import feed, kinds

SAMPLES = {"train.ipynb": b"In [3]:\nepoch 1\nIn [12]:\nepoch 1\n"}


def test_each_cell_that_begins_a_run_starts_one() -> None:
    assert kinds(feed(NotebookRuns, SAMPLES["train.ipynb"])) == [("started", 1), ("started", 3)]


def test_a_prompt_within_a_line_starts_nothing() -> None:
    assert feed(NotebookRuns, "see In [3]:\nIn [3]: model.fit()\n") == []
