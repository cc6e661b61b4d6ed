import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from viewer.core.apply import apply_all
from viewer.core.call import Call
from viewer.core.io import read
from viewer.core.measure.aperture import aperture_photometry
from viewer.core.measure.cuts import line_cut
from viewer.core.measure.plane import Plane
from viewer.core.script.origin import Origin
from viewer.core.script.question import Question, question_script


def printed(text: str, folder: Path) -> tuple[dict[str, str], np.ndarray]:
    """Run a script where Skyloupe cannot be imported; return its lines, and its columns."""
    file = folder / "measure.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(file)], cwd=folder, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    start = next((place for place, line in enumerate(lines) if "," in line and " " not in line), len(lines))
    scalars = dict((line + " ").split(" ", 1) for line in lines[:start])
    columns = [[float(each) for each in line.split(",")] for line in lines[start + 1 :]]
    return scalars, np.array(columns)


@pytest.mark.parametrize(
    "calls", [(), (Call.of("flip_horizontal"), Call.of("rotate90"), Call.of("gaussian", sigma=1.2))]
)
def test_the_script_of_a_measurement_gives_the_same_numbers_alone(calls, sample, tmp_path):
    arguments = {"x1": 10.0, "y1": 20.5, "x2": 61.0, "y2": 44.0, "width": 3}
    frame = read(sample)
    expected = line_cut(Plane(apply_all(calls, frame)), **arguments)
    text = question_script(calls, Origin.of(frame), Question(line_cut, arguments, "A cut"))
    assert "viewer" not in text
    scalars, columns = printed(text, tmp_path)
    assert float(scalars["length"]) == expected["length"]
    np.testing.assert_array_equal(columns[:, 0], expected["distance"])
    np.testing.assert_array_equal(columns[:, 1], expected["value"])


def test_the_plane_of_a_cube_and_masked_pixels_are_as_in_the_program(data_dir, tmp_path):
    frame = read(data_dir / "cube" / "l1448_13co.fits")
    arguments = {"x1": 5.0, "y1": 5.0, "x2": 90.0, "y2": 70.0}
    calls = (Call.of("mask_above", threshold=0.5),)
    expected = line_cut(Plane(apply_all(calls, frame), (20,)), **arguments)
    assert np.isnan(expected["value"]).any()
    text = question_script(calls, Origin.of(frame), Question(line_cut, arguments), (20,))
    _, columns = printed(text, tmp_path)
    np.testing.assert_array_equal(columns[:, 1], expected["value"])


def test_a_position_is_given_on_the_sky_too(data_dir, tmp_path):
    frame = read(data_dir / "wcs" / "tanpv.fits")
    arguments = {"x": 240.5, "y": 160.25, "radius": 4.0}
    question = Question(aperture_photometry, arguments, "Somewhere", sky=True)
    scalars, _ = printed(question_script((), Origin.of(frame), question), tmp_path)
    ra, dec = frame.world.sky(239.5, 159.25)
    assert (float(scalars["ra"]), float(scalars["dec"])) == pytest.approx((ra, dec), abs=1e-9)
    assert float(scalars["flux"]) == aperture_photometry(Plane(frame), **arguments)["flux"]
