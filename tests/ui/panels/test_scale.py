"""The scale panel, used as a person does: sliders, fields, choosers, menus; then the session is read."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QStyle, QStyleOptionSlider, QToolTip

from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.scale import DEFAULT_SCALE, PRESETS
from viewer.core.render.stretch import NAMES
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.panels.choosers import BY_HAND
from viewer.ui.panels.scale import ScalePanel
from viewer.ui.panels.travel import STEPS, over_values, with_middle


@pytest.fixture
def show(session, tmp_path, qtbot):
    """Open values as an image and return the panel, brought up to date."""

    def shown(values, unit: str = "adu") -> ScalePanel:
        hdu = fits.PrimaryHDU(np.atleast_2d(values))
        hdu.header["BUNIT"] = unit
        hdu.writeto(tmp_path / "image.fits")
        session.open([tmp_path / "image.fits"])
        panel = ScalePanel(session)
        qtbot.addWidget(panel)
        panel.resize(330, 600)
        panel.show()
        qtbot.waitUntil(lambda: panel.isEnabled() and panel.limits.low.field.text() != "", timeout=2000)
        return panel

    return shown


@pytest.fixture
def sky():
    rng = np.random.default_rng(7)
    values = rng.normal(1000, 20, (200, 200))
    values[::40, ::40] = 40000
    return values.round().astype("i4")


def settle(panel) -> None:
    QTest.qWait(3 * panel.delay)


def handle(slider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(control, option, part, slider).center()


def type_number(row, text: str) -> None:
    row.field.setFocus()
    row.field.selectAll()
    QTest.keyClicks(row.field, text)
    QTest.keyClick(row.field, Qt.Key.Key_Return)


def test_a_slider_acts_at_every_step(session, show, sky):
    panel = show(sky)
    seen = []
    session.scale_changed.connect(lambda _document: seen.append(session.picture.cuts))
    slider = panel.limits.high.slider
    start = handle(slider)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    for dx in range(1, 11):
        QTest.mouseMove(slider, start + QPoint(2 * dx, 0))
        assert len(seen) == dx, "without waiting for the event loop"
    under_the_finger = slider.value()
    settle(panel)
    assert slider.value() == under_the_finger
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=start + QPoint(20, 0))
    highs = [high for _, high in seen]
    assert highs == sorted(highs)
    assert session.picture.scale.limits.mode == "manual"
    assert panel.limits.rule.currentText() == BY_HAND
    assert panel.plot.limits == pytest.approx(session.picture.cuts)


def test_the_low_limit_stays_below_the_high_one(session, show, sky):
    panel = show(sky)
    panel.limits.low.slider.setValue(STEPS)
    low, high = session.picture.cuts
    assert low < high
    settle(panel)
    assert panel.limits.low.slider.value() == panel.limits.high.slider.value()
    panel.limits.high.slider.setValue(0)
    low, high = session.picture.cuts
    assert low < high


@pytest.mark.parametrize("text", ["1234.5", "1e-20", "-3e4", "1 100"])
def test_a_field_takes_any_number(session, show, sky, text):
    panel = show(sky)
    type_number(panel.limits.low, text)
    low, high = session.picture.cuts
    assert low == float(text.replace(" ", ""))
    assert low < high
    settle(panel)
    assert float(panel.limits.low.field.text()) == low


def test_limits_typed_beyond_each_other_move_together(session, show, sky):
    panel = show(sky)
    type_number(panel.limits.low, "1000")
    type_number(panel.limits.high, "1100")
    type_number(panel.limits.low, "5000")
    assert session.picture.cuts == pytest.approx((5000, 5100))
    type_number(panel.limits.high, "2000")
    assert session.picture.cuts == pytest.approx((1900, 2000))


@pytest.mark.parametrize("text", ["abc", "nan", "1,5"])
def test_what_is_no_number_is_refused_and_taken_back(session, show, sky, text):
    panel = show(sky)
    before = session.picture.scale
    shown = panel.limits.low.field.text()
    type_number(panel.limits.low, text)
    field = panel.limits.low.field
    assert session.picture.scale == before
    assert field.text() == shown
    assert field.refused
    assert "is not a number" in QToolTip.text()
    QTest.keyClicks(field, "1")
    assert not field.refused
    QToolTip.hideText()


@pytest.mark.parametrize(("row", "text"), [("contrast", "11"), ("bias", "-0.1"), ("parameter", "0")])
def test_numbers_out_of_range_are_refused(session, show, sky, row, text):
    panel = show(sky)
    before = session.picture.scale
    type_number(getattr(panel, row), text)
    assert session.picture.scale == before
    assert getattr(panel, row).field.refused
    QToolTip.hideText()


def test_escape_takes_back_what_was_typed(session, show, sky):
    panel = show(sky)
    field = panel.limits.high.field
    shown, before = field.text(), session.picture.cuts
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "17")
    session.set_contrast_bias(2, 0.5)
    settle(panel)
    assert field.text() == "17", "a refresh does not disturb who is typing"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == shown
    assert session.picture.cuts == before


def test_every_stretch_has_a_button(session, show, sky):
    panel = show(sky)
    assert set(panel.stretch.buttons) == set(NAMES)
    for name, button in panel.stretch.buttons.items():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        stretch = session.picture.scale.stretch
        assert stretch.name == name
        settle(panel)
        assert [other for other, it in panel.stretch.buttons.items() if it.isChecked()] == [name]
        assert panel.formula.toolTip() == stretch.formula
        assert panel.parameter.isVisible() == (stretch.parameter is not None)


def test_the_parameter_bends_the_curve(session, show, sky):
    panel = show(sky)
    QTest.mouseClick(panel.stretch.buttons["log"], Qt.MouseButton.LeftButton)
    settle(panel)
    type_number(panel.parameter, "99")
    assert session.picture.scale.stretch.parameter == 99
    panel.parameter.slider.setValue(STEPS // 2)
    low, high, _ = session.picture.scale.stretch.parameter_range
    assert session.picture.scale.stretch.parameter == pytest.approx(np.sqrt(low * high), rel=0.01)
    settle(panel)
    values, brightness = panel.plot.curve()
    cuts = session.picture.cuts
    expected = session.picture.scale.curve(0.25, None, cuts)
    assert np.interp(cuts[0] + 0.25 * (cuts[1] - cuts[0]), values, brightness) == pytest.approx(
        expected, abs=0.01
    )


def test_contrast_and_bias(session, show, sky):
    panel = show(sky)
    assert panel.contrast.slider.value() == panel.bias.slider.value() == STEPS // 2
    panel.contrast.slider.setValue(STEPS)
    panel.bias.slider.setValue(0)
    assert (session.picture.scale.contrast, session.picture.scale.bias) == (10, 0)
    session.set_contrast_bias(3.0, 0.25)
    settle(panel)
    assert (panel.contrast.field.text(), panel.bias.field.text()) == ("3", "0.25")
    QTest.mouseClick(panel.reset_contrast, Qt.MouseButton.LeftButton)
    assert (session.picture.scale.contrast, session.picture.scale.bias) == (1, 0.5)


def test_rules_of_the_limits(session, show, sky):
    panel = show(sky)
    rule = panel.limits.rule
    assert rule.currentText() == "zscale"
    rule.setFocus()
    QTest.keyClick(rule, Qt.Key.Key_Down)
    assert session.picture.cuts == (sky.min(), sky.max())
    QTest.keyClick(rule, Qt.Key.Key_Down)
    assert session.picture.scale.limits == Limits("percent", percent=99.5)
    session.set_limits(Limits("percent", percent=97.25))
    settle(panel)
    assert rule.currentText() == "97.25 %"
    session.set_limits(Limits("zscale", reach=8))
    settle(panel)
    assert rule.currentText() == "zscale, 8 times as far"
    cuts = session.picture.cuts
    rule.activated.emit(rule.findText(BY_HAND))
    assert session.picture.scale.limits.mode == "manual"
    assert session.picture.cuts == cuts


def test_colour_maps(session, show, sky):
    panel = show(sky)
    chooser = panel.colormap
    row = chooser.findText("viridis")
    assert chooser.itemIcon(row).isNull(), "drawn when the list is opened"
    chooser.showPopup()
    assert not any(chooser.itemIcon(each).isNull() for each in range(chooser.count()))
    chooser.hidePopup()
    chooser.activated.emit(row)
    assert session.picture.scale.colormap == ColorMap("viridis")
    QTest.mouseClick(panel.invert, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.invert.height() // 2))
    assert session.picture.scale.colormap == ColorMap("viridis", inverted=True)
    strip = chooser.itemIcon(row).pixmap(64, 12).toImage()
    first, last = strip.pixelColor(0, 6).getRgb()[:3], strip.pixelColor(63, 6).getRgb()[:3]
    ends = np.rint(ColorMap("viridis").rgb()[[0, -1]] * 255)
    assert np.abs(np.array([first, last]) - ends).max() <= 1


def test_presets_and_reset(session, show, sky):
    panel = show(sky)
    menu = panel.presets.menu()
    menu.aboutToShow.emit()
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions) == list(PRESETS)
    actions["Course: log (a = 99)"].trigger()
    assert session.picture.scale == PRESETS["Course: log (a = 99)"]
    assert session.picture.cuts == (sky.min(), sky.max())
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Course: log (a = 99)"]
    QTest.mouseClick(panel.reset, Qt.MouseButton.LeftButton)
    assert session.picture.scale == DEFAULT_SCALE


def test_a_refresh_changes_nothing(session, show, sky):
    panel = show(sky)
    session.set_cuts((-12345.678901234567, 98765.43210987654))
    before, seen = session.picture.scale, []
    session.scale_changed.connect(seen.append)
    settle(panel)
    panel.refresh()
    assert not seen
    assert session.picture.scale == before


def test_without_a_picture_there_is_a_hint(session, show, sky, qtbot):
    panel = show(sky)
    session.close(session.current)
    settle(panel)
    assert not panel.reset.isEnabled()
    assert not panel.plot.isVisible()
    empty = ScalePanel(Session(Jobs(threads=0), Settings()))
    qtbot.addWidget(empty)
    empty.show()
    settle(empty)
    assert not empty.reset.isEnabled()
    assert empty.plot is None, "nothing is built for an empty window"


def test_a_colour_picture_has_no_colour_map(session, tmp_path, qtbot):
    planes = np.random.default_rng(0).integers(0, 255, (3, 20, 20)).astype("u1")
    fits.writeto(tmp_path / "colour.fits", planes)
    session.open([tmp_path / "colour.fits"])
    session.set_colour(True)
    panel = ScalePanel(session)
    qtbot.addWidget(panel)
    panel.show()
    settle(panel)
    assert session.picture.colour
    assert not panel.colormap.isEnabled()
    assert "colour picture" in panel.colormap.toolTip().lower()
    assert panel.limits.high.isEnabled()


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(1).gamma(2, 1e-20, (50, 50)),
        (np.random.default_rng(1).random((50, 50)) > 0.9).astype("u1"),
        np.full((10, 10), 7, "i2"),
        np.full((10, 10), np.nan, "f4"),
        np.array([[-3e38, 0, 3e38]], "f4"),
        np.array([[2**62, -(2**62), 5]], "i8"),
    ],
    ids=["1e-20", "mask", "constant", "all missing", "float32", "int64"],
)
def test_sliders_are_of_use_for_any_values(session, show, values):
    panel = show(values)
    low, high = session.picture.cuts
    settle(panel)
    for row, cut in ((panel.limits.low, low), (panel.limits.high, high)):
        assert row.travel.low < row.travel.high
        assert float(row.field.text()) == pytest.approx(cut, rel=1e-6)
    panel.limits.high.slider.setValue(7000)
    panel.limits.low.slider.setValue(2000)
    low, high = session.picture.cuts
    assert low < high
    settle(panel)
    assert panel.grab().width() > 0


@pytest.mark.parametrize("scale", [1.0, 1e-20, 1e30])
def test_travel_is_spent_on_what_matters(scale):
    rng = np.random.default_rng(2)
    sky, stars = rng.normal(1000, 20, 100_000), 1000 + 300 * rng.pareto(1.0, 1000).clip(0, 200)
    travel = over_values(np.sort(np.r_[sky, stars]) * scale)
    places = [travel.position(value * scale) for value in (940, 1000, 1060, 2000, 10_000, 60_000)]
    assert places[0] > 0
    assert places[2] - places[0] > 0.2, "three sigma either side of the sky"
    assert min(np.diff(places[2:])) > 0.08, "and every decade of the stars"
    for step in range(0, STEPS, 7):
        assert travel.step(travel.at_step(step)) == pytest.approx(step, abs=1)


def test_contrast_is_neutral_in_the_middle():
    travel = with_middle(10.0, 1.0)
    assert [travel.value(way) for way in (0, 0.5, 1)] == pytest.approx([0, 1, 10])
    assert travel.position(1.0) == pytest.approx(0.5)
