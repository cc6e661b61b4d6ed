"""Go through a large image strip by strip, in two threads: numpy leaves the interpreter to the other."""

import threading
from collections.abc import Callable

from viewer.core.progress import Progress

STRIP_BYTES = 2 << 20
THREADS = 2


def strips(image_shape: tuple[int, int], itemsize: int, multiple: int = 1) -> list[slice]:
    """Cut the rows of an image into strips of about 2 MB.

    Parameters
    ----------
    image_shape : tuple of int
        Rows and columns.
    itemsize : int
        Bytes for each pixel.
    multiple : int
        Each strip, except perhaps the last, has a multiple of this number of rows.

    Returns
    -------
    list of slice
        Consecutive and complete, with explicit ends.
    """
    rows, columns = image_shape
    wanted = STRIP_BYTES // max(1, columns * itemsize)
    height = max(multiple, wanted // multiple * multiple)
    return [slice(start, min(rows, start + height)) for start in range(0, rows, height)]


def for_each(
    count: int, work: Callable[[int], None], progress: Progress | None = None, threads: int = THREADS
) -> None:
    """Call ``work(0)`` to ``work(count - 1)``, in no particular order, and wait for all of them.

    Parameters
    ----------
    count : int
        How many pieces of work there are.
    work : callable
        Does one piece; called from this thread and, if there are two, from another.
    progress : Progress, optional
        Told after each piece; a cancel stops both threads.
    threads : int
        1 if the other processor has better things to do, such as loading the rest of the program.

    Raises
    ------
    Cancelled
        If the work is no longer wanted.
    Exception
        The first one that `work` raised, in whichever thread.
    """
    # threads by hand: importing concurrent.futures takes 20 ms, and this runs before the first picture
    lock = threading.Lock()
    failures: list[BaseException] = []
    taken = done = 0

    def run(report: bool) -> None:
        nonlocal taken, done
        while True:
            with lock:
                if failures or taken >= count:
                    return
                piece, taken = taken, taken + 1
            try:
                work(piece)
                with lock:
                    done += 1
                if report and progress is not None:
                    progress.report(done / count)
            except BaseException as failure:  # noqa: BLE001 - handed on to the caller's thread below
                failures.append(failure)

    helpers = [
        threading.Thread(target=run, args=(False,), daemon=True) for _ in range(min(count, threads) - 1)
    ]
    for helper in helpers:
        helper.start()
    run(True)
    for helper in helpers:
        helper.join()
    if failures:
        raise failures[0]
    if progress is not None:
        progress.report(1.0)
