"""The entries of the menus File and Edit."""

from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.core.session.session import Session
from viewer.ui import another, files, pasting, recipes, scripts
from viewer.ui.action import (
    Action,
    always,
    can_redo,
    can_undo,
    has_document,
    has_image,
    has_picture,
    has_several,
    has_steps,
    has_values,
    separator,
)

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def _undo_name(session: Session) -> str:
    return f"Undo {session.undoable}" if session.undoable else "Undo"


def _redo_name(session: Session) -> str:
    return f"Redo {session.redoable}" if session.redoable else "Redo"


def _show_preferences(window: "MainWindow") -> None:
    # forms know the operations, which come after the window
    from viewer.ui.dialogs.preferences import show_preferences

    show_preferences(window)


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
        "Open folder…",
        lambda w: files.ask_for_folder(w),
        ("Ctrl+Shift+O",),
        tip="List all frames of a night by what their headers say.",
    ),
    Action(
        "File",
        "Open the sample",
        lambda w: files.open_sample(w.session),
        tip="Look at a small real frame of the globular cluster M13.",
    ),
    separator("File"),
    Action(
        "File",
        "New window",
        lambda w: another.start_another(w.session, "--new"),
        ("Ctrl+N",),
        tip="Open another window, which has images of its own.",
    ),
    Action(
        "File",
        "Restore the last session",
        lambda w: w.recovery.restore_last(),
        tip="Open the images again that were open last, as they looked, with their regions and steps.",
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
        tip="Open the paths and web addresses that were copied elsewhere.",
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
        _show_preferences,
        ("Ctrl+,",),
        tip="The first view of an image, coordinates, pinned cards, the mouse, the theme.",
    ),
)
