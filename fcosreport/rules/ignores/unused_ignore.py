"""FR001."""

from collections.abc import Iterator

from fcosreport.errors import UsageError
from fcosreport.judging.rule import Fault, find, rule
from fcosreport.records import Records
from fcosreport.settings import Settings
from fcosreport.wording import plain


@rule(
    "FR001",
    "warning",
    fires=[
        [{"ignore": "FR101", "reason": "seen"}],
        [{"ignore": "duplicate-metric", "reason": "seen"}],
    ],
    quiet=[
        [{"name": "a", "bbox": "0.600 0.573 0.419"}],
        [{"name": "a", "lr": 0.01}],
    ],
    needs=("nothing could be ignored", lambda records: records if records.ignores or records.experiments else None),
)
def unused_ignore(records: Records, settings: Settings) -> Iterator[Fault]:
    """An ignore matches no finding, or names no rule.

    It is an error where there is no such rule: the finding that it was written for still counts, or will.

    Why: an ignore that outlives its finding hides the next one; ruff RUF100 and mypy's warn_unused_ignores
    (https://docs.astral.sh/ruff/rules/unused-noqa/) report it for the same reason.

    Do: remove the ignore, or mend its code, its pattern or its place.
    """
    for ignore in records.ignores:
        try:
            find(ignore.code)
        except UsageError as error:
            message = f"An ignore names {plain(ignore.code, 80)}, and no rule is called so."
            yield Fault(message, where=(ignore.where,), advice=f"Mend or remove it: {error}", severity="error")
            continue
        of = "" if ignore.pattern == "*" else f" for {ignore.pattern}"
        yield Fault(f"The ignore of {ignore.code}{of} matches no finding.", where=(ignore.where,))
