"""A double click while a window is open: from the start of the second process to the picture."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_window import available
from frames import NEXT, SMALL, WORK, frame
from timing import high, median, milliseconds, table

BLACKBOX = Path(__file__).resolve().parent / "blackbox"
# what the project promises
LIMIT = 300
SCRIPT = Path(sys.executable).with_name("skyloupe")

__all__ = ["available", "report"]


def _pictures(folder: Path, count: int) -> list[float]:
    """Milliseconds from the start of ``skyloupe FILE`` to the final picture, each time of another file."""
    os.environ["FBENCH_WORK"] = str(WORK)
    sys.path.insert(0, str(BLACKBOX))
    from fbench import Adapter, Bench, cpu_lock

    names = []
    for number in range(count):
        # two pictures by turns, and every file is new to the window
        name = folder / f"{number}.fits"
        shutil.copyfile(frame((SMALL, NEXT)[number % 2]), name)
        names.append(name)
    adapter = Adapter(
        "skyloupe",
        [sys.executable, "-m", "viewer", "{f}"],
        fit=(("key", "0"),),
        next_file=(("go",), ("sh", f"exec '{SCRIPT}' '{{f}}'")),
    )
    found = []
    with cpu_lock():
        bench = Bench()
        try:
            bench.ready(adapter, str(names[0]))
            for name in names[1:]:
                result = bench.load_next(str(name))
                if not result["ok"]:
                    raise RuntimeError(f"no picture of {name}")
                found.append(1e3 * result["t_match"])
        finally:
            bench.close()
    return found


def report(count: int = 13) -> str:
    """Median and slowest of the second starts, and what starting Python costs of them."""
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        # the first one after the start loads what the others find
        first, *times = _pictures(Path(folder), count)
    bare = milliseconds(lambda _: subprocess.run([sys.executable, "-c", "pass"], check=True), 20)
    client = milliseconds(
        lambda _: subprocess.run([sys.executable, "-c", "import viewer.handover.client"], check=True), 20
    )
    rows = [
        ["first `skyloupe FILE`, 4096² uint16, to the picture", f"{first:.0f}", "", f"{first / LIMIT:.2f}"],
        [
            "later ones",
            f"{median(times):.0f}",
            f"{high(times):.0f}",
            f"{median(times) / LIMIT:.2f}",
        ],
        ["of which Python", f"{median(bare):.0f}", f"{high(bare):.0f}", ""],
        ["and what hands over", f"{median(client) - median(bare):.0f}", "", ""],
    ]
    return table("A file handed to the window, ms", ["", "median", "95 %", f"of {LIMIT} ms"], rows)
