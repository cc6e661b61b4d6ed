"""The entries of the menus View and Scale: how an image is shown, not what is in it."""

from dataclasses import replace

from PyQt6.QtCore import Qt

from viewer.core.render.limits import Limits
from viewer.core.render.viewport import Orientation
from viewer.core.session.session import Session
from viewer.ui.action import (
    Action,
    always,
    can_be_colour,
    has_cube,
    has_document,
    has_hdus,
    has_picture,
    has_values,
    separator,
)


def _turned(session: Session, **changes: bool) -> None:
    picture = session.picture
    if picture is not None:
        session.set_orientation(replace(picture.place.orientation, **changes))


def _turn(session: Session, quarters: int) -> None:
    picture = session.picture
    if picture is not None:
        orientation = picture.place.orientation
        session.set_orientation(
            replace(orientation, quarter_turns=(orientation.quarter_turns + quarters) % 4)
        )


def _step_plane(session: Session, step: int) -> None:
    picture = session.picture
    axis = None if picture is None else picture.long_axis
    if picture is not None and axis is not None:
        plane = list(picture.plane)
        plane[axis] = (plane[axis] + step) % picture.frame.shape[axis]
        session.set_plane(tuple(plane))


def _toggle_colour(session: Session) -> None:
    if session.picture is not None:
        session.set_colour(not session.picture.colour)


def _zoom_action(zoom: float, text: str, *keys: str) -> Action:
    side = max(zoom, 1 / zoom)
    many = "one pixel" if side == 1 else f"{side:g} × {side:g} pixels"
    tip = f"One pixel of the image is {many} on the screen."
    if zoom < 1:
        tip = f"One pixel on the screen is {many} of the image."
    return Action("View/Zoom", text, lambda w: w.session.zoom_to(zoom), keys, has_picture, tip=tip)


def _limits_action(text: str, limits: Limits, key: str, tip: str) -> Action:
    return Action("Scale", text, lambda w: w.session.set_limits(limits), (key,), has_picture, tip=tip)


def _theme_action(text: str, theme: str, tip: str) -> Action:
    return Action(
        "View/Theme",
        text,
        lambda w: w.session.set_settings(replace(w.session.settings, theme=theme)),
        (),
        always,
        lambda s: s.settings.theme == theme,
        tip=tip,
    )


def _arrow(key: str, letter: str, dx: int, dy: int, name: str) -> Action:
    return Action(
        "View/Move the pointer",
        f"One pixel {name}",
        lambda w: w.move_pointer(dx, dy),
        (key, letter),
        has_picture,
        in_picture=True,
        tip="Move the readout by one pixel, as the picture lies on the screen.",
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        "View",
        "Fit the whole image",
        lambda w: w.session.fit(),
        ("0", "Z"),
        has_picture,
        tip="Show all of the image, as large as the window allows.",
    ),
    _zoom_action(1 / 8, "1:8"),
    _zoom_action(1 / 4, "1:4"),
    _zoom_action(1 / 2, "1:2"),
    _zoom_action(1.0, "1:1", "1"),
    _zoom_action(2.0, "2:1", "2"),
    _zoom_action(4.0, "4:1", "4"),
    _zoom_action(8.0, "8:1", "8"),
    _zoom_action(32.0, "32:1, with the pixels' values"),
    Action(
        "View",
        "Zoom in",
        lambda w: w.session.zoom_by(2.0),
        ("+", "="),
        has_picture,
        tip="Show the image twice as large.",
    ),
    Action(
        "View",
        "Zoom out",
        lambda w: w.session.zoom_by(0.5),
        ("-",),
        has_picture,
        tip="Show the image half as large.",
    ),
    Action(
        "View",
        "Centre on the pointer",
        lambda w: w.centre_on_pointer(),
        ("C",),
        has_picture,
        tip="Bring the pixel under the readout to the middle.",
    ),
    separator("View"),
    Action(
        "View",
        "Mirror left–right (view X)",
        lambda w: _turned(w.session, flip_x=not w.session.picture.place.orientation.flip_x),
        ("X",),
        has_picture,
        lambda s: s.picture is not None and s.picture.place.orientation.flip_x,
        tip="Show the image mirrored; its pixels stay as they are.",
    ),
    Action(
        "View",
        "Mirror top–bottom (view Y)",
        lambda w: _turned(w.session, flip_y=not w.session.picture.place.orientation.flip_y),
        ("Y",),
        has_picture,
        lambda s: s.picture is not None and s.picture.place.orientation.flip_y,
        tip="Show the image upside down; its pixels stay as they are.",
    ),
    Action(
        "View",
        "Turn 90° counter-clockwise",
        lambda w: _turn(w.session, 1),
        ("R",),
        has_picture,
        tip="Show the image turned; its pixels stay as they are.",
    ),
    Action(
        "View",
        "Turn 90° clockwise",
        lambda w: _turn(w.session, -1),
        ("Shift+R",),
        has_picture,
        tip="Show the image turned; its pixels stay as they are.",
    ),
    Action(
        "View",
        "As stored",
        lambda w: w.session.set_orientation(Orientation()),
        (),
        has_picture,
        tip="Show the image neither turned nor mirrored.",
    ),
    Action(
        "View",
        "Set top-down frames upright (ROWORDER)",
        lambda w: w.session.set_settings(
            replace(w.session.settings, honour_row_order=not w.session.settings.honour_row_order)
        ),
        (),
        always,
        lambda s: s.settings.honour_row_order,
        tip="Show frames upright whose header says that their first row is the top one.",
    ),
    separator("View"),
    Action(
        "View",
        "Next plane",
        lambda w: _step_plane(w.session, 1),
        (".", "Shift+PgDown"),
        has_cube,
        tip="Show the next plane of the cube.",
    ),
    Action(
        "View",
        "Previous plane",
        lambda w: _step_plane(w.session, -1),
        (",", "Shift+PgUp"),
        has_cube,
        tip="Show the plane before of the cube.",
    ),
    Action(
        "View",
        "Play the planes",
        lambda w: w.plane_bar.toggle_play(),
        ("Space",),
        has_cube,
        in_picture=True,
        tip="Show the planes of the cube one after the other.",
    ),
    Action(
        "View",
        "Three planes as colour",
        lambda w: _toggle_colour(w.session),
        (),
        can_be_colour,
        lambda s: s.picture is not None and s.picture.colour,
        tip="Show a cube of three planes as red, green and blue, or plane by plane.",
    ),
    Action(
        "View",
        "Next HDU",
        lambda w: w.hdu_bar.step(1),
        ("Ctrl+PgDown",),
        has_hdus,
        tip="Show the next part of the file: an image, a spectrum or a table.",
    ),
    Action(
        "View",
        "Previous HDU",
        lambda w: w.hdu_bar.step(-1),
        ("Ctrl+PgUp",),
        has_hdus,
        tip="Show the part before of the file.",
    ),
    separator("View"),
    Action(
        "View",
        "Back to the picture",
        lambda w: w.focus_page(),
        ("Esc",),
        has_document,
        tip="Give the keys back to the picture.",
    ),
    _arrow("Left", "H", -1, 0, "left"),
    _arrow("Down", "J", 0, -1, "down"),
    _arrow("Up", "K", 0, 1, "up"),
    _arrow("Right", "L", 1, 0, "right"),
    Action(
        "View",
        "Freeze the readout",
        lambda w: w.session.set_frozen(not w.session.frozen),
        ("F",),
        has_values,
        lambda s: s.frozen,
        tip="Hold the readout where it is while the pointer moves.",
    ),
    separator("View"),
    Action(
        "View",
        "Full screen",
        lambda w: w.setWindowState(w.windowState() ^ Qt.WindowState.WindowFullScreen),
        ("F11",),
        tip="Show no frame of the desktop, which is bright in any theme; once more brings it back.",
    ),
    _theme_action("As the desktop", "system", "Light or dark, as the desktop is."),
    _theme_action("Light", "light", "Dark letters on a light ground."),
    _theme_action("Dark", "dark", "Light letters on a dark ground."),
    _theme_action("Red night", "red", "Nothing but red on the screen, for eyes that are used to the dark."),
    _limits_action(
        "Limits: zscale", Limits("zscale"), "Shift+Z", "Limits about the sky, as IRAF finds them."
    ),
    _limits_action(
        "Limits: minimum to maximum",
        Limits("minmax"),
        "Shift+M",
        "From the lowest value to the highest: the brightest star in its true shade.",
    ),
    _limits_action(
        "Limits: 99.5 %",
        Limits("percent", 99.5),
        "Shift+P",
        "Leave out the 0.25 % lowest and the 0.25 % highest values.",
    ),
    separator("Scale"),
    Action(
        "Scale",
        "Invert the colours",
        lambda w: w.invert(),
        ("I",),
        has_picture,
        lambda s: s.picture is not None and s.picture.scale.colormap.inverted,
        tip="Turn the colour map round: stars become dark.",
    ),
    Action(
        "Scale",
        "Reset contrast and bias",
        lambda w: w.session.set_contrast_bias(1.0, 0.5),
        (),
        has_picture,
        tip="Contrast 1 and bias 0.5.",
    ),
    Action(
        "Scale",
        "Reset the scale",
        lambda w: w.session.reset_scale(),
        ("Ctrl+R",),
        has_picture,
        tip="Go back to the limits, stretch and colours of the first view.",
    ),
    Action(
        "Scale",
        "Use this scale for new images",
        lambda w: w.session.keep_scale(),
        (),
        has_picture,
        tip="Limits, stretch and colours of the first view; Edit > Preferences has them, too.",
    ),
)
