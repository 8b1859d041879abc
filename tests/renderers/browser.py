"""A real browser for the tests: the machine's own Chromium, and what a page did in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")

_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@dataclass
class Visit:
    """A page that was opened, and what should not have happened there: console lines, errors, dialogs, requests."""

    page: Page
    noise: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        self.noise.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def complaints(self) -> list[str]:
        """All of this, and the violations of the page's policy."""
        return [*self.noise, *self.page.evaluate("window.violations ?? []")]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window; the test is skipped where the machine has none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser on PATH: {', '.join(NAMES)}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


def visit(context: BrowserContext, file: Path, anchor: str = "") -> Visit:
    """Open the file in a new tab, as a double click on it does."""
    page = context.new_page()
    seen = Visit(page)
    url = file.as_uri()
    page.add_init_script(_WATCH)
    page.on("console", lambda line: seen.noise.append(f"console: {line.text}"))
    page.on("pageerror", lambda error: seen.noise.append(f"error: {error}"))
    page.on("dialog", seen.dismiss)
    page.on("request", lambda request: seen.noise.append(f"request: {request.url}") if request.url != url else None)
    page.goto(url + anchor)
    return seen
