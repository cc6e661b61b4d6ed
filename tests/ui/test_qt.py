"""The crossing from the worker threads to the window: many results at once do not hold up the user."""

import time

from PyQt6.QtCore import QTimer

from viewer.core.session.jobs import Jobs
from viewer.ui.qt import Waker


def test_input_has_its_turn_between_many_results(qtbot):
    jobs = Jobs(threads=2)
    waker = Waker(jobs)
    order = []
    for _ in range(8):
        jobs.start("job", lambda _progress: None, lambda _: (time.sleep(0.02), order.append("result")))
    while len(jobs._results) < 8:
        time.sleep(0.002)
    QTimer.singleShot(1, lambda: order.append("user"))
    qtbot.waitUntil(lambda: len(order) == 9)
    assert order.index("user") <= 4
    jobs.close()
    waker.deleteLater()
