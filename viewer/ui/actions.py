"""The table of actions: text, menu, keys, what they do, when they can."""

from viewer.ui import helping
from viewer.ui.action import (
    Action,
    has_picture,
    separator,
)
from viewer.ui.file_actions import ACTIONS as FILE_ACTIONS
from viewer.ui.night import opening
from viewer.ui.view_actions import ACTIONS as VIEW_ACTIONS

ACTIONS: tuple[Action, ...] = (
    *FILE_ACTIONS,
    *VIEW_ACTIONS,
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
