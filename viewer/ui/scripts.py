"""Scripts and recipes: of the current image, made in a worker and saved where the user says; or read."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QFileDialog, QWidget

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io.safe import written
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.folders import file_dialog

if TYPE_CHECKING:
    from viewer.core.call import Call


def script_of(origin: Frame | None, calls: "tuple[Call, ...]") -> str:
    """Return what was done as a Python script; takes a while, so it belongs into a job.

    Parameters
    ----------
    origin : Frame or None
        The image of a file that everything began with.
    calls : tuple of Call
        What was done to it.

    Raises
    ------
    ViewerError
        If a script cannot begin with such a file.
    """
    # who writes scripts has the operations, which the start does without
    from viewer.core.script.script import Origin, script

    return script(calls, Origin() if origin is None else Origin.of(origin))


def earlier_steps(frame: Frame) -> tuple[str, ...]:
    """Return what Skyloupe did to an image by the header of its file, a line for each step."""
    # as above
    import viewer.core.operations  # noqa: F401 - fills the registry
    from viewer.core.call import read_history

    try:
        return tuple(call.sentence for call in read_history(frame.header))
    except ViewerError:
        return ("Steps of another version of Skyloupe: see HISTORY in the header",)


def ask_for_script_name(session: Session, parent: QWidget) -> None:
    """Ask where the script of the current image is to be saved."""
    document = session.current
    if document is None or document.history is None:
        return
    origin, calls = document.history.origin_frame, document.history.calls
    _ask_for_file(
        parent,
        session,
        "Save the script",
        f"{_stem(document)}.py",
        "Python script (*.py)",
        lambda path: _save(session, path, "script", lambda: script_of(origin, calls)),
    )


def ask_for_recipe_name(session: Session, parent: QWidget) -> None:
    """Ask where the recipe of the current image is to be saved."""
    # as above
    from viewer.core.recipe import SUFFIX, recipe_text

    document = session.current
    if document is None or document.history is None:
        return
    calls = document.history.calls
    _ask_for_file(
        parent,
        session,
        "Save the recipe",
        f"{_stem(document)}{SUFFIX}",
        f"Recipe (*{SUFFIX} *.json)",
        lambda path: _save(session, path, "recipe", lambda: recipe_text(calls)),
    )


def ask_where_to_save(session: Session, parent: QWidget, what: str, name: str, kind: str, text: str) -> None:
    """Ask for a file and write a text to it.

    Parameters
    ----------
    session : Session
        Its jobs write the file, and it tells where.
    parent : QWidget
        Of the dialog.
    what : str
        What is saved: ``script``, ``recipe``.
    name : str
        Of the file unless the user chooses another one.
    kind : str
        As Qt names kinds of files: ``Python script (*.py)``.
    text : str
        Is written.
    """

    def chosen(path: Path) -> None:
        _save(session, path, what, lambda: text)

    _ask_for_file(parent, session, f"Save the {what}", name, kind, chosen)


def read_located(path: Path) -> "tuple[Call, ...]":
    """Return the steps of a recipe; images that it names are looked for beside it first.

    Raises
    ------
    ViewerError
        If it is no recipe, or one that this version cannot do.
    """
    # recipes load the operations, which the start does without
    import viewer.core.operations  # noqa: F401 - fills the registry
    from viewer.core.batch.plan import located
    from viewer.core.recipe import read_recipe

    return located(read_recipe(path), path.absolute().parent)


def ask_for_recipe(parent: QWidget, session: Session, chosen: Callable[[Path], object]) -> None:
    """Ask for a recipe file."""
    dialog = file_dialog(parent, session, "Choose a recipe")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Recipes (*.recipe.json *.json)", "All files (*)"])
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.open()


def _ask_for_file(
    parent: QWidget, session: Session, title: str, name: str, kind: str, chosen: Callable[[Path], object]
) -> None:
    dialog = file_dialog(parent, session, title, name)
    dialog.setNameFilters([kind, "All files (*)"])
    dialog.setDefaultSuffix(Path(name).name.partition(".")[2])
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()


def _save(session: Session, path: Path, what: str, made: Callable[[], str]) -> None:
    def work(_progress: object) -> None:
        text = made()
        # the dialog has asked
        with written(path, overwrite=True) as file:
            file.write(text.encode("utf-8"))

    session.jobs.start(
        f"Saving {path.name}",
        work,
        lambda _none: session.tell("info", f"The {what} was saved as {path}."),
        lambda sentence: session.tell("error", sentence),
    )


def _stem(document: Document) -> str:
    return document.name.partition(".")[0].partition("[")[0] or "image"
