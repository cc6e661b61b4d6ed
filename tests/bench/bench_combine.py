"""Combining many frames against ccdproc on the same files: seconds, and the memory it takes.

``bench_combine.py COUNT SIDE METHOD skyloupe|ccdproc`` measures one, in a process of its own.
"""

import json
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
from astropy.io import fits

from frames import FOLDER
from timing import ratio, table

METHODS = ("median", "mean", "sigma-clip", "min-max")
# for ccdproc, as Skyloupe does it with one iteration
THEIRS: dict[str, dict[str, object]] = {
    "median": {"method": "median"},
    "mean": {"method": "average"},
    "sigma-clip": {
        "sigma_clip": True,
        "sigma_clip_func": "median",
        "sigma_clip_dev_func": "mad_std",
    },
    "min-max": {"clip_extrema": True, "nlow": 1, "nhigh": 1},
}
SMALL, LARGE = (20, 2048), (50, 4096)


def files(count: int, side: int) -> list[Path]:
    """Raw frames of a bias level, noise and stars; made if they are not there yet."""
    folder = FOLDER / f"combine_{side}"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"raw{number:03d}.fits" for number in range(count)]
    random = np.random.default_rng(1)
    noise = random.normal(1000, 12, (side, side)) if any(not path.exists() for path in paths) else None
    for number, path in enumerate(paths):
        if not path.exists() and noise is not None:
            data = np.roll(noise, random.integers(0, side, 2), (0, 1)) + number
            data[::97, ::89] += 20000
            header = fits.Header([("EXPTIME", 60.0), ("IMAGETYP", "Light Frame")])
            fits.writeto(path, data.astype(np.uint16), header)
    return paths


def measure(count: int, side: int, method: str, who: str) -> dict[str, float]:
    """Seconds, and the most memory that is the process's own while it combines (MiB)."""
    warnings.simplefilter("ignore")
    paths = files(count, side)
    if who == "skyloupe":
        import viewer.core.operations  # noqa: F401
        from viewer.core.apply import apply
        from viewer.core.call import Call

        call = Call.of("combine", images=[str(path) for path in paths], method=method, iterations=1)

        def work() -> object:
            return apply(call, None)
    else:
        import ccdproc

        def work() -> object:
            return ccdproc.combine(
                [str(path) for path in paths], unit="adu", mem_limit=2**31, **THEIRS[method]
            )

    base, most, done = _private(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.01):
            most = max(most, _private())

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.perf_counter()
    work()
    seconds = time.perf_counter() - begin
    done.set()
    watcher.join()
    return {"seconds": seconds, "memory": most - base}


def _private() -> float:
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return float(fields["RssAnon"].split()[0]) / 1024


def _run(size: tuple[int, int], method: str, who: str) -> dict[str, float]:
    words = [sys.executable, __file__, *map(str, size), method, who]
    answer = subprocess.run(words, capture_output=True, text=True, check=True)
    # ccdproc writes what it does before it
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def report() -> str:
    """Table of seconds and memory; ccdproc, which would take minutes, has the smaller frames only."""
    rows = []
    for size in (SMALL, LARGE):
        files(*size)
        for method in METHODS:
            ours = _run(size, method, "skyloupe")
            theirs = _run(size, method, "ccdproc") if size == SMALL else {}
            rows.append(
                [
                    f"{size[0]} × {size[1]}² uint16, {method}",
                    f"{ours['seconds']:.1f} s",
                    f"{theirs['seconds']:.1f} s" if theirs else "–",
                    ratio(ours["seconds"], theirs.get("seconds")),
                    f"{ours['memory']:.0f}",
                    f"{theirs['memory']:.0f}" if theirs else "–",
                ]
            )
    return table(
        "Combining frames from files (limits: not slower than ccdproc, 2048 MiB)",
        ["frames and method", "Skyloupe", "ccdproc", "ratio", "private MiB", "ccdproc's"],
        rows,
    )


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])))
