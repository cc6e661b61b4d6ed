"""Operations on a 4096² float32 image against the same call of numpy or scipy, and the memory they take.

``bench_operations.py NAME`` measures the memory of one, in a process of its own.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io.fits import Header
from scipy import fft, ndimage

from timing import median, ratio, table
from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.frame import Frame

SIDE = 4096
IMAGE_MIB = SIDE * SIDE * 4 / 2**20

CASES: dict[str, tuple[Call, Callable[[np.ndarray], np.ndarray]]] = {
    "flip_vertical": (Call.of("flip_vertical"), lambda data: np.ascontiguousarray(np.flipud(data))),
    "rotate90": (Call.of("rotate90"), lambda data: np.ascontiguousarray(np.rot90(data))),
    "rotate 22.5°, bilinear": (
        Call.of("rotate", angle=22.5, interpolation="bilinear", keep_size=True),
        lambda data: ndimage.rotate(data, 22.5, reshape=False, order=1),
    ),
    "bin 2, mean": (
        Call.of("bin", factor=2, method="mean"),
        lambda data: data.reshape(SIDE // 2, 2, SIDE // 2, 2).mean((1, 3)),
    ),
    "add": (Call.of("add", value=3), lambda data: data + 3.0),
    "logarithm": (Call.of("logarithm"), np.log10),
    "gaussian 1.5": (
        Call.of("gaussian", sigma=1.5),
        lambda data: ndimage.gaussian_filter(data, 1.5, mode="nearest"),
    ),
    "median 5 x 5": (
        Call.of("median_filter", radius=2),
        lambda data: ndimage.median_filter(data, 5, mode="nearest"),
    ),
    "maximum 5 x 5": (
        Call.of("maximum_filter", radius=2),
        lambda data: ndimage.maximum_filter(data, 5, mode="nearest"),
    ),
    "boxcar 5 x 5": (
        Call.of("boxcar", radius=2),
        lambda data: ndimage.uniform_filter(data, 5, mode="nearest"),
    ),
    "power_spectrum": (
        Call.of("power_spectrum"),
        lambda data: fft.fftshift(np.log10(np.abs(fft.fft2(data, workers=2)) ** 2)),
    ),
}


def frame() -> Frame:
    """An image of noise and a few stars."""
    data = np.random.default_rng(1).normal(1000, 10, (SIDE, SIDE)).astype("f4")
    data[::97, ::89] += 5000
    return Frame.of(data, Header())


def peak_mebibytes(name: str) -> float:
    """The most memory that is the process's own while the operation runs, beyond what the image takes."""
    image, call = frame(), CASES[name][0]
    np.asarray(image.data).sum()
    base, most, done = _private(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.005):
            most = max(most, _private())

    watcher = threading.Thread(target=watch)
    watcher.start()
    result = apply(call, image)
    done.set()
    watcher.join()
    return max(most, _private()) - base if result.data.size else 0.0


def _private() -> float:
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return float(fields["RssAnon"].split()[0]) / 1024


def report() -> str:
    """Table of milliseconds, their ratio, and memory."""
    image = frame()
    rows = []
    for name, (call, plain) in CASES.items():
        ours, theirs = [], []
        for _ in range(4):
            # in turn: what else the machine does slows both
            begin = time.perf_counter()
            plain(image.data)
            middle = time.perf_counter()
            apply(call, image)
            theirs.append(1e3 * (middle - begin))
            ours.append(1e3 * (time.perf_counter() - middle))
        answer = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True)
        memory = json.loads(answer.stdout)
        rows.append(
            [
                name,
                f"{median(ours):.0f} ms",
                f"{median(theirs):.0f} ms",
                ratio(median(ours), median(theirs)),
                f"{memory / IMAGE_MIB:.1f}",
            ]
        )
    return table(
        "Operations on 4096² float32 (limits: 1.2 times the plain call, 4 images of memory)",
        ["operation", "Skyloupe", "numpy or scipy", "ratio", "images of memory beyond the input"],
        rows,
    )


if __name__ == "__main__":
    print(json.dumps(peak_mebibytes(sys.argv[1])))
