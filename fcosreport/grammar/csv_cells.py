"""How the lines of CSV files are parted. For dialects."""

import csv
import re

_DELIMITERS = (",", ";", "\t")
_MARGINS = re.compile(r"[' \t]")


def delimiter_of(text: str) -> str:
    """What parts the cells of a line: the one of comma, semicolon and tab that is there most."""
    return max(_DELIMITERS, key=text.count)


def parted(text: str, delimiter: str) -> list[str]:
    """The cells of a line, without what quotes them."""
    if '"' not in text:  # as in most lines: a reader is not worth making
        cells = text.split(delimiter)
        return [cell.strip("' \t") for cell in cells] if _MARGINS.search(text) else cells
    try:
        cells = next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        cells = text.split(delimiter)
    return [cell.strip("\"' \t") for cell in cells]
