"""FR003."""

from collections.abc import Iterator

from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Records
from fcosreport.settings import Settings


@rule(
    "FR003",
    "warning",
    fires=[[{"ignore": "FR101", "reason": "seen", "until": "2019-12-09"}]],
    quiet=[[{"ignore": "FR101", "reason": "seen"}], [{"name": "a", "lr": 0.01}]],
    needs=("nothing could be ignored", lambda records: records if records.ignores or records.experiments else None),
)
def expired_ignore(records: Records, settings: Settings) -> Iterator[Fault]:
    """An ignore has expired, and holds for nothing.

    Why: a last day is set so that somebody looks again; users of pip-audit ask for it
    (https://github.com/pypa/pip-audit/issues/676).

    Do: mend what was ignored, or set a later day and say why.
    """
    for ignore in records.ignores:
        if ignore.until:
            yield Fault(
                f"The ignore of {ignore.code} has expired: it held until {ignore.until}.", where=(ignore.where,)
            )
