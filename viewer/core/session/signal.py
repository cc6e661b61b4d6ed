"""Signal: a typed list of callbacks, for the core that knows no Qt."""

from collections.abc import Callable
from typing import Generic, TypeVarTuple

Values = TypeVarTuple("Values")


class Signal(Generic[*Values]):
    """Callbacks that are called, in the order they were connected, in the thread that emits."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[*Values], object]] = []

    def connect(self, callback: Callable[[*Values], object]) -> None:
        """Call `callback` at every emission from now on."""
        self._callbacks.append(callback)

    def disconnect(self, callback: Callable[[*Values], object]) -> None:
        """Stop calling `callback`; unknown ones are ignored."""
        if callback in self._callbacks:
            self._callbacks.remove(callback)

    def emit(self, *values: *Values) -> None:
        """Call every callback with `values`."""
        for callback in tuple(self._callbacks):
            callback(*values)
