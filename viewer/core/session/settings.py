"""What the user chose once and finds again at the next start."""

import json
import logging
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

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
    """The user's choices; every field has a default, and an unknown one in the file is ignored.

    Attributes
    ----------
    sky_frame : str
        ``icrs``, ``fk5``, ``fk4``, ``galactic`` or ``ecliptic``.
    sexagesimal : bool
        Hours and degrees with minutes and seconds instead of decimal degrees.
    pinned_cards : tuple of str
        Header keywords shown above the table.
    recent : tuple of str
        Files opened lately, newest first.
    keep_settings : bool
        A new image of the same shape takes over scale and place of the one before.
    honour_row_order : bool
        Turn frames upright whose header says ROWORDER = 'TOP-DOWN'.
    remembered : tuple of str
        The latest call of each operation, as text: what a form begins with.
    undo_memory : int
        Bytes that older versions of all images may take in memory; beyond, they wait on the disk.
    masters : tuple of str
        Folders and files of the master frames that images are calibrated with.
    night_columns : tuple of str
        Columns of a folder's table: names of values, or header keywords; empty for the usual ones.
    examine : tuple of str
        How stars are measured, such as ``radius=5.0``; empty for the usual way.
    """

    sky_frame: str = "icrs"
    sexagesimal: bool = True
    pinned_cards: tuple[str, ...] = DEFAULT_PINNED
    recent: tuple[str, ...] = ()
    keep_settings: bool = False
    honour_row_order: bool = True
    remembered: tuple[str, ...] = ()
    undo_memory: int = 1 << 30
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
    return Settings(
        **{field.name: _checked(found.get(field.name), field.default) for field in fields(Settings)}
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


def _checked(value: Any, default: Any) -> Any:
    if isinstance(default, tuple):
        return tuple(str(item) for item in value) if isinstance(value, list) else default
    return value if isinstance(value, type(default)) else default
