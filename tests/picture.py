"""The picture in README, drawn anew from the committed page: `python -m tests.picture`."""

from tests.conftest import ROOT
from tests.renderers.browser import browser, visit

if __name__ == "__main__":
    with browser() as chromium, chromium.new_context(viewport={"width": 1280, "height": 840}) as context:
        visit(context, ROOT / "reports" / "report.html").page.screenshot(path=ROOT / "docs" / "report.png")
