"""What the user chose once and finds again at the next start."""

import json
import logging
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from viewer.core.render.stretch import Name as StretchName
from viewer.core.skyframes import SkyFrame

log = logging.getLogger(__name__)
Mouse = Literal["skyloupe", "plain", "ds9"]
Theme = Literal["system", "light", "dark", "red"]

DEFAULT_PINNED = (
    "OBJECT",
    "EXPTIME",
    "FILTER",
    "DATE-OBS",
    "IMAGETYP",
    "TELESCOP",
    "INSTRUME",
    "AIRMASS",
    "GAIN",
)


@dataclass(frozen=True)
class Settings:
    """The user's choices; every field has a default, and a wrong value in the file becomes that.

    Attributes
    ----------
    limits : str
        Limits of an image that is seen for the first time: zscale, minmax, a percentage such as 99.5, or
        LOW,HIGH.
    stretch : str
        The curve between the limits.
    stretch_parameter : float
        The a of the stretch's formula; curves without one do not look at it.
    colormap : str
        The colours.
    inverted_colours : bool
        Dark on bright, as on photographic plates.
    keep_settings : bool
        A new image of the same shape takes over scale and place of the one before.
    honour_row_order : bool
        Turn frames upright whose header says ROWORDER = 'TOP-DOWN'.
    sky_frame : str
        In which frame positions on the sky are shown.
    sexagesimal : bool
        Hours and degrees with minutes and seconds instead of decimal degrees.
    sky_digits : int
        How many decimals the arcseconds of a position have; other units get as many as tell the same.
    pinned_cards : tuple of str
        Header keywords shown above the table.
    mouse : str
        What the buttons of the mouse do in the picture; Help > Keys and mouse tells.
    theme : str
        The colours of the window; Red night is for the dome and has no green or blue in it.
    single_window : bool
        A file that is opened from outside comes into the window that is there.
    restore : bool
        A start without files brings back the images that were open last.
    undo_memory : int
        What older versions of all images may take of the memory; beyond, they wait on the disk.
    folder : str
        Where a file was opened or saved last; there the next dialog begins.
    recent : tuple of str
        Files opened lately, newest first.
    remembered : tuple of str
        The latest call of each operation, as text: what a form begins with.
    masters : tuple of str
        Folders and files of the master frames that images are calibrated with.
    night_columns : tuple of str
        Columns of a folder's table: names of values, or header keywords; empty for the usual ones.
    examine : tuple of str
        How stars are measured, such as ``radius=5.0``; empty for the usual way.
    """

    limits: str = "zscale"
    stretch: StretchName = "asinh"
    stretch_parameter: float = 0.3
    colormap: str = "grey"
    inverted_colours: bool = False
    keep_settings: bool = False
    honour_row_order: bool = True
    sky_frame: SkyFrame = "icrs"
    sexagesimal: bool = True
    sky_digits: int = 3
    pinned_cards: tuple[str, ...] = DEFAULT_PINNED
    mouse: Mouse = "skyloupe"
    theme: Theme = "system"
    single_window: bool = True
    restore: bool = False
    undo_memory: int = 1 << 30
    folder: str = ""
    recent: tuple[str, ...] = ()
    remembered: tuple[str, ...] = ()
    masters: tuple[str, ...] = ()
    night_columns: tuple[str, ...] = ()
    examine: tuple[str, ...] = ()

    def remember(self, path: str, most: int = 15) -> "Settings":
        """Return settings with `path` as the newest recent file."""
        return replace(self, recent=(path, *(other for other in self.recent if other != path))[:most])


def settings_path() -> Path:
    """Return where the settings are kept; ``SKYLOUPE_CONFIG`` names another folder."""
    folder = os.environ.get("SKYLOUPE_CONFIG")
    if folder is None:
        # imported here: the tests and many runs name the folder themselves
        from platformdirs import user_config_dir

        folder = user_config_dir("skyloupe", appauthor=False)
    return Path(folder) / "settings.json"


def load_settings(path: Path) -> Settings:
    """Read settings; a missing, unreadable or foreign file gives the defaults.

    Parameters
    ----------
    path : pathlib.Path
        A JSON file.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        log.info("settings in %s cannot be read (%s): using the defaults", path, error)
        return Settings()
    if not isinstance(found, dict):
        return Settings()
    kinds = get_type_hints(Settings)
    return Settings(
        **{
            field.name: _checked(found.get(field.name), field.default, kinds[field.name])
            for field in fields(Settings)
        }
    )


def save_settings(settings: Settings, path: Path) -> None:
    """Write settings beside the target and rename, so that a crash never leaves half a file.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
    temporary.replace(path)


def _checked(value: Any, default: Any, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        return value if value in get_args(kind) else default
    if isinstance(default, tuple):
        return tuple(str(item) for item in value) if isinstance(value, list) else default
    return value if isinstance(value, type(default)) else default
