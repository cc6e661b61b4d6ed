"""Stars of a colour picture."""

import numpy as np
import pytest

from viewer.core.io import read
from viewer.core.measure.starcolours import list_colour_stars
from viewer.core.measure.starlist import find_star_list


@pytest.mark.parametrize("method", ["sep", "teaching"])
def test_the_function_of_the_script_finds_what_the_program_finds(data_dir, method):
    frame = read(data_dir / "images" / "ginga_rgbcube.fits").derive(colour=True)
    wanted = find_star_list(frame, method=method)
    found = list_colour_stars(np.asarray(frame.pixels), method=method, **wanted.settings)
    assert found["count"] == len(wanted) > 20
    np.testing.assert_allclose(found["x"] - 1, wanted["x"])
    np.testing.assert_allclose(found["flux"], wanted["flux"])
