"""Render an export: an image for clipboard and preview, or the bytes of a PNG, PDF or SVG file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QBuffer, QIODevice
from PyQt6.QtGui import QImage, QPainter

from viewer.core.errors import ViewerError
from viewer.core.progress import Progress
from viewer.ui.export.choices import CM_PER_INCH, Choices
from viewer.ui.export.layout import Layout, lay_out
from viewer.ui.export.paint import paint, surround
from viewer.ui.export.scene import Scene
from viewer.ui.marks import as_image

LEAST_PREVIEW = 16


def render_image(scene: Scene, choices: Choices, progress: Progress | None = None) -> QImage:
    """Paint an export into an image of its own size.

    Parameters
    ----------
    scene : Scene
        What is exported.
    choices : Choices
        How.
    progress : Progress, optional
        Told how far it is.

    Raises
    ------
    ViewerError
        If it is too large, or the file can no longer be read.
    """
    layout = lay_out(scene, choices)
    with _enough_memory():
        colours = _drawn(scene, choices, layout)
        if progress is not None:
            progress.report(0.3)
        image = _blank(layout.size)
        _paint_on(image, scene, choices, layout, colours, 1.0)
    image.setDotsPerMeterX(round(layout.dpi / CM_PER_INCH * 100))
    image.setDotsPerMeterY(round(layout.dpi / CM_PER_INCH * 100))
    return image


def render_preview(scene: Scene, choices: Choices, room: tuple[int, int]) -> QImage:
    """Paint an export as small as fits into `room` device pixels; never larger than it is.

    Raises
    ------
    ViewerError
        As `render_image`.
    """
    layout = lay_out(scene, choices)
    shrunk = min(1.0, room[0] / layout.size[0], room[1] / layout.size[1])
    size = tuple(max(LEAST_PREVIEW, round(length * shrunk)) for length in layout.size)
    view = layout.view
    reduced = tuple(max(1, round(length * shrunk)) for length in view.size)
    view = replace(view, zoom=view.zoom * reduced[0] / view.size[0], size=reduced)
    colours = scene.draw(view, surround(choices).paper)
    image = _blank(size)
    _paint_on(image, scene, choices, layout, colours, shrunk)
    return image


def render_bytes(scene: Scene, choices: Choices, suffix: str, progress: Progress) -> bytes:
    """Return the whole content of a file.

    Parameters
    ----------
    scene : Scene
        What is exported.
    choices : Choices
        How.
    suffix : str
        ``.png``, ``.pdf`` or ``.svg``.
    progress : Progress
        Told how far it is.

    Raises
    ------
    ViewerError
        If it is too large, or the image can no longer be read.
    """
    if suffix == ".png":
        image = render_image(scene, choices, progress)
        progress.report(0.6)
        return as_png(image)
    # only who writes these files needs QtSvg and zlib
    from viewer.ui.export.vector import render_pdf, render_svg

    layout = lay_out(scene, choices)
    with _enough_memory():
        colours = _drawn(scene, choices, layout)
        progress.report(0.3)
        render = render_pdf if suffix == ".pdf" else render_svg
        return render(scene, choices, layout, colours, progress)


def as_png(image: QImage) -> bytes:
    """Return an image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data())


@contextmanager
def _enough_memory() -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise ViewerError(
            "There is not enough memory for this export: choose a smaller width or fewer dpi."
        ) from None


def _drawn(scene: Scene, choices: Choices, layout: Layout) -> np.ndarray:
    return scene.draw(layout.view, surround(choices).paper)


def _blank(size: tuple[int, int]) -> QImage:
    image = QImage(*size, QImage.Format.Format_RGB32)
    if image.isNull():
        raise MemoryError
    return image


def _paint_on(
    image: QImage, scene: Scene, choices: Choices, layout: Layout, colours: np.ndarray, shrunk: float
) -> None:
    image.fill(surround(choices).paper)
    painter = QPainter(image)
    try:
        painter.scale(shrunk, shrunk)
        paint(painter, scene, choices, layout, as_image(colours, 1.0))
    finally:
        painter.end()
