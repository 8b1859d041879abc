"""What a reader sees, in another language: fixed words, and sentences of findings and issues with their values.

Rules and readers say a sentence in English, values and all. Its translation stands under that sentence with a place for
each value, `{one} is above {other}`, by which the sentence is known again. A place tells what may stand in it:

- `{name}`: anything, which is kept as it is;
- `{n:number}`: one word with a digit in it, which is kept;
- `{names:list}`: names as `wording.listed` joins them, which are kept;
- `{why:said}`: words of fcosreport, or several with commas, which are translated in turn.

Where a text can be read in several ways, the one counts that keeps the least as values. What is not known as a whole
stays English as a whole.
"""

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

from fcosreport.errors import UsageError
from fcosreport.wording import suggestion

_FOLDER = Path(__file__).parent / "translations"
_SENTENCES = ("findings", "issues")
"""The files whose texts are known again with values in them."""
_ANYTHING = r"(?:“[^”]*”|\((?:[^()]|\([^()]*\))*\)|[^()“”])*?"
"""A value, as short as may be, with both brackets or none; as first choice, since a name may hold any text."""
_NUMBER = r"[^\s\d]*\d\S*?"
_OUTSIDE = r"(?![^()]*\))(?![^“”]*”)"
_BETWEEN = re.compile(rf"(?:, | and ){_OUTSIDE}")
_AND = re.compile(rf" and {_OUTSIDE}")
_MORE = re.compile(r"(\d+) more")
_PLACE = re.compile(rf" in (\S+:\d+){_OUTSIDE}")
_WORD = re.compile(r"[A-Za-z]{2}")

Reading = tuple[int, str]
"""How many characters of an English text are kept as values, and the text in the other language."""


class Sentence:
    """An English sentence with places for values, and what it is in the other language."""

    def __init__(self, text: str, said: str) -> None:
        self._parts = [(fixed, name, kind or "") for fixed, name, kind, _ in string.Formatter().parse(text)]
        self._kinds = {name: kind for _, name, kind in self._parts if name}
        self._fixed = [fixed for fixed, _, _ in self._parts]
        self._end = "" if self._parts[-1][1] else self._fixed[-1]
        self._said = said

    def read(self, text: str, language: "Language", *, loosely: bool) -> Reading | None:
        """The text in that language, if it is this sentence and all is known in it that is to be translated, too.

        `loosely`: values may hold one of two brackets or quotes.
        """
        values = self._values(text, loosely=loosely)
        if values is None:
            return None
        read = {name: language.value(value, self._kinds[name], loosely=loosely) for name, value in values.items()}
        told = {name: each for name, each in read.items() if each}
        if len(told) < len(read):
            return None
        return sum(kept for kept, _ in told.values()), self._said.format(**{name: s for name, (_, s) in told.items()})

    def _values(self, text: str, *, loosely: bool) -> dict[str, str] | None:
        if not (
            text.startswith(self._fixed[0]) and text.endswith(self._end) and all(map(text.__contains__, self._fixed))
        ):
            return None  # as is nearly always so, and found out quickly
        found = self._patterns[loosely].fullmatch(text)
        return found.groupdict() if found else None

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return self._pattern(_ANYTHING), self._pattern(".*?")

    def _pattern(self, anything: str) -> re.Pattern[str]:
        shapes = {"number": _NUMBER}
        places = (f"(?P<{name}>{shapes.get(kind, anything)})" if name else "" for _, name, kind in self._parts)
        return re.compile("".join(map("".join, zip(map(re.escape, self._fixed), places, strict=True))), re.DOTALL)


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language by its BCP 47 code. Calling it translates a text, and puts values into its `{names}`."""

    code: str
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    sentences: Sequence[Sentence] = field(default=(), repr=False)

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

    def told(self, sentence: str) -> str:
        """A sentence that holds its values, such as the message of a finding; in English where it is not known."""
        known = self.texts and (_read(sentence, self, loosely=False) or _read(sentence, self, loosely=True))
        return known[1] if known else sentence

    def value(self, text: str, kind: str, *, loosely: bool) -> Reading | None:
        """What stands in a place of that kind, in this language; None where it should be known, and is not."""
        if kind == "said":
            return _read(text, self, loosely=loosely)
        return (0 if kind == "number" else len(text)), (self.listed(text) if kind == "list" else text)

    def listed(self, text: str) -> str:
        """Names in a sentence: `a, b and 9 more`, `a in note.md:3 and a in note.md:9`."""
        text = _PLACE.sub(lambda found: self("{name} in {place}", name="", place=found[1]), text)
        ands = [found.span() for found in _AND.finditer(text)]
        if not ands:
            return text
        names, last = text[: ands[-1][0]], text[ands[-1][1] :]
        more = _MORE.fullmatch(last)
        return self("{names} and {last}", names=names, last=self("{n} more", n=more[1]) if more else last)


@lru_cache(10_000)
def _read(text: str, language: Language, *, loosely: bool) -> Reading | None:
    """What a text is in a language; None where it is not known. Findings have many of their parts in common."""
    if not _WORD.search(text):
        return 0, text
    if text in language.texts:
        return 0, language.texts[text]
    return min(filter(None, _readings(text, language, loosely=loosely)), default=None)


def _readings(text: str, language: Language, *, loosely: bool) -> Iterator[Reading | None]:
    """All that the text may be, as a sentence and as several."""
    yield from (sentence.read(text, language, loosely=loosely) for sentence in language.sentences)
    for parts, between in ((text.split("; "), "；"), (_BETWEEN.split(text), "、")):
        told = [each for part in parts if len(parts) > 1 and (each := _read(part, language, loosely=loosely))]
        is_known = len(told) == len(parts)
        yield (sum(kept for kept, _ in told), between.join(said for _, said in told)) if is_known else None


english = Language("en")


def codes() -> tuple[str, ...]:
    """The codes of the languages that are there."""
    return ("en", *sorted(folder.name for folder in _FOLDER.iterdir() if folder.is_dir()))


@cache
def language(code: str) -> Language:
    """The language of that code. Raises UsageError for one that is not there."""
    if code not in codes():
        raise UsageError(f"--lang: there is no language {code!r}. {suggestion(code, codes())}")
    if code == "en":
        return english
    import msgspec

    files = {file.stem: file.read_bytes() for file in sorted((_FOLDER / code).glob("*.json"))}
    read = {name: msgspec.json.decode(body, type=dict[str, str]) for name, body in files.items()}
    known = (pair for name in _SENTENCES for pair in read[name].items() if "{" in pair[0])
    texts = {text: said for each in read.values() for text, said in each.items()}
    return Language(code, texts, tuple(Sentence(*pair) for pair in known))
