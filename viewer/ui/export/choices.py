"""Choices: what an exported view holds and how large it is, remembered from one export to the next."""

import json
import logging
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from viewer.core.session.settings import settings_path

log = logging.getLogger(__name__)

CM_PER_INCH = 2.54
UNITS = ("cm", "in")
SUFFIXES = (".png", ".pdf", ".svg")
# of one column of a journal up to a poster
WIDTHS_CM = (1.0, 120.0)
RESOLUTIONS = (50, 1200)


@dataclass(frozen=True)
class Choices:
    """What is exported, and how large.

    Attributes
    ----------
    overlays, colour_bar, compass, scale_bar, name : bool
        What is drawn beside and over the picture.
    trim : bool
        Leave out what the view shows beside the image.
    for_print : bool
        `width` and `dpi` count; otherwise it is as large as on the screen.
    width : float
        Of the whole, in `unit`.
    unit : str
        ``cm`` or ``in``.
    dpi : int
        Pixels for an inch.
    dark : bool
        A dark surround, for slides; otherwise white.
    suffix : str
        Of the last file: ``.png``, ``.pdf`` or ``.svg``.
    """

    overlays: bool = True
    colour_bar: bool = True
    compass: bool = True
    scale_bar: bool = True
    name: bool = False
    trim: bool = True
    for_print: bool = False
    width: float = 12.0
    unit: str = "cm"
    dpi: int = 300
    dark: bool = False
    suffix: str = ".png"

    @property
    def inches(self) -> float:
        """Width of the whole in inches, for print."""
        return self.width / CM_PER_INCH if self.unit == "cm" else self.width


def choices_path() -> Path:
    """Return where the choices are kept: beside the settings."""
    return settings_path().with_name("export.json")


def load_choices() -> Choices:
    """Read what was chosen last; what is missing or makes no sense is the default."""
    try:
        found = json.loads(choices_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Choices()
    except (OSError, ValueError) as error:
        log.info("%s cannot be read (%s): using the defaults", choices_path(), error)
        return Choices()
    if not isinstance(found, dict):
        return Choices()
    given = {field.name: found.get(field.name) for field in fields(Choices)}
    return Choices(**{name: value for name, value in given.items() if _makes_sense(name, value)})


def save_choices(choices: Choices) -> None:
    """Keep the choices for the next export; if that fails, only the log hears of it."""
    path = choices_path()
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(asdict(choices), indent=1), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        log.info("the choices for exports were not saved: %s", error)


def _makes_sense(name: str, value: Any) -> bool:
    if type(value) is not type(getattr(Choices, name)):
        return False
    if name == "width":
        return bool(WIDTHS_CM[0] / CM_PER_INCH <= value <= WIDTHS_CM[1])
    if name == "dpi":
        return bool(RESOLUTIONS[0] <= value <= RESOLUTIONS[1])
    allowed = {"unit": UNITS, "suffix": SUFFIXES}
    return name not in allowed or value in allowed[name]
