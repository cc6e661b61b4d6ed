"""The folders of a user and of the system that a freedesktop.org desktop looks into."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The folders that the XDG Base Directory Specification names, and the desktop's own names.

    Attributes
    ----------
    home : pathlib.Path
        The user's home folder.
    data, config : pathlib.Path
        The user's own, which need not exist.
    system_data, system_config : tuple of pathlib.Path
        The system's, the most important first.
    desktops : tuple of str
        What the desktop calls itself, in lower case: files of these names go before the others.
    """

    home: Path
    data: Path
    config: Path
    system_data: tuple[Path, ...]
    system_config: tuple[Path, ...] = ()
    desktops: tuple[str, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Places":
        """Return the places that the environment tells; relative ones are not valid.

        Parameters
        ----------
        environment : mapping
            As ``os.environ``.
        """

        def told(name: str, usual: Path) -> Path:
            path = Path(environment.get(name, ""))
            return path if path.is_absolute() else usual

        def several(name: str, usual: str) -> tuple[Path, ...]:
            names = (environment.get(name) or usual).split(":")
            return tuple(Path(each) for each in names if Path(each).is_absolute())

        home = Path.home()
        return cls(
            home,
            told("XDG_DATA_HOME", home / ".local" / "share"),
            told("XDG_CONFIG_HOME", home / ".config"),
            several("XDG_DATA_DIRS", "/usr/local/share:/usr/share"),
            several("XDG_CONFIG_DIRS", "/etc/xdg"),
            tuple(name.lower() for name in environment.get("XDG_CURRENT_DESKTOP", "").split(":") if name),
        )

    @property
    def receipt(self) -> Path:
        """The file that tells what was installed."""
        return self.data / "skyloupe" / "desktop.json"

    @property
    def applications(self) -> Path:
        """Where the user's desktop entries are."""
        return self.data / "applications"

    @property
    def mime(self) -> Path:
        """Where the user's types of files are described."""
        return self.data / "mime"

    @property
    def icons(self) -> Path:
        """Where the user's icons for all themes are."""
        return self.data / "icons" / "hicolor"

    def lists(self, folder: Path) -> tuple[Path, ...]:
        """Return the lists of default applications that may be in a folder, the strongest first."""
        return tuple(folder / name for name in (*(f"{each}-{_LIST}" for each in self.desktops), _LIST))


_LIST = "mimeapps.list"
