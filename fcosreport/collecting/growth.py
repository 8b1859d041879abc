"""Which files grow while somebody looks at them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fcosreport.records import Source

STILL = 600
"""Seconds after which a file that has not grown any more counts as written to its end."""


@dataclass(slots=True)
class Growth:
    """The sizes of files as they were seen last, and when each was seen to have grown."""

    _sizes: dict[str, int] = field(default_factory=dict)
    _grown: dict[str, float] = field(default_factory=dict)

    def growing(self, sources: Iterable[Source], now: float) -> frozenset[str]:
        """The paths of the files that grew since an earlier look, within `STILL` seconds before `now`."""
        for source in sources:
            if source.size > self._sizes.get(source.path, source.size):
                self._grown[source.path] = now
            self._sizes[source.path] = source.size
        return frozenset(path for path, at in self._grown.items() if now - at < STILL)
