"""FR002."""

from collections.abc import Iterator

from fcosreport.judging.rule import Fault, rule
from fcosreport.records import Records
from fcosreport.settings import Settings


@rule(
    "FR002",
    "warning",
    fires=[[{"ignore": "FR101"}]],
    quiet=[[{"ignore": "FR101", "reason": "the log was cut"}], [{"name": "a", "lr": 0.01}]],
    needs=("nothing could be ignored", lambda records: records if records.ignores or records.experiments else None),
)
def ignore_without_reason(records: Records, settings: Settings) -> Iterator[Fault]:
    """An ignore has no reason, and holds for nothing.

    Why: the reason is all that a reader of the report has to judge by; ESLint has the rule
    eslint-comments/require-description (https://github.com/mysticatea/eslint-plugin-eslint-comments) for it.

    Do: write the reason behind the code, as in `<!-- fcosreport: ignore=FR401 the same checkpoint, on purpose -->`.
    """
    for ignore in records.ignores:
        if not ignore.reason.strip():
            yield Fault(f"The ignore of {ignore.code} has no reason.", where=(ignore.where,))
