"""A private screen (Xvfb, openbox) where a program runs, is driven by mouse and keys, and is photographed."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from PIL import Image
from Xlib import XK, X, display, protocol
from Xlib.ext import xtest

CONFIGURATION = """<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application class="*"><decor>no</decor><focus>yes</focus></application></applications></openbox_config>"""

# bytes; a repository keeps every picture for ever
LARGE = 400_000
MODIFIERS = {"ctrl": "Control_L", "shift": "Shift_L", "alt": "Alt_L"}
KEYSYMS = {
    " ": "space",
    "/": "slash",
    ".": "period",
    "_": "underscore",
    "-": "minus",
    ":": "colon",
    ",": "comma",
    "=": "equal",
    "[": "bracketleft",
    "]": "bracketright",
    "+": "plus",
    "~": "asciitilde",
}


class ProgramEnded(RuntimeError):
    """The program went away; the message holds what it wrote."""


@contextmanager
def virtual_screen(folder: Path, size: tuple[int, int]) -> Iterator["VirtualScreen"]:
    """Start an X server with a window manager; everything that was started ends with the block.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder for the home folder of the program and the logs; the caller removes it.
    size : tuple of int
        Width and height of the screen in device pixels.
    """
    with ExitStack() as ended:
        reading, writing = os.pipe()
        geometry = f"{size[0]}x{size[1]}x24"
        server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", geometry, "-nolisten", "tcp"]
        ended.enter_context(_running(server, dict(os.environ), folder / "server.log", (writing,)))
        os.close(writing)
        with os.fdopen(reading) as answer:
            name = f":{answer.readline().strip()}"
        configuration = folder / "openbox.xml"
        configuration.write_text(CONFIGURATION)
        environment = {**os.environ, "DISPLAY": name, "HOME": str(folder)}
        manager = ["openbox", "--config-file", str(configuration)]
        ended.enter_context(_running(manager, environment, folder / "openbox.log"))
        connection = display.Display(name)
        ended.callback(connection.close)
        screen = VirtualScreen(connection, name, folder, size)
        ended.callback(screen.stop)
        yield screen


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], log: Path, pass_fds: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=environment, pass_fds=pass_fds, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class VirtualScreen:
    """Programs on a screen of their own; made by `virtual_screen`."""

    def __init__(self, connection: display.Display, name: str, folder: Path, size: tuple[int, int]) -> None:
        self.display = name
        self.folder = folder
        self.size = size
        self._connection = connection
        self._root = connection.screen().root
        self._log = folder / "program.log"
        self._program = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        managed = connection.intern_atom("_NET_SUPPORTING_WM_CHECK")
        self.wait(lambda: self._root.get_full_property(managed, X.AnyPropertyType), 10, "the window manager")

    def stop(self) -> None:
        """End the program."""
        self._program.close()
        self._process = None

    def run(self, command: Sequence[str], environment: Mapping[str, str], window: tuple[int, int]) -> None:
        """Start the program, wait for its window, give it a size and wait until the picture stands."""
        self.start(command, environment)
        self.wait(self.windows, 60, "a window")
        self.settle()
        largest = max(
            self.windows(), key=lambda found: found.get_geometry().width * found.get_geometry().height
        )
        self.place(largest, (0, 0, *window))
        self.settle()

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a program; it ends with the screen, and nothing goes on if it ends before that."""
        own = self.environment(environment)
        self._process = self._program.enter_context(_running(command, own, self._log))

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of programs on this screen, with `more` in it."""
        own = {
            **os.environ,
            "DISPLAY": self.display,
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "QT_QPA_PLATFORM": "xcb",
            "LANG": "C.UTF-8",
            **more,
        }
        for name in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            own.pop(name, None)
        return own

    def windows(self, kind: str = "", stacked: bool = False) -> list:
        """Return the windows, those of a class if one is named, the oldest or else the lowest first."""
        listed = self._root.get_full_property(
            self._connection.intern_atom("_NET_CLIENT_LIST_STACKING" if stacked else "_NET_CLIENT_LIST"),
            X.AnyPropertyType,
        )
        found = [
            self._connection.create_resource_object("window", number)
            for number in (listed.value if listed else ())
        ]
        return [window for window in found if not kind or kind in (window.get_wm_class() or ())]

    def title(self, window: object) -> str:
        """Return what a window is called."""
        name = window.get_full_property(  # type: ignore[attr-defined]
            self._connection.intern_atom("_NET_WM_NAME"), X.AnyPropertyType
        )
        return name.value.decode(errors="replace") if name else ""

    def place(self, window: object, rectangle: tuple[int, int, int, int]) -> None:
        """Put a window somewhere (left, top, width, height), above all others."""
        x, y, width, height = rectangle
        window.configure(x=x, y=y, width=width, height=height, stack_mode=X.Above)  # type: ignore[attr-defined]
        self._connection.sync()

    def activate(self, window: object) -> None:
        """Bring a window to the front as a task bar does."""
        message = protocol.event.ClientMessage(
            window=window,
            client_type=self._connection.intern_atom("_NET_ACTIVE_WINDOW"),
            data=(32, [2, X.CurrentTime, 0, 0, 0]),
        )
        self._root.send_event(message, X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._connection.sync()

    def close(self, window: object) -> None:
        """Close a window as the cross in its frame does."""
        message = protocol.event.ClientMessage(
            window=window,
            client_type=self._connection.intern_atom("_NET_CLOSE_WINDOW"),
            data=(32, [X.CurrentTime, 2, 0, 0, 0]),
        )
        self._root.send_event(message, X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._connection.sync()

    def _check(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            raise ProgramEnded(f"the program ended:\n{self._log.read_text(errors='replace')[-4000:]}")

    def wait(self, ready: Callable[[], object], seconds: float, what: str) -> None:
        """Wait until something is so; `what` says what, if it does not come."""
        end = time.monotonic() + seconds
        while not ready():
            self._check()
            if time.monotonic() > end:
                raise TimeoutError(f"{what} did not come within {seconds} s")
            time.sleep(0.02)

    # ------------------------------------------------------------------------------ what a person does

    def key(self, chord: str) -> None:
        """Press a key such as ``f``, ``plus``, ``Page_Down`` or ``ctrl+shift+o``."""
        *modifiers, name = chord.split("+") if len(chord) > 1 else [chord]
        code, shifted = self._code(name)
        held = [self._code(MODIFIERS[modifier])[0] for modifier in modifiers]
        if shifted and "shift" not in modifiers:
            held.append(self._code(MODIFIERS["shift"])[0])
        for down in held:
            xtest.fake_input(self._connection, X.KeyPress, down)
        xtest.fake_input(self._connection, X.KeyPress, code)
        xtest.fake_input(self._connection, X.KeyRelease, code)
        for up in reversed(held):
            xtest.fake_input(self._connection, X.KeyRelease, up)
        self._connection.sync()

    def type(self, text: str) -> None:
        """Type a text."""
        for letter in text:
            self.key(letter)
            time.sleep(0.01)

    def _code(self, name: str) -> tuple[int, bool]:
        keysym = XK.string_to_keysym(KEYSYMS.get(name, name))
        for code, level in self._connection.keysym_to_keycodes(keysym):
            if level in (0, 1):
                return code, level == 1
        raise KeyError(f"no key makes {name!r}")

    def move(self, x: int, y: int) -> None:
        """Put the pointer on a pixel of the screen."""
        xtest.fake_input(self._connection, X.MotionNotify, x=x, y=y)
        self._connection.sync()
        time.sleep(0.05)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Press and release a button there; 4 and 5 are the wheel."""
        self.move(x, y)
        xtest.fake_input(self._connection, X.ButtonPress, button)
        xtest.fake_input(self._connection, X.ButtonRelease, button)
        self._connection.sync()

    def double_click(self, x: int, y: int) -> None:
        """Press and release the left button twice."""
        self.move(x, y)
        for _ in range(2):
            xtest.fake_input(self._connection, X.ButtonPress, 1)
            xtest.fake_input(self._connection, X.ButtonRelease, 1)
        self._connection.sync()

    def drag(self, start: tuple[int, int], end: tuple[int, int], button: int = 1, steps: int = 12) -> None:
        """Move with a button held."""
        self.move(*start)
        xtest.fake_input(self._connection, X.ButtonPress, button)
        for k in range(1, steps + 1):
            part = k / steps
            self.move(*(round(a + (b - a) * part) for a, b in zip(start, end, strict=True)))
        xtest.fake_input(self._connection, X.ButtonRelease, button)
        self._connection.sync()

    # ------------------------------------------------------------------------------ what a person sees

    def settle(self, quiet: float = 0.8, longest: float = 30) -> None:
        """Wait until nothing has changed on the screen for a while."""
        last, since, end = self._pixels(), time.monotonic(), time.monotonic() + longest
        while time.monotonic() - since < quiet and time.monotonic() < end:
            time.sleep(0.1)
            if (pixels := self._pixels()) != last:
                last, since = pixels, time.monotonic()
        self._check()

    def _pixels(self) -> bytes:
        width, height = self.size
        return self._root.get_image(0, 0, width, height, X.ZPixmap, 0xFFFFFFFF).data

    def seen(self) -> np.ndarray:
        """Return the screen as it is now: uint8 of shape (height, width, 3), red first."""
        width, height = self.size
        return np.frombuffer(self._pixels(), np.uint8).reshape(height, width, 4)[:, :, 2::-1]

    def photograph(self, path: Path, window: tuple[int, int]) -> None:
        """Write the part of the screen that the window covers as a PNG, with fewer colours if it is large."""
        screen = Image.frombytes("RGB", self.size, self._pixels(), "raw", "BGRX")
        picture = screen.crop((0, 0, *window))
        picture.save(path, optimize=True)
        for colours in (256, 128, 64):
            if path.stat().st_size > LARGE:
                picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
