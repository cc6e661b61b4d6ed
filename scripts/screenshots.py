"""Take the project's screenshots from the real program: ``screenshots.py [SCENE ...]``.

Each scene starts the program on a screen of its own, does what a person would do, and photographs the window.
Scenes that need files which are not here are left out, with a line that says so.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from virtual_screen import VirtualScreen, virtual_screen

CHECKOUT = Path(__file__).resolve().parent.parent
PICTURES = CHECKOUT / "screenshots"
SAMPLE = CHECKOUT / "resources" / "sample" / "m13.fits"
DATA = Path(os.environ.get("SKYLOUPE_DATA", CHECKOUT.parent / "shared" / "data"))


@dataclass(frozen=True)
class Named:
    """A file with brackets behind its name."""

    path: Path
    brackets: str

    def __str__(self) -> str:
        return f"{self.path}{self.brackets}"


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
    desktop : bool
        Skyloupe is installed, and a folder with the arguments in it is opened in a file manager.
    """

    name: str
    arguments: tuple[str | Path | Named, ...]
    steps: Callable[[VirtualScreen], None] = lambda screen: None
    size: tuple[int, int] = (1400, 900)
    environment: dict[str, str] = field(default_factory=dict)
    desktop: bool = False


def point(x: int, y: int) -> Callable[[VirtualScreen], None]:
    """Return the step that rests the pointer on the picture, so that the readout shows something."""
    return lambda screen: screen.move(x, y)


def zoom_in(screen: VirtualScreen) -> None:
    """Turn the wheel over a star until the pixels show their values, and open the table of pixels."""
    for _ in range(14):
        screen.click(640, 250, button=4)
    screen.settle()
    screen.click(1290, 388)
    screen.move(642, 252)


def go_through_planes(screen: VirtualScreen) -> None:
    """Go to the third plane by keys."""
    screen.key("period")
    screen.key("period")
    screen.move(430, 330)


def look_into_the_header(screen: VirtualScreen) -> None:
    """Search the header as one types."""
    screen.move(400, 300)
    screen.key("ctrl+f")
    screen.settle()
    screen.type("date")


def ask_for_export(screen: VirtualScreen) -> None:
    """Open the dialog that exports the view."""
    screen.move(430, 330)
    screen.key("ctrl+e")


def choose(screen: VirtualScreen, letter: str, *downs: int) -> None:
    """Choose an entry by keys: how often Down is pressed in the menu, in the submenu."""
    screen.key(f"alt+{letter}")
    for level, count in enumerate(downs):
        if level:
            screen.key("Right")
        for _ in range(count):
            screen.key("Down")
        screen.settle(0.3)
    screen.key("Return")
    # shorter than the blinking of a text cursor
    screen.settle(0.4)


def ask_for_an_angle(screen: VirtualScreen) -> None:
    """Open the dialog that rotates, and turn the preview."""
    choose(screen, "i", 0, 6)
    screen.type("22.5")
    screen.move(400, 440)


def look_at_the_script(screen: VirtualScreen) -> None:
    """Rotate, subtract the background, and read both steps as Python in a wide panel."""
    ask_for_an_angle(screen)
    screen.key("Return")
    screen.settle()
    choose(screen, "p", 3, 0)
    screen.key("Return")
    screen.settle()
    screen.click(1228, 388)
    screen.settle()
    # the edge between picture and panels
    screen.drag((1067, 427), (560, 427))
    screen.settle()
    screen.click(1347, 416)
    screen.settle()
    screen.move(300, 640)


def rank_the_frames(screen: VirtualScreen) -> None:
    """List the open frames to align and combine them, and wait until all are measured."""
    choose(screen, "n", 4)
    time.sleep(20)
    screen.settle()
    for _ in range(4):
        screen.key("Down")
    screen.settle()


def find_the_stars(screen: VirtualScreen) -> None:
    """Find them, once the menu is complete."""
    time.sleep(3)
    screen.key("ctrl+j")
    screen.settle(1.5)


def circle_the_stars(screen: VirtualScreen) -> None:
    """Find the stars, and choose one in the table."""
    find_the_stars(screen)
    screen.click(260, 746)
    screen.move(480, 300)


def stars_side_by_side(screen: VirtualScreen) -> None:
    """Find the stars, and show the plain picture beside them."""
    find_the_stars(screen)
    screen.key("ctrl+shift+j")
    screen.settle()
    screen.click(260, 746)
    screen.move(800, 200)


# where the signs of the shapes are in the panel Regions
SHAPE_SIGNS = {"pan": 18, "ruler": 114, "circle": 162, "ellipse": 186, "box": 210, "annulus": 258}


def draw_regions(screen: VirtualScreen) -> None:
    """Draw regions of several shapes, turn a box, and look at the statistics of a circle."""

    def draw(shape: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        screen.click(SHAPE_SIGNS[shape], 598)
        screen.settle(0.4)
        screen.drag(start, end)
        screen.settle(0.4)

    screen.key("ctrl+g")
    screen.settle()
    draw("box", (330, 60), (430, 120))
    screen.drag((380, 36), (420, 50))
    screen.settle()
    draw("ellipse", (700, 110), (760, 140))
    draw("ruler", (560, 440), (700, 380))
    draw("annulus", (640, 190), (640, 225))
    draw("circle", (370, 330), (370, 380))
    screen.click(SHAPE_SIGNS["pan"], 598)
    screen.move(380, 300)


def measure_a_star(screen: VirtualScreen) -> None:
    """Begin the Examine mode, enlarge a star, and ask for its photometry and its radial profile."""
    screen.move(432, 310)
    screen.key("e")
    screen.settle()
    for _ in range(6):
        screen.click(432, 310, button=4)
    screen.settle()
    for key in ("a", "g", "r"):
        screen.move(433, 311)
        screen.key(key)
        screen.settle()


def take_a_spectrum(screen: VirtualScreen) -> None:
    """Open the panel of the spectrum, once the menu is complete."""
    time.sleep(3)
    screen.key("ctrl+alt+s")
    screen.settle(2)
    screen.move(560, 260)


def read_the_guide(screen: VirtualScreen) -> None:
    """Open the guide; the cursor in its search field goes on blinking."""
    screen.key("F1")
    screen.settle(0.4)


def wait_for_thumbnails(screen: VirtualScreen) -> None:
    """Wait until the file manager has asked for all of them."""
    screen.settle(4)


def double_click(screen: VirtualScreen) -> None:
    """Open the first file, beside the file manager."""
    wait_for_thumbnails(screen)
    screen.double_click(595, 130)
    screen.wait(lambda: screen.windows("skyloupe"), 30, "Skyloupe")
    screen.settle()
    screen.place(screen.windows("skyloupe")[0], (440, 190, 1160, 810))
    screen.settle(2)
    screen.move(1000, 560)


HIDPI = {"QT_SCALE_FACTOR": "2"}
DARK = {"SKYLOUPE_THEME": "dark"}
RED = {"SKYLOUPE_THEME": "red"}
NIGHT = tuple(DATA / "night_tres1" / f"tres1-{number}.fit" for number in ("021", "053", "085", "117", "149"))
MIXED = (
    SAMPLE,
    *NIGHT,
    DATA / "cube" / "equatorial_3d.fits",
    DATA / "longslit_sprat" / "v_s_20180810_27_1_0_0.fits.gz",
    DATA / "mef" / "hst_stis_o4k19a010_flt_crop.fits",
)

# Only files whose licence allows their picture to be shown.
SCENES = (
    Scene("first-light", (SAMPLE,), point(560, 440)),
    Scene("first-light-dark", (SAMPLE,), point(560, 440), environment=DARK),
    Scene("first-light-hidpi", (SAMPLE,), point(1000, 800), size=(2400, 1810), environment=HIDPI),
    Scene("night", NIGHT, point(700, 470)),
    Scene("cube", (DATA / "cube" / "equatorial_3d.fits", "--cmap", "viridis"), go_through_planes),
    Scene("extensions", (DATA / "mef" / "hst_stis_o4k19a010_flt_crop.fits",), look_into_the_header),
    Scene("table", (Named(DATA / "edge" / "stddata.fits", "[2]"),)),
    Scene("pixels", (SAMPLE,), zoom_in),
    Scene("damaged", (DATA / "corrupt" / "truncated_m13.fits",), point(560, 640)),
    Scene("export", (SAMPLE,), ask_for_export),
    Scene("operation", (SAMPLE,), ask_for_an_angle),
    Scene("history", (SAMPLE,), look_at_the_script),
    Scene("folder", (DATA / "night_tres1",), point(700, 300)),
    Scene("stacking", NIGHT, rank_the_frames),
    Scene("stars", (SAMPLE,), circle_the_stars),
    Scene("stars-side-by-side", (SAMPLE,), stars_side_by_side, environment=DARK),
    Scene("regions", (SAMPLE,), draw_regions),
    Scene("profile", (NIGHT[0],), measure_a_star),
    Scene("spectrum", (DATA / "longslit_sprat" / "v_s_20180810_27_1_0_0.fits.gz",), take_a_spectrum),
    Scene("start", ()),
    Scene("first-light-red", (SAMPLE,), point(560, 440), environment=RED),
    Scene("preferences", (SAMPLE,), lambda screen: screen.key("ctrl+comma")),
    Scene("guide", (SAMPLE,), read_the_guide),
    Scene("file-manager", MIXED, wait_for_thumbnails, size=(1000, 640), desktop=True),
    Scene("double-click", MIXED, double_click, size=(1600, 1000), desktop=True),
)


def take(scene: Scene) -> None:
    """Run one scene."""
    command = [sys.executable, "-m", "viewer", *map(str, scene.arguments)]
    with (
        tempfile.TemporaryDirectory(prefix="skyloupe-screenshot-") as folder,
        virtual_screen(Path(folder), scene.size) as screen,
    ):
        environment = scene.environment
        if scene.desktop:
            environment = screen.environment({**environment, **home(Path(folder))})
            images = Path(folder) / "night"
            images.mkdir()
            for image in files_of(scene):
                shutil.copy(image, images)
            installed = [sys.executable, "-m", "viewer", "--install-desktop", "--default"]
            subprocess.run(installed, env=environment, check=True, stdout=subprocess.DEVNULL)
            command = ["pcmanfm", str(images)]
        screen.run(command, environment, scene.size)
        scene.steps(screen)
        screen.settle()
        screen.photograph(PICTURES / f"{scene.name}.png", scene.size)


def files_of(scene: Scene) -> list[Path]:
    """Return the files among the arguments."""
    parts = (part.path if isinstance(part, Named) else part for part in scene.arguments)
    return [part for part in parts if isinstance(part, Path)]


def home(folder: Path) -> dict[str, str]:
    """Return where a desktop and its programs keep their files, and make the file manager's settings."""
    settings = folder / ".config" / "libfm" / "libfm.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text("[config]\nsingle_click=0\n[ui]\nbig_icon_size=128\nshow_thumbnail=1\n")
    return {
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "XDG_DATA_HOME": str(folder / ".local" / "share"),
        "XDG_CACHE_HOME": str(folder / ".cache"),
        "XDG_STATE_HOME": str(folder / ".local" / "state"),
    }


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
        absent = [part for part in files_of(scene) if not part.exists()]
        if absent:
            print(f"{scene.name}: left out, there is no {absent[0]}")
            continue
        if scene.desktop and shutil.which("pcmanfm") is None:
            print(f"{scene.name}: left out, there is no pcmanfm")
            continue
        take(scene)
        print(f"screenshots/{scene.name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
