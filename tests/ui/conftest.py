"""What tests of the window share: a session, and the program's window around it."""

from collections.abc import Iterator

import pytest
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.main_window import MainWindow
from viewer.ui.qt import Waker


@pytest.fixture
def session() -> Session:
    """A session whose jobs are done at once."""
    return Session(Jobs(threads=0), Settings())


@pytest.fixture
def live(qtbot: QtBot) -> Iterator[Session]:
    """A session whose jobs run in threads."""
    jobs = Jobs()
    waker = Waker(jobs)
    yield Session(jobs, Settings())
    jobs.close()
    waker.deleteLater()


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window of `session`, complete and active; work that is not saved is not asked about at the end."""
    made = MainWindow(session)
    made.resize(1400, 900)
    made.show()
    qtbot.waitExposed(made)
    # the panels come one by one, and each may give the picture a few pixels or take them
    qtbot.waitUntil(lambda: made._complete and hasattr(made, "operations"))
    QApplication.processEvents()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    yield made
    for document in tuple(session.documents):
        session.close(document)
    made.close()
    made.deleteLater()
