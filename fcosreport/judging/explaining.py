"""What `explain` tells of one rule, as its file says it: to load a rule takes ten times as long as to read that."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from fcosreport.translation import Language, english


def explain(name_or_code: str, _: Language = english) -> str:
    """What a rule looks for, why, and what to do: code, name, severity and docstring, in a language.

    Raises UsageError with the nearest name or code if it is unknown, FcosreportError for a rule of another package that
    cannot be loaded, where it is none of ours.
    """
    wanted = name_or_code.strip().lower().replace("_", "-")
    for text in _files_about(wanted):
        for node in ast.parse(text).body:
            match node:
                case ast.FunctionDef(
                    name=name,
                    decorator_list=[
                        ast.Call(ast.Name("rule"), [ast.Constant(str(code)), ast.Constant(str(severity))]),
                    ],
                ) if wanted in (code.lower(), name.replace("_", "-")):
                    return _told(code, name.replace("_", "-"), severity, ast.get_docstring(node) or "", _)
    from fcosreport.judging.rule import find

    rule = find(name_or_code)
    return _told(rule.code, rule.name, rule.severity, rule.text, _)


def _files_about(wanted: str) -> Iterator[str]:
    """The texts of our files in which the code or the name stands: that of the rule, and those that speak of it."""
    rules = find_spec("fcosreport.rules")
    for folder in rules.submodule_search_locations or () if rules else ():
        for path in Path(folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if wanted in text.lower().replace("_", "-"):
                yield text


def documentation(text: str, _: Language = english) -> str:
    """The docstring of a rule as it is; in another language each paragraph on one line."""
    return "\n\n".join(_paragraph(each, _) for each in text.split("\n\n")) if _.texts else text


def _paragraph(text: str, _: Language) -> str:
    said = " ".join(text.split())
    head = next((each for each in ("Why: ", "Do: ") if said.startswith(each)), "")
    return (_(head) if head else "") + _(said.removeprefix(head))


def _told(code: str, name: str, severity: str, text: str, _: Language) -> str:
    return f"{code} {name} ({_(severity)})\n\n{documentation(text, _)}"
