"""Where the files that ship with the program are: in the wheel, or in a checkout."""

from functools import cache
from pathlib import Path

from viewer.core.errors import ViewerError


@cache
def _root() -> Path:
    # plain paths, not importlib.resources: its import takes 15 ms, and the package is never zipped
    package = Path(__file__).resolve().parent.parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def resource(name: str) -> Path:
    """Find a file or folder that ships with the program.

    Parameters
    ----------
    name : str
        Its path below ``resources``, with forward slashes, such as ``"colormaps/heat.csv"``.

    Returns
    -------
    pathlib.Path
        An existing file or folder.

    Raises
    ------
    ViewerError
        If the installation is incomplete.
    """
    path = _root() / name
    if not path.exists():
        raise ViewerError(f"The program's own file {name} is missing ({path}); install Skyloupe again.")
    return path
