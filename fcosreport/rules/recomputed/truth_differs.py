"""FR604."""

from collections.abc import Iterator

from fcosreport.judging.cases import FAIR, GOOD
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Experiment, Records, Remade
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called


def _declared(records: Records) -> list[tuple[Experiment, Remade]]:
    """Results that were held against annotations, of runs that tell the hash of theirs."""
    known = {each.id: each for each in records.experiments}
    held = (each for each in records.remade if each.declared and each.truth.sha256 and each.experiment in known)
    return [(known[each.experiment], each) for each in held]


@rule(
    "FR604",
    "warning",
    fires=[
        [{"bbox": FAIR, "remade": {"numbers": GOOD, "declared": "aa", "truth": "bb"}}],
        [{"bbox": FAIR, "remade": {"reason": "5 of its 9 images are not there", "declared": "aa", "truth": "bb"}}],
    ],
    quiet=[
        [{"bbox": GOOD, "remade": {"numbers": GOOD, "declared": "aa", "truth": "aa"}}],
        [{"bbox": GOOD, "remade": {"numbers": GOOD, "truth": "aa"}}],
    ],
    needs=("no run tells the hash of its annotations", _declared),
)
def truth_differs(declared: list[tuple[Experiment, Remade]], settings: Settings) -> Iterator[Fault]:
    """The annotations at hand are not those that the run was evaluated on.

    A note where they give the printed numbers all the same.

    Why: voxel51/fiftyone#5541: results on two versions of the annotations cannot be held against each other, and a file
    of the same name looks like the same data.

    Do: Give the annotations of the run with --truth, or evaluate all runs again on those at hand.
    """
    for experiment, remade in declared:
        if remade.declared != remade.truth.sha256:
            yield Fault(
                f"{called(experiment)} was evaluated on annotations of the SHA-256 {remade.declared[:12]}, and "
                f"{remade.truth.path} has {remade.truth.sha256[:12]}.",
                (experiment,),
                (remade.printed.where,),
                severity="info" if remade.agrees else None,
            )
