"""Make the icon files of all systems from the one drawing: `python scripts/icons.py`."""

import io
import struct
from pathlib import Path

from PIL import Image
from PyQt6.QtCore import QBuffer, QIODevice, Qt
from PyQt6.QtGui import QGuiApplication, QImage, QPainter
from PyQt6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256)


def main() -> None:
    """Write a PNG for each size, and the collections that Windows and macOS read."""
    application = QGuiApplication(["icons", "-platform", "offscreen"])
    renderer = QSvgRenderer(str(FOLDER / "skyloupe.svg"))
    drawn = {size: _drawn(renderer, size) for size in SIZES}
    for size in SIZES:
        drawn[size].save(FOLDER / f"skyloupe-{size}.png", optimize=True)
    drawn[256].save(
        FOLDER / "skyloupe.ico",
        append_images=list(drawn.values()),
        sizes=[(size, size) for size in SIZES if size != 22],
    )
    (FOLDER / "skyloupe.icns").write_bytes(_icns())
    application.quit()


def _icns() -> bytes:
    """Return what macOS reads: a name of four letters, a length and a PNG for each size."""
    pictures = b""
    for name, size in (("ic11", 32), ("ic12", 64), ("ic07", 128), ("ic08", 256)):
        content = (FOLDER / f"skyloupe-{size}.png").read_bytes()
        pictures += name.encode() + struct.pack(">I", 8 + len(content)) + content
    return b"icns" + struct.pack(">I", 8 + len(pictures)) + pictures


def _drawn(renderer: QSvgRenderer, size: int) -> Image.Image:
    picture = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return Image.open(io.BytesIO(bytes(buffer.data()))).convert("RGBA")


if __name__ == "__main__":
    main()
