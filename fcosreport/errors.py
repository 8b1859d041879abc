"""The errors that end a command, each with one line for the user and what to do next.

    FcosreportError
    ├── UsageError      a path, name or option that does not fit
    ├── SettingsError   fcosreport.toml or [tool.fcosreport] cannot be used
    ├── ServerError     a server of runs does not answer, or refuses
    ├── StoreError      the SQLite store cannot be read or written
    ├── WorkerError     the processes or machines that read are lost, or cannot be used
    ├── LimitError      the system lets fcosreport open no more files
    └── OutputError     a report cannot be written

Trouble inside an input file is never one of these: it is an `Issue`, which is data.
"""


class FcosreportError(Exception):
    """fcosreport cannot go on. The command line prints the message on stderr and exits with 2."""


class UsageError(FcosreportError):
    """A path that is not there, an unknown code, options that contradict each other."""


class SettingsError(FcosreportError):
    """A settings file that cannot be read, an unknown key, a value that is not allowed there."""


class ServerError(FcosreportError):
    """A server that holds runs does not answer, or refuses; what was read before is kept."""


class StoreError(FcosreportError):
    """A store that is no store, is from a newer version, is locked or damaged, or sits on a full disk."""


class WorkerError(FcosreportError):
    """Workers that cannot be reached, have another fcosreport, do not see the files, or die; what was read is kept."""


class LimitError(FcosreportError):
    """As many files are open as the system allows: no fault of the file that is to be opened next."""


class OutputError(FcosreportError):
    """An output that cannot be written; what was there before is untouched."""
