"""Private memory of a process that opens a frame and draws it, without a window.

``bench_memory.py FILE`` measures one.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from frames import COMPRESSED, LARGE, LARGE_INTEGERS, SMALL, frame
from timing import table


def private_mebibytes() -> float:
    """Memory that is this process's own; pages of mapped files, which the kernel can drop, do not count."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return float(fields["RssAnon"].split()[0]) / 1024


def measure(path: Path) -> dict[str, float]:
    """Open, draw the first picture, build the pyramid, draw again."""
    from bench_draw import BACKGROUND, SIZE
    from viewer.core.io import read
    from viewer.core.render.draw import Screen
    from viewer.core.render.limits import Sample
    from viewer.core.render.pyramid import Pyramid
    from viewer.core.render.scale import DEFAULT_SCALE
    from viewer.core.render.viewport import Viewport

    found = {"start": private_mebibytes()}
    begin = time.perf_counter()
    shown = read(path)
    pyramid = Pyramid(shown.pixels)
    sample = Sample.of(shown.pixels)
    cuts = DEFAULT_SCALE.limits.resolve(sample)
    screen = Screen()
    fitted = Viewport.fit(shown.image_shape, SIZE)
    screen.draw([pyramid], fitted, DEFAULT_SCALE, [cuts], sample, BACKGROUND)
    found["seconds to the first picture"] = time.perf_counter() - begin
    found["first picture"] = private_mebibytes()
    begin = time.perf_counter()
    pyramid.build()
    found["seconds for the pyramid"] = time.perf_counter() - begin
    screen.draw([pyramid], fitted, DEFAULT_SCALE, [cuts], sample, BACKGROUND)
    found["pyramid"] = private_mebibytes()
    return found


def report() -> str:
    """Table of mebibytes and seconds, one new process for each frame."""
    rows = []
    for name, label in (
        (SMALL, "4096² uint16"),
        (LARGE_INTEGERS, "16384² uint16"),
        (LARGE, "16384² float32"),
        (COMPRESSED, "8192² RICE_1"),
    ):
        answer = subprocess.run(
            [sys.executable, __file__, str(frame(name))], check=True, capture_output=True, text=True
        )
        found = json.loads(answer.stdout)
        rows.append(
            [
                label,
                f"{1e3 * found['seconds to the first picture']:.0f}",
                f"{found['first picture']:.0f}",
                f"{found['seconds for the pyramid']:.2f}",
                f"{found['pyramid']:.0f}",
            ]
        )
    head = [
        "core alone, no window",
        "open and draw, ms",
        "private MiB then",
        "pyramid, s",
        "private MiB with it",
    ]
    return table("Opening and memory", head, rows)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
