"""Choosing columns: a menu of the usual ones, and a dialog with every keyword of the folder's headers."""

from collections.abc import Callable, Iterable, Sequence

from PyQt6.QtCore import QModelIndex, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from viewer.core.night.columns import column_of
from viewer.core.night.entry import Entry
from viewer.core.session.jobs import Priority
from viewer.core.session.session import Session
from viewer.ui.fitting import fixed_font, scaled
from viewer.ui.night.columns import DEFAULT, OFFERED, tip_of
from viewer.ui.theme import box_palette

Choose = Callable[[tuple[str, ...]], object]
VALUE_CHARACTERS = 40
# files whose keywords are offered
MOST_ASKED = 300


def with_column(keys: Sequence[str], key: str, on: bool) -> tuple[str, ...]:
    """Return columns with one more, at its usual place if it has one, or without it."""
    left = [each for each in keys if each != key]
    if not on:
        return tuple(left)
    if key in OFFERED:
        later = set(OFFERED[OFFERED.index(key) + 1 :])
        places = [place for place, each in enumerate(left) if each in later]
    else:
        # notes are as long as they are, and stay last
        places = [place for place, each in enumerate(left) if each == "notes"]
    left.insert(places[0] if places else len(left), key)
    return tuple(left)


def fill_menu(menu: QMenu, keys: Sequence[str], choose: Choose, ask: Callable[[], object]) -> None:
    """Fill a menu with the columns that can be shown.

    Parameters
    ----------
    menu : QMenu
        Emptied first.
    keys : sequence of str
        Of the columns that are shown.
    choose : callable
        Gets the keys of those wanted.
    ask : callable
        Shows the dialog with all keywords.
    """
    menu.clear()
    for key in (*OFFERED, *(each for each in keys[1:] if each not in OFFERED)):
        column, on = column_of(key), key in keys
        action = menu.addAction(column.title, lambda key=key, on=on: choose(with_column(keys, key, not on)))
        action.setCheckable(True)
        action.setChecked(on)
        action.setToolTip(tip_of(column))
    menu.addSeparator()
    menu.addAction("Other header keywords…", ask)
    menu.addAction("The usual columns", lambda: choose(DEFAULT))


def keywords_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return every keyword of some files' headers with an example of its value."""
    found: dict[str, str] = {}
    for entry in entries:
        for keyword in entry.header.keywords:
            if not found.get(keyword):
                value = entry.value(keyword)
                found[keyword] = "" if value is None else str(value)
    return found


def ask_for_keywords(
    session: Session, entries: Sequence[Entry], keys: Sequence[str], choose: Choose, parent: QWidget
) -> None:
    """Show a dialog with the keywords of many files, once a job has found them.

    Parameters
    ----------
    session : Session
        Runs the job.
    entries : sequence of Entry
        Of thousands, some are looked at.
    keys : sequence of str
        The columns shown now.
    choose : callable
        Gets the keys of the columns wanted.
    parent : QWidget
        Of the dialog.
    """
    some = entries[:: max(1, len(entries) // MOST_ASKED)]
    session.jobs.start(
        "Looking for keywords",
        lambda _progress: keywords_of(some),
        lambda found: KeywordDialog(found, keys, choose, parent).open(),
        priority=Priority.DETAILS,
    )


class KeywordDialog(QDialog):
    """All keywords of the headers, to be checked and found as one types.

    Parameters
    ----------
    keywords : dict of str to str
        With an example of each value.
    keys : sequence of str
        The columns shown now.
    choose : callable
        Gets the keys of the columns wanted.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(
        self, keywords: dict[str, str], keys: Sequence[str], choose: Choose, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Columns of the table")
        self.resize(scaled(440), scaled(520))
        self._keys = tuple(keys)
        self._choose = choose
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search keyword or value")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName("Header keywords")
        self.list.setItemDelegate(_Boxes(self.list))
        self.list.setFont(fixed_font())
        widest = max(map(len, keywords), default=0)
        for keyword in sorted({*keywords, *(key for key in keys[1:] if key not in OFFERED)}):
            example = keywords.get(keyword, "")
            shown = example if len(example) <= VALUE_CHARACTERS else f"{example[: VALUE_CHARACTERS - 1]}…"
            item = QListWidgetItem(f"{keyword:<{widest}}  {shown}".rstrip())
            item.setData(Qt.ItemDataRole.UserRole, keyword)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if keyword in keys else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(QLabel("Header keywords to be shown as columns, each with a value that it has:"))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)

    def accept(self) -> None:
        """Show the columns that are checked."""
        keys = self._keys
        for row in range(self.list.count()):
            item = self.list.item(row)
            keyword, on = item.data(Qt.ItemDataRole.UserRole), item.checkState() == Qt.CheckState.Checked
            if on != (keyword in keys):
                keys = with_column(keys, keyword, on)
        self._choose(keys)
        super().accept()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(not all(word in item.text().casefold() for word in words))


class _Boxes(QStyledItemDelegate):
    """Rows whose check boxes can be seen in the dark too."""

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        option.palette = box_palette(option.palette)
