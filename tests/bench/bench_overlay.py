"""Circles around thousands of stars: what a repaint costs while one pans, zooms and rests."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from timing import high, median, milliseconds, table

COUNTS = (0, 300, 3_000, 20_000)
SIZE = (1400, 1000)
SIDE = 4096
# kept: in which order Python would take a view of pyqtgraph apart is left to chance
_views: list = []


def report() -> str:
    """Measure and write the table."""
    # a screen is not needed, but has to be chosen before Qt is loaded
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        rows = [_measured(Path(folder), count) for count in COUNTS]
    head = ("stars in sight", "rest", "pan", "pan 95 %", "zoom", "zoom 95 %", "in full", "labels")
    return table("Repaint of the picture with its stars, ms (4096 × 4096, view of 1400 × 1000)", head, rows)


def _measured(folder: Path, count: int) -> tuple[str, ...]:
    from PyQt6.QtWidgets import QApplication

    from viewer.core.session.jobs import Jobs
    from viewer.core.session.session import Session
    from viewer.core.session.settings import Settings
    from viewer.ui.image.view import ImageView
    from viewer.ui.stars.item import StarsItem

    app = QApplication.instance() or QApplication([])
    session = Session(Jobs(threads=0), Settings())
    path = folder / "sky.fits"
    if not path.exists():
        from astropy.io import fits

        fits.writeto(path, np.random.default_rng(1).normal(100, 5, (SIDE, SIDE)).astype(np.float32))
    session.open([path])
    view = ImageView(session)
    _views.append(view)
    view.add_overlay(StarsItem(session))
    view.resize(*SIZE)
    view.show()
    app.processEvents()
    if count:
        session.overlays.set_stars(_stars(count))
    viewport = view.graphics.viewport()

    def rest(_k: int) -> None:
        viewport.repaint()

    def pan(k: int) -> None:
        session.pan_by(9 * (-1) ** (k // 20), 4)
        viewport.repaint()

    def zoom(k: int) -> None:
        # all of them stay in sight
        session.zoom_by(0.99 if k % 2 else 1 / 0.99)
        viewport.repaint()

    session.zoom_by(1.0)
    results = [milliseconds(rest), milliseconds(pan), milliseconds(zoom)]
    item = next(each for each in view.overlays if isinstance(each, StarsItem))

    def in_full(_k: int) -> None:
        item._moving = False
        item._painter.forget()
        viewport.repaint()

    results.append(milliseconds(in_full))
    labels = "–"
    if count:
        style = session.overlays.layer.star_style
        session.overlays.set_star_style(replace(style, label="number"))
        item._moving = False
        labels = f"{median(milliseconds(rest)):.1f}"
    view.take_apart()
    view.close()
    rest_ms, pan_ms, zoom_ms, full_ms = results
    return (
        f"{count:,}",
        f"{median(rest_ms):.1f}",
        f"{median(pan_ms):.1f}",
        f"{high(pan_ms):.1f}",
        f"{median(zoom_ms):.1f}",
        f"{high(zoom_ms):.1f}",
        f"{median(full_ms):.1f}",
        labels,
    )


def _stars(count: int):
    from viewer.core.measure.starlist import STAR_LIST, StarList

    rng = np.random.default_rng(count)
    rows = np.zeros(count, STAR_LIST)
    rows["x"], rows["y"] = rng.uniform(0, SIDE, (2, count))
    rows["flux"] = np.sort(1e3 * rng.pareto(1.2, count))[::-1] + 100
    rows["fwhm"] = rng.normal(3.5, 0.2, count)
    rows["snr"] = np.sqrt(rows["flux"])
    rows["saturated"][: count // 100] = True
    return StarList(rows, (SIDE, SIDE))


if __name__ == "__main__":
    print(report(), flush=True)
