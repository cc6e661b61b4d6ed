"""What the user chose once and finds again at the next start."""

import json
import logging
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import Field, asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from viewer.core.errors import ViewerError
from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.scale import DEFAULT_SCALE, Scale
from viewer.core.render.stretch import NAMES, Stretch
from viewer.core.skyframes import SkyStyle

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
OFTEN_LIMITS = ("zscale", "zscale*4", "minmax", "99.9", "99.5", "99", "98", "95", "90")


def _asked(
    heading: str,
    label: str,
    default: Any,
    *,
    choices: Sequence[str] | Mapping[str, str] = (),
    within: tuple[float, float] | None = None,
    unit: str = "",
    check: Any = None,
) -> Any:
    """Declare a setting that the preferences ask for.

    Parameters
    ----------
    heading, label : str
        Under which heading, and what it is called there.
    default : object
        What it is at first.
    choices : sequence or mapping of str
        What it can be, or often is if there is a `check`; a mapping tells in words.
    within : tuple of float
        The smallest and the largest number.
    unit : str
        Of a number.
    check : callable
        Raises `ViewerError` if a text is not right.
    """
    said = {"heading": heading, "label": label, "choices": choices, "within": within, "unit": unit}
    return field(default=default, metadata=said | {"check": check})


@dataclass(frozen=True)
class Settings:
    """The user's choices; every field has a default, and a wrong value in the file becomes that.

    Attributes
    ----------
    limits : str
        Which values of a new image are darkest and brightest: zscale, minmax, a percentage such as 99.5,
        or LOW,HIGH. Options of the command line are stronger.
    stretch : str
        The curve between the limits.
    stretch_parameter : float
        The a of its formula: the softening of asinh and sinh, the exponent of log and power.
    colormap : str
        Colours of new images.
    inverted_colours : bool
        Dark stars on a bright sky, as on photographic plates.
    keep_settings : bool
        A new image of the same shape takes over scale and place of the one before.
    honour_row_order : bool
        Frames whose header says ROWORDER = 'TOP-DOWN' are shown upright.
    sky_frame : str
        The coordinate system in which positions on the sky are shown.
    sexagesimal : bool
        Instead of decimal degrees.
    sky_digits : int
        Decimals of the arcseconds. Right ascensions and decimal degrees get as many as tell the same.
    pinned_cards : tuple of str
        Keywords of the cards that stand above the header, in this order.
    mouse : str
        What the buttons of the mouse do in the picture. Help > Keys and mouse tells it in full.
    theme : str
        Colours of the window. Red night is for the dome: there is no green or blue in it.
    single_window : bool
        A double click on a file, or skyloupe FILE, shows it in the window that is open.
    restore : bool
        Images, scales and regions of the last session come back when no file is named.
    undo_megabytes : int
        What the earlier steps of all images may take of the memory. Beyond, they wait on the disk.
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

    limits: str = _asked(
        "First view of an image", "Limits", "zscale", choices=OFTEN_LIMITS, check=Limits.parse
    )
    stretch: str = _asked("First view of an image", "Stretch", "asinh", choices=NAMES)
    stretch_parameter: float = _asked("First view of an image", "Parameter a", 0.3)
    colormap: str = _asked("First view of an image", "Colours", "grey", choices=ColorMap.names())
    inverted_colours: bool = _asked("First view of an image", "Inverted", False)
    keep_settings: bool = _asked("Next images", "Keep scale and place", False)
    honour_row_order: bool = _asked("Next images", "Set top-down frames upright", True)
    sky_frame: str = _asked(
        "Coordinates",
        "On the sky",
        "icrs",
        choices={"icrs": "ICRS", "fk5": "FK5", "fk4": "FK4", "galactic": "Galactic", "ecliptic": "Ecliptic"},
    )
    sexagesimal: bool = _asked("Coordinates", "Hours or degrees, minutes, seconds", True)
    sky_digits: int = _asked("Coordinates", "Decimals", 3, within=(0, 6))
    pinned_cards: tuple[str, ...] = _asked("Header", "Pinned cards", DEFAULT_PINNED)
    mouse: str = _asked(
        "Mouse",
        "Habits",
        "skyloupe",
        choices={"skyloupe": "Skyloupe's", "plain": "Plain", "ds9": "DS9's"},
    )
    theme: str = _asked(
        "Window",
        "Theme",
        "system",
        choices={"system": "As the desktop", "light": "Light", "dark": "Dark", "red": "Red night"},
    )
    single_window: bool = _asked("Window", "One window for all files", True)
    restore: bool = _asked("Window", "Restore the last session at the start", False)
    undo_megabytes: int = _asked("Memory", "For undo", 1024, within=(0, 100_000), unit="MB")
    folder: str = ""
    recent: tuple[str, ...] = ()
    remembered: tuple[str, ...] = ()
    masters: tuple[str, ...] = ()
    night_columns: tuple[str, ...] = ()
    examine: tuple[str, ...] = ()

    @property
    def scale(self) -> Scale:
        """The scale of an image that nobody has touched yet."""
        try:
            stretch = Stretch(self.stretch, self.stretch_parameter)  # type: ignore[arg-type]
            return Scale(Limits.parse(self.limits), stretch, ColorMap(self.colormap, self.inverted_colours))
        except ViewerError as error:
            log.info("the settings make no scale (%s): using the usual one", error)
            return DEFAULT_SCALE

    @property
    def sky_style(self) -> SkyStyle:
        """How positions on the sky are shown."""
        return SkyStyle(self.sky_frame, self.sexagesimal, self.sky_digits)

    def remember(self, path: str, most: int = 15) -> "Settings":
        """Return settings with `path` as the newest recent file, and its folder as the last one."""
        recent = (path, *(other for other in self.recent if other != path))[:most]
        return replace(self, recent=recent, folder=str(Path(path).parent))


def settings_path() -> Path:
    """Return where the settings are kept; ``SKYLOUPE_CONFIG`` names another folder."""
    folder = os.environ.get("SKYLOUPE_CONFIG")
    if folder is None:
        # imported here: the tests and many runs name the folder themselves
        from platformdirs import user_config_dir

        folder = user_config_dir("skyloupe", appauthor=False)
    return Path(folder) / "settings.json"


def load_settings(path: Path) -> Settings:
    """Read settings; a missing, unreadable or foreign file gives the defaults, and so does a wrong value.

    Parameters
    ----------
    path : pathlib.Path
        A JSON file.
    """
    found = _read(path)
    kinds = get_type_hints(Settings)
    right = {}
    for each in fields(Settings):
        if each.name not in found:
            continue
        value = found[each.name]
        try:
            right[each.name] = _checked(value, each, kinds[each.name])
        except (ViewerError, ValueError, OverflowError) as error:
            log.info("%s: %s cannot be %.60r (%s): using the default", path, each.name, value, error)
    return Settings(**right)


def save_settings(settings: Settings, path: Path, before: Settings | None = None) -> None:
    """Write settings beside the target and rename, so that a crash never leaves half a file.

    What the file holds besides, from another version of the program or another window of it, stays.

    Parameters
    ----------
    settings : Settings
        What is to be found again.
    path : pathlib.Path
        A JSON file.
    before : Settings, optional
        What they were: only what has changed since is written.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    written = asdict(settings)
    if before is not None:
        old = asdict(before)
        written = {name: value for name, value in written.items() if value != old[name]}
    path.parent.mkdir(parents=True, exist_ok=True)
    found = _read(path)
    if not found and path.exists() and path.stat().st_size > len("{}\n"):
        # a comma too many, perhaps: what was written by hand is not thrown away
        path.replace(path.with_suffix(".damaged.json"))
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(json.dumps(found | written, indent=1), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _read(path: Path) -> dict[str, Any]:
    """Return what a file of settings holds; nothing if it is not one."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.info("settings in %s cannot be read (%s): using the defaults", path, error)
        return {}
    return found if isinstance(found, dict) else {}


def _checked(value: Any, asked: "Field[Any]", kind: Any) -> Any:
    """Return a value of the file as the setting wants it.

    Raises
    ------
    ValueError, OverflowError
        If it is of the wrong kind, no choice, or out of range.
    ViewerError
        If its text is not right.
    """
    said = asked.metadata
    if isinstance(asked.default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError("it has to be a list of texts")
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(asked.default):
        raise ValueError(f"it has to be of type {type(asked.default).__name__}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("it has to be finite")
    if said.get("check"):
        said["check"](value)
    elif said.get("choices") and value not in said["choices"]:
        raise ValueError(f"it has to be one of {', '.join(said['choices'])}")
    if said.get("within") and not said["within"][0] <= value <= said["within"][1]:
        raise ValueError("it has to be from {:g} to {:g}".format(*said["within"]))
    return value
