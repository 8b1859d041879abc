"""Which language a note is written in."""

import re

from fcosreport.notes.markup import parse

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_WORD = re.compile(r"[A-Za-z]{2,}")


def is_chinese(text: str) -> bool:
    """Whether most of what stands outside of code, where a character counts as a word, is Chinese."""
    said = " ".join(line.text for line in parse(text).lines if line.kind != "code")
    characters = len(_HAN.findall(said))
    return characters > len(_WORD.findall(said)) and not len(_KANA.findall(said)) * 10 > characters
