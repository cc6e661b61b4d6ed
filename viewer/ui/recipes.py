"""Recipes done to the current image or to files."""

from pathlib import Path
from typing import TYPE_CHECKING

from viewer.ui.scripts import ask_for_recipe, read_located

if TYPE_CHECKING:
    from viewer.core.call import Call
    from viewer.ui.main_window import MainWindow


def apply_recipe(window: "MainWindow") -> None:
    """Ask for a recipe and do its steps to the current image; each can be undone."""
    session = window.session

    def chosen(path: Path) -> None:
        document = session.current

        def read(calls: "tuple[Call, ...]") -> None:
            for call in calls:
                session.apply(call, document)

        session.jobs.start(
            f"Reading {path.name}",
            lambda _progress: read_located(path),
            read,
            lambda sentence: session.tell("error", sentence),
        )

    ask_for_recipe(window, session, chosen)


def apply_to_files(window: "MainWindow") -> None:
    """Ask for a recipe and for files to do it to."""
    # it loads the operations
    from viewer.ui.dialogs.recipe import RecipeDialog

    RecipeDialog(window.session, window).show()
