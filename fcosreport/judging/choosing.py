"""Which rules run, and what their findings weigh, as settings and options choose: the most exact of them counts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from msgspec.structs import replace

from fcosreport.errors import SettingsError, UsageError
from fcosreport.judging.rule import find, rules
from fcosreport.records import Finding, Severity
from fcosreport.settings import Selector, Settings

LEFT_OUT = "it is not selected"
_ALL = "all"


def covers(text: str, code: str, name: str) -> int | None:
    """How exactly a text names the rule of that code and name: the more, the more exactly; None for not at all.

    Texts are a code or a name, the first characters of the codes of a family (`FR4`), or ALL.
    """
    text, code = text.strip().lower().replace("_", "-"), code.lower()
    if text in (code, name):
        return len(code)
    if text == _ALL:
        return 0
    return len(text) if text and code.startswith(text) else None


def is_selected(code: str, name: str, settings: Settings) -> bool:
    """Whether the rule runs. Where two selectors name it as exactly, the one that leaves it out counts."""
    wanted = _nearest(settings.select, code, name) if settings.select else 0
    unwanted = _nearest((each for each in settings.ignore if isinstance(each, Selector)), code, name)
    return wanted is not None and (unwanted is None or unwanted < wanted)


def _nearest(selectors: Iterable[Selector], code: str, name: str) -> int | None:
    return max((found for each in selectors if (found := covers(each.rules, code, name)) is not None), default=None)


def is_left_out(text: str, settings: Settings) -> bool:
    """Whether a text names rules, and none of them runs."""
    named = [rule for rule in rules() if covers(text, rule.code, rule.name) is not None]
    return bool(named) and not any(is_selected(rule.code, rule.name, settings) for rule in named)


def chosen(findings: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """The findings of rules that are selected, of the severity that is chosen for them; of equal choices the last."""
    for finding in findings:
        named = [(covers(each.rules, finding.code, finding.name), each) for each in settings.severity]
        told = [(exact, each.severity) for exact, each in named if exact is not None and each.severity]
        severity = max(reversed(told), key=lambda each: each[0])[1] if told else finding.severity
        if is_selected(finding.code, finding.name, settings):
            yield replace(finding, severity=severity)


def known(selectors: Iterable[Selector]) -> None:
    """Raise SettingsError, with its place and the nearest rule, for a selector that names none."""
    for each in selectors:
        if all(covers(each.rules, rule.code, rule.name) is None for rule in rules()):
            try:
                find(each.rules)
            except UsageError as error:
                raise SettingsError(f"{each.place}: {error}") from error


def with_options(settings: Settings, select: Sequence[str], ignore: Sequence[str], severity: Sequence[str]) -> Settings:
    """The settings with what options say; each may hold several, between commas.

    `select` puts aside what the settings select and leave out; `ignore` and `severity` (`FR4=warning`) add to theirs.
    Raises UsageError.
    """
    kept = [each for each in settings.ignore if not (select and isinstance(each, Selector))]
    return replace(
        settings,
        select=tuple(Selector(text, "--select") for text in _parted(select)) or settings.select,
        ignore=(*kept, *(Selector(text, "--ignore") for text in _parted(ignore))),
        severity=(*settings.severity, *map(_weight, _parted(severity))),
    )


def _parted(texts: Sequence[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",")]


def _weight(text: str) -> Selector:
    rules_named, _, word = text.partition("=")
    severity = next((each for each in get_args(Severity) if each == word.strip()), None)
    if not severity:
        allowed = ", ".join(get_args(Severity))
        raise UsageError(f"--severity {text}: must be RULES=SEVERITY with one of {allowed}, as in FR4=warning.")
    return Selector(rules_named, "--severity", severity)
