"""Finding 3,000 stars in 4096² against the calls of sep that do the same, in the same run."""

import time

import numpy as np
import sep

from timing import median, ratio, table
from viewer.core.measure.starcandidates import LEAST_AREA, SEARCHED_STAR
from viewer.core.measure.starsearch import list_stars

SIDE, STARS, FWHM, NOISE = 4096, 3000, 3.0, 10.0


def field() -> np.ndarray:
    """Return an image of Gaussian stars, each of which sep can see."""
    rng = np.random.default_rng(1)
    image = rng.normal(1000, NOISE, (SIDE, SIDE)).astype(np.float32)
    sigma = FWHM / 2.3548
    offset = np.arange(-12, 13)
    for x, y, flux in zip(
        *rng.uniform(20, SIDE - 20, (2, STARS)), np.geomspace(1000, 1e6, STARS), strict=True
    ):
        row, column = round(y), round(x)
        square = (offset[:, np.newaxis] + row - y) ** 2 + (offset + column - x) ** 2
        part = np.s_[row - 12 : row + 13, column - 12 : column + 13]
        image[part] += flux / (2 * np.pi * sigma**2) * np.exp(-0.5 * square / sigma**2)
    return image


def plain(image: np.ndarray, alike: bool) -> int:
    """Do with sep what a script of a few lines does; if `alike`, with our filter and noise map."""
    sep.set_extract_pixstack(2_000_000)
    mesh = sep.Background(image)
    light = image - mesh.back()
    if alike:
        noise = mesh.rms()
        gain = np.sqrt((SEARCHED_STAR**2).sum()) / SEARCHED_STAR.sum()
        how = {
            "filter_kernel": SEARCHED_STAR,
            "filter_type": "conv",
            "minarea": LEAST_AREA,
            "deblend_cont": 0.001,
        }
        found = sep.extract(light, 5 * gain, err=noise, **how)
    else:
        noise = mesh.globalrms
        found = sep.extract(light, 5.0, err=noise)
    sep.sum_circle(light, found["x"], found["y"], 1.5 * FWHM, err=noise, subpix=0)
    # sep's own width of a star, and its place under a window of that width
    half = sep.flux_radius(light, found["x"], found["y"], 6 * found["a"], 0.5, subpix=5)[0]
    sep.winpos(light, found["x"], found["y"], 2 / 2.35 * half)
    return len(found)


def report() -> str:
    """Table of milliseconds and stars."""
    image = field()
    runs = {
        "sep, a plain script": lambda: plain(image, False),
        "sep, filter and noise map as ours": lambda: plain(image, True),
        "Skyloupe": lambda: int(list_stars(image)["count"]),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    counts = {}
    for turn in range(6):
        # in turn: what else the machine does slows all
        for name, run in runs.items():
            begin = time.perf_counter()
            counts[name] = run()
            if turn:
                times[name].append(1e3 * (time.perf_counter() - begin))
    ours = median(times["Skyloupe"])
    rows = [
        [name, f"{median(found):.0f} ms", str(counts[name]), ratio(ours, median(found))]
        for name, found in times.items()
    ]
    return table(
        f"Stars: {STARS} of them in 4096² (limit: 1.5 times sep's own time)",
        ["search", "time", "stars", "Skyloupe in units of it"],
        rows,
    )
