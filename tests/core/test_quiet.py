"""Quiet: each thread gets its own messages, nobody waits for the others, and the filters come back."""

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from viewer.core.quiet import quiet


def test_messages_are_collected_and_filters_come_back() -> None:
    before = list(warnings.filters), warnings.showwarning
    with quiet() as outer:
        warnings.warn("one\n  line", UserWarning, stacklevel=1)
        with quiet() as inner:
            warnings.warn("two", UserWarning, stacklevel=1)
        warnings.warn("three", UserWarning, stacklevel=1)
    assert (outer, inner) == (["one line", "three"], ["two"])
    assert (list(warnings.filters), warnings.showwarning) == before
    with pytest.raises(UserWarning, match="an error again"):
        warnings.warn("an error again", UserWarning, stacklevel=1)


def test_threads_do_not_wait_for_each_other_nor_share_messages() -> None:
    before = list(warnings.filters), warnings.showwarning
    inside = threading.Barrier(3, timeout=20)

    def work(name: str) -> list[str]:
        with quiet() as messages:
            # passes only if all three are inside at once
            inside.wait()
            warnings.warn(name, UserWarning, stacklevel=1)
            inside.wait()
        return messages

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(work, "abc")) == [["a"], ["b"], ["c"]]
    assert (list(warnings.filters), warnings.showwarning) == before


def test_helpers_of_a_quiet_thread_are_quiet_too() -> None:
    with quiet() as messages, ThreadPoolExecutor(1) as threads:
        threads.submit(warnings.warn, "from a helper", UserWarning).result()
    assert messages == ["from a helper"]
