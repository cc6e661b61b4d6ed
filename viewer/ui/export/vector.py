"""PDF and SVG: lines and texts stay lines and texts, and the picture is embedded as it was drawn.

Qt would compress the picture while it holds Python's lock, for seconds, and the window would stand still.
So it paints a stand-in of a few pixels, and the picture, compressed without the lock, takes its place.
"""

import base64
import re
import zlib

import numpy as np
from PyQt6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PyQt6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PyQt6.QtSvg import QSvgGenerator

from viewer.core.progress import Progress
from viewer.ui.export.choices import Choices
from viewer.ui.export.layout import Layout
from viewer.ui.export.paint import paint
from viewer.ui.export.scene import Scene
from viewer.ui.marks import as_image

POINTS_PER_INCH = 72.0
# A size that nothing else in an export has; a colour, so that it is not stored as grey.
STAND_IN = (3, 2)
STAND_IN_COLOUR = 0xFF010203
CREATOR = "Skyloupe"
BAND_ROWS = 256

_SVG_IMAGE = re.compile(rb'(?<=xlink:href="data:image/png;base64,)[^"]*(?=")')
_PDF_IMAGE = re.compile(rb"(\d+) 0 obj\s*<<\s*/Type /XObject\s*/Subtype /Image\s*/Width 3\s*/Height 2\s")
_PDF_END = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", re.DOTALL)


def render_pdf(
    scene: Scene, choices: Choices, layout: Layout, colours: np.ndarray, progress: Progress
) -> bytes:
    """Return a PDF file of one page.

    Parameters
    ----------
    scene, choices, layout
        What is exported, how and where.
    colours : numpy.ndarray
        The picture: uint32, 0xffRRGGBB.
    progress : Progress
        Told how far it is.
    """
    stand_in = QImage(*STAND_IN, QImage.Format.Format_RGB32)
    stand_in.fill(STAND_IN_COLOUR)
    document = _pdf(scene, choices, layout, stand_in)
    if _PDF_IMAGE.search(document) is None or _PDF_END.search(document) is None:
        # a Qt that writes such files in another form: it takes its time, but the result is the same
        return _pdf(scene, choices, layout, as_image(colours, 1.0))
    return replace_pdf_image(document, colours, progress)


def _pdf(scene: Scene, choices: Choices, layout: Layout, picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator(CREATOR)
    writer.setTitle(scene.name)
    writer.setResolution(round(layout.dpi))
    size = QSizeF(*(length / layout.dpi * POINTS_PER_INCH for length in layout.size))
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, scene.name, exact))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    # otherwise the colour bar is stored as JPEG
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    painter.scale(round(layout.dpi) / layout.dpi, round(layout.dpi) / layout.dpi)
    try:
        paint(painter, scene, choices, layout, picture)
    finally:
        painter.end()
    return bytes(buffer.data())


def render_svg(
    scene: Scene, choices: Choices, layout: Layout, colours: np.ndarray, progress: Progress
) -> bytes:
    """Return an SVG file; see `render_pdf` for the parameters."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(scene.name)
    generator.setDescription(CREATOR)
    generator.setResolution(round(layout.dpi))
    generator.setSize(QSize(*layout.size))
    generator.setViewBox(QRectF(0, 0, *layout.size))
    painter = QPainter(generator)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    stand_in = QImage(*STAND_IN, QImage.Format.Format_RGB32)
    stand_in.fill(STAND_IN_COLOUR)
    try:
        paint(painter, scene, choices, layout, stand_in)
    finally:
        painter.end()
    progress.report(0.5)
    png = QBuffer()
    png.open(QIODevice.OpenModeFlag.WriteOnly)
    as_image(colours, 1.0).save(png, "PNG")
    encoded = base64.b64encode(bytes(png.data()))
    return _SVG_IMAGE.sub(lambda _found: encoded, bytes(buffer.data()), count=1)


def replace_pdf_image(document: bytes, colours: np.ndarray, progress: Progress) -> bytes:
    """Return a PDF file in which a picture takes the place of the stand-in.

    It is appended as a newer version of that object, with a table of its own that refers to the old one: an
    incremental update (ISO 32000-1, 7.5.6).

    Parameters
    ----------
    document : bytes
        As Qt wrote it.
    colours : numpy.ndarray
        uint32, 0xffRRGGBB.
    progress : Progress
        Told how far it is.

    Raises
    ------
    ValueError
        If the stand-in is not found.
    """
    found, end = _PDF_IMAGE.search(document), _PDF_END.search(document)
    if found is None or end is None:
        raise ValueError("there is no stand-in to be replaced")
    number, (trailer, table) = int(found[1]), end.groups()
    height, width = colours.shape
    grey = _is_grey(colours)
    packed = _compressed(colours, grey, progress)
    head = (
        f"{number} 0 obj\n<< /Type /XObject /Subtype /Image /Width {width} /Height {height} "
        f"/BitsPerComponent 8 /ColorSpace /{'DeviceGray' if grey else 'DeviceRGB'} "
        f"/Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    )
    start = len(document)
    body = document + head.encode() + packed + b"\nendstream\nendobj\n"
    tail = f"xref\n{number} 1\n{start:010d} 00000 n \ntrailer\n<< /Prev {int(table)} "
    return body + tail.encode() + trailer.strip() + f" >>\nstartxref\n{len(body)}\n%%EOF\n".encode()


def _is_grey(colours: np.ndarray) -> bool:
    blue = colours & 0xFF
    return bool(((colours & 0xFFFFFF) == blue * 0x010101).all())


def _compressed(colours: np.ndarray, grey: bool, progress: Progress) -> bytes:
    rows, columns = colours.shape
    channels = 1 if grey else 3
    packer = zlib.compressobj()
    parts = []
    for start in range(0, rows, BAND_ROWS):
        band = colours[start : start + BAND_ROWS].astype(">u4", order="C").view("u1")
        band = band.reshape(-1, columns, 4)[..., 4 - channels :]
        parts.append(packer.compress(band.tobytes()))
        progress.report(0.4 + 0.6 * start / rows)
    return b"".join([*parts, packer.flush()])
