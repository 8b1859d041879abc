"""Who reads the files: processes of this machine, or the workers of a Dask cluster.

A `Start` begins what has the interface of `concurrent.futures.Executor`, and ends it again. It is called where there is
something to read, and anew where the executor broke.
"""

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from warnings import catch_warnings

from fcosreport.errors import UsageError, WorkerError

Start = Callable[[], AbstractContextManager[Executor]]

_CONNECT = 10
"""Seconds in which a scheduler must answer."""
_LOGGERS = (
    *("distributed", "distributed.client", "distributed.core", "distributed.nanny", "distributed.scheduler"),
    *("distributed.worker", "tornado", "tornado.application", "asyncio"),
)


def named(text: str | None) -> Start | None:
    """What `process`, `process:N`, `dask` or the address of a Dask scheduler names; None for None.

    Nothing is started yet. Raises UsageError for anything else.
    """
    if text is None:
        return None
    kind, is_counted, count = text.partition(":")
    if "://" in text:
        return partial(_dask, text)
    if text == "dask":
        return _dask
    if kind == "process" and (not is_counted or (count.isdecimal() and 0 < int(count) < 1000)):
        return processes(int(count or cores()))
    raise UsageError(
        f"--executor {text}: give process:N for N processes (less than 1000), dask for a Dask cluster on this machine, "
        "or the address of a Dask scheduler, such as tcp://host:8786."
    )


def processes(count: int) -> Start:
    """So many processes of this machine."""
    from concurrent.futures import ProcessPoolExecutor  # which a collect that finds little to read does not need
    from multiprocessing import get_context

    return partial(ProcessPoolExecutor, count, mp_context=get_context("spawn"))


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_lost(executor: Executor) -> bool:
    """Whether the executor is one of Dask that has lost its scheduler, of which not every future learns."""
    client = getattr(executor, "_client", None)
    return client is not None and client.status != "running"


@contextmanager
def _dask(address: str = "") -> Iterator[Executor]:
    """The workers of the scheduler at that address, or of a cluster that is made here and ends with the reading.

    Raises UsageError where Dask is not installed or the address is none, WorkerError where the scheduler is not there
    or goes away, and where workers die again and again.
    """
    try:
        from distributed import Client, KilledWorker, LocalCluster
        from distributed.comm import CommClosedError
    except ImportError as error:
        raise UsageError("--executor: Dask is not installed. Install it: pip install distributed.") from error
    for name in _LOGGERS:  # the errors below say it in one line
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with ExitStack() as stack:
        try:
            where = address or stack.enter_context(
                LocalCluster(n_workers=cores(), threads_per_worker=1, dashboard_address="127.0.0.1:0")
            )
            with catch_warnings(action="ignore"):  # of other versions there of what is not used
                client = stack.enter_context(Client(where, timeout=_CONNECT))
        except ValueError as error:
            raise UsageError(f"--executor {address}: no address ({error}). One looks like tcp://host:8786.") from error
        except OSError as error:
            raise WorkerError(f"No Dask scheduler answers at {address or 'this machine'}: {error}.") from error
        try:
            yield client.get_executor(pure=False)
        except KilledWorker as error:
            raise WorkerError(
                f"{error.allowed_failures + 1} Dask workers died of the same files, or ran out of memory. "
                "Their logs say why; what was read before is kept."
            ) from error
        except (CancelledError, CommClosedError) as error:
            raise WorkerError(
                f"The Dask scheduler at {address or 'this machine'} is gone. What was read is kept; collect again to "
                "read the rest."
            ) from error
