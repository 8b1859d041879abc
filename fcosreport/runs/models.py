"""A file that evaluates several models, which it names, tells of several runs."""

from collections.abc import Iterator
from dataclasses import replace

from fcosreport.records import AVERAGED
from fcosreport.runs.run import Run


def by_model(run: Run) -> Iterator[Run]:
    """The runs of the models that were evaluated, each with its results; the run itself where it trained one.

    Plain and averaged weights are of one model.
    """
    named = dict.fromkeys(each.weights for each in run.evaluations if each.weights not in (*AVERAGED, "", "plain"))
    if len(named) < 2 or run.curves:
        yield run
        return
    for model in ("", *named):
        found = [each for each in run.evaluations if each.weights == model or (not model and each.weights not in named)]
        if found:
            yield replace(run, evaluations=found, part=f"{run.part} {model}".strip())


def evaluates_another(run: Run, piece: Run) -> bool:
    """Whether a log goes on with the evaluation of other weights than those of the run, as both name theirs."""
    if run.curves or piece.curves or not (run.evaluations and piece.evaluations):
        return False
    before, after = ({each.value for each in of.declared if each.name == "weights"} for of in (run, piece))
    return bool(before and after) and before.isdisjoint(after)
