"""Files on servers, listed: many folders are asked for at the same time, and told in the order of a walk."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from msgspec import Struct

from fcosreport.errors import UsageError
from fcosreport.files.paths import public
from fcosreport.files.raw import reason
from fcosreport.files.servers import REQUESTS, Info, Server, ask_again, asked, mtime, server
from fcosreport.records import Issue, Where

ENTRIES = 200_000
"""Files and folders that are listed below one URL of a web server, whose links may have no end."""


class Entry(Struct, frozen=True):
    """A file on a server: its URL, the same to be shown, bytes, and a number that changes with its content."""

    url: str
    shown: str
    size: int
    mtime: int


@dataclass(slots=True)
class Walk:
    """A walk over all below `url`. A folder is entered, and a file taken, where its name is.

    `issues` takes what cannot be listed.
    """

    url: str
    is_entered: Callable[[str], bool]
    is_wanted: Callable[[str], bool]
    issues: list[Issue]
    _links: list[str] = field(default_factory=list)
    _left: int = ENTRIES

    def files(self) -> Iterator[Entry]:
        """The files, in the order of a walk over local folders; a URL of a file is taken whatever its name.

        Raises UsageError where nothing is there or an extra is missing, ServerError where the server does not answer.
        """
        ask_again(self.url)
        shown = public(self.url)
        try:
            there = server(self.url)
            asked(self.url, there.files.invalidate_cache)
            info = there.info(there.path)
        except OSError as error:
            advice = "Check the credentials" if isinstance(error, PermissionError) else "Give a folder, a log or a note"
            raise UsageError(f"{shown}: {reason(error)}. {advice}.") from error
        if info["type"] == "directory" or (there.is_web and str(info.get("url", "")).endswith("/")):
            yield from self._folders(there, shown)
        else:
            yield Entry(self.url, shown, info["size"] or 0, mtime(info))
        if self._links:
            message = (
                f"{len(self._links):,} links, this first, were not followed. Give where they lead as further PATHs."
            )
            self._issue(self._links[0], message)

    def _folders(self, there: Server, shown: str) -> Iterator[Entry]:
        base = (self.url.partition("?")[0] if there.is_web else self.url).rstrip("/")
        root = base if there.is_web else there.path.rstrip("/")
        pool = ThreadPoolExecutor(REQUESTS)
        listed = partial(self._asked, there, pool, root)
        try:
            pending = [("", pool.submit(listed, ""))]
            while pending:
                below, listing = pending.pop()
                folders = []
                for entry in self._listed(listing, shown + there.named(below), is_web=there.is_web):
                    name = f"{below}/{entry['name']}"
                    if entry["type"] == "directory" and self.is_entered(entry["name"]):
                        folders.append((name, pool.submit(listed, name)))
                    elif entry["type"] == "link":
                        self._links.append(shown + there.named(name))
                    elif entry["type"] == "file" and self.is_wanted(entry["name"]):
                        for info in self._known(entry, shown + there.named(name)):
                            yield Entry(base + name, shown + there.named(name), info["size"] or 0, mtime(info))
                pending.extend(reversed(folders))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _asked(self, there: Server, pool: ThreadPoolExecutor, root: str, below: str) -> list[Info]:
        """What lies in a folder; each file with the promise of more, where a list of links says no more than names."""
        entries = there.entries(_joined(root, below))
        for entry in entries:
            if entry["type"] == "file" and entry["size"] is None and self.is_wanted(entry["name"]):
                entry["info"] = pool.submit(there.info, _joined(root, f"{below}/{entry['name']}"))
        return entries

    def _listed(self, listing: "Future[list[Info]]", shown: str, *, is_web: bool) -> list[Info]:
        try:
            entries = listing.result() if self._left else []
        except OSError as error:
            self._issue(shown, f"cannot list this folder: {reason(error)}. Grant read access, or leave it out.")
            return []
        if is_web and len(entries) > self._left:
            message = f"more than {ENTRIES:,} files and folders; the rest is left out. Give its folders as PATHs."
            self._issue(shown, message)
            entries = entries[: self._left]
        self._left -= len(entries) if is_web else 0
        return entries

    def _known(self, entry: Info, shown: str) -> Iterator[Info]:
        try:
            yield entry["info"].result() if "info" in entry else entry
        except OSError as error:
            self._issue(shown, f"cannot be opened: {reason(error)}.")

    def _issue(self, shown: str, message: str) -> None:
        self.issues.append(Issue(message, Where(shown.encode("utf-8", "backslashreplace").decode(), 1)))


def _joined(root: str, below: str) -> str:
    """A path below the root; the root "" is the folder in which the server lets the user in."""
    return root + below if root else below[1:]
