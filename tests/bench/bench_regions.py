"""What regions cost: fifty thousand read, moved and written, and the numbers of one that is dragged."""

import time
from collections.abc import Callable

import numpy as np
from astropy.io import fits
from regions import Regions

from frames import SMALL, frame
from timing import median, milliseconds, table
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.measure.plane import Plane
from viewer.core.measure.regionstats import region_statistics
from viewer.core.pixels import ArrayPixels
from viewer.core.shapes.files import read_regions
from viewer.core.shapes.writing import write_ds9
from viewer.core.world import World

_MANY = 50_000
_FEW = 500
_CARDS = {
    "CTYPE1": "RA---TAN",
    "CTYPE2": "DEC--TAN",
    "CRVAL1": 202.47,
    "CRVAL2": 47.2,
    "CRPIX1": 2048.0,
    "CRPIX2": 2048.0,
    "CDELT1": -1e-4,
    "CDELT2": 1e-4,
}


def report() -> str:
    """Tables of seconds and milliseconds."""
    return f"{_files()}\n{_drag()}"


def _files() -> str:
    world = World.of(Frame(ArrayPixels(np.zeros((4096, 4096), "u1")), cards=fits.Header(_CARDS)))
    rng = np.random.default_rng(1)
    lon, lat = world.skies(rng.uniform(0, 4095, _MANY), rng.uniform(0, 4095, _MANY), "fk5")
    lines = [f'box({x:.7f},{y:.7f},3",5",30) # color=red text={{a}}' for x, y in zip(lon, lat, strict=True)]
    text = "fk5\n" + "\n".join(lines)
    regions = read_regions(text, "many.reg", world).regions
    flip, offset = np.diag([-1.0, 1.0]), np.array([4095.0, 0.0])
    rows = [
        [f"{_MANY:,} boxes read onto the image", _seconds(lambda: read_regions(text, "many.reg", world))],
        [f"{_MANY:,} written in fk5", _seconds(lambda: write_ds9(regions, "fk5", world))],
        [f"{_MANY:,} flipped", _seconds(lambda: [region.moved(flip, offset) for region in regions])],
    ]
    some = "fk5\n" + "\n".join(lines[:_FEW])
    wcs = world.celestial_wcs
    package = _seconds(lambda: [region.to_pixel(wcs) for region in Regions.parse(some, format="ds9")])
    rows.append([f"{_FEW:,} read by the regions package", package])
    return table("Region files", ["", "s"], rows)


def _drag() -> str:
    data = Plane(read(frame(SMALL)))
    rows = []
    for kind, size, label in (
        ("box", (200.0, 200.0), "box of 200 x 200"),
        ("circle", (113.0,), "circle of as many"),
        ("box", (2000.0, 2000.0), "box of 2000 x 2000"),
    ):
        times = milliseconds(
            lambda k, kind=kind, size=size: region_statistics(
                data, kind=kind, points=((2000.5 + k, 2000.0),), size=size, angle=10.0
            ),
            repeat=20,
        )
        rows.append([label, f"{median(times):.1f}"])
    return table("Statistics of a region, 4096² uint16", ["pixels", "ms"], rows)


def _seconds(work: Callable[[], object]) -> str:
    start = time.perf_counter()
    work()
    return f"{time.perf_counter() - start:.2f}"
