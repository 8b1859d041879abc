"""Why something cannot be made again."""


class UnusableError(Exception):
    """A file, or a pair of files, from which no number can be made; the message is the reason, in a line."""
