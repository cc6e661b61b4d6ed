"""HDU bar: which HDU of the current file is shown, in sight whenever there is more than one."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QTabBar, QToolButton, QWidget

from viewer.core.io.source import Source
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.panels.panel import Panel, quietly
from viewer.ui.texts import hdu_text, hdu_tooltip

MOST_TABS = 12
KEYS = "Ctrl+Page Up and Ctrl+Page Down go to the HDU before and after"


class HduBar(Panel):
    """Tabs for a few HDUs, a list to choose from for many."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._source: Source | None = None
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.currentChanged.connect(self.session.select_hdu)
        self.list = QComboBox(self)
        self.list.setMaxVisibleItems(30)
        self.list.setToolTip(KEYS)
        self.list.currentIndexChanged.connect(self.session.select_hdu)
        self._before = self._arrow(Qt.ArrowType.LeftArrow, "The HDU before (Ctrl+Page Up)", -1)
        self._after = self._arrow(Qt.ArrowType.RightArrow, "The HDU after (Ctrl+Page Down)", 1)
        self._label = QLabel("HDU", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 0)
        row.setSpacing(4)
        for widget in (self._label, self._before, self._after, self.list):
            row.addWidget(widget)
        row.addWidget(self.tabs, 1)
        row.addStretch(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        # not refresh_soon: a hidden widget is never refreshed by it, and this one decides itself
        session.current_changed.connect(self._follow)
        session.image_changed.connect(self._follow)
        session.history_changed.connect(self._follow)
        # an HDU that could not be shown leaves the one before in place
        session.told.connect(self._follow)
        self.hide()

    def refresh(self) -> None:
        """Show the HDUs of the current document, with the one on display marked."""
        document = self.session.current
        source = None if document is None else document.source
        if source is not self._source:
            self._source = source
            self._fill(source)
        if document is not None and document.hdu is not None:
            with quietly(self.tabs, self.list):
                self.tabs.setCurrentIndex(document.hdu)
                self.list.setCurrentIndex(document.hdu)
                self._mark(document)
            self._set_arrows()
        self.setVisible(source is not None and len(source.hdus) > 1)

    def step(self, by: int) -> None:
        """Go `by` HDUs forward (negative: back), as far as there are any."""
        document = self.session.current
        if document is not None and document.hdu is not None:
            index = min(max(document.hdu + by, 0), len(document.source.hdus) - 1)
            self.session.select_hdu(index)

    def _fill(self, source: Source | None) -> None:
        hdus = () if source is None else source.hdus
        many = len(hdus) > MOST_TABS
        # hundreds of tabs are slow to make and nobody can find anything among them
        with quietly(self.tabs, self.list):
            while self.tabs.count():
                self.tabs.removeTab(0)
            self.list.clear()
            for hdu in hdus:
                if many:
                    self.list.addItem(hdu_text(hdu))
                    self.list.setItemData(hdu.index, hdu_tooltip(hdu), Qt.ItemDataRole.ToolTipRole)
                else:
                    # an ampersand would become a shortcut
                    self.tabs.addTab(hdu_text(hdu).replace("&", "&&"))
                    self.tabs.setTabToolTip(hdu.index, f"{hdu_tooltip(hdu)}\n{KEYS}")
        for widget in (self._label, self.list, self._before, self._after):
            widget.setVisible(many)
        self.tabs.setVisible(not many)

    def _mark(self, document: Document) -> None:
        """Tell what HDUs have become, with a star behind changes that are not saved."""
        for index, history in document.histories.items():
            text = hdu_text(document.hdu_now(index)) + (" *" if history.modified else "")
            if self.tabs.count():
                self.tabs.setTabText(index, text.replace("&", "&&"))
            else:
                self.list.setItemText(index, text)

    def _arrow(self, arrow: Qt.ArrowType, tooltip: str, by: int) -> QToolButton:
        button = QToolButton(self)
        button.setArrowType(arrow)
        button.setAutoRaise(True)
        button.setToolTip(tooltip)
        button.clicked.connect(lambda: self.step(by))
        return button

    def _set_arrows(self) -> None:
        document = self.session.current
        if document is not None and document.hdu is not None:
            self._before.setEnabled(document.hdu > 0)
            self._after.setEnabled(document.hdu < len(document.source.hdus) - 1)

    def _follow(self, *_values: object) -> None:
        self.refresh()
