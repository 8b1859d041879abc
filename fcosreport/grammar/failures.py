"""Lines in which programs, shells, schedulers and nodes tell what ended a run. For dialects.

Each is told in the words that are printed when it happens: prose, scripts and configurations that name it are quiet.
"""

import re
from functools import lru_cache

from fcosreport.records import EventKind

_BY_SHELL = r"^(?:\S+: line \d+:|\[\d+\][+-]?) +\d+ "
"""What bash prints before how its command ended."""
_MEMORY = (
    r"(?<!['\"])\b(?:CUDA|HIP|cuda\w*|XPU|MPS backend)(?: error)?:? out of memory(?=[.!:; ]*(?:Tried|CUDA|$|\[|\())",
    r"Out of memory error on GPU|OOM when allocating tensor|DefaultCPUAllocator: (?:can't allocate|not enough) memory",
    r"[Oo]ut of memory: Kill(?:ed)? process|task \d+: Out Of Memory",
    r"\bOSError: .*Cannot allocate memory|^(?:[\w.]+\.)?(?:MemoryError|OutOfMemoryError)\b|std::bad_alloc",
    r"CUBLAS_STATUS_ALLOC_FAILED",
    r"Detected \d+ oom|oom-kill:|Exceeded (?:job|step) memory limit|^State: OUT_OF_MEMORY",  # SLURM, the kernel
    r"TERM_MEMLIMIT: |^=>> PBS: job killed: v?mem ",
    r"^\W*[Rr]eason\"?: +\"?OOMKilled\b|\bOOMKilling +\S+ +\S*kubelet|\blow on resource: memory\b",  # Kubernetes
)
_NAN = (
    r"^Loss is (?:nan|-?inf|NaN)\b|Loss became infinite or NaN at |^Loss is NaN\b|^Loss became (?:nan|NaN)\b",
    r"^(?:ERROR:tensorflow:)?Model diverged with loss = NaN|NanLossDuringTrainingError: ",
    r"^Batch \d+: Invalid loss, terminating",
    r"^FloatingPointError: (?:Loss|Predicted|Weight|.*(?:[Nn][Aa][Nn]|infinite))",
)
_KILLED = (
    r"^(?:Killed|Terminated)$|" + _BY_SHELL + r"(?:Killed|Terminated)\b",
    r"^srun: error: .*: (?:Killed|Terminated)$|died with <Signals\.SIG(?:KILL|TERM)",
    r"Signal \d+ \(SIG(?:KILL|TERM)\) received|^KeyboardInterrupt$|\bis killed by signal: (?:Killed|Terminated)",
    r"^slurm\S*: (?:error: )?\*\*\* .*CANCELLED|^srun: error: Node failure on |^State: (?:TIMEOUT|NODE_FAIL|PREEMPTED)",
    r"job killed: (?:walltime|cput|ncpus|node)|TERM_RUNLIMIT: |^TERM_[A-Z]+: job killed",  # PBS, LSF
    r"qmaster enforced h_rt",  # SGE
    r"^\W*[Rr]eason\"?: +\"?Evicted\b|\bEvicted +\S+ +kubelet\b|^The node was low on resource: ",
    r"\b(?:[Ee]xited|terminated|failed|returned non-zero)\b.{0,40}\b(?:code|status):? (?:137|143)\W*$",  # 128 + signal
    r"^\s*exitcode +: -(?:9|15)\b|\bfailed \(exitcode: -(?:9|15)\)"  # torch elastic
    r"|\bReceived (?:Signals\.SIG(?:TERM|INT|HUP)|\d{1,2}) death signal, shutting down",
    r"^FatalError: `Termination signal` is detected",  # Paddle
)
_BROKEN = (
    r"^(?:Segmentation fault|Bus error|Aborted)(?: \(core dumped\)|$)|"
    + _BY_SHELL
    + r"(?:Segmentation|Bus error|Abort)",
    r"^Fatal Python error: (?:Segmentation fault|Bus error|Aborted)",
    r"(?:^| - )Exception in training: \S",  # YOLOX
    r"^FatalError: `(?:Segmentation fault|Process abort signal|Access to an undefined portion)",
    r"is killed by signal: (?:Segmentation fault|Bus error|Aborted)|^Unexpected bus error encountered in worker",
    r"(?::|\[Errno 28\]) No space left on device(?:$|: ?['\"])",
    r"Watchdog caught collective operation timeout: ",  # NCCL
    r"^RuntimeError: (?:NCCL error in: |cuDNN error: |CUDA error: (?!out of memory))",  # without a traceback
    r"^\s*exitcode +: -\d+ |\bfailed \(exitcode: -\d+\)|^(?:[\w.]+\.)?ChildFailedError: *$",
)
_KINDS: tuple[tuple[EventKind, re.Pattern[str]], ...] = (
    ("out of memory", re.compile("|".join(_MEMORY))),
    ("nan", re.compile("|".join(_NAN))),
    ("killed", re.compile("|".join(_KILLED))),
    ("error", re.compile("|".join(_BROKEN))),
)


@lru_cache(64)  # a configuration that is printed again and again has lines that look alike
def failure_kind(text: str) -> EventKind | None:
    """What a line, without what loggers put before it, tells of the end of a run; None for another line."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)
