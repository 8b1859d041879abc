"""What the shell offers for an argument: rules, and the experiments of the store."""

from collections.abc import Iterator


def rules(incomplete: str) -> Iterator[tuple[str, str]]:
    """The codes of the rules that begin so, with their names."""
    from fcosreport.judging.rule import rules

    yield from ((rule.code, rule.name) for rule in rules() if rule.code.startswith(incomplete))


def experiments(incomplete: str) -> Iterator[str]:
    """The names in the store that begin so; none where there is no store."""
    from fcosreport import pipeline
    from fcosreport.errors import FcosreportError

    try:
        with pipeline.opened(None, make=False) as session:
            yield from (name for name in session.store.names() if name.startswith(incomplete))
    except FcosreportError:
        return
