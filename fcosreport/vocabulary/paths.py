"""What the path that a text or a setting tells is called."""


def last_part(path: str) -> str:
    """The last part of a path of any system."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
