"""Quiet: what astropy would print is collected instead, so that it can be shown where it belongs."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

# Held for moments only: an operation is quiet for as long as it takes, and others must not wait for it.
_LOCK = threading.Lock()


class _Listener(logging.Filter):
    """Takes the messages of the thread that it was made in."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self.thread = threading.get_ident()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.thread != self.thread:
            return True
        self.messages.append(one_line(record.getMessage()))
        return False


class _Warnings:
    """What the warnings of the whole process are replaced by while anybody listens.

    The list of filters belongs to the process: the first listener exchanges it and the last one puts the old
    one back, in whichever order they come and go.
    """

    def __init__(self) -> None:
        self._listeners: list[_Listener] = []
        self._saved = warnings.catch_warnings()
        self._show: Any = None

    def add(self, listener: _Listener) -> None:
        with _LOCK:
            if not self._listeners:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                self._show = warnings.showwarning
                warnings.simplefilter("always")
                warnings.showwarning = self._take
            self._listeners.append(listener)

    def remove(self, listener: _Listener) -> None:
        with _LOCK:
            self._listeners.remove(listener)
            if not self._listeners:
                self._saved.__exit__(None, None, None)

    def _take(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        thread = threading.get_ident()
        with _LOCK:
            own = [each for each in self._listeners if each.thread == thread]
            # the threads that an operation uses have no listener of their own
            listener = own[-1] if own else next(iter(self._listeners), None)
        if listener is None:
            self._show(message, category, filename, lineno, file, line)
        else:
            listener.messages.append(one_line(str(message)))


_warnings = _Warnings()


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

    listener = _Listener()
    log.addFilter(listener)
    _warnings.add(listener)
    try:
        yield listener.messages
    finally:
        _warnings.remove(listener)
        log.removeFilter(listener)


def one_line(text: str) -> str:
    """Return a message with its line breaks and indentation taken out."""
    return " ".join(text.split())
