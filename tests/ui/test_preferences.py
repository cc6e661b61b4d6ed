"""The preferences are made from the declaration of the settings, hold at once, and can be taken back."""

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QDialogButtonBox

from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.scale import DEFAULT_SCALE
from viewer.core.render.stretch import Stretch
from viewer.core.session.options import ViewOptions
from viewer.core.session.preferences import preferred
from viewer.core.session.settings import Settings, load_settings, settings_path
from viewer.ui.dialogs.preferences import PreferencesDialog
from viewer.ui.panels.readout import ReadoutPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(session, qtbot):
    made = PreferencesDialog(session)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(dialog, name, word) -> None:
    """Choose by what is to be read in the list."""
    chooser = dialog.field(name).list
    chooser.setCurrentIndex(chooser.findText(word))


def press(dialog, button) -> None:
    QTest.mouseClick(dialog.buttons.button(button), LEFT)


def test_what_is_chosen_holds_at_once_and_ok_keeps_it(session, dialog, sample, qtbot):
    readout = ReadoutPanel(session)
    qtbot.addWidget(readout)
    session.open([sample])
    session.add_details()
    session.point_at((10, 20))
    choose(dialog, "sky_frame", "Galactic")
    dialog.field("sky_digits").spin.lineEdit().setText("0")
    x, y = 10, 20
    expected = session.picture.frame.world.sky(x, y, "galactic", ())
    shown = readout.text("l (galactic)")
    assert shown.count(":") == 2
    assert "." not in shown
    degrees, minutes, seconds = map(int, shown.split(":"))
    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(expected[0], abs=0.5 / 3600)
    dialog.field("sexagesimal").box.click()
    assert readout.text("b (galactic)") == f"{expected[1]:+.4f}"
    press(dialog, QDialogButtonBox.StandardButton.Ok)
    assert load_settings(settings_path()) == session.settings
    assert session.settings.sky_digits == 0


def test_cancel_takes_back_what_was_chosen_here_and_nothing_else(session, dialog):
    before = session.settings
    choose(dialog, "theme", "Red night")
    choose(dialog, "mouse", "DS9's")
    assert (session.settings.theme, session.settings.mouse) == ("red", "ds9")
    assert "Draw a region" in dialog.gestures.text()
    # meanwhile, in a panel and by opening a file
    session.set_settings(replace(session.settings, sky_frame="fk5", recent=("a.fits",)))
    assert dialog.field("sky_frame").value == "fk5"
    press(dialog, QDialogButtonBox.StandardButton.Cancel)
    assert session.settings == replace(before, sky_frame="fk5", recent=("a.fits",))
    assert load_settings(settings_path()) == session.settings


def test_a_wrong_value_is_named_and_changes_nothing(session, dialog):
    before = session.settings
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    for name, text, sentence in (
        ("sky_digits", "7", "Decimals cannot be 7: it has to be a whole number from 0 to 6"),
        ("stretch_parameter", "-1", "-1"),
        ("limits", "most", "Limits 'most' are not understood"),
    ):
        field = dialog.field(name)
        right, line = field.value, getattr(field, "line", None) or field.spin.lineEdit()
        line.setText(text)
        assert sentence in dialog.problem.text()
        assert not ok.isEnabled()
        field.show_value(right)
        assert dialog.problem.text() == ""
        assert ok.isEnabled()
    assert session.settings == before


def test_limits_are_what_was_typed_and_not_what_is_often_typed(session, dialog):
    line = dialog.field("limits").line
    dialog.activateWindow()
    QTest.qWaitForWindowActive(dialog)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "99")
    assert line.text() == "99"
    press(dialog, QDialogButtonBox.StandardButton.Ok)
    assert session.settings.limits == "99"


def test_a_stretch_brings_its_own_parameter(session, dialog):
    field = dialog.field("stretch_parameter")
    choose(dialog, "stretch", "Log")
    assert session.settings.scale.stretch == Stretch("log", 1000.0)
    choose(dialog, "stretch", "Sqrt")
    assert field.isHidden()
    choose(dialog, "stretch", "Asinh")
    assert not field.isHidden()
    assert session.settings.scale == DEFAULT_SCALE


def test_pinned_cards_are_a_list_that_is_edited(session, dialog):
    field = dialog.field("pinned_cards")
    dialog.pages.setCurrentIndex(1)
    names = list(Settings().pinned_cards)
    field.list.setCurrentRow(1)
    field.up.click()
    assert session.settings.pinned_cards == (names[1], names[0], *names[2:])
    field.remove.click()
    assert session.settings.pinned_cards == (names[0], *names[2:])
    field.list.setCurrentRow(0)
    field.add.click()
    # while its name is typed there is an empty line, which is no card
    assert session.settings.pinned_cards == (names[0], *names[2:])
    field.list.item(1).setText(" SEEING ")
    assert session.settings.pinned_cards == (names[0], "SEEING", *names[2:])
    field.list.item(1).setText("größe")
    assert "FITS knows ASCII letters only" in dialog.problem.text()


def test_reset_shows_what_the_program_came_with_in_one_step(session, dialog):
    session.set_settings(
        Settings(limits="98", stretch="log", stretch_parameter=5.0, theme="dark", recent=("a.fits",))
    )
    heard = []
    session.settings_changed.connect(lambda: heard.append(session.settings.theme))
    press(dialog, QDialogButtonBox.StandardButton.RestoreDefaults)
    assert heard == ["system"]
    assert session.settings == Settings(recent=("a.fits",))
    press(dialog, QDialogButtonBox.StandardButton.Cancel)
    assert preferred(session.settings)["limits"] == "98"
    assert session.settings.stretch_parameter == 5.0


def test_new_images_are_shown_as_the_settings_say_and_options_are_stronger(session, sample):
    session.set_settings(Settings(limits="99.5", stretch="log", stretch_parameter=50.0, colormap="viridis"))
    session.open([sample])
    first = session.settings.scale
    assert session.picture.scale == first
    assert session.picture.cuts == Limits("percent", percent=99.5).resolve(session.picture.sample)
    session.set_colormap(ColorMap("heat"))
    session.set_cuts((0.0, 1.0))
    session.keep_scale()
    # limits set by hand belong to that image
    assert session.settings.scale == replace(first, colormap=ColorMap("heat"))
    session.reset_scale()
    assert session.picture.scale == replace(first, colormap=ColorMap("heat"))
    session.options = ViewOptions(limits=Limits("minmax"), colormap="cool")
    session.open([sample])
    wanted = replace(first, limits=Limits("minmax"), colormap=ColorMap("cool"))
    assert session.picture.scale == wanted
    session.set_stretch(Stretch("linear"))
    session.reset_scale()
    assert session.picture.scale == wanted


def test_the_menu_shows_one_dialog_and_themes_follow_it(window, session, sample):
    session.open([sample])
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    [made] = window.findChildren(PreferencesDialog)
    light = made.grab().toImage().pixelColor(4, 4)
    choose(made, "theme", "Red night")
    ground = window.grab().toImage().pixelColor(4, 4)
    assert ground.red() > 0
    assert ground.green() == ground.blue() == 0
    press(made, QDialogButtonBox.StandardButton.Cancel)
    assert window.grab().toImage().pixelColor(4, 4).green() > 0
    assert light.green() > 0
