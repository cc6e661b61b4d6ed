"""HelpWindow: the user's guide, with its contents, a search in all pages, back and forward."""

from html import escape
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer, QUrl
from PyQt6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.fitting import fit
from viewer.ui.help_browser import GuideBrowser
from viewer.ui.help_found import EXCERPT, PAGE_TITLE, FoundDelegate
from viewer.ui.help_guide import KEYS_PAGE, Entry, Guide, Section, search, sections
from viewer.ui.help_pages import groups_of, keys_html

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

KEYS_TITLE = "Keys and mouse"
# In characters: they follow the desktop's font.
SIZE, CONTENTS_WIDTH = (165, 52), 40
PAUSE_MS = 80
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Return: 0, Qt.Key.Key_Enter: 0}
SCROLLING = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
PLACE = Qt.ItemDataRole.UserRole


class HelpWindow(QWidget):
    """A window of its own that stays open beside the program's, dialogs or not; it ends with it.

    Parameters
    ----------
    window : MainWindow
        Its menus are what the page of keys tells.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle("User guide")
        self.setWindowIcon(window.windowIcon())
        self.guide = Guide()
        self.browser = GuideBrowser(self.guide)
        self.browser.made[KEYS_PAGE] = self._keys
        self.field = QLineEdit(clearButtonEnabled=True)
        self.field.setPlaceholderText("Search the guide")
        self.field.setAccessibleName("Search the guide")
        self.contents = QTreeWidget()
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName("Contents")
        self.found = QListWidget()
        self.found.setItemDelegate(FoundDelegate(self.found))
        self.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.found.setAccessibleName("Found")
        self.nothing = QLabel("Nothing found.", wordWrap=True, margin=8)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._left = QStackedWidget()
        for widget in (self.contents, self.found, self.nothing):
            self._left.addWidget(widget)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._arrival = QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self._fill()
        self._connect()
        self.field.setFocus()

    def show_place(self, page: str, anchor: str = "") -> None:
        """Show a page, or a section of it."""
        self.browser.show_place(page, anchor)

    def show_operation(self, name: str) -> None:
        """Show what the reference says of an operation."""
        self.show_place(*self.guide.place_of(name))

    # ------------------------------------------------------------------ what it is made of

    def _lay_out(self) -> None:
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        column.addWidget(self._left, 1)
        splitter = QSplitter()
        splitter.addWidget(side)
        splitter.addWidget(self.browser)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(6, 6, 6, 6)
        whole.addLayout(self._buttons())
        whole.addWidget(splitter, 1)
        fit(self, SIZE[0] * letter, SIZE[1] * line)
        left = min(CONTENTS_WIDTH * letter, self.width() // 3)
        splitter.setSizes([left, self.width() - left])

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.back = self._button("Back", "Where you were before", "Alt+Left", self.browser.backward)
        self.back.setArrowType(Qt.ArrowType.LeftArrow)
        self.forward = self._button("Forward", "Where you came back from", "Alt+Right", self.browser.forward)
        self.forward.setArrowType(Qt.ArrowType.RightArrow)
        smaller = self._button("A−", "Smaller letters", "Ctrl+-", self.browser.zoomOut)
        larger = self._button("A+", "Larger letters", "Ctrl++", self.browser.zoomIn)
        self.outside = self._button(
            "Open in the browser", "Show this page in the web browser of the desktop", "", self._open_outside
        )
        self.printing = self._button("Print…", "Print this page", "Ctrl+P", self._print)
        for button in (self.back, self.forward):
            button.setEnabled(False)
            row.addWidget(button)
        row.addSpacing(12)
        row.addWidget(smaller)
        row.addWidget(larger)
        row.addStretch(1)
        row.addWidget(self.printing)
        row.addWidget(self.outside)
        return row

    def _button(self, text: str, tip: str, keys: str, run: object) -> QToolButton:
        button = QToolButton(text=text)
        button.setToolTip(f"{tip} ({QKeySequence(keys).toString()})" if keys else tip)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _on: run())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if keys:
            QShortcut(QKeySequence(keys), self, run)
        return button

    def _fill(self) -> None:
        for entry in (*self.guide.entries, Entry(KEYS_PAGE, "", KEYS_TITLE)):
            self._add(entry, self.contents.invisibleRootItem())

    def _add(self, entry: Entry, above: QTreeWidgetItem) -> None:
        item = QTreeWidgetItem(above, [entry.title])
        item.setData(0, PLACE, (entry.page, entry.anchor))
        for each in entry.entries:
            self._add(each, item)

    def _connect(self) -> None:
        browser = self.browser
        # Qt tells of a page before it is there
        browser.sourceChanged.connect(lambda _url: self._arrival.start())
        self._arrival.timeout.connect(self._came)
        browser.backwardAvailable.connect(self.back.setEnabled)
        browser.forwardAvailable.connect(self.forward.setEnabled)
        self.contents.itemClicked.connect(self._chosen)
        self.contents.itemActivated.connect(self._chosen)
        self.found.currentItemChanged.connect(lambda item, _before: self._found_chosen(item))
        self.field.textChanged.connect(lambda _text: self._pause.start())
        self.field.installEventFilter(self)
        self._pause.timeout.connect(self._search)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._to_search)
        QShortcut(QKeySequence("Ctrl+0"), self, lambda: browser.setFont(self.font()))
        QShortcut(QKeySequence("Esc"), self, self._escape)

    # ------------------------------------------------------------------ pages

    def _keys(self) -> str:
        return f'<h1><a name="keys" id="keys"></a>{KEYS_TITLE}</h1>{keys_html(groups_of(self._window))}'

    def _came(self) -> None:
        """Show in the contents where we are."""
        page, anchor = self.browser.page, self.browser.anchor
        self.outside.setEnabled(self.guide.path(page).is_file())
        self.browser.mark(self.field.text())
        items = QTreeWidgetItemIterator(self.contents)
        best = None
        while items.value() is not None:
            place = items.value().data(0, PLACE)
            if place == (page, anchor) or (best is None and place[0] == page):
                best = items.value()
            items += 1
        if best is not None:
            best.setExpanded(True)
            self.contents.setCurrentItem(best)
            self.contents.scrollToItem(best)

    def _chosen(self, item: QTreeWidgetItem) -> None:
        self.show_place(*item.data(0, PLACE))

    def _open_outside(self) -> None:
        url = QUrl.fromLocalFile(str(self.guide.path(self.browser.page)))
        url.setFragment(self.browser.anchor)
        QDesktopServices.openUrl(url)

    def _print(self) -> None:
        # only who prints needs it
        from viewer.ui.help_print import ask_to_print

        page = self.browser.page
        ask_to_print(self._keys() if page == KEYS_PAGE else self.guide.body(page), self)

    # ------------------------------------------------------------------ searching

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Go through what was found, or through the page, while the cursor stays in the search field."""
        if event.type() == QEvent.Type.KeyPress:
            if self._left.currentWidget() is self.found and event.key() in STEPS:
                row = self.found.currentRow() + (STEPS[event.key()] or (self.found.currentRow() < 0))
                self.found.setCurrentRow(min(max(row, 0), self.found.count() - 1))
                return True
            if event.key() in SCROLLING:
                QApplication.sendEvent(self.browser, event)
                return True
        return super().eventFilter(watched, event)

    def _to_search(self) -> None:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _search(self) -> None:
        words = self.field.text()
        hits = search((*self.guide.sections, *sections(KEYS_PAGE, self._keys())), words)
        self.found.clear()
        for section, excerpt in hits:
            self.found.addItem(self._item(section, excerpt))
        self._left.setCurrentWidget(
            self.contents if not words.strip() else self.found if hits else self.nothing
        )
        self.browser.mark(words)

    def _item(self, section: Section, excerpt: str) -> QListWidgetItem:
        item = QListWidgetItem(section.title)
        item.setData(PLACE, (section.page, section.anchor))
        page = self.guide.title(section.page) or KEYS_TITLE
        item.setData(PAGE_TITLE, "" if page == section.title else page)
        item.setData(EXCERPT, excerpt)
        item.setToolTip(f"<qt><b>{escape(section.title)}</b> – {escape(page)}<br>{escape(excerpt)}</qt>")
        return item

    def _found_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.show_place(*item.data(PLACE))

    def _escape(self) -> None:
        if self.field.text():
            self.field.clear()
        else:
            self.close()
