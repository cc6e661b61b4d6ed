"""By hand: what a user knows better than the headers, for the files selected in the table."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QInputDialog, QMenu, QWidget

from viewer.core.night.entry import KINDS, Entry

Changed = Callable[[list[Entry]], object]

# of thousands of files the window would stop for a moment
AT_ONCE = 250
TEXTS = {"target": "Target", "filter": "Filter"}
NUMBERS = {"exposure": ("Exposure time in seconds", 3), "temperature": ("Temperature in degrees Celsius", 1)}


class ByHand:
    """The values that were set by hand, kept as long as the program runs.

    Parameters
    ----------
    changed : callable
        Gets entries as they are now.
    parent : QObject
        As in Qt.
    """

    def __init__(self, changed: Changed, parent: QObject) -> None:
        self._changed = changed
        self._values: dict[Path, dict[str, object]] = {}
        self._read: dict[Path, Entry] = {}
        self._waiting: dict[Path, None] = {}
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._change_some)

    @property
    def busy(self) -> bool:
        """Whether some files are still to be changed."""
        return bool(self._waiting)

    def known(self, entry: Entry) -> Entry:
        """Return an entry that was read just now with what was set by hand before."""
        values = self._values.get(entry.path)
        if not values or entry.problem:
            return entry
        self._read[entry.path] = entry
        return entry.with_values(**values)

    def as_read(self, entry: Entry) -> Entry:
        """Return an entry as its header says."""
        return self._read.get(entry.path, entry)

    def set(self, entries: Sequence[Entry], **values: object) -> None:
        """Set values of some files."""
        for entry in entries:
            if not entry.problem:
                self._read.setdefault(entry.path, entry)
                self._values.setdefault(entry.path, {}).update(values)
                self._waiting[entry.path] = None
        self._change_some()

    def forget(self, entries: Sequence[Entry]) -> None:
        """Go back to what the headers say."""
        for entry in entries:
            if self._values.pop(entry.path, None) is not None:
                self._waiting[entry.path] = None
        self._change_some()

    def _change_some(self) -> None:
        """Tell of some of the files that changed, and of the others a moment later."""
        some = list(self._waiting)[:AT_ONCE]
        for path in some:
            del self._waiting[path]
        if self._waiting:
            self._timer.start()
        self._changed(
            [
                self._read[path].with_values(**self._values[path])
                if path in self._values
                else self._read.pop(path)
                for path in some
            ]
        )

    def add_to(self, menu: QMenu, entries: Sequence[Entry], parent: QWidget) -> None:
        """Add what can be set of some files to a menu.

        Parameters
        ----------
        menu : QMenu
            Of the table.
        entries : sequence of Entry
            The files selected.
        parent : QWidget
            Of the dialogs.
        """
        readable = [entry for entry in entries if not entry.problem]
        kinds = menu.addMenu("Set kind by hand")
        now = {entry.kind for entry in readable}
        for kind in KINDS:
            action = kinds.addAction(kind.capitalize(), lambda kind=kind: self.set(readable, kind=kind))
            action.setCheckable(True)
            action.setChecked(now == {kind})
        values = menu.addMenu("Set other values by hand")
        for name, title in TEXTS.items():
            values.addAction(f"{title}…", lambda name=name: self.ask_for_text(readable, name, parent))
        for name, (title, _) in NUMBERS.items():
            values.addAction(f"{title}…", lambda name=name: self.ask_for_number(readable, name, parent))
        back = menu.addAction("As the headers say", lambda: self.forget(readable))
        back.setEnabled(any(entry.path in self._values for entry in readable))
        for each in (kinds, values):
            each.setEnabled(bool(readable))

    def ask_for_text(self, entries: Sequence[Entry], name: str, parent: QWidget) -> None:
        """Ask for a target or a filter."""
        dialog = _dialog(parent, TEXTS[name], len(entries))
        dialog.setTextValue(str(getattr(entries[0], name)))
        dialog.textValueSelected.connect(lambda text: self.set(entries, **{name: text.strip()}))
        dialog.open()

    def ask_for_number(self, entries: Sequence[Entry], name: str, parent: QWidget) -> None:
        """Ask for an exposure time or a temperature."""
        title, decimals = NUMBERS[name]
        dialog = _dialog(parent, title, len(entries))
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(0.0 if name == "exposure" else -273.0, 1e6)
        dialog.setDoubleDecimals(decimals)
        dialog.setDoubleValue(getattr(entries[0], name) or 0.0)
        dialog.doubleValueSelected.connect(lambda value: self.set(entries, **{name: value}))
        dialog.open()


def _dialog(parent: QWidget, title: str, count: int) -> QInputDialog:
    dialog = QInputDialog(parent)
    dialog.setWindowTitle("Set by hand")
    dialog.setLabelText(f"{title} of {count} files:" if count > 1 else f"{title}:")
    dialog.finished.connect(dialog.deleteLater)
    return dialog
