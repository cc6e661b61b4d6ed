"""Previews as they are drawn beside a form."""

from dataclasses import replace

import numpy as np
from astropy.io import fits

from viewer.core.frame import Frame
from viewer.core.preview import Preview
from viewer.ui.dialogs.sides import Look, draw_preview


def test_what_is_not_on_the_screen_yet_is_drawn_upright():
    data = np.zeros((40, 40), "f4")
    data[:10] = 100
    drawn = {}
    for top_down in (True, False):
        frame = replace(Frame.of(data, fits.Header()), top_down=top_down)
        preview = Preview(frame, frame, (0, 40, 0, 40), 1)
        drawn[top_down] = draw_preview(preview, Look(upright=True), (40, 40), 0xFF000000).after & 0xFF
    assert drawn[True][2].mean() > drawn[True][-3].mean()
    assert drawn[False][2].mean() < drawn[False][-3].mean()
