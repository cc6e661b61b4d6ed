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
        "File",
        "Open…",
        lambda w: files.ask_for_files(w),
        ("Ctrl+O",),
        tip="Choose image files: FITS, PNG, JPEG, TIFF, or regions.",
    ),
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
    Action(
        "File",
        "Open the sample",
        lambda w: files.open_sample(w.session),
        tip="Look at a small real frame of the globular cluster M13.",
    ),
    Action(
        "File",
        "Restore the last session",
        lambda w: w.recovery.restore_last(),
        tip="Open the images again that were open last, as they looked, with their regions and steps",
    ),
    separator("File"),
    Action(
        "File",
        "Save",
        lambda w: w.saving.save(w.session.current),
        ("Ctrl+S",),
        has_image,
        tip="Write the image with its steps into its file; asks before the first time.",
    ),
    Action(
        "File",
        "Save as…",
        lambda w: w.saving.save_as(w.session.current),
        ("Ctrl+Shift+S",),
        has_image,
        tip="Write the image with its steps into another file: FITS, or a picture or text.",
    ),
    Action(
        "File",
        "Save script…",
        lambda w: scripts.ask_for_script_name(w.session, w),
        (),
        has_steps,
        tip="Write the steps as a Python script, which needs no Skyloupe.",
    ),
    Action(
        "File",
        "Save recipe…",
        lambda w: scripts.ask_for_recipe_name(w.session, w),
        (),
        has_steps,
        tip="Write the steps as a recipe, to apply them to other images.",
    ),
    separator("File"),
    Action(
        "File",
        "Save picture as…",
        lambda w: files.ask_for_picture_name(w),
        ("Ctrl+Shift+E",),
        has_picture,
        tip="Save what the view shows as PNG, JPEG or TIFF.",
    ),
    Action(
        "File",
        "Export the view…",
        lambda w: files.ask_for_export(w),
        ("Ctrl+E",),
        has_picture,
        tip="A picture for papers and slides, with colour bar, compass and scale bar: PNG, PDF or SVG.",
    ),
    Action(
        "File",
        "Save header as text…",
        lambda w: w.docks.header.ask_where_to_save(),
        (),
        has_document,
        tip="Write the header that is shown as text, a line for each card.",
    ),
    separator("File"),
    Action(
        "File",
        "Apply recipe…",
        lambda w: recipes.apply_recipe(w),
        (),
        has_image,
        tip="Do the steps of a recipe to this image.",
    ),
    Action(
        "File",
        "Apply recipe to files…",
        lambda w: recipes.apply_to_files(w),
        tip="Do the steps of a recipe to many files, into another folder.",
    ),
    separator("File"),
    Action(
        "File",
        "Next image",
        lambda w: w.session.select_next(),
        ("Tab", "PgDown"),
        has_several,
        in_picture=True,
        tip="Show the next one of the open images.",
    ),
    Action(
        "File",
        "Previous image",
        lambda w: w.session.select_next(-1),
        ("Shift+Tab", "PgUp"),
        has_several,
        in_picture=True,
        tip="Show the one before of the open images.",
    ),
    Action(
        "File",
        "Close image",
        lambda w: w.close_current(),
        ("Ctrl+W",),
        has_document,
        tip="Close the image that is shown; asks if it has unsaved steps.",
    ),
    Action(
        "File",
        "Close all images",
        lambda w: w.close_all(),
        ("Ctrl+Shift+W",),
        has_document,
        tip="Close all images; asks if some have unsaved steps.",
    ),
    separator("File"),
    Action("File", "Quit", lambda w: w.close(), ("Ctrl+Q",), tip="Close the window and end the program."),
    Action(
        "Edit",
        "Undo",
        lambda w: w.session.undo(),
        ("Ctrl+Z",),
        can_undo,
        name=_undo_name,
        tip="Take back what was done last: a step of the image, or a change of its regions.",
    ),
    Action(
        "Edit",
        "Redo",
        lambda w: w.session.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        can_redo,
        name=_redo_name,
        tip="Do again what was taken back.",
    ),
    separator("Edit"),
    Action(
        "Edit",
        "Copy readout",
        lambda w: w.docks.readout.copy(),
        ("Ctrl+Shift+C",),
        has_values,
        tip="Copy everything that the readout says as text.",
    ),
    Action(
        "Edit",
        "Copy the view",
        lambda w: files.copy_view(w),
        ("Ctrl+C",),
        has_picture,
        in_picture=True,
        tip="Copy what the view shows as a picture.",
    ),
    Action(
        "Edit",
        "Paste file or address",
        pasting.paste,
        ("Ctrl+V",),
        in_picture=True,
        tip="Open the paths and web addresses that were copied elsewhere",
    ),
    Action(
        "Edit",
        "Find in header",
        lambda w: w.find_in_header(),
        ("Ctrl+F",),
        has_document,
        tip="Search keywords, values and comments in the panel Header.",
    ),
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
        tip="Show each new image of the same size with the scale, zoom and place of the one before.",
    ),
    separator("Edit"),
    Action(
        "Edit",
        "Preferences…",
        show_preferences,
        ("Ctrl+,",),
        tip="The first view of an image, coordinates, pinned cards, the mouse, the theme",
    ),
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
    _theme_action("As the desktop", "system", "Light or dark, as the desktop is"),
    _theme_action("Light", "light", "Dark letters on a light ground"),
    _theme_action("Dark", "dark", "Light letters on a dark ground"),
    _theme_action("Red night", "red", "Nothing but red on the screen, for eyes that are used to the dark"),
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
