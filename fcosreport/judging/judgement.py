"""What the rules say of the experiments in a store, with what the files of duplicates tell of their causes."""

from msgspec import Struct

from fcosreport.comparing.columns import Column, all_columns
from fcosreport.judging import check, hashes, ignores
from fcosreport.judging.verdicts import Verdicts
from fcosreport.records import Finding, Issue, Records
from fcosreport.settings import Settings


class Judgement(Struct, frozen=True):
    """What was found: findings, explained, worst first; the names of rules that found nothing, or did not run and why.

    `compared` says of rules how much they could judge. `columns` are those that the experiments have, `count` is their
    number, `faults` tell of rules that raised, and `last_day` (ISO) is the last one on which the same ignores hold;
    empty for ever. `is_zoo`: they are of published models, without a run.
    """

    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    not_run: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    count: int
    faults: tuple[Issue, ...] = ()
    last_day: str = ""
    compared: tuple[tuple[str, str], ...] = ()
    is_zoo: bool = False


def judged(records: Records, settings: Settings, verdicts: Verdicts | None = None) -> Judgement:
    """What the rules say of the records, with what the files of duplicates speak for and against their causes.

    `verdicts` as in `check`.
    """
    asked = (*ignores.of_settings(settings), *records.ignores)
    today = ignores.today(asked)
    checked = check.check(records, settings, today, verdicts)
    findings = hashes.explained(records, checked.findings, settings)
    columns = all_columns(records.experiments)
    return Judgement(
        *(findings, checked.passed, checked.not_run, columns, len(records.experiments), checked.faults),
        last_day=ignores.last_day(asked, today),
        compared=checked.compared,
    )
