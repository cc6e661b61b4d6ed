"""Light curves and zero points in the window, as a student makes them of a real night."""

from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from PyQt6.QtWidgets import QApplication

from viewer.core.catalogue.catalogue import Catalogue
from viewer.core.measure.starlist import find_star_list
from viewer.core.session.layer import Shown
from viewer.ui.image.tools import PointerEvent
from viewer.ui.lightcurve.adding import show_light_curve, show_zero_point
from viewer.ui.lightcurve.marking import MarkTool, marked_places
from viewer.ui.lightcurve.taking import save
from viewer.ui.lightcurve.window import LightCurveWindow
from viewer.ui.main_window import MainWindow

# FITS positions on the first light
STARS = [(146.6, 434.2), (217.7, 211.3), (434.4, 319.9)]


@pytest.fixture
def night(data_dir: Path) -> list[Path]:
    return [data_dir / "night_tres1" / f"tres1-{number}.fit" for number in ("021", "069", "133", "197")]


@pytest.fixture
def opened(window: MainWindow, night: list[Path]) -> tuple[MainWindow, LightCurveWindow]:
    window.session.open([night[0]])
    QApplication.processEvents()
    return window, show_light_curve(window)


def click(window: MainWindow, x: float, y: float) -> None:
    """Click at a FITS position, as the view hands it to its tools."""
    viewport = window.session.viewport()
    event = PointerEvent(x - 1, y - 1, viewport.to_screen(x - 1, y - 1), viewport.zoom)
    assert any(tool.click(event) for tool in window.image_view.mouse.tools)


def test_a_light_curve_of_a_real_night(
    opened: tuple[MainWindow, LightCurveWindow], night: list[Path], tmp_path: Path
) -> None:
    window, curve = opened
    session = window.session
    assert not curve.measure_button.isEnabled()
    curve.mark_button.click()
    # a little beside each star
    for x, y in STARS:
        click(window, x + 2, y - 1.5)
    np.testing.assert_allclose(np.array(marked_places(session)) + 1, STARS, atol=0.15)
    assert [curve.stars.item(i).text()[:2].strip() for i in range(3)] == ["T", "C1", "C2"]
    # once more on a mark takes it away; where there is no star, nothing is marked
    click(window, 434.4, 319.9)
    assert len(curve.places) == 2
    click(window, 300, 60)
    assert len(curve.places) == 2
    click(window, 434.4, 319.9)
    curve.files.add(night)
    assert curve.measure_button.isEnabled()
    curve.measure_button.click()
    assert not curve.mark_button.isChecked()
    series = curve.results.series
    assert series is not None
    assert series.good.all()
    assert "4 of 4 frames have a value" in curve.said.text()
    assert curve.files.table.item(3, 1).text() == "measured"
    (target,) = curve.results.plot.curves
    np.testing.assert_array_equal(target.y, series.columns["relative"])
    np.testing.assert_allclose(target.x, series.columns["jd"] - 2456095)
    assert curve.results.plot.axes.x == "JD (UTC) − 2456095"
    assert curve.results.table.rowCount() == 4
    assert curve.results.table.item(0, 1).text() == "2456095.581366"
    curve.results.checks.setChecked(True)
    curve.results.what.setCurrentIndex(1)
    assert [each.name for each in curve.results.plot.curves] == ["Target", "C1", "C2"]
    assert curve.results.plot.item.getViewBox().yInverted()
    save(session, series, tmp_path / "curve.csv")
    assert len(Table.read(tmp_path / "curve.csv", format="ascii.csv")) == 4
    shown = curve.show_script()
    text = shown.view.text.toPlainText()
    assert "tres1-197.fit" in text
    assert "def light_curve(" in text
    compile(text, "script", "exec")
    shown.close()

    # another target
    curve.stars.setCurrentRow(2)
    curve.target_button.click()
    assert marked_places(session)[0] == pytest.approx((433.4, 318.9), abs=0.15)
    curve.stars.setCurrentRow(0)
    curve.drop_button.click()
    assert len(marked_places(session)) == 2


def test_what_cannot_be_measured_is_said(
    opened: tuple[MainWindow, LightCurveWindow], night: list[Path], tmp_path: Path
) -> None:
    window, curve = opened
    bad = tmp_path / "bad.fits"
    bad.write_text("no")
    curve.mark_button.click()
    for x, y in STARS:
        click(window, x, y)
    tool = next(tool for tool in window.image_view.mouse.tools if isinstance(tool, MarkTool))
    assert tool.keys
    tool.key("Esc", None)
    assert not curve.mark_button.isChecked()
    curve.files.add([bad])
    curve.measure_button.click()
    assert curve.said.text().startswith("No frame could be measured: bad.fits has no values")
    assert curve.results.series is None
    assert not curve.save_button.isEnabled()
    curve.files.add(night[:2])
    curve.measure_button.click()
    assert curve.results.series.good.sum() == 2
    assert "bad.fits has no values" in curve.files.table.item(0, 1).text()
    curve.files.add([])
    curve.way.setCurrentText("By the WCS")
    curve.measure_button.click()
    assert "no coordinates on the sky" in curve.said.text()


def test_the_zero_point_from_a_catalogue(window: MainWindow, night: list[Path]) -> None:
    session = window.session
    session.open([night[0]])
    dialog = show_zero_point(window)
    assert "Measure > Find stars" in dialog.said.text()
    dialog.close()
    frame = session.picture.frame
    stars = find_star_list(frame)
    session.overlays.set_stars(stars)
    good = ~stars["saturated"] & (stars["snr"] > 100)
    flux, x, y = stars["flux"][good][:15], stars["x"][good][:15], stars["y"][good][:15]
    magnitudes = 21 - 2.5 * np.log10(flux / 60)
    magnitudes[4] += 1.5
    session.overlays.set_catalogues(
        [Shown(Catalogue("known", {"Vmag": magnitudes}, x=x, y=y, magnitude="Vmag"))]
    )
    dialog = show_zero_point(window)
    assert dialog.exposure.value() == 60
    dialog.measure_button.click()
    assert "No star has a magnitude yet" in dialog.said.text()
    dialog.take_button.click()
    assert dialog.said.text().startswith("15 of ")
    dialog.radius.setValue(stars.aperture)
    dialog.measure_button.click()
    said = dialog.said.text()
    assert said.startswith("Zero point 2")
    assert float(said.split()[2]) == pytest.approx(21, abs=0.05)
    assert "for one count in 1 s" in said
    remarks = [dialog.table.item(row, 5).text() for row in range(15) if dialog.table.item(row, 5)]
    assert remarks.count("outlier") >= 1
    assert dialog.python_button.isEnabled()
    dialog.close()
