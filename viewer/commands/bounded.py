"""Bounded: a process that may not take more than so much time and memory, whatever it reads."""

import contextlib
import faulthandler
import math
import os
import signal
import sys
import threading
from collections.abc import Iterator

if sys.platform != "win32":
    import resource

# how long the polite end may take before the system's own comes
_GRACE = 2
# bytes of any file that is written: a picture is smaller
_LARGEST_FILE = 64 << 20


class TooLong(BaseException):
    """The time is up. It is not an error of what was being done, and nothing there may catch it."""


@contextlib.contextmanager
def bounded(seconds: float, memory: int, last_words: str) -> Iterator[None]:
    """Bind this process to limits of memory and of the size of files, and what is in the block to time.

    Memory is what the process has for itself: files that it maps do not count. Where a system has no such
    limits, only the time is bounded.

    Parameters
    ----------
    seconds : float
        After these `TooLong` is raised in the main thread. If nothing can be raised inside a library, the
        process ends a second later with exit code 1, and after one more even if the library lets no other
        thread work.
    memory : int
        Bytes, beyond which there is a `MemoryError`.
    last_words : str
        Written to standard error if the process has to be ended.
    """
    timer = threading.Timer(seconds + _GRACE / 2, _end, [last_words])
    timer.daemon = True
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a folder of nothing needs no Path
        # which line it was is of no use to the user
        faulthandler.dump_traceback_later(seconds + _GRACE, exit=True, file=nowhere)
        timer.start()
        if sys.platform != "win32":
            _limit(resource.RLIMIT_CORE, 0)
            _limit(resource.RLIMIT_FSIZE, _LARGEST_FILE)
            # two threads may work, and the last word is the system's
            _limit(resource.RLIMIT_CPU, math.ceil(2 * (seconds + _GRACE)))
            _limit(resource.RLIMIT_DATA, memory)
            signal.signal(signal.SIGALRM, _stop)
            signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            if sys.platform != "win32":
                signal.setitimer(signal.ITIMER_REAL, 0)
            timer.cancel()
            faulthandler.cancel_dump_traceback_later()


def _end(last_words: str) -> None:
    sys.stderr.write(last_words)
    sys.stderr.flush()
    os._exit(1)


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    # not every system knows every limit
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (most, hard))


def _stop(_number: int, _frame: object) -> None:
    raise TooLong
