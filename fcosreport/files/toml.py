"""A TOML file as a user wrote it: the values of one of its tables, and errors that say where and what is allowed."""

import os
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fcosreport.errors import SettingsError
from fcosreport.files.allowed import checkout
from fcosreport.files.paths import is_under
from fcosreport.wording import plain


@dataclass(frozen=True)
class TomlFile:
    """A file of settings; they are in its `table`, which is named by its keys."""

    path: Path
    table: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Its path as messages tell it: from the current folder where it lies in that."""
        near = os.path.relpath(self.path)
        return str(self.path) if near.startswith(os.pardir) else near

    @cached_property
    def text(self) -> str:
        """What is written in it. Raises SettingsError where it cannot be read, or a link leads out of the project."""
        folder = self.path.parent
        if not is_under(os.path.realpath(self.path), (checkout(folder) or os.path.realpath(folder),)):
            raise SettingsError(f"{self}: a link out of the project. Put the file itself there.")
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{self}: {error}. Mend the file or remove it.") from error

    def values(self) -> dict[str, object] | None:
        """The settings in it, None where it has no table for them. Raises SettingsError for what is no TOML."""
        try:
            values: object = tomllib.loads(self.text)
        except (ValueError, RecursionError) as error:  # also of numbers with too many digits
            said = "nested too deeply" if isinstance(error, RecursionError) else error
            raise SettingsError(f"{self}: {said}. Mend the file or remove it.") from error
        for key in self.table:
            if not isinstance(values, dict) or key not in values:
                return None
            values = values[key]
        if not isinstance(values, dict):
            raise SettingsError(f"{self}: key '{'.'.join(self.table)}': must be a table, not {shown(values)}.")
        return values

    def slip(self, key: str, said: str, line: int | None = None) -> SettingsError:
        """The error of a key, with its line where it is known."""
        line = line or self.line(key)
        return SettingsError(f"{self}{f':{line}' if line else ''}: key '{plain(key, 80)}': {said}")

    def must_be(self, key: str, what: str, value: object, line: int | None = None) -> SettingsError:
        """The error of a value that is not what it must be."""
        return self.slip(key, f"must be {what}, not {shown(value)}.", line)

    def line(self, key: str) -> int | None:
        """The line of a key, or of its table, for TOML readers keep none."""
        head = self._lines(rf"\[\s*{self._dotted()}\s*\]")[:1] if self.table else [0]
        keys = self._lines(rf"[\"']?{re.escape(key)}[\"']?\s*[=.]") if head else []
        return next((line for line in (*keys, *self.heads(key)) if line > sum(head)), None)

    def heads(self, key: str) -> list[int]:
        """The lines of the tables of that key, `[key]` and `[[key]]`."""
        return self._lines(rf"\[\[?\s*{self._dotted(re.escape(key))}\s*\]")

    def _dotted(self, *keys: str) -> str:
        return r"\s*\.\s*".join((*self.table, *keys))

    def _lines(self, pattern: str) -> list[int]:
        begins = re.compile(rf"\s*{pattern}").match
        return [number for number, line in enumerate(self.text.split("\n"), 1) if begins(line)]


def shown(value: object) -> str:
    """A value in a message; of what holds others, and of a number of endless digits, only what it is."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 64:
        return "so large a number"
    return plain(repr(value) if isinstance(value, str) else str(value), 60)
