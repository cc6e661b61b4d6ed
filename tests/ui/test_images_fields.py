"""Forms that ask for other images: three bands, a list to combine, one that need not be there."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QDialogButtonBox

from viewer.core.call import Operand
from viewer.core.errors import ViewerError
from viewer.core.operation import find
from viewer.core.parameter import Parameter
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.dialogs.image_field import ImageField
from viewer.ui.dialogs.images_field import ImagesField
from viewer.ui.dialogs.operation import OperationDialog
from viewer.ui.main_window import MainWindow
from viewer.ui.runner import run


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session(Jobs(threads=0), Settings())
    for number in range(3):
        data = np.random.default_rng(number).normal(100 * (number + 1), 1, (40, 50)).astype("f4")
        data[20, 10 + number] = 5000
        fits.writeto(tmp_path / f"band{number}.fits", data)
    session.open([str(tmp_path / f"band{number}.fits") for number in range(3)])
    return session


def test_three_open_images_become_one_picture(session, qtbot):
    window = MainWindow(session)
    window.show()
    qtbot.waitUntil(lambda: hasattr(window, "operations"))
    run(window, find("rgb_composite"))
    (dialog,) = window.findChildren(OperationDialog)
    shown = [dialog.form.fields[name].list.currentText() for name in ("red", "green", "blue")]
    assert shown == ["band0.fits", "band1.fits", "band2.fits"]
    qtbot.waitUntil(lambda: not dialog.picture._timer.isActive())
    assert dialog.problem.text() == ""
    QTest.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    document = session.current
    assert document.name == "rgb_composite.fits"
    assert document.picture.colour
    # each of the three bright pixels is in the plane of its own band
    assert [int(plane[20].argmax()) for plane in document.picture.frame.data] == [10, 11, 12]
    assert [Path(each.name).name for each in document.history.calls[0].operands] == [
        "band0.fits",
        "band1.fits",
        "band2.fits",
    ]
    window.close()
    window.deleteLater()


def test_a_list_of_images_is_ticked_and_files_are_added(session, tmp_path, qtbot):
    field = ImagesField(Parameter("images", "images"), session)
    qtbot.addWidget(field)
    with pytest.raises(ViewerError, match="Tick the images"):
        _ = field.value
    field.show_value(None)
    assert [Path(each.name).name for each in field.value] == ["band0.fits", "band1.fits", "band2.fits"]
    field.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    field.add_files([str(tmp_path / "other.fits")])
    assert [Path(each.name).name for each in field.value] == ["band0.fits", "band2.fits", "other.fits"]
    session.close(session.documents[0])
    field.refresh()
    assert [Path(each.name).name for each in field.value] == ["band2.fits", "other.fits"]


def test_an_image_that_need_not_be_there(session, tmp_path, qtbot):
    field = ImageField(Parameter("dark", "image", optional=True), session, session.current)
    qtbot.addWidget(field)
    field.show_value(None)
    assert field.value is None
    field.choose_file(str(tmp_path / "band0.fits"))
    assert isinstance(field.value, Operand)
    field.list.setCurrentIndex(0)
    field._activated(0)
    assert field.value is None
