"""Paths, and URLs where one may stand: told from each other, in their order, and made fit to be shown and stored."""

import os
import re
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import unquote

_URL = re.compile(r"([a-z][a-z0-9+.-]+):[/\\]+", re.IGNORECASE)  # two letters at least: `c:/` is a disk


def url_of(path: PurePath | str) -> str:
    """The URL that `path` is, with the second slash that pathlib takes away; "" for a path.

    A folder here whose name ends in a colon comes first: `s3:/runs` lies in it, if there is a folder `s3:`.
    """
    text = path.as_posix() if isinstance(path, PurePath) else path
    found = _URL.match(text)
    if not found or os.path.isdir(f"{found[1]}:"):
        return ""
    return f"{found[1].lower()}://{text[found.end() :]}"


def public(url: str) -> str:
    """The URL without what may be a secret in it: user, password and query."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("?")[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}".rstrip("/")


def server_of(url: str) -> str:
    """The scheme and the server (or bucket) of a URL: what answers, or does not, as one."""
    return "/".join(public(url).split("/", 3)[:3])


def without_secrets(text: str, url: str) -> str:
    """What a server or its client says about `url`, as one short line without what may be a secret in it."""
    user, _, _ = url.partition("://")[2].partition("/")[0].rpartition("@")
    for secret in filter(None, (url.partition("?")[2], user, user.partition(":")[2], unquote(user.partition(":")[2]))):
        text = text.replace(secret, "***")
    text = re.sub(r"://[^/\s@]*@", "://", text)
    text = re.sub(r"\?[^\s'\",)]*", "", text)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())[:200].rstrip(". ")


def is_under(path: str, roots: Sequence[str]) -> bool:
    """Whether `path` is one of `roots` or lies below one."""
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)


def latest_first(path: PurePath) -> tuple[list[int], str]:
    """Sorts `epoch_12.pth` before `epoch_8.pth`."""
    return [-int(number) for number in re.findall(r"\d+", path.name)], str(path)
