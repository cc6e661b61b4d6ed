"""Take the project's screenshots from the real program: ``screenshots.py [SCENE ...]``.

Each scene starts the program on a screen of its own, does what a person would do, and photographs the window.
Scenes that need files which are not here are left out, with a line that says so.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from virtual_screen import VirtualScreen, virtual_screen

CHECKOUT = Path(__file__).resolve().parent.parent
PICTURES = CHECKOUT / "screenshots"
SAMPLE = CHECKOUT / "resources" / "sample" / "m13.fits"
DATA = Path(os.environ.get("SKYLOUPE_DATA", CHECKOUT.parent / "shared" / "data"))


@dataclass(frozen=True)
class Scene:
    """One picture: how the program is started and what is done before the photograph.

    Attributes
    ----------
    name : str
        The picture is ``screenshots/<name>.png``.
    arguments : tuple
        Of the command line; a path that is absent leaves the scene out.
    steps : callable
        Gets the screen; drives the program. The picture is taken when nothing moves any more.
    size : tuple of int
        Of the window, in device pixels.
    environment : dict
        Added to the program's.
    """

    name: str
    arguments: tuple[str | Path, ...]
    steps: Callable[[VirtualScreen], None] = lambda screen: None
    size: tuple[int, int] = (1400, 900)
    environment: dict[str, str] = field(default_factory=dict)


def point_at_the_core(screen: VirtualScreen) -> None:
    """Rest the pointer on the picture, so that the readout shows something."""
    screen.move(560, 440)


HIDPI = {"QT_SCALE_FACTOR": "2"}

SCENES = (
    Scene("first-light", (SAMPLE,), point_at_the_core),
    Scene("first-light-hidpi", (SAMPLE,), point_at_the_core, size=(2400, 1600), environment=HIDPI),
)


def take(scene: Scene) -> None:
    """Run one scene."""
    command = [sys.executable, "-m", "viewer", *map(str, scene.arguments)]
    with (
        tempfile.TemporaryDirectory(prefix="skyloupe-screenshot-") as folder,
        virtual_screen(Path(folder), scene.size) as screen,
    ):
        screen.run(command, scene.environment, scene.size)
        scene.steps(screen)
        screen.settle()
        screen.photograph(PICTURES / f"{scene.name}.png", scene.size)


def main() -> int:
    """Take the scenes that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ", ".join(scene.name for scene in SCENES)
    parser.add_argument("scene", nargs="*", help=f"default: all of {names}")
    wanted = parser.parse_args().scene
    if unknown := set(wanted) - {scene.name for scene in SCENES}:
        parser.error(f"no such scene: {', '.join(sorted(unknown))} (there are {names})")
    PICTURES.mkdir(exist_ok=True)
    for scene in SCENES:
        if wanted and scene.name not in wanted:
            continue
        absent = [part for part in scene.arguments if isinstance(part, Path) and not part.exists()]
        if absent:
            print(f"{scene.name}: left out, there is no {absent[0]}")
            continue
        take(scene)
        print(f"screenshots/{scene.name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
