"""Catalogues over the picture: read, placed, drawn, clicked, followed and removed, as a person would."""

from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.call import Call
from viewer.core.catalogue import online
from viewer.core.catalogue.catalogue import Catalogue
from viewer.core.errors import ViewerError
from viewer.ui.catalogues.adding import show_catalogues
from viewer.ui.catalogues.symbols import KINDS, stamped
from viewer.ui.catalogues.window import CataloguesWindow
from viewer.ui.main_window import MainWindow


def catalogue_of(window: MainWindow, folder: Path, pixels: np.ndarray) -> Path:
    """Write a catalogue of the sky positions of pixels."""
    ra, dec = window.session.picture.frame.world.skies(*pixels.T)
    table = Table({"name": [f"s{i}" for i in range(len(ra))], "ra": ra, "dec": dec})
    table["Vmag"] = np.linspace(10, 16, len(ra))
    table.write(folder / "own.csv", overwrite=True)
    return folder / "own.csv"


PIXELS = np.array([[60.0, 80], [150, 151], [250, 200]])


@pytest.fixture
def opened(window: MainWindow, sample: Path, tmp_path: Path) -> tuple[MainWindow, CataloguesWindow]:
    window.session.open([sample])
    listed = show_catalogues(window, catalogue_of(window, tmp_path, PIXELS))
    QApplication.processEvents()
    return window, listed


def near(window: MainWindow, x: float, y: float, reach: int = 12) -> list[QColor]:
    """Return the colours on the screen around a pixel."""
    view = window.image_view
    picture: QImage = view.grab().toImage()
    ratio = picture.devicePixelRatio()
    where = window.session.viewport().to_screen(x, y)
    across, down = (round(each) for each in where)
    assert ratio == 1
    return [
        picture.pixelColor(across + i, down + j)
        for i in range(-reach, reach + 1)
        for j in range(-reach, reach + 1)
        if picture.valid(across + i, down + j)
    ]


def count_like(colours: list[QColor], wanted: str) -> int:
    goal = QColor(wanted)
    return sum(
        abs(each.red() - goal.red()) + abs(each.green() - goal.green()) + abs(each.blue() - goal.blue()) < 60
        for each in colours
    )


def click(window: MainWindow, x: float, y: float) -> None:
    view = window.image_view
    where = window.session.viewport().to_screen(x, y)
    target = view.viewport() if hasattr(view, "viewport") else view
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(*(round(each) for each in where)))
    QApplication.processEvents()


def test_symbols_are_drawn_where_the_objects_are_and_follow_the_image(
    opened: tuple[MainWindow, CataloguesWindow],
) -> None:
    window, listed = opened
    session = window.session
    (shown,) = session.overlays.layer.catalogues
    assert (shown.size_by, shown.label, shown.symbol) == ("Vmag", "", "circle")
    assert listed.list.item(0).text() == "own.csv (3)"
    for x, y in PIXELS:
        assert count_like(near(window, x, y, 16), "#ffb000") > 15
    assert count_like(near(window, 200, 100, 8), "#ffb000") == 0
    # flipped, they stand over the same stars
    session.apply(Call.of("flip_horizontal"))
    QApplication.processEvents()
    width = session.picture.frame.image_shape[1]
    for x, y in PIXELS:
        assert count_like(near(window, width - 1 - x, y, 16), "#ffb000") > 15
    session.undo()
    QApplication.processEvents()
    for x, y in PIXELS:
        assert count_like(near(window, x, y, 16), "#ffb000") > 15

    listed.colour.chosen.emit("cyan")
    listed.symbol.setCurrentText("box")
    listed.symbol.activated.emit(listed.symbol.currentIndex())
    listed.size.setValue(9)
    QApplication.processEvents()
    (shown,) = session.overlays.layer.catalogues
    assert (shown.colour, shown.symbol, shown.size) == ("cyan", "box", 9)
    assert count_like(near(window, *PIXELS[1], 24), "#00ffff") > 20
    listed.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    QApplication.processEvents()
    assert count_like(near(window, *PIXELS[1], 24), "#00ffff") == 0
    assert session.overlays.layer.catalogues[0].visible is False
    listed.remove_button.click()
    assert session.overlays.layer.catalogues == ()
    assert listed.list.count() == 0


def test_a_click_tells_what_the_catalogue_has(opened: tuple[MainWindow, CataloguesWindow]) -> None:
    window, listed = opened
    (shown,) = window.session.overlays.layer.catalogues
    from viewer.ui.catalogues.pick import CataloguePick
    from viewer.ui.image.tools import PointerEvent

    pick = next(tool for tool in window.image_view.mouse.tools if isinstance(tool, CataloguePick))
    zoom = window.session.viewport().zoom

    def event(x: float, y: float) -> PointerEvent:
        return PointerEvent(x, y, window.session.viewport().to_screen(x, y), zoom)

    assert pick.hover(event(150.2, 151)) == "point"
    assert pick.click(event(150.2, 151))
    assert "s1" in listed.text.toPlainText()
    assert "Vmag" in listed.text.toPlainText()
    assert not pick.click(event(200, 100))
    assert pick.hover(event(200, 100)) == ""
    assert pick.object_at(event(60, 80)) == (shown, 0)


def test_columns_can_be_named_and_problems_are_said(
    opened: tuple[MainWindow, CataloguesWindow], tmp_path: Path
) -> None:
    window, listed = opened
    (tmp_path / "odd.csv").write_text("star,across,upwards\nx,101,51\n")
    listed.read(tmp_path / "odd.csv")
    assert "it has star, across, upwards" in listed.said.text()
    assert listed.names.isVisibleTo(listed)
    listed.names.kind.setCurrentIndex(1)
    listed.names.first.setText("across")
    listed.names.second.setText("upwards")
    listed.names.again.click()
    assert not listed.said.isVisibleTo(listed)
    added = window.session.overlays.layer.catalogues[-1].catalogue
    assert (added.x[0], added.y[0]) == (100, 50)
    # the same file once more takes the place of the first
    listed.names.again.click()
    assert len(window.session.overlays.layer.catalogues) == 2
    listed.read(tmp_path / "none.csv")
    assert "cannot be read" in listed.said.text()
    assert not listed.names.isVisibleTo(listed)


def test_a_service_is_asked_for_the_part_of_the_sky_that_is_shown(
    opened: tuple[MainWindow, CataloguesWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    window, listed = opened
    asked: list[tuple] = []

    def answer(service: str, ra: float, dec: float, radius: float, **how: object) -> Catalogue:
        asked.append((service, ra, dec, radius, how["rows"], how["faintest"]))
        if service == "simbad":
            raise ViewerError("SIMBAD cannot be reached: there is no network, or the service is down")
        stars = {"ra": np.array([ra]), "dec": np.array([dec]), "Gmag": np.array([12.0])}
        return Catalogue("Gaia DR3", stars, ra=stars["ra"], dec=stars["dec"], magnitude="Gmag")

    monkeypatch.setattr(online, "cone_search", answer)
    listed.faintest.setValue(17)
    listed.fetch_button.click()
    frame = window.session.picture.frame
    rows, columns = frame.image_shape
    middle = frame.world.sky((columns - 1) / 2, (rows - 1) / 2)
    assert asked[0][:3] == ("gaia", pytest.approx(middle[0]), pytest.approx(middle[1]))
    corner = frame.world.pixel_scale / 3600 * np.hypot(rows, columns) / 2
    assert asked[0][3] == pytest.approx(corner, rel=0.01)
    assert asked[0][4:] == (5000, 17)
    assert [each.catalogue.name for each in window.session.overlays.layer.catalogues] == [
        "own.csv",
        "Gaia DR3",
    ]
    assert listed.selected.catalogue.name == "Gaia DR3"
    listed.service.setCurrentIndex(1)
    listed.radius.setValue(3)
    listed.fetch_button.click()
    assert asked[1][3] == pytest.approx(0.05)
    assert listed.said.text().startswith("SIMBAD cannot be reached")


@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_symbols_are_one_pattern_each(kind: str) -> None:
    random = np.random.default_rng(0)
    x, y = random.uniform(0, 1000, 5000), random.uniform(0, 800, 5000)
    pixels = stamped((1000, 800), x, y, np.full(5000, 6.0), kind, 0x00FF00)
    assert pixels.shape == (800, 1000)
    # a symbol alone is the same upside down and mirrored
    one = stamped((41, 41), np.array([20.5]), np.array([20.5]), np.array([8.0]), kind, 0x00FF00)
    assert np.array_equal(one, one[::-1])
    assert np.array_equal(one, one[:, ::-1])
    assert (one >> 24).max() > 230
    green = ((one >> 8) & 0xFF) > 200
    # the middle stays free but for crosses
    assert green[20, 20] == (kind in ("cross", "plus"))
    assert 20 < green.sum() < 90
