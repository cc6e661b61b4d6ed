"""Sheet: a transparent picture a little larger than the view, which is shifted while one pans."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QImage, QPainter, QTransform

Array = np.ndarray[Any, np.dtype[Any]]
# device pixels around the view that are drawn too, so that panning need not draw anew
AHEAD = 192


@dataclass
class _Drawn:
    """What was drawn before, and for what."""

    key: tuple[object, ...]
    shift: tuple[float, float]
    hurried: bool
    pixels: Array
    image: QImage


class Sheet:
    """Keeps what was drawn over a view, and shifts it if the view has only moved."""

    def __init__(self) -> None:
        self.drawn: _Drawn | None = None

    def draw(
        self,
        painter: QPainter,
        view: tuple[QTransform, float, tuple[float, float]],
        what: tuple[object, ...],
        make: Callable[[tuple[int, int], bool], Array],
        hurried: bool = False,
    ) -> None:
        """Draw what `make` gives of a picture that stands out by `AHEAD` on all sides.

        Parameters
        ----------
        painter : QPainter
            In logical pixels.
        view : tuple
            From image coordinates to those of the painter; device pixels for one of them; width and height.
        what : tuple
            Stands for what is drawn: the same again is not made anew.
        make : callable
            Gets the size in device pixels, and whether it has to be quick.
        hurried : bool
            Another picture comes soon.
        """
        to_screen, ratio, size = view
        linear = (to_screen.m11(), to_screen.m12(), to_screen.m21(), to_screen.m22())
        key = (*what, linear, ratio, size)
        now = (to_screen.dx() * ratio, to_screen.dy() * ratio)
        drawn = self.drawn
        moved = (0, 0)
        if drawn is not None and drawn.key == key and (hurried or not drawn.hurried):
            moved = tuple(round(a - b) for a, b in zip(now, drawn.shift, strict=True))
        else:
            drawn = None
        if drawn is None or max(map(abs, moved)) > AHEAD:
            whole = (round(size[0] * ratio) + 2 * AHEAD, round(size[1] * ratio) + 2 * AHEAD)
            pixels = make(whole, hurried)
            image = QImage(pixels.data, *whole, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            self.drawn = drawn = _Drawn(key, now, hurried, pixels, image)
            moved = (0, 0)
        painter.drawImage(QPointF((moved[0] - AHEAD) / ratio, (moved[1] - AHEAD) / ratio), drawn.image)
