"""What every test may rely on: the real files, settings of its own, a quiet log, and nothing left behind."""

import csv
import gc
import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports Qt: tests need no display, and get the same fonts and pixel ratio everywhere.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A busy machine is no failure: where time matters, a test says so. Where others wait for the result (CI), the
# same examples are tried each time; at home new ones are looked for.
settings.register_profile("skyloupe", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("skyloupe")

CHECKOUT = Path(__file__).resolve().parent.parent
UI_TESTS = CHECKOUT / "tests" / "ui"


def _find_data() -> Path | None:
    named = os.environ.get("SKYLOUPE_DATA")
    if named:
        return Path(named)
    beside = (folder / "shared" / "data" for folder in CHECKOUT.parents)
    return next((folder for folder in beside if (folder / "MANIFEST.tsv").is_file()), None)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of real files with MANIFEST.tsv; the test is skipped where it is absent."""
    folder = _find_data()
    if folder is None or not (folder / "MANIFEST.tsv").is_file():
        pytest.skip(
            "needs the real test files: put them in shared/data beside the checkout or name their folder "
            "in SKYLOUPE_DATA"
        )
    return folder


@pytest.fixture(scope="session")
def manifest(data_dir: Path) -> list[dict[str, str]]:
    """One dictionary for each row of MANIFEST.tsv."""
    with (data_dir / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """The class of the one application that all tests share."""
    # only tests of the window load Qt
    from viewer.ui.qt import Application

    return Application


@pytest.fixture(scope="session")
def sample() -> Path:
    """Path of the small real frame that comes with the program."""
    return CHECKOUT / "resources" / "sample" / "m13.fits"


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder for this test's settings and recent files, so that the user's own are never touched."""
    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("SKYLOUPE_CONFIG", str(folder))
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder))
    # where a window waits for the files of others
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that makes `viewer` log a warning or an error without having said so."""
    collector = _Collector()
    log = logging.getLogger("viewer")
    log.addHandler(collector)
    yield
    log.removeHandler(collector)
    expected = request.node.get_closest_marker("leaves_log_lines") or "caplog" in request.fixturenames
    if collector.lines and not expected:
        pytest.fail("unexpected lines in the log:\n" + "\n".join(collector.lines), pytrace=False)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test of the window that leaves a window or a thread behind."""
    if UI_TESTS not in request.path.parents:
        yield
        return
    from PyQt6.QtCore import QCoreApplication, QEvent, QThread
    from PyQt6.QtWidgets import QApplication

    request.getfixturevalue("qapp")
    # what is there already is not looked at again and again: it is most of what there is
    gc.freeze()
    before = QApplication.topLevelWidgets()  # kept, so that no new window can take the place of an old one
    threads = set(threading.enumerate())
    yield
    # pytest-qt has closed by now what was given to qtbot.
    # Twice: what Qt's side of a deleted window held can only be collected after it is gone.
    for _ in range(2):
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [
        f"window {type(widget).__name__} {widget.objectName()!r}"
        for widget in QApplication.topLevelWidgets()
        if widget not in before and widget.parent() is None
    ]
    running = [thread for thread in _live(QThread) if thread.isRunning() and thread not in _blamed]
    _blamed.extend(running)
    left += [f"Qt thread {thread!r}" for thread in running]
    left += [f"thread {thread.name}" for thread in _still_running(set(threading.enumerate()) - threads)]
    if left:
        pytest.fail("left behind: " + ", ".join(left), pytrace=False)


# Qt threads that an earlier test left behind and was told so.
_blamed: list = []


def _live(kind: type) -> list:
    # `type`, not `isinstance`: that asks some lazy objects for their class, which wakes them up.
    return [thing for thing in gc.get_objects() if issubclass(type(thing), kind)]


def _still_running(threads: set[threading.Thread]) -> list[threading.Thread]:
    """Those that have not ended a second after they were told to."""
    for thread in threads:
        thread.join(timeout=1)
    return sorted((thread for thread in threads if thread.is_alive()), key=lambda thread: thread.name)
