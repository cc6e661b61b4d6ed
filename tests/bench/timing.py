"""Repeat something, keep the times, and write them as a table."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence


def milliseconds(step: Callable[[int], object], repeat: int = 40, warm: int = 3) -> list[float]:
    """Times of ``step(0), step(1) …`` without the first few; each is given another number to work with."""
    times = []
    for k in range(warm + repeat):
        start = time.perf_counter()
        step(k)
        times.append(1e3 * (time.perf_counter() - start))
    return times[warm:]


def median(times: Sequence[float]) -> float:
    """Middle value."""
    return statistics.median(times)


def high(times: Sequence[float]) -> float:
    """95th percentile: what a person notices as a stutter."""
    return sorted(times)[min(len(times) - 1, round(0.95 * (len(times) - 1)))]


def ratio(value: float | None, reference: float | None) -> str:
    """How many times the reference."""
    return f"{value / reference:.2f}" if value is not None and reference else "–"


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table under a heading."""
    lines = [f"### {title}", "", "| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, ""])
