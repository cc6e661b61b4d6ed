"""The table of actions: text, menu, keys, what they do, when they can."""

from dataclasses import replace

from viewer.core.render.limits import Limits
from viewer.core.render.viewport import Orientation
from viewer.core.session.session import Session
from viewer.ui import another, files, helping, pasting, recipes, scripts
from viewer.ui.action import (
    Action,
    always,
    can_be_colour,
    can_redo,
    can_undo,
    has_cube,
    has_document,
    has_hdus,
    has_image,
    has_picture,
    has_several,
    has_steps,
    has_values,
    separator,
)
from viewer.ui.dialogs.preferences import show_preferences
from viewer.ui.night import opening


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


def _undo_name(session: Session) -> str:
    return f"Undo {session.undoable}" if session.undoable else "Undo"


def _redo_name(session: Session) -> str:
    return f"Redo {session.redoable}" if session.redoable else "Redo"


def _zoom_action(zoom: float, text: str, *keys: str) -> Action:
    return Action("View/Zoom", text, lambda w: w.session.zoom_to(zoom), keys, has_picture)


def _limits_action(text: str, limits: Limits, *keys: str) -> Action:
    return Action("Scale", text, lambda w: w.session.set_limits(limits), keys, has_picture)


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
    )


ACTIONS: tuple[Action, ...] = (
    Action("File", "Open…", lambda w: files.ask_for_files(w), ("Ctrl+O",)),
    Action(
        "File",
        "New window",
        lambda w: another.start_another(w.session, "--new"),
        ("Ctrl+N",),
        tip="Open another window, which has images of its own",
    ),
    Action(
        "File",
        "Open folder…",
        lambda w: files.ask_for_folder(w),
        ("Ctrl+Shift+O",),
        tip="List all frames of a night by what their headers say",
    ),
    Action("File", "Open the sample", lambda w: files.open_sample(w.session)),
    Action(
        "File",
        "Restore the last session",
        lambda w: w.recovery.restore_last(),
        tip="Open the images again that were open last, as they looked, with their regions and steps",
    ),
    separator("File"),
    Action("File", "Save", lambda w: w.saving.save(w.session.current), ("Ctrl+S",), has_image),
    Action("File", "Save as…", lambda w: w.saving.save_as(w.session.current), ("Ctrl+Shift+S",), has_image),
    Action("File", "Save script…", lambda w: scripts.ask_for_script_name(w.session, w), (), has_steps),
    Action("File", "Save recipe…", lambda w: scripts.ask_for_recipe_name(w.session, w), (), has_steps),
    separator("File"),
    Action(
        "File", "Save picture as…", lambda w: files.ask_for_picture_name(w), ("Ctrl+Shift+E",), has_picture
    ),
    Action("File", "Export the view…", lambda w: files.ask_for_export(w), ("Ctrl+E",), has_picture),
    Action("File", "Save header as text…", lambda w: w.docks.header.ask_where_to_save(), (), has_document),
    separator("File"),
    Action("File", "Apply recipe…", lambda w: recipes.apply_recipe(w), (), has_image),
    Action("File", "Apply recipe to files…", lambda w: recipes.apply_to_files(w)),
    separator("File"),
    Action(
        "File",
        "Next image",
        lambda w: w.session.select_next(),
        ("Tab", "PgDown"),
        has_several,
        in_picture=True,
    ),
    Action(
        "File",
        "Previous image",
        lambda w: w.session.select_next(-1),
        ("Shift+Tab", "PgUp"),
        has_several,
        in_picture=True,
    ),
    Action("File", "Close image", lambda w: w.close_current(), ("Ctrl+W",), has_document),
    Action("File", "Close all images", lambda w: w.close_all(), ("Ctrl+Shift+W",), has_document),
    separator("File"),
    Action("File", "Quit", lambda w: w.close(), ("Ctrl+Q",)),
    Action("Edit", "Undo", lambda w: w.session.undo(), ("Ctrl+Z",), can_undo, name=_undo_name),
    Action("Edit", "Redo", lambda w: w.session.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"), can_redo, name=_redo_name),
    separator("Edit"),
    Action("Edit", "Copy readout", lambda w: w.docks.readout.copy(), ("Ctrl+Shift+C",), has_values),
    Action("Edit", "Copy the view", lambda w: files.copy_view(w), ("Ctrl+C",), has_picture, in_picture=True),
    Action(
        "Edit",
        "Paste file or address",
        pasting.paste,
        ("Ctrl+V",),
        in_picture=True,
        tip="Open the paths and web addresses that were copied elsewhere",
    ),
    Action("Edit", "Find in header", lambda w: w.find_in_header(), ("Ctrl+F",), has_document),
    separator("Edit"),
    Action(
        "Edit",
        "Keep scale and place for the next image",
        lambda w: w.session.set_settings(
            replace(w.session.settings, keep_settings=not w.session.settings.keep_settings)
        ),
        ("Ctrl+K",),
        always,
        lambda s: s.settings.keep_settings,
    ),
    separator("Edit"),
    Action(
        "Edit",
        "Preferences…",
        show_preferences,
        ("Ctrl+,",),
        tip="The first view of an image, coordinates, pinned cards, the mouse, the theme",
    ),
    Action("View", "Fit the whole image", lambda w: w.session.fit(), ("0", "Z"), has_picture),
    _zoom_action(1 / 8, "1:8"),
    _zoom_action(1 / 4, "1:4"),
    _zoom_action(1 / 2, "1:2"),
    _zoom_action(1.0, "1:1", "1"),
    _zoom_action(2.0, "2:1", "2"),
    _zoom_action(4.0, "4:1", "4"),
    _zoom_action(8.0, "8:1", "8"),
    _zoom_action(32.0, "32:1, with the pixels' values"),
    Action("View", "Zoom in", lambda w: w.session.zoom_by(2.0), ("+", "="), has_picture),
    Action("View", "Zoom out", lambda w: w.session.zoom_by(0.5), ("-",), has_picture),
    Action("View", "Centre on the pointer", lambda w: w.centre_on_pointer(), ("C",), has_picture),
    separator("View"),
    Action(
        "View",
        "Mirror left–right (view X)",
        lambda w: _turned(w.session, flip_x=not w.session.picture.place.orientation.flip_x),
        ("X",),
        has_picture,
        lambda s: s.picture is not None and s.picture.place.orientation.flip_x,
    ),
    Action(
        "View",
        "Mirror top–bottom (view Y)",
        lambda w: _turned(w.session, flip_y=not w.session.picture.place.orientation.flip_y),
        ("Y",),
        has_picture,
        lambda s: s.picture is not None and s.picture.place.orientation.flip_y,
    ),
    Action("View", "Turn 90° counter-clockwise", lambda w: _turn(w.session, 1), ("R",), has_picture),
    Action("View", "Turn 90° clockwise", lambda w: _turn(w.session, -1), ("Shift+R",), has_picture),
    Action("View", "As stored", lambda w: w.session.set_orientation(Orientation()), (), has_picture),
    Action(
        "View",
        "Set top-down frames upright (ROWORDER)",
        lambda w: w.session.set_settings(
            replace(w.session.settings, honour_row_order=not w.session.settings.honour_row_order)
        ),
        (),
        always,
        lambda s: s.settings.honour_row_order,
    ),
    separator("View"),
    Action("View", "Next plane", lambda w: _step_plane(w.session, 1), (".", "Shift+PgDown"), has_cube),
    Action("View", "Previous plane", lambda w: _step_plane(w.session, -1), (",", "Shift+PgUp"), has_cube),
    Action(
        "View", "Play the planes", lambda w: w.plane_bar.toggle_play(), ("Space",), has_cube, in_picture=True
    ),
    Action(
        "View",
        "Three planes as colour",
        lambda w: _toggle_colour(w.session),
        (),
        can_be_colour,
        lambda s: s.picture is not None and s.picture.colour,
    ),
    Action("View", "Next HDU", lambda w: w.hdu_bar.step(1), ("Ctrl+PgDown",), has_hdus),
    Action("View", "Previous HDU", lambda w: w.hdu_bar.step(-1), ("Ctrl+PgUp",), has_hdus),
    separator("View"),
    Action("View", "Back to the picture", lambda w: w.focus_page(), ("Esc",), has_document),
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
    ),
    _theme_action("As the desktop", "system", "Light or dark, as the desktop is"),
    _theme_action("Light", "light", "Dark letters on a light ground"),
    _theme_action("Dark", "dark", "Light letters on a dark ground"),
    _theme_action("Red night", "red", "Nothing but red on the screen, for eyes that are used to the dark"),
    _limits_action("Limits: zscale", Limits("zscale"), "Shift+Z"),
    _limits_action("Limits: minimum to maximum", Limits("minmax"), "Shift+M"),
    _limits_action("Limits: 99.5 %", Limits("percent", 99.5), "Shift+P"),
    separator("Scale"),
    Action(
        "Scale",
        "Invert the colours",
        lambda w: w.invert(),
        ("I",),
        has_picture,
        lambda s: s.picture is not None and s.picture.scale.colormap.inverted,
    ),
    Action(
        "Scale", "Reset contrast and bias", lambda w: w.session.set_contrast_bias(1.0, 0.5), (), has_picture
    ),
    Action("Scale", "Reset the scale", lambda w: w.session.reset_scale(), ("Ctrl+R",), has_picture),
    Action(
        "Night",
        "Calibrate this frame",
        opening.calibrate_frame,
        ("Ctrl+D",),
        has_picture,
        tip="Correct the image with the bias, dark and flat that fit it, of the masters that are remembered.",
    ),
    Action(
        "Night",
        "Calibrate with…",
        opening.calibrate_how,
        (),
        has_picture,
        tip="Choose masters, see why each fits or not, and set nonlinearity, gain, overscan.",
    ),
    separator("Night"),
    Action(
        "Night",
        "Make master…",
        lambda w: opening.make_master(w.session, opening.chosen(w), w),
        tip="Combine bias, dark or flat frames to a master.",
    ),
    Action(
        "Night",
        "Calibrate files…",
        lambda w: opening.calibrate_selection(w.session, opening.chosen(w), w),
        tip="Correct many files, each with the masters that fit it, into another folder.",
    ),
    Action(
        "Night",
        "Align and combine…",
        lambda w: opening.align_and_combine(w.session, opening.chosen(w), w),
        tip="Rank the open images or files, align them by their stars and make one image of them.",
    ),
    Action(
        "Night",
        "Reduce a night…",
        opening.reduce_open_folder,
        tip="From a folder of raw files to co-added images, step by step.",
    ),
    Action(
        "Help", "User guide", helping.show_guide, ("F1",), tip="First steps, measuring, nights, commands."
    ),
    Action(
        "Help",
        "Operations",
        lambda w: helping.show_guide(w, helping.OPERATIONS_PAGE),
        tip="What every operation of the menus Image and Process does, with its command and its Python.",
    ),
    Action("Help", "Keys and mouse", helping.show_keys, ("Ctrl+F1",), tip="All of them on one page."),
    separator("Help"),
    Action(
        "Help",
        "Open FITS files with Skyloupe…",
        helping.show_desktop,
        tip="A double click on a FITS file opens it here, and file managers show pictures of FITS files.",
    ),
    Action(
        "Help", "About Skyloupe", helping.show_about, tip="Versions to copy into a report, and the licence."
    ),
)
