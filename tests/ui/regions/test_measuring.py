"""Statistics of large regions are made by a worker, and the last one asked for is shown last."""

import time

import numpy as np
from astropy.io import fits
from PyQt6.QtTest import QTest

from viewer.core.shapes.region import Region
from viewer.ui.regions.measuring import Measuring


def test_large_regions_do_not_hold_up_the_window(live, qtbot, tmp_path):
    file = tmp_path / "large.fits"
    fits.writeto(file, np.arange(2000 * 2000, dtype=np.float32).reshape(2000, 2000))
    live.open([file])
    qtbot.waitUntil(lambda: live.picture is not None)
    shown = []
    measuring = Measuring(live, lambda found: shown.append(found[0].region if found else None))
    boxes = [Region("box", ((1000.0 + n, 1000.0),), (1800.0, 1800.0)) for n in range(12)]
    longest = 0.0
    for box in boxes:
        start = time.perf_counter()
        measuring.ask((box,))
        longest = max(longest, time.perf_counter() - start)
        QTest.qWait(5)
    assert longest < 0.1
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == boxes[-1], timeout=20_000)
    assert len(shown) < len(boxes), "those between were left out"
    measuring.ask(())
    assert shown[-1] is None
