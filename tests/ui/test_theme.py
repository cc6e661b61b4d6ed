"""Themes, judged by the pixels of the real windows: nothing but red in the dome, and all can be read."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QColor, QIcon, QImage, QPalette
from PyQt6.QtWidgets import (
    QApplication,
    QColorDialog,
    QDockWidget,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from viewer.core.catalogue.catalogue import Catalogue
from viewer.core.measure.starlist import STAR_LIST, StarList
from viewer.core.session.layer import Contours, Shown, StarStyle
from viewer.core.shapes.region import Region
from viewer.ui import files, theme
from viewer.ui.dim import Curtain
from viewer.ui.export.choices import Choices
from viewer.ui.export.render import render_image
from viewer.ui.export.scene import Scene
from viewer.ui.night import opening
from viewer.ui.panels.choosers import gradient
from viewer.ui.plots.colours import curve_colour, curve_pattern
from viewer.ui.python_colours import COLOURS
from viewer.ui.regions.colours import NAMES, colour_of
from viewer.ui.tint import tinted

Role = QPalette.ColorRole
KINDS = ("light", "dark", "red")
# Fusion lightens edges with half-transparent white, which the curtain takes away; all else is red by itself
EDGES, MANY = 96, 0.003


@pytest.fixture
def themed(qapp) -> Iterator[None]:
    """Whatever theme a test takes, the next one finds what was there before."""
    before, style = QPalette(qapp.palette()), qapp.style().name()
    yield
    theme.apply(qapp, "light")
    QApplication.setPalette(before)
    for name in ("QCheckBox", "QRadioButton"):
        QApplication.setPalette(QPalette(), name)
    qapp.setStyle(style)


def pixels(image: QImage) -> np.ndarray:
    """Return red, green and blue of an image."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    rows = np.frombuffer(bits, np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width(), 2::-1].copy()


def grab(widget: QWidget) -> np.ndarray:
    """Return what a widget shows."""
    QApplication.processEvents()
    return pixels(widget.grab().toImage())


def settled(widget: QWidget, qtbot: QtBot) -> np.ndarray:
    """Return what a widget shows when it changes no more."""
    last = [grab(widget)]

    def still() -> bool:
        last.append(grab(widget))
        return len(last) > 3 and all(np.array_equal(each, last[-1]) for each in last[-4:])

    qtbot.waitUntil(still)
    return last[-1]


def beside_red(widget: QWidget) -> np.ndarray:
    """Return the larger of green and blue of each pixel."""
    return grab(widget)[..., 1:].max(axis=-1)


def draw_over(session) -> None:
    """Put one of everything over the picture, in every colour that there is."""
    overlays, across = session.overlays, np.linspace(20, 280, 80)
    for number, name in enumerate(NAMES):
        place = (30.0 + 28 * number, 40.0)
        overlays.add_region(Region("circle", (place,), (11.0,), name=name, colour=name, include=number != 3))
    square = np.array([[30.0, 130.0], [60.0, 135.0], [70.0, 160.0], [30.0, 130.0]])
    overlays.set_contours(Contours((1.0,), ((square,),)))
    catalogue = Catalogue("c", {"n": np.array(["a", "b"])}, x=across[30:32], y=across[30:32], label="n")
    overlays.set_catalogues([Shown(catalogue, label="n")])
    stars = np.zeros(len(across), STAR_LIST)
    stars["x"], stars["y"], stars["fwhm"], stars["flux"] = across, 220, 3, across**2
    overlays.set_stars(StarList(stars, (300, 300)))
    overlays.set_star_style(StarStyle(colour_by="flux", label="flux"))
    overlays.mark_stars(range(3))


def open_tools(window) -> None:
    """Open windows of ours, with a form, a table, a preview."""
    opening.make_master(window.session, [], window)
    operation = next(each for each in window.menus.listed if each.text == "Gaussian blur…")
    operation.run(window)


def open_dialogs(window) -> list[QWidget]:
    """Open dialogs of Qt's own, a menu and a tooltip, and return all that is open."""
    files.ask_for_files(window)
    colour = QColorDialog(window)
    colour.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
    colour.show()
    box = QMessageBox(QMessageBox.Icon.Warning, "Unsaved", "Save?", QMessageBox.StandardButton.Save, window)
    box.show()
    window.menuBar().actions()[2].menu().popup(QPoint(0, 0))
    QToolTip.showText(QPoint(50, 50), "A few words", window)
    QApplication.processEvents()
    return [each for each in QApplication.topLevelWidgets() if each.isVisible()]


def test_nothing_but_red_is_seen_in_any_window_and_it_goes_again(
    window, session, sample, themed, qapp, qtbot, monkeypatch
):
    theme.apply(qapp, "light")
    session.open([str(sample)])
    draw_over(session)
    session.tell("error", "Something is wrong.")
    docks = window.findChildren(QDockWidget)
    for dock in docks:
        dock.show()
    white = settled(window, qtbot)
    for kind in ("red", "dark", "light"):
        theme.choose(kind)
        QApplication.processEvents()
    assert not window.findChildren(Curtain)
    np.testing.assert_array_equal(settled(window, qtbot), white, "as it was")
    open_tools(window)
    theme.choose("red")
    shown = open_dialogs(window)
    assert {type(each) for each in shown} >= {QFileDialog, QColorDialog, QMessageBox, type(window)}
    assert len(shown) >= 7
    for each in shown:
        assert beside_red(each).max() == 0, each
        assert grab(each)[..., 0].mean() < 90, "dim on the whole"
    # nor is it the curtain alone, below which what is green or blue would be black
    with monkeypatch.context() as lifted:
        lifted.setattr(Curtain, "paintEvent", lambda *_: None)
        for each in shown:
            if not isinstance(each, QColorDialog):
                rest = beside_red(each)
                assert (rest > EDGES).mean() < MANY, each
        assert beside_red(window.image_view).max() == 0, "the picture and what lies over it"
        for dock in docks:
            dock.raise_()
            assert (beside_red(dock.widget()) > EDGES).mean() < MANY, dock.windowTitle()


def test_red_is_for_the_screen_only(window, session, sample, themed, qapp, tmp_path):
    theme.apply(qapp, "dark")
    session.open([str(sample)])
    draw_over(session)

    def on_paper() -> tuple[np.ndarray, np.ndarray]:
        scene = Scene.of(session, 1.0, window.image_view.overlays)
        files.save_view(session, tmp_path / "view.png")
        return pixels(render_image(scene, Choices())), np.asarray(Image.open(tmp_path / "view.png"))

    before = on_paper()
    seen = grab(window.image_view)
    theme.choose("red")
    for kept, again in zip(before, on_paper(), strict=True):
        # the view may have moved by the last bit of a number: then a row of pixels is another where two tie
        assert kept.shape == again.shape
        assert np.abs(kept.astype(int) - again).mean() < 0.02
    assert (grab(window.image_view) != seen).any(), "while the screen is another"


def test_the_theme_is_chosen_in_the_menu_and_there_before_the_first_window(
    window, session, themed, qapp, monkeypatch
):
    theme.apply(qapp, "light")
    entries = {each.text: each for each in window.menus.listed if each.menu == "View/Theme"}
    assert list(entries) == ["As the desktop", "Light", "Dark", "Red night"]
    search = window.docks.header.findChild(QLineEdit)
    cursors = {
        window: Qt.CursorShape.ArrowCursor,
        window.image_view.graphics.viewport(): Qt.CursorShape.CrossCursor,
        search: Qt.CursorShape.IBeamCursor,
    }
    for text, kind in (("Red night", "red"), ("Dark", "dark"), ("Light", "light")):
        entries[text].run(window)
        QApplication.processEvents()
        assert session.settings.theme == kind
        assert [each.text for each in entries.values() if each.checked(session)] == [text]
        assert theme.kind_of(window.palette()) == kind
        assert theme.is_red() == (kind == "red")
        for widget, shape in cursors.items():
            assert (widget.cursor().shape() == shape) != (kind == "red"), "drawn by us, in red"
    full = next(each for each in window.menus.listed if each.text == "Full screen")
    for wanted in (True, False):
        full.run(window)
        assert window.isFullScreen() == wanted, "the desktop's frame is not red"
    theme.apply(qapp, "red")
    first = QPushButton("first")
    assert theme.kind_of(first.palette()) == "red"
    monkeypatch.setenv("SKYLOUPE_THEME", "light")
    theme.apply(qapp, "red")
    assert not theme.is_red(), "the environment is stronger than the settings"
    theme.choose("dark")
    assert theme.is_dark(), "and the user stronger than it"
    theme.apply(qapp, "no such theme")
    assert not theme.is_red()


@pytest.mark.parametrize("kind", KINDS)
def test_text_can_be_read_in_every_theme(kind, themed, qapp):
    theme.apply(qapp, kind)
    colours = theme.palette(kind)
    pairs = [
        *itertools.product(
            (Role.WindowText, Role.PlaceholderText, Role.Link, Role.BrightText), (Role.Window,)
        ),
        *itertools.product((Role.Text, Role.PlaceholderText), (Role.Base, Role.AlternateBase)),
        (Role.ButtonText, Role.Button),
        (Role.HighlightedText, Role.Highlight),
        (Role.ToolTipText, Role.ToolTipBase),
    ]
    for front, back in pairs:
        assert contrast(colours.color(front), colours.color(back)) >= 4.5, (front, back)
    group = QPalette.ColorGroup.Disabled
    for front, back in (
        (Role.WindowText, Role.Window),
        (Role.Text, Role.Base),
        (Role.ButtonText, Role.Button),
    ):
        assert contrast(colours.color(group, front), colours.color(group, back)) >= 2.2, (front, back)
    page = colours.color(Role.Base)
    for colour in COLOURS[kind].values():
        assert contrast(QColor(colour), page) >= 4.5
    curves = [curve_colour(number, colours) for number in range(6)]
    assert min(contrast(each, page) for each in curves) >= (1.9 if kind == "red" else 3)
    looks = {(each.name(), curve_pattern(n, colours)) for n, each in enumerate(curves)}
    assert len(looks) == 6


def test_focus_marked_text_and_pressed_buttons_are_told_from_others_in_red(themed, qapp, qtbot):
    theme.apply(qapp, "red")
    panel = QWidget()
    qtbot.addWidget(panel)
    column = QVBoxLayout(panel)
    fields, buttons = [QLineEdit("text"), QLineEdit("text")], [QPushButton("on"), QPushButton("on")]
    for each in (*fields, *buttons):
        column.addWidget(each)
    buttons[0].setCheckable(True)
    buttons[0].setChecked(True)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    fields[0].setFocus()
    fields[0].selectAll()
    qtbot.waitUntil(fields[0].hasFocus)
    picture = grab(panel)[..., 0].astype(float)

    def bright(widget: QWidget) -> float:
        place: QRect = widget.geometry()
        rows = picture[place.top() : place.bottom() + 1, place.left() : place.right() + 1]
        return float((rows > 180).mean())

    assert bright(fields[0]) > 2 * bright(fields[1])
    assert bright(buttons[0]) > 2 * bright(buttons[1])


def test_lines_and_frames_of_menus_are_told_from_their_ground_in_red(themed, qapp, qtbot):
    theme.apply(qapp, "red")
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("Above")
    line = menu.addSeparator()
    menu.addAction("Below")
    menu.resize(menu.sizeHint())
    seen, where = grab(menu), menu.actionGeometry(line)
    assert seen[where.top() : where.bottom() + 1, where.center().x(), 0].max() >= 80
    assert seen[0, where.center().x(), 0] >= 80


def test_colours_of_regions_and_colour_maps_are_told_apart_by_brightness(themed, qapp):
    theme.apply(qapp, "red")
    reds = sorted(tinted(colour_of(name)).red() for name in NAMES)
    assert all(tinted(colour_of(name)).getRgb()[1:3] == (0, 0) for name in NAMES)
    assert reds[0] == 0, "black stays black"
    assert reds[1] >= 150, "all others are seen on the sky"
    assert min(np.diff(reds)) >= 4
    half = QColor(0, 255, 0, 100)
    assert tinted(half).alpha() == 100
    strip = next(iter(gradient_of("viridis")))
    assert strip[..., 1:].max() == 0
    assert (np.diff(strip[0, :, 0].astype(int)) >= 0).all(), "viridis becomes brighter all the way"


def gradient_of(name: str) -> Iterator[np.ndarray]:
    """Give the strip of a colour map in each size that its icon has."""
    from viewer.core.render.colormap import ColorMap

    icon: QIcon = gradient(ColorMap(name))
    yield from (pixels(icon.pixmap(size).toImage()) for size in icon.availableSizes())


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of WCAG 2.1 (relative luminance of sRGB)."""

    def luminance(colour: QColor) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
