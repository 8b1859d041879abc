"""By what a finding is known again, although lines have moved and numbers in its message have changed."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from fcosreport.records import Experiment, Finding


class Identity(Struct, frozen=True, order=True):
    """The code of a finding, the names of its experiments and the files that it points at, both sorted.

    `number` tells the findings apart that share all of this: 1 for the first of them.
    """

    code: str
    experiments: tuple[str, ...]
    paths: tuple[str, ...]
    number: int = 1

    @property
    def fingerprint(self) -> str:
        """64 hex digits, the same for the same finding in every report."""
        from hashlib import sha256  # loads OpenSSL, which no other command needs

        parts = (self.code, *self.experiments, "", *self.paths, str(self.number))
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def identities(findings: Sequence[Finding], experiments: Iterable[Experiment]) -> tuple[Identity, ...]:
    """The identity of each finding, in their order."""
    names = {experiment.id: experiment.name or experiment.id for experiment in experiments}
    seen: Counter[tuple[object, ...]] = Counter()
    made = []
    for finding in findings:
        named = tuple(sorted(names.get(each, each) for each in finding.experiments))
        paths = tuple(sorted({where.path.replace("\\", "/") for where in finding.where}))
        seen[finding.code, named, paths] += 1
        made.append(Identity(finding.code, named, paths, seen[finding.code, named, paths]))
    return tuple(made)
