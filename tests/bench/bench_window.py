"""The real program and, where installed, its peers: watched from outside by the black-box harness."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from frames import LARGE, LARGE_INTEGERS, NEXT, SMALL, WORK, frame
from timing import ratio, table

HARNESS = Path(__file__).resolve().parent / "blackbox" / "fbench.py"
Runs = list[dict]


def available() -> str:
    """Empty, or what is missing."""
    programs = [name for name in ("Xvfb", "openbox") if shutil.which(name) is None]
    return ", ".join(programs + ([] if find_spec("Xlib") else ["python-xlib"]))


def viewers() -> list[str]:
    """Ours, a bare PyQt6 window as the floor, and DS9 if it is installed."""
    return ["skyloupe", "floor", *(["ds9"] if shutil.which("ds9") else [])]


def run(out: str, *arguments: str) -> None:
    """One section of the harness; a viewer that fails is left out of the table, not of the others' way."""
    environment = {**os.environ, "FBENCH_WORK": str(WORK)}
    command = [sys.executable, "-B", str(HARNESS), *arguments, "--out", out]
    print(" ".join(arguments), file=sys.stderr, flush=True)
    subprocess.run(command, env=environment, check=False, stdout=sys.stderr)


def measure(rounds: int) -> Runs:
    """Run everything and give back the harness's records.

    Rounds go over the viewers in turn: the machine's speed drifts, and this way it drifts for all alike.
    """
    out = f"bench-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    for name in (SMALL, LARGE, LARGE_INTEGERS, NEXT):
        frame(name)
    for _ in range(rounds):
        for viewer in viewers():
            run(out, "launch", viewer, SMALL, LARGE, LARGE_INTEGERS, "-n", "2")
    for viewer in viewers():
        run(out, "interact", viewer, SMALL, LARGE, "-n", "3")
        run(out, "next", viewer, SMALL, NEXT, "-n", "2")
    if "ds9" in viewers():
        # As installed DS9 does not pan by dragging; this is DS9 with the preference for it.
        run(out, "interact", "ds9drag", SMALL, LARGE, "-n", "3", "--tests", "pan")
    lines = (WORK / "results" / out).read_text().splitlines()
    return [json.loads(line) for line in lines]


def launch(key: str, factor: float = 1) -> Callable[[Runs], list[float]]:
    """Values of the launches."""
    return lambda runs: [factor * run[key] for run in runs if run["test"] == "launch" and run.get("ok")]


def steps(test: str, zoom: str) -> Callable[[Runs], list[float]]:
    """Milliseconds from an input at rest to the last changed pixel."""
    return lambda runs: [
        step["last"] for run in runs if run["test"] == test and run.get("zoom", zoom) == zoom
        for step in run.get("steps", []) if step
    ]  # fmt: skip


def rate(test: str, zoom: str) -> Callable[[Runs], list[float]]:
    """Frames a second in a continuous drag with 125 moves a second."""
    return lambda runs: [
        part["fps"] for run in runs if run["test"] == test and run.get("zoom", zoom) == zoom
        for part in run.get("runs", []) if "fps" in part
    ]  # fmt: skip


def following(runs: Runs) -> list[float]:
    """Seconds until the next file is on the screen."""
    return [run["t_match"] for run in runs if run["test"] == "next" and run.get("ok")]


QUESTIONS: Sequence[tuple[str, Sequence[str], Callable[[Runs], list[float]], str]] = (
    ("launch to first picture, s", (SMALL, LARGE, LARGE_INTEGERS), launch("t_first"), ".2f"),
    ("launch to final picture, s", (SMALL, LARGE, LARGE_INTEGERS), launch("t_match"), ".2f"),
    ("private memory, MiB", (SMALL, LARGE, LARGE_INTEGERS), launch("anon", 1 / 1024), ".0f"),
    ("peak of private memory, MiB", (SMALL, LARGE, LARGE_INTEGERS), launch("peak_anon", 1 / 1024), ".0f"),
    ("contrast step, fitted, ms", (SMALL, LARGE), steps("contrast", "fit"), ".0f"),
    ("contrast step, 1:1, ms", (SMALL, LARGE), steps("contrast", "one"), ".0f"),
    ("contrast drag, frames/s", (SMALL, LARGE), rate("contrast", "fit"), ".0f"),
    ("pan step, 1:1, ms", (SMALL, LARGE), steps("pan", "one"), ".0f"),
    ("pan drag, frames/s", (SMALL, LARGE), rate("pan", "one"), ".0f"),
    ("zoom step, ms", (SMALL, LARGE), steps("wheel", "fit"), ".0f"),
    ("readout, ms", (SMALL, LARGE), steps("readout", "fit"), ".0f"),
    ("next file, s", (SMALL, NEXT), following, ".2f"),
)
LABELS = {
    SMALL: "4096² uint16",
    NEXT: "another 4096² uint16",
    LARGE: "16384² float32",
    LARGE_INTEGERS: "16384² uint16",
}


def report(rounds: int = 3) -> str:
    """Medians of every viewer, and ours as a multiple of DS9's."""
    everything = measure(rounds)
    names = viewers()
    rows = []
    for question, files, values, form in QUESTIONS:
        for name in files:
            cells: dict[str, float | None] = {}
            for viewer in names:
                drag = viewer == "ds9" and question.startswith("pan")
                wanted = "ds9drag" if drag else viewer
                found = values([run for run in everything if run["viewer"] == wanted and run["file"] == name])
                cells[viewer] = statistics.median(found) if found else None
            shown = [f"{value:{form}}" if value is not None else "–" for value in cells.values()]
            rows.append([f"{question}: {LABELS[name]}", *shown, ratio(cells["skyloupe"], cells.get("ds9"))])
    head = ["median", *names, "skyloupe/ds9"]
    return table("The program in a 1400×900 window, from outside", head, rows)
