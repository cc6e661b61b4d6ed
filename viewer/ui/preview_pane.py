"""Preview pane: what a file looks like, beside the list in which it is chosen.

The picture is made by a process of its own, so that no file can hold up or harm the window.
"""

import os
import shutil
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path

from PyQt6.QtCore import QEvent, QProcess, QProcessEnvironment, QRect, QSize, Qt, QTimer
from PyQt6.QtGui import QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

import viewer
from viewer.core.names import shown
from viewer.ui.reddening import red_image
from viewer.ui.theme import is_red

# milliseconds: who walks through a list with the arrow keys does not want every file to be read
PAUSE = 120
SIDE = 256
MOST_KEPT = 64
# -P: not by the folder that this was started in, where anybody may have put a package of this name
COMMAND = ("-P", "-m", "viewer.commands.waiting")
# logical pixels
_NARROWEST = 200


class PreviewPane(QWidget):
    """A picture of a file and a few words about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._kept: OrderedDict[str, tuple[QImage, str]] = OrderedDict()
        self._process: QProcess | None = None
        self._closed = False
        self._ready: QProcess | None = None
        self._output = Path()
        self._folder = ""
        self._count = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._start)
        self.picture = _Picture()
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 0, 0, 0)
        layout.addWidget(self.picture)
        layout.addWidget(self.words)
        layout.addStretch(1)
        self.setMinimumWidth(_NARROWEST)
        self.setAccessibleName("Preview")

    def show_file(self, path: str) -> None:
        """Show a file as soon as nobody has asked for another one for a moment; none if the name is empty."""
        if path == self._path:
            return
        self._stop()
        self._path = path
        kept = self._kept.get(path)
        if kept is not None:
            self._kept.move_to_end(path)
            self._display(*kept)
            return
        self._display(QImage(), shown(Path(path).name) if path else "")
        if path:
            self._timer.start()

    def close_down(self) -> None:
        """End what runs and remove what was written; nothing is begun any more."""
        self._closed = True
        self._stop()
        ready, self._ready = self._ready, None
        if ready is not None:
            ready.kill()
        self._kept.clear()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = ""

    def prepare(self) -> None:
        """Start the process that will make the next picture: loading what it needs takes longest."""
        if self._ready is None and not self._closed:
            self._ready = self._launched()

    def _stop(self) -> None:
        self._timer.stop()
        process, self._process = self._process, None
        if process is not None:
            # it forgets itself when the system has ended it, which nobody waits for
            process.kill()

    def _start(self) -> None:
        if not self._folder:
            try:
                self._folder = tempfile.mkdtemp(prefix="skyloupe-")
            except OSError as error:
                self._say_none(error.strerror or str(error))
                return
        self._count += 1
        self._output = Path(self._folder, f"{self._count}.png")
        process, self._ready = self._ready or self._launched(), None
        self._process = process
        side = round(SIDE * self.devicePixelRatioF())
        process.write(b"".join(os.fsencode(str(word)) + b"\0" for word in (self._path, self._output, side)))
        process.closeWriteChannel()

    def _launched(self) -> QProcess:
        process = QProcess()
        environment = QProcessEnvironment.systemEnvironment()
        # the same program, wherever it is started from
        environment.insert("PYTHONPATH", str(Path(viewer.__file__).parent.parent))
        process.setProcessEnvironment(environment)
        _running.add(process)
        process.finished.connect(lambda code, status: self._ended(process, code, status))
        process.errorOccurred.connect(lambda error: self._failed(process, error))
        process.start(sys.executable, COMMAND)
        return process

    def _failed(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            _forget(process)
            if process is self._ready:
                self._ready = None
            if process is self._process:
                self._process = None
                self._say_none(process.errorString())

    def _ended(self, process: QProcess, code: int, status: QProcess.ExitStatus) -> None:
        _forget(process)
        if process is self._ready:
            self._ready = None
        if process is not self._process:
            return
        self._process = None
        well = code == 0 and status == QProcess.ExitStatus.NormalExit
        image = QImage(str(self._output)) if well else QImage()
        self._output.unlink(missing_ok=True)
        name = shown(Path(self._path).name)
        if image.isNull():
            said = process.readAllStandardError().data().decode("utf-8", "replace").strip().splitlines()
            words = (said[-1] if said else "").removeprefix("skyloupe: ") or "No preview."
        else:
            words = image.text("Description")
            image.setDevicePixelRatio(self.devicePixelRatioF())
        self._kept[self._path] = image, f"{name}\n{words}"
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self._display(*self._kept[self._path])
        self.prepare()

    def _say_none(self, reason: str) -> None:
        self._display(QImage(), f"{shown(Path(self._path).name)}\nNo preview: {reason}")

    def _display(self, image: QImage, words: str) -> None:
        self.picture.set_image(image)
        self.words.setText(words)


# a process must outlive the dialog by the moment that it takes to end
_running: set[QProcess] = set()


def _forget(process: QProcess) -> None:
    _running.discard(process)
    process.deleteLater()


class _Picture(QWidget):
    """An image in the middle, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self._shown = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMaximumHeight(SIDE)

    def set_image(self, image: QImage) -> None:
        """Show another image."""
        self.image = image
        self._colour()

    def sizeHint(self) -> QSize:
        """Return what a whole picture takes."""
        return QSize(SIDE, SIDE)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the image as large as it fits."""
        if self._shown.isNull():
            return
        size = self._shown.deviceIndependentSize().toSize()
        if size.width() > self.width() or size.height() > self.height():
            size.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect((self.width() - size.width()) // 2, (self.height() - size.height()) // 2, 0, 0)
        place.setSize(size)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._shown)

    def _colour(self) -> None:
        self._shown = red_image(self.image) if is_red() and not self.image.isNull() else self.image
        self.update()
