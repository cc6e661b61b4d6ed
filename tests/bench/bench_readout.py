"""What it costs to say everything about the pixel under the pointer."""

import numpy as np

from frames import LARGE, SMALL, frame
from timing import high, median, milliseconds, table
from viewer.core.io import read
from viewer.core.measure.readout import readout


def report() -> str:
    """Table of milliseconds."""
    rows = []
    for name, label in ((SMALL, "4096² uint16"), (LARGE, "16384² float32")):
        shown = read(frame(name))
        rows_of, columns_of = shown.image_shape
        places = np.random.default_rng(1).uniform(0, (columns_of - 1, rows_of - 1), (200, 2))
        for system in ("icrs", "galactic"):
            times = milliseconds(
                lambda k, shown=shown, places=places, system=system: readout(
                    shown, *places[k % 200], sky_frame=system
                ),
                repeat=150,
            )
            rows.append([f"{label}, {system}", f"{median(times):.2f}", f"{high(times):.2f}"])
    return table("Readout", ["position with sky coordinates: ms", "median", "95 %"], rows)
