"""The Python that cuts and spectra show measures the same where Skyloupe is not installed."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from viewer.core.io import read
from viewer.core.measure.contours import contour_lines
from viewer.core.measure.cubespectrum import Planes, cube_spectrum
from viewer.core.measure.cuts import line_cut
from viewer.core.measure.histogram import image_histogram
from viewer.core.measure.plane import Plane
from viewer.core.measure.spectrum import long_slit_spectrum
from viewer.core.measure.trace import trace_spectrum
from viewer.core.script.origin import Origin
from viewer.core.script.question import Question, question_script

STAR = "longslit_sprat/v_s_20180810_27_1_0_0.fits.gz"
CUBE = "cube/l1448_13co.fits"


@pytest.mark.parametrize(
    ("function", "arguments", "file", "column"),
    [
        (line_cut, {"x1": 200.5, "y1": 120.0, "x2": 260.0, "y2": 150.0, "width": 3}, STAR, "value"),
        (image_histogram, {"x1": 100, "x2": 600, "bins": 50}, STAR, "count"),
        (contour_lines, {"spacing": "sigma", "smooth": 2.0, "count": 4}, STAR, "x"),
        (
            long_slit_spectrum,
            {"band": (124, 142), "sky": ((90, 115), (150, 175)), "sky_fit": "linear", "angle": -0.14},
            STAR,
            "error",
        ),
        (trace_spectrum, {"order": 2}, STAR, "centre"),
        (cube_spectrum, {"kind": "circle", "points": ((53.0, 60.0),), "size": (7.5,)}, CUBE, "flux"),
    ],
)  # fmt: skip
def test_the_script_measures_the_same(
    function: Callable[..., Any],
    arguments: dict[str, Any],
    file: str,
    column: str,
    data_dir: Path,
    tmp_path: Path,
) -> None:
    frame = read(data_dir / file)
    whole = function is cube_spectrum
    here = function(Planes(frame) if whole else Plane(frame), **arguments)
    script = tmp_path / "measure.py"
    question = Question(function, arguments, "what was asked", whole=whole)
    script.write_text(question_script((), Origin.named(str(data_dir / file)), question), encoding="utf-8")
    # isolated: no path leads to this package
    run = subprocess.run(
        [sys.executable, "-I", str(script)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    head = next(i for i, line in enumerate(lines) if column in line.split(",") and "," in line)
    place = lines[head].split(",").index(column)
    there = [float(line.split(",")[place]) for line in lines[head + 1 : head + 1 + len(here[column])]]
    np.testing.assert_array_equal(there, here[column])
