"""The languages that a report can be written in: its fixed words, not those of logs, notes and findings.

A language is one file in `translations/`: JSON that gives each English text its translation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fcosreport.errors import UsageError

_FOLDER = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its BCP 47 code. Calling it translates a text, and puts values into its `{names}`."""

    code: str
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language; in English where there is no translation."""
        said = self.texts.get(text, text)
        return said.format(**values) if values else said

    def plural(self, count: int, word: str) -> str:
        """`1 error`, `2 errors`, `1,000 experiments`; in a language without plurals as `{n} word` is translated."""
        counted = self.texts.get(f"{{n}} {word}")
        if counted:
            return counted.format(n=f"{count:,}")
        return f"{count:,} {word}{'' if count == 1 else 's'}"


english = Language("en")


@cache
def language(code: str) -> Language:
    """The language of that code. Raises UsageError for one that is not there."""
    known = ("en", *sorted(file.stem for file in _FOLDER.glob("*.json")))
    if code not in known:
        raise UsageError(f"--lang: there is no language {code!r}. Known: {', '.join(known)}.")
    if code == "en":
        return english
    import msgspec

    return Language(code, msgspec.json.decode((_FOLDER / f"{code}.json").read_bytes(), type=dict[str, str]))
