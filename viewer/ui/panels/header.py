"""Header panel: the cards of any HDU, the pinned ones on top, to search and, for the image shown, to edit."""

from dataclasses import replace
from pathlib import Path
from weakref import WeakKeyDictionary

from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QGuiApplication, QPalette
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.core.cardtext import COMMENTARY
from viewer.core.header import CardRow
from viewer.core.io.source import Source
from viewer.core.session.document import Document
from viewer.core.session.jobs import Priority
from viewer.core.session.session import Session
from viewer.ui.card_table import CardTable
from viewer.ui.folders import file_dialog
from viewer.ui.header_cards import Cards, means, own_cards, read_cards, save_cards
from viewer.ui.header_editing import HeaderEditing
from viewer.ui.panels.panel import Panel, quietly
from viewer.ui.texts import hdu_text, hdu_tooltip, sentence


class HeaderPanel(Panel):
    """The header of the HDU on display or of any other, to read, search, copy, save, and edit.

    Every change of a card is an operation on the image: it can be undone, and is in HISTORY and script.
    """

    title = "Header"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.hdu: int | None = None
        self._followed: tuple[Document | None, int | None] = (None, None)
        self._listed: Source | None = None
        # by file, or by image where it has a header of its own
        self._read: WeakKeyDictionary[object, dict[tuple[object, ...], Cards | None]] = WeakKeyDictionary()
        self._header: tuple[object, ...] | None = None
        self._built = False
        for signal in (
            session.current_changed,
            session.image_changed,
            session.history_changed,
            session.settings_changed,
        ):
            signal.connect(self.refresh_soon)
        self.refresh_soon()

    def sizeHint(self) -> QSize:
        """Room for keyword and value."""
        return QSize(330, 400)

    def refresh(self) -> None:
        """Show the header of the chosen HDU, which follows the one on display."""
        self._build()
        document = self.session.current
        now = (document, None if document is None else document.hdu)
        if now != self._followed:
            self._followed = now
            self.hdu = now[1]
        self._list_hdus(document)
        self._show_cards(document)

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self._build()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def choose_hdu(self, index: int) -> None:
        """Show the header of an HDU, whatever is on display."""
        self.hdu = index
        self.refresh()

    def is_pinned(self, keyword: str) -> bool:
        """Whether the card stands above the table, if need be under another spelling."""
        return any(means(each, keyword) for each in self.session.settings.pinned_cards)

    def set_pinned(self, keyword: str, pin: bool) -> None:
        """Show a card above the table from now on, or no more."""
        if self.is_pinned(keyword) == pin:
            return
        before = self.session.settings.pinned_cards
        after = (*before, keyword) if pin else tuple(each for each in before if not means(each, keyword))
        self.session.set_settings(replace(self.session.settings, pinned_cards=after))

    def ask_where_to_save(self) -> None:
        """Show a dialog for the name of the text file; saving follows."""
        document = self.session.current
        if document is None:
            return
        path = document.source.path
        number = f"-{self.hdu}" if self.hdu else ""
        suggested = f"{path.name.partition('.')[0]}{number}-header.txt"
        dialog = file_dialog(self, self.session, "Save the header as text", suggested)
        dialog.setNameFilters(["Text (*.txt)", "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.save_text(Path(name)))
        dialog.open()

    def save_text(self, path: Path | str) -> None:
        """Save the header that is shown as text, a line for each card as it is in the file.

        Parameters
        ----------
        path : pathlib.Path or str
            Written beside itself and renamed; an existing file is replaced, but not the image.
        """
        document = self.session.current
        index = None if document is None else (document.hdu if self.hdu is None else self.hdu)
        if document is None or index is None:
            return
        target, source = Path(path), document.source
        own = own_cards(document, index)
        self.session.jobs.start(
            f"Saving {target.name}",
            lambda _progress: save_cards(source, index, own, target),
            lambda _none: self.session.tell("info", f"The header was saved as {target}."),
            lambda sentence: self.session.tell("error", sentence),
        )

    # ------------------------------------------------------------------ what is shown

    def _list_hdus(self, document: Document | None) -> None:
        hdus = () if document is None else document.source.hdus
        with quietly(self.chooser):
            if document is None or document.source is not self._listed:
                self._listed = None if document is None else document.source
                self.chooser.clear()
                for hdu in hdus:
                    self.chooser.addItem(hdu_text(hdu))
                    self.chooser.setItemData(hdu.index, hdu_tooltip(hdu), Qt.ItemDataRole.ToolTipRole)
            if self.hdu is not None:
                self.chooser.setCurrentIndex(self.hdu)
        self.chooser.setVisible(len(hdus) > 1)
        self.save.setEnabled(bool(hdus))

    def _show_cards(self, document: Document | None) -> None:
        index = self.hdu
        if document is None or index is None:
            self._fill(None, None, "No file is open")
            return
        own = own_cards(document, index)
        header = (document, index)
        keywords = self.session.settings.pinned_cards
        owner = document.source if own is None else document.pictures[index]
        known, key = self._read.setdefault(owner, {}), (index, keywords)
        cards = known.get(key)
        # after a step, or with other cards pinned, the header stays in sight until it is read again
        if cards is not None or header != self._header:
            self._fill(header, cards, "Reading…")
        if key in known:
            return
        known[key] = None  # under way
        source = document.source

        def finished(cards: Cards) -> None:
            known[key] = cards
            self.refresh_soon()

        def failed(sentence: str) -> None:
            finished(Cards([], []))
            self.session.tell("error", sentence)

        self.session.jobs.start(
            "Reading the header",
            lambda _progress: read_cards(source, index, own, keywords),
            finished,
            failed,
            priority=Priority.DETAILS,
        )

    def _fill(self, header: tuple[object, ...] | None, cards: Cards | None, instead: str) -> None:
        self._pages.setCurrentWidget(self._page if cards is not None else self._note)
        self._note.setText(instead)
        rows, pins = ([], []) if cards is None else (cards.rows, cards.pins)
        # a table filled anew forgets where it was scrolled to
        if header != self._header or rows != self.table.cards.all:
            self.table.show_rows(rows, stay=header == self._header)
        if pins != self.pins.cards.all:
            self.pins.show_rows(pins)
        self._header = header
        document = self.session.current
        on_display = document is not None and document.history is not None and self.hdu == document.hdu
        self.add.setEnabled(on_display)
        self.editing.allow(on_display)

    def _show_problem(self, text: str) -> None:
        self.problem.setText(sentence(text))
        self.problem.setVisible(bool(text))

    # ------------------------------------------------------------------ the widgets

    def _build(self) -> None:
        """Make the content when it is first seen: until then the panel costs nothing."""
        if self._built:
            return
        self._built = True
        self.pins = CardTable(pinned=True)
        self.pins.hide()
        self.chooser = QComboBox()
        self.chooser.setToolTip("Whose header is shown; the picture stays")
        self.chooser.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.chooser.currentIndexChanged.connect(self.choose_hdu)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search keyword, value, comment")
        self.search.setToolTip("Cards that have all these words (Ctrl+F)")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda text: self.table.search(text))
        self.add = QToolButton()
        self.add.setText("Add…")
        self.add.setToolTip("Add a card; a double click on a value or a comment changes it")
        self.add.clicked.connect(lambda _checked: self.editing.ask_for_card())
        self.save = QToolButton()
        self.save.setText("Save…")
        self.save.setToolTip("Save this header as text")
        self.save.clicked.connect(self.ask_where_to_save)
        self.table = CardTable()
        self.editing = HeaderEditing(self.session, self.table)
        self.table.problem_changed.connect(self._show_problem)
        self.problem = QLabel(wordWrap=True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setForegroundRole(QPalette.ColorRole.BrightText)
        self.problem.hide()
        for table in (self.pins, self.table):
            table.customContextMenuRequested.connect(lambda where, table=table: self._show_menu(table, where))
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.add)
        row.addWidget(self.save)
        self._page = QWidget()
        content = QVBoxLayout(self._page)
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(4)
        content.addWidget(self.pins)
        content.addLayout(row)
        content.addWidget(self.table, 1)
        content.addWidget(self.problem)
        self._note = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._note)
        self._pages.addWidget(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(self.chooser)
        layout.addLayout(self._pages, 1)

    def _show_menu(self, table: CardTable, where: QPoint) -> None:
        index = table.indexAt(where)
        if index.isValid():
            self.menu(table, table.cards.shown[index.row()]).popup(table.viewport().mapToGlobal(where))

    def menu(self, table: CardTable, row: CardRow) -> QMenu:
        """Return what can be done with a card and with the cards selected."""
        clipboard = QGuiApplication.clipboard()
        menu = QMenu(table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy rows\tCtrl+C", table.copy_wanted.emit)
        menu.addAction("Copy value", lambda: clipboard.setText(row.value))
        if table is self.table:
            self.editing.add_to(menu, row)
        if row.keyword not in COMMENTARY:
            on = self.is_pinned(row.keyword)
            text = f"Unpin {row.keyword}" if on else f"Pin {row.keyword} on top"
            menu.addSeparator()
            menu.addAction(text, lambda: self.set_pinned(row.keyword, not on))
        return menu
