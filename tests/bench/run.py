"""``make bench``: how fast the program is and what memory it takes. Nothing here can fail a test.

run.py                 everything: about fifteen minutes, 4 GiB of frames in the temporary folder
run.py draw readout    only these parts (draw, readout, memory, operations, combine, stars, regions, overlay,
                       handover, window)
"""

import argparse
import importlib
import os
import platform
import time
from pathlib import Path

PARTS = (
    "draw",
    "readout",
    "memory",
    "operations",
    "combine",
    "stars",
    "regions",
    "overlay",
    "handover",
    "window",
)
RESULT = Path(__file__).resolve().parents[2] / "build" / "bench.md"


def machine() -> str:
    """What the figures were obtained on."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    busy = os.getloadavg()[0]
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} × {model}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; load before the start {busy:.1f}\n"
    )


def main() -> None:
    """Run the parts and write their tables."""
    parser = argparse.ArgumentParser(description="Measure speed and memory.")
    parser.add_argument("part", nargs="*", help=f"default: all of {', '.join(PARTS)}")
    wanted = parser.parse_args().part or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))} (there are {', '.join(PARTS)})")
    RESULT.parent.mkdir(exist_ok=True)
    pieces = [machine()]
    print(pieces[0])
    for part in wanted:
        bench = importlib.import_module(f"bench_{part}")
        missing = bench.available() if part in ("handover", "window") else ""
        piece = f"Not measured: {part} needs {missing}.\n" if missing else bench.report()
        print(piece, flush=True)
        pieces.append(piece)
    RESULT.write_text("\n".join(pieces), encoding="utf-8")
    print(f"Written to {RESULT}")


if __name__ == "__main__":
    main()
