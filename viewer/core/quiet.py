"""Quiet: what astropy would print is collected instead, so that it can be shown where it belongs."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

# the list of warning filters belongs to the whole process: two threads that exchange it at once
# would leave it broken, so only one at a time may
_LOCK = threading.RLock()


class _Collector(logging.Filter):
    def __init__(self, messages: list[str]) -> None:
        super().__init__()
        self._messages = messages
        self._thread = threading.get_ident()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.thread != self._thread:
            return True
        self._messages.append(one_line(record.getMessage()))
        return False


@contextmanager
def quiet() -> Iterator[list[str]]:
    """Collect the warnings and log lines of the code inside; nothing reaches standard error.

    Yields
    ------
    list of str
        The messages, each on one line, complete when the block has ended.
    """
    # whoever calls this is about to use astropy; asking logging for its log first would break its own
    from astropy import log

    messages: list[str] = []
    collector = _Collector(messages)
    with _LOCK:
        log.addFilter(collector)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                yield messages
            messages.extend(one_line(str(warning.message)) for warning in caught)
        finally:
            log.removeFilter(collector)


def one_line(text: str) -> str:
    """Return a message with its line breaks and indentation taken out."""
    return " ".join(text.split())
