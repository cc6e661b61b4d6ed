"""What measures stars can be copied into a script that gives the same numbers without the program."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from viewer.core.io import read
from viewer.core.measure.aperture import aperture_photometry
from viewer.core.measure.examine import box_statistics, gaussian_along, pixel_at, pixel_values
from viewer.core.measure.growth import curve_of_growth
from viewer.core.measure.photometer import quick_photometry
from viewer.core.measure.plane import Plane
from viewer.core.measure.radial import radial_profile
from viewer.core.measure.starmeasure import measure_star
from viewer.core.script.origin import Origin
from viewer.core.script.question import Question, question_script

QUESTIONS: list[tuple[Any, dict[str, Any]]] = [
    (measure_star, {"gain": 2.0, "radius": None, "saturation": 60000.0, "sky": "mode"}),
    (radial_profile, {}),
    (curve_of_growth, {}),
    (aperture_photometry, {"radius": 6.0}),
    (quick_photometry, {}),
    (box_statistics, {}),
    (gaussian_along, {"axis": "y"}),
    (pixel_values, {}),
    (pixel_at, {}),
]


@pytest.mark.parametrize(("function", "more"), QUESTIONS, ids=[each[0].__name__ for each in QUESTIONS])
def test_a_script_gives_the_same_numbers(
    function: Any, more: dict[str, Any], sample: Path, tmp_path: Path
) -> None:
    arguments = {"x": 147.0, "y": 63.0, **more}
    text = question_script((), Origin(str(sample)), Question(function, arguments, "A star"))
    assert "viewer" not in text.replace("Skyloupe", "")
    path = tmp_path / "measure.py"
    path.write_text(text)
    ended = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert ended.stderr == ""
    printed = dict(line.split(maxsplit=1) for line in ended.stdout.splitlines() if len(line.split()) == 2)
    expected = function(Plane(read(str(sample))), **arguments)
    numbers = {name: value for name, value in expected.items() if isinstance(value, float | int)}
    assert len(numbers) > 2 or function is pixel_values
    for name, value in numbers.items():
        assert printed[name] == str(value)
    for name, value in expected.items():
        if isinstance(value, np.ndarray) and value.ndim == 2:
            assert f"{name}\n" + ",".join(map(str, value[0])) in ended.stdout
