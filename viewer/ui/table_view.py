"""Table view: a FITS table in the place of the picture, sortable, of any length."""

from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from viewer.core.io.table import Table
from viewer.core.session.session import Session
from viewer.ui.grid import SELECT_ALL_ROWS, Grid
from viewer.ui.panels.panel import Panel
from viewer.ui.table_model import TableModel, cell_text
from viewer.ui.texts import contents_text

WIDTH_CHARACTERS = (5, 32)
# cells looked at to find how wide the columns have to be
WIDTH_ROWS = 30
MOST_COPIED = 1_000_000


class TableView(Panel):
    """The current document's table."""

    title = "Table"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.grid: Grid | None = None
        self._model: TableModel | None = None
        self._measured = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        session.current_changed.connect(self.refresh_soon)
        session.image_changed.connect(self.refresh_soon)
        session.documents_changed.connect(self._let_go)
        self.refresh_soon()

    def sizeHint(self) -> QSize:
        """As the picture's."""
        return QSize(600, 400)

    def refresh(self) -> None:
        """Show the table of the current document."""
        document = self.session.current
        table = None if document is None else document.table
        if table is None:
            self._show(None)
        elif self._model is None or self._model.table is not table:
            self._show(table)
            hdu = document.shown_hdu if document is not None else None
            contents = "" if hdu is None else contents_text(hdu)
            self._note.setText(f"{contents}. A click on a column's name sorts by it, a third one no more.")

    def copy(self) -> None:
        """Copy the selected cells, separated by tabs and lines, as a spreadsheet takes them."""
        model = self._model
        if model is None or self.grid is None:
            return
        ranges = self.grid.selectionModel().selection()
        if not ranges:
            return
        rows = range(min(part.top() for part in ranges), max(part.bottom() for part in ranges) + 1)
        columns = range(min(part.left() for part in ranges), max(part.right() for part in ranges) + 1)
        if len(rows) * len(columns) > MOST_COPIED:
            self.session.tell("warning", f"Only {MOST_COPIED:,} cells can be copied at once: select fewer.")
            return
        inside = [(part.top(), part.bottom(), part.left(), part.right()) for part in ranges]
        read = model.rows_reader(rows)

        def work(_progress: object) -> str:
            lines = []
            for row, cells in zip(rows, read(), strict=True):
                parts = [part for part in inside if part[0] <= row <= part[1]]
                if parts:
                    chosen = (any(p[2] <= column <= p[3] for p in parts) for column in columns)
                    texts = (
                        cell_text(cells[column]) if yes else ""
                        for column, yes in zip(columns, chosen, strict=True)
                    )
                    lines.append("\t".join(texts))
            return "\n".join(lines)

        self.session.jobs.start(
            "Copying cells",
            work,
            QGuiApplication.clipboard().setText,
            lambda sentence: self.session.tell("error", sentence),
        )

    # ------------------------------------------------------------------ what is shown

    def _show(self, table: Table | None) -> None:
        old = self._model
        if old is not None:
            old.close()
            old.deleteLater()
        self._model = None
        if table is not None:
            grid = self._build()
            self._measured = False
            model = self._model = TableModel(table, self.session.jobs, self)
            model.page_read.connect(self._measure)
            model.failed.connect(lambda sentence: self.session.tell("error", sentence))
            grid.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            grid.setModel(model)
            digits = len(str(table.rows)) + 1
            grid.verticalHeader().setFixedWidth(grid.character_width(digits))
            # a click on a row's number would select what Qt cannot count, see Grid
            grid.verticalHeader().setSectionsClickable(table.rows <= SELECT_ALL_ROWS)
            grid.scrollToTop()
            self._set_widths()
        elif self.grid is not None:
            self.grid.setModel(None)

    def _let_go(self) -> None:
        """Keep no table of a document that was closed."""
        tables = [document.table for document in self.session.documents]
        if self._model is not None and self._model.table not in tables:
            self._show(None)

    def _measure(self) -> None:
        if not self._measured:
            self._measured = True
            self._set_widths()

    def _set_widths(self) -> None:
        model, grid = self._model, self.grid
        if model is None or grid is None:
            return
        for column, (name, unit) in enumerate(zip(model.table.names, model.table.units, strict=True)):
            # the sort arrow needs room beside the name
            texts = [name + "  ", unit, *model.texts(column, WIDTH_ROWS)]
            widest = min(max(max(map(len, texts)), WIDTH_CHARACTERS[0]), WIDTH_CHARACTERS[1])
            grid.setColumnWidth(column, grid.character_width(widest))

    # ------------------------------------------------------------------ the widgets

    def _build(self) -> Grid:
        """Make the content for the first table: most sessions see none."""
        if self.grid is not None:
            return self.grid
        grid = self.grid = Grid(self)
        grid.setAlternatingRowColors(True)
        header = grid.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        grid.setSortingEnabled(True)
        grid.copy_wanted.connect(self.copy)
        grid.customContextMenuRequested.connect(self._show_menu)
        self._note = QLabel(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(self._note)
        layout.addWidget(grid, 1)
        focused = self.window().focusWidget() is self
        self.setFocusProxy(grid)
        if focused:
            grid.setFocus()
        return grid

    def _show_menu(self, where: QPoint) -> None:
        if self.grid is not None:
            menu = QMenu(self.grid)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction("Copy cells\tCtrl+C", self.copy)
            menu.popup(self.grid.viewport().mapToGlobal(where))
