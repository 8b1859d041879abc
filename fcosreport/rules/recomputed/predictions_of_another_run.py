"""FR602."""

from collections.abc import Iterator

from fcosreport.comparing.scores import shown
from fcosreport.evidence.remade import foreign, given, owned
from fcosreport.judging.cases import FAIR, GOOD, POOR
from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Records
from fcosreport.settings import Settings
from fcosreport.vocabulary.sentences import called


@rule(
    "FR602",
    "error",
    fires=[
        [
            {"bbox": FAIR, "lr": 0.001, "remade": {"numbers": GOOD}},
            {"bbox": GOOD, "lr": 0.005, "remade": {"numbers": FAIR}},
        ],
        [
            {"bbox": FAIR, "lr": 0.001, "remade": {"numbers": FAIR}},
            {"bbox": GOOD, "lr": 0.005, "remade": {"numbers": FAIR}},
        ],
    ],
    quiet=[
        [
            {"bbox": FAIR, "lr": 0.001, "remade": {"numbers": FAIR}},
            {"bbox": GOOD, "lr": 0.005, "remade": {"numbers": GOOD}},
        ],
        [
            {"bbox": FAIR, "lr": 0.001, "remade": {"numbers": FAIR}},
            {"bbox": GOOD, "lr": 0.005, "remade": {"numbers": POOR}},
        ],
        [{"bbox": "0.4 0.6", "lr": 0.1, "remade": {"numbers": "0.5 0.7"}}, {"bbox": "0.5 0.7", "lr": 0.5}],
    ],
    needs=("no result was made again", lambda records: records if owned(records) else None),
    is_settled=True,
)
def predictions_of_another_run(records: Records, settings: Settings) -> Iterator[Fault]:
    """A run prints the numbers of another run's predictions, or has that run's predictions beside it.

    Why: zylo117/Yet-Another-EfficientDet-Pytorch#125: an evaluation that reads a file which another run has written
    tells of that run. Both runs look well; only their predictions show whose numbers are printed.

    Do: Predict again with the run's own checkpoint into an empty folder, evaluate that, and mend the note.
    """
    for each in foreign(records):
        name, owner, own = called(each.experiment), called(each.owner), given(each.remade)
        if each.by_print:
            numbers = shown(each.remade.printed.metrics)
            said = (
                f"{name} prints the {each.remade.task} numbers of {owner} ({numbers}); its own predictions give {own}."
            )
        else:
            said = f"The predictions beside {name} are those of {owner}: they give {own}, as {owner} prints."
        yield Fault(said, (each.experiment, each.owner), (each.remade.printed.where,))
