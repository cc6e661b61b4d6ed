"""Pages: which view fills the middle of the window - picture, curve, table, or a sentence."""

from PyQt6.QtWidgets import QStackedWidget, QWidget

from viewer.core.session.session import Session


class Pages:
    """The middle of the window; a page is loaded and built when it is first needed.

    Parameters
    ----------
    session : Session
        The state.
    stack : QStackedWidget
        Holds the pages.
    image_view : QWidget
        The page for images of two and more dimensions.
    """

    def __init__(self, session: Session, stack: QStackedWidget, image_view: QWidget) -> None:
        self._session = session
        self._stack = stack
        self._pages: dict[str, QWidget] = {}
        self.set_image_view(image_view)

    def set_image_view(self, image_view: QWidget) -> None:
        """Take another page for images."""
        before = self._pages.get("image")
        self._pages["image"] = image_view
        self._stack.addWidget(image_view)
        if before is not None:
            self._stack.removeWidget(before)

    @property
    def shows_image(self) -> bool:
        """Whether the page for images is shown."""
        return self._stack.currentWidget() is self._pages["image"]

    def refresh(self) -> None:
        """Show the page that suits the current document."""
        had_focus = self._stack.isAncestorOf(self._stack.window().focusWidget())
        page = self._page(self._wanted())
        if page is not self._stack.currentWidget():
            self._stack.setCurrentWidget(page)
            if had_focus:
                page.setFocus()

    def focus(self) -> None:
        """Give the keys to the page that is shown."""
        self._stack.currentWidget().setFocus()

    def _wanted(self) -> str:
        document = self._session.current
        if document is None:
            # while a file is being opened its picture is about to come
            return "image" if self._session.opening else "start"
        if document.table is not None:
            return "table"
        if document.picture is None:
            return "empty"
        return "curve" if len(document.picture.frame.shape) == 1 else "image"

    def _page(self, name: str) -> QWidget:
        if name not in self._pages:
            self._pages[name] = _make(name, self._session)
            self._stack.addWidget(self._pages[name])
        return self._pages[name]


def _make(name: str, session: Session) -> QWidget:
    # only the page that is wanted is loaded: the start waits for the others no longer than it must
    if name == "start":
        from viewer.ui.start_page import StartPage

        return StartPage(session)
    if name == "curve":
        from viewer.ui.curve_view import CurveView

        return CurveView(session)
    if name == "table":
        from viewer.ui.table_view import TableView

        return TableView(session)
    from viewer.ui.empty_page import EmptyPage

    return EmptyPage(session)
