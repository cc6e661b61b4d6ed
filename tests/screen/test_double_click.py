"""At home on a real desktop: a file manager shows thumbnails, and a double click opens the file."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "scripts"))
from virtual_screen import VirtualScreen, virtual_screen  # noqa: E402 - it is no part of a package

SCREEN = (1600, 1000)
MANAGER = (0, 0, 700, 500)
SKYLOUPE = Path(sys.executable).with_name("skyloupe")
ICON = 128
SLOW = 60  # seconds; a machine that does other things as well
PICTURES = os.environ.get("SKYLOUPE_PICTURES")


@dataclass
class Desktop:
    """A home folder with images in it, the screen it is seen on, and the environment of programs."""

    screen: VirtualScreen
    environment: dict[str, str]
    home: Path
    images: Path

    def run(self, *command: str) -> str:
        """Run a program as the user would in a terminal."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=SLOW, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def picture_of(self, name: str) -> None:
        """Keep a picture of the screen where somebody wants to look at it."""
        if PICTURES:
            self.screen.photograph(Path(PICTURES) / f"{name}.png", SCREEN)

    def window(self) -> object:
        """Return the one window of Skyloupe."""
        found = self.screen.windows("skyloupe")
        assert len(found) == 1, [self.screen.title(window) for window in found]
        return found[0]

    def shows(self, name: str) -> bool:
        """Whether Skyloupe's window is in front and shows a file."""
        found = self.screen.windows("skyloupe", stacked=True)
        top = self.screen.windows(stacked=True)[-1:]
        return bool(found) and found[-1:] == top and self.screen.title(found[-1]).startswith(name)

    def icon_of(self, which: int) -> tuple[int, int]:
        """Return where in the file manager the thumbnail of an image is: the middle of it."""
        found = thumbnails(self.screen.seen()[: MANAGER[3], : MANAGER[2]])
        return found[which]


def striped(which: int) -> np.ndarray:
    """Return an image of bright and dark quarters; each of the four is bright in one image only."""
    image = np.full((256, 256), 100, np.uint16)
    row, column = divmod(which, 2)
    image[row * 128 : row * 128 + 128, column * 128 : column * 128 + 128] = 60000
    return image


def thumbnails(pixels: np.ndarray) -> dict[int, tuple[int, int]]:
    """Return the middle of each of the four images that is seen as a square with one bright quarter.

    Parameters
    ----------
    pixels : numpy.ndarray
        Part of a screen, uint8 of shape (height, width, 3).
    """
    black = (pixels.max(axis=2) < 12).astype(np.int32)
    white = (pixels.min(axis=2) > 243).astype(np.int32)
    quarter = ICON // 2 - 8  # not the edges: frames and shadows
    sums = []
    for kind in (black, white):
        total = np.pad(kind, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
        full = (
            total[quarter:, quarter:]
            - total[:-quarter, quarter:]
            - total[quarter:, :-quarter]
            + total[:-quarter, :-quarter]
        )
        sums.append(full >= 0.98 * quarter**2)
    half = ICON // 2
    found = {}
    for which in range(4):
        # FITS counts rows from the bottom
        row, column = 1 - which // 2, which % 2
        together = None
        for k in range(4):
            r, c = divmod(k, 2)
            seen = sums[int((r, c) == (row, column))]
            part = seen[r * half : seen.shape[0] - (1 - r) * half, c * half : seen.shape[1] - (1 - c) * half]
            together = part if together is None else together & part
        places = np.argwhere(together)
        if len(places):
            y, x = places.mean(axis=0)
            found[which] = round(x + (half + quarter) / 2), round(y + (half + quarter) / 2)
    return found


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A home folder where Skyloupe is installed, with a file manager open on a folder of images."""
    missing = [name for name in ("Xvfb", "openbox", "pcmanfm", "xdg-open") if shutil.which(name) is None]
    assert not missing, f"not there: {missing}; make test-desktop installs them"
    home = tmp_path_factory.mktemp("home")
    images = home / "M 13 'best' 100%"
    images.mkdir()
    fits.writeto(images / "a.fits", striped(0))
    fits.CompImageHDU(striped(1), compression_type="RICE_1").writeto(images / "b.fits.fz")
    fits.writeto(images / "c.fits.gz", striped(2))
    fits.writeto(images / "d d.fit", striped(3))
    (home / "run").mkdir(mode=0o700)
    settings = home / ".config" / "libfm" / "libfm.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        f"[config]\nsingle_click=0\nthumbnail_local=1\n[ui]\nbig_icon_size={ICON}\nshow_thumbnail=1\n"
    )
    own = {
        "XDG_RUNTIME_DIR": str(home / "run"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "SKYLOUPE_THEME": "light",
    }
    with virtual_screen(home, SCREEN) as screen:
        environment = screen.environment(own)
        environment.pop("SKYLOUPE_CONFIG", None)
        made = Desktop(screen, environment, home, images)
        made.run(str(SKYLOUPE), "--install-desktop", "--default")
        screen.run(["pcmanfm", str(images)], environment, MANAGER[2:])
        yield made
        made.picture_of("the-end")
        for window in screen.windows("skyloupe"):
            screen.close(window)
        screen.wait(lambda: not screen.windows("skyloupe"), SLOW, "the end of Skyloupe")


def test_the_file_manager_shows_pictures_of_fits_files(desktop: Desktop) -> None:
    screen = desktop.screen
    screen.wait(
        lambda: len(thumbnails(screen.seen()[: MANAGER[3], : MANAGER[2]])) == 4, SLOW, "four thumbnails"
    )
    desktop.picture_of("thumbnails")


def test_a_double_click_opens_the_file_and_the_next_one_in_the_same_window(desktop: Desktop) -> None:
    screen = desktop.screen
    screen.double_click(*desktop.icon_of(0))
    screen.wait(lambda: desktop.shows("a.fits"), SLOW, "a.fits in a window of Skyloupe")
    screen.settle()
    desktop.picture_of("double-click")
    window = desktop.window()
    for which, name in ((3, "d d.fit"), (2, "c.fits.gz"), (1, "b.fits.fz")):
        manager = screen.windows("pcmanfm")[0]
        # a window that is on its way to the front is let arrive there
        screen.settle()
        screen.activate(manager)
        screen.wait(lambda: screen.windows(stacked=True)[-1].id == manager.id, SLOW, "the file manager")  # noqa: B023
        screen.settle()
        start = time.monotonic()
        screen.double_click(*desktop.icon_of(which))
        screen.wait(lambda: desktop.shows(name), SLOW, f"{name} in front")  # noqa: B023
        print(f"{name}: {time.monotonic() - start:.3f} s until the title names it")  # noqa: T201
        assert desktop.window().id == window.id
    screen.settle()
    desktop.picture_of("second-double-click")


def test_xdg_open_opens_a_file(desktop: Desktop) -> None:
    window = desktop.window()
    assert desktop.run("xdg-mime", "query", "default", "image/fits").strip() == "skyloupe.desktop"
    desktop.run("xdg-open", str(desktop.images / "d d.fit"))
    desktop.screen.wait(lambda: desktop.shows("d d.fit"), SLOW, "d d.fit in front")
    assert desktop.window().id == window.id


def test_the_entry_is_as_the_specification_wants_it(desktop: Desktop) -> None:
    entry = desktop.home / ".local" / "share" / "applications" / "skyloupe.desktop"
    assert desktop.run("desktop-file-validate", str(entry)) == ""


def test_after_the_uninstallation_nothing_opens_fits_files(desktop: Desktop) -> None:
    desktop.run(str(SKYLOUPE), "--uninstall-desktop")
    assert "skyloupe" not in desktop.run("xdg-mime", "query", "default", "image/fits")
    left = [
        path for path in (desktop.home / ".local" / "share").rglob("*") if "skyloupe" in path.name.lower()
    ]
    assert left == []
