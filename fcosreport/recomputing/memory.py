"""How much memory is free, so that what does not fit is not begun."""

import re
from pathlib import Path

_SYSTEM = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")  # that of a container or a job, which may be given less
_KEPT = re.compile(r"^inactive_file (\d+)", re.M)  # of files that were read, which gives way
_AVAILABLE = re.compile(r"MemAvailable:\s+(\d+) kB")


def free() -> int | None:
    """Bytes of memory that this program may take; None where the system does not tell."""
    told = _AVAILABLE.search(_read(_SYSTEM))
    limits = [1024 * int(told[1])] if told else []
    most, used = (_read(_GROUP / name).strip() for name in ("memory.max", "memory.current"))
    if most.isdecimal() and used.isdecimal():
        kept = _KEPT.search(_read(_GROUP / "memory.stat"))
        limits.append(max(0, int(most) - int(used) + (int(kept[1]) if kept else 0)))
    return min(limits, default=None)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
