"""What a note says, in one record."""

from msgspec import Struct

from fcosreport.records import Claim, Experiment, Ignore, Issue, Reference, Step, TableRow


class Note(Struct, frozen=True):
    """What a note says. Experiments stand in the note's order and hold every evaluation that was given, once."""

    experiments: tuple[Experiment, ...]
    steps: tuple[Step, ...]
    issues: tuple[Issue, ...]
    ignores: tuple[Ignore, ...] = ()
    tables: tuple[TableRow, ...] = ()
    claims: tuple[Claim, ...] = ()
    references: tuple[Reference, ...] = ()
