"""Arguments as argparse prints them: `Namespace(lr=0.0001, masks=False, resume='')`. For dialects."""

import re
from collections.abc import Iterator, Mapping

from fcosreport.records import Setting, Where
from fcosreport.vocabulary.settings import keys

LIMIT = 64 << 10
"""Bytes of one Namespace that are read."""

_TOKEN = re.compile(r"'(?:[^'\\\r\n]|\\.)*'|\"(?:[^\"\\\r\n]|\\.)*\"|[\[({]|[\])}]|[,\r\n]|[^\[\](){},'\"\r\n]+|['\"]")
_KEY = re.compile(r"\s*(\w+)=(.*)", re.S)
_NOTHING = frozenset({"", "None", "[]", "()"})


def namespaces(data: bytes, start: int, stop: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Each whole Namespace that begins in `data[start:stop]`: its offset, and its values by key, without quotes."""
    at = data.find(b"Namespace(", start, stop)
    while at >= 0:
        text = data[at + 9 : min(at + LIMIT, stop)].decode(errors="replace")
        values, length = _values(text)
        if values:
            yield at, values
        at = data.find(b"Namespace(", at + 9 + length, stop)


def _values(text: str) -> tuple[dict[str, str], int]:
    """The values of the parenthesis that `text` starts with, none if it is not closed in its line; how far it goes."""
    depth, piece, values = 0, "", {}
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in "\r\n'\"":  # the end of the line, or a quote that nothing closes
            return {}, token.start()
        depth += (word in "[({") - (word in "])}")
        if (word == "," and depth == 1) or depth == 0:
            if pair := _KEY.fullmatch(piece.removeprefix("(")):
                values[pair[1]] = unquoted(pair[2])
            piece = ""
            if depth == 0:
                return values, token.end()
        else:
            piece += word
    return {}, len(text)


def unquoted(text: str) -> str:
    """The text of a Python literal without the quotes of a string."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] in "'\"" and text[0] == text[-1] else text


def declared(values: Mapping[str, str], names: Mapping[str, str], where: Where) -> Iterator[Setting]:
    """The settings among `values`; `names` says what each key is called here. None and empty values say nothing."""
    for key, name in names.items():
        text = values.get(key, "")
        if text in _NOTHING or (name == "resume" and text == "False"):
            continue
        yield from keys.written(name, text, where)


def given(values: Mapping[str, str], *keys: str) -> str:
    """Those of the arguments that were given, as a short text."""
    return ", ".join(f"{key}={values[key]}"[:100] for key in keys if values.get(key, "") not in _NOTHING | {"False"})


def batch(values: Mapping[str, str], gpus: str, where: Where) -> Iterator[Setting]:
    """The batch over all GPUs, from `batch_size` images on each of `gpus`."""
    images = values.get("batch_size", "")
    if images.isdecimal() and gpus.isdecimal() and len(images + gpus) < 9 and int(images) * int(gpus):
        yield Setting("gpus", int(gpus), gpus, where)
        yield Setting("train_batch_size", int(images) * int(gpus), f"{images} x {gpus}", where, True)
