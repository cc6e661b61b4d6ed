"""Report: what was done with a night, and why, on a page with pictures (HTML) and in Markdown."""

from pathlib import Path

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.core.night.contents import Picture, Section, contents
from viewer.core.night.page import html_page, markdown_page
from viewer.core.night.pictures import middle_picture, whole_picture
from viewer.core.night.steps import Outcome

PICTURES = "pictures"

__all__ = ["write"]


def write(outcome: Outcome, folder: Path) -> tuple[Path, Path]:
    """Write ``report.html``, which needs no other file, and ``report.md`` with its pictures beside it.

    An older report is replaced.

    Parameters
    ----------
    outcome : Outcome
        What became of a plan.
    folder : pathlib.Path
        The output folder.

    Returns
    -------
    tuple of pathlib.Path
        The two pages.

    Raises
    ------
    ViewerError
        If they cannot be written.
    """
    sections = contents(outcome)
    drawn = _drawn(sections, folder / PICTURES)
    title = f"Reduction of {outcome.plan.folder.name or outcome.plan.folder}"
    pages = folder / "report.html", folder / "report.md"
    for page, text in zip(
        pages,
        (html_page(title, sections, drawn), markdown_page(title, sections, drawn, PICTURES)),
        strict=True,
    ):
        with written(page, overwrite=True) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    return pages


def _drawn(sections: tuple[Section, ...], folder: Path) -> dict[Picture, bytes]:
    """Draw the pictures of all sections into files; one that cannot be drawn is left out."""
    drawn: dict[Picture, bytes] = {}
    for picture in (each for section in sections for each in section.pictures):
        try:
            if picture.middle:
                drawn[picture] = middle_picture(picture.path, like=picture.like)
            else:
                drawn[picture] = whole_picture(picture.path)
        except ViewerError:
            continue
    if drawn:
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise ViewerError(f"the folder {folder} cannot be made: {error.strerror or error}") from None
    for picture, content in drawn.items():
        with written(folder / picture.file, overwrite=True) as file:
            file.write(content)
    return drawn
