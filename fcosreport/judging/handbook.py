"""The rules as one page of Markdown: what each looks for, why, and what to do."""

from collections.abc import Sequence

from fcosreport.judging.explaining import documentation
from fcosreport.judging.rule import Rule
from fcosreport.translation import Language, english


def markdown(rules: Sequence[Rule], _: Language = english) -> str:
    """The page for these rules, in their order."""
    sections = (_section(each, _) for each in rules)
    return "\n\n".join((f"# {_('Rules')}", _(INTRODUCTION), _table(rules, _), *sections)) + "\n"


INTRODUCTION = """\
Written by `fcosreport rules --markdown`. A rule is named by its code or its name, in
`fcosreport explain duplicate-metrics` as in `<!-- fcosreport: ignore=FR401 reason -->`. Words such as `too_good` are
settings."""


def _table(rules: Sequence[Rule], _: Language) -> str:
    rows = (f"| {each.code} | `{each.name}` | {_(each.severity)} | {title(each, _)} |" for each in rules)
    heads = " | ".join(map(_, ("code", "rule", "severity", "what is wrong")))
    return "\n".join((f"| {heads} |", "|---|---|---|---|", *rows))


def _section(rule: Rule, _: Language) -> str:
    head = f"## {rule.code} {rule.name}"
    facts = f"{_(rule.severity)}, {_(rule.confidence)}"
    facts += _("; not told after {rules}", rules=", ".join(rule.after)) if rule.after else ""
    facts += _("; not run where {reason}", reason=_.told(rule.needs[0])) if rule.needs[0] else ""
    return f"{head}\n\n*{facts}*\n\n{documentation(rule.text, _)}"


def title(rule: Rule, _: Language = english) -> str:
    """What is wrong where the rule finds something, in a line."""
    return _(f"{rule.title}.").rstrip(".。")
