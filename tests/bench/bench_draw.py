"""What a screenful costs: the same numbers are wanted for a 4096² frame and for one sixteen times larger."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from frames import LARGE, LARGE_INTEGERS, SMALL, frame
from timing import high, median, milliseconds, ratio, table
from viewer.core.io import read
from viewer.core.render.draw import Screen
from viewer.core.render.limits import Limits, Sample
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.scale import DEFAULT_SCALE
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import Viewport

# About what the picture gets of a 1400 × 900 window.
SIZE = (1040, 800)
BACKGROUND = 0xFF202020


def steps_of(path: Path) -> dict[str, Callable[[int], object]]:
    """Each step draws another picture than the one before it, as a moving slider or pointer does."""
    shown = read(path)
    pyramid = Pyramid(shown.pixels)
    pyramid.build()
    sample = Sample.of(shown.pixels)
    cuts = DEFAULT_SCALE.limits.resolve(sample)
    fitted = Viewport.fit(shown.image_shape, SIZE)
    one = replace(fitted, zoom=1.0)
    screen = Screen()

    def draw(
        viewport: Viewport = fitted, scale: object = DEFAULT_SCALE, cuts: tuple[float, float] = cuts
    ) -> object:
        return screen.draw([pyramid], viewport, scale, [cuts], sample, BACKGROUND)

    width = cuts[1] - cuts[0]
    parameters = (0.05, 0.1, 0.2)
    return {
        "full redraw, fitted": lambda _: Screen().draw(
            [pyramid], fitted, DEFAULT_SCALE, [cuts], sample, BACKGROUND
        ),
        "contrast and bias": lambda k: draw(scale=replace(DEFAULT_SCALE, contrast=1 + 0.01 * k)),
        "stretch parameter": lambda k: draw(
            scale=replace(DEFAULT_SCALE, stretch=Stretch("asinh", parameters[k % 3]))
        ),
        "limits": lambda k: draw(
            scale=replace(
                DEFAULT_SCALE, limits=Limits("manual", low=cuts[0] + 0.001 * k * width, high=cuts[1])
            ),
            cuts=(cuts[0] + 0.001 * k * width, cuts[1]),
        ),
        "pan, 1:1": lambda k: draw(one.moved(9 * k, 5 * k)),
        "pan, zoomed in 5×": lambda k: draw(replace(one, zoom=5.0).moved(9 * k, 5 * k)),
        "zoom step": lambda k: draw(fitted.zoomed(1.1 ** (k % 24), (400, 300))),
    }


def report() -> str:
    """Table of milliseconds."""
    names = (SMALL, LARGE_INTEGERS, LARGE)
    times = {name: {step: milliseconds(act) for step, act in steps_of(frame(name)).items()} for name in names}
    rows = []
    for step in times[SMALL]:
        cells = [f"{median(times[name][step]):.1f} ({high(times[name][step]):.1f})" for name in names]
        rows.append([step, *cells, ratio(median(times[LARGE][step]), median(times[SMALL][step]))])
    head = ["step: ms, median (95 %)", "4096² uint16", "16384² uint16", "16384² float32", "16384²/4096²"]
    return table(f"Drawing a screenful of {SIZE[0]}×{SIZE[1]}", head, rows)
