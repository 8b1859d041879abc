"""What fcosreport says of files that stand nowhere yet."""

import subprocess
import tempfile
from pathlib import Path

from fcosreport.collecting.collect import collect, open_store
from fcosreport.pipeline import Session
from fcosreport.report.report import Report
from fcosreport.settings import Settings

Tree = dict[str, str]
"""The files of a folder: their names, with folders, and their text."""


def checked(tree: Tree, encoding: str = "latin-1", *, in_git: bool = False) -> Report:
    """The report of the files, written into a folder that is gone afterwards; a git checkout of them, if asked for."""
    with tempfile.TemporaryDirectory(prefix="fcosreport_quality_") as folder:
        for place, text in tree.items():
            file = Path(folder) / "tree" / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode(encoding))
        for words in (("init", "-q"), ("add", "-A")) if in_git else ():
            subprocess.run(["git", *words], cwd=Path(folder) / "tree", check=True, capture_output=True)
        store = open_store(Path(folder) / "store.sqlite")
        try:
            done = collect([Path(folder) / "tree"], store)
            return Session(store, Settings(), done=done).report()
        finally:
            store.close()
