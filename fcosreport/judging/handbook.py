"""The rules as one page of Markdown: README's table, and what each rule looks for, why, and what to do."""

from collections.abc import Sequence

from fcosreport.judging.rule import Rule


def markdown(rules: Sequence[Rule]) -> str:
    """The page for these rules, in their order."""
    return "\n\n".join(("# Rules", _INTRODUCTION, _table(rules), *map(_section, rules))) + "\n"


_INTRODUCTION = """\
Written by `fcosreport rules --markdown`. A rule is named by its code or its name, in
`fcosreport explain duplicate-metrics` as in `<!-- fcosreport: ignore=FR401 reason -->`. Words such as `too_good` are
settings."""


def _table(rules: Sequence[Rule]) -> str:
    rows = (f"| {each.code} | `{each.name}` | {each.severity} | {each.title} |" for each in rules)
    return "\n".join(("| code | rule | severity | what is wrong |", "|---|---|---|---|", *rows))


def _section(rule: Rule) -> str:
    head = f"## {rule.code} {rule.name}"
    facts = f"{rule.severity}, {rule.confidence}" + (f"; not told after {', '.join(rule.after)}" if rule.after else "")
    facts += f"; not run where {rule.needs[0]}" if rule.needs[0] else ""
    return f"{head}\n\n*{facts}*\n\n{rule.text}"


def explain(rule: Rule) -> str:
    """What a rule looks for, why, and what to do: code, name, severity and docstring."""
    return f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.text}"
