"""Every operation answers the same questions; a new one is asked without a new test."""

import importlib.util
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.apply import apply, apply_all, why_not
from viewer.core.call import Call, Operand, history_lines, read_history
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import Operation
from viewer.core.progress import Cancelled, Progress
from viewer.core.recipe import parse_recipe, recipe_text
from viewer.core.script.script import Origin, script

_spec = importlib.util.spec_from_file_location("contract_cases", Path(__file__).with_name("cases.py"))
cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cases)

KINDS = ("float32", "uint16", "nan", "cube")
OPERATIONS = pytest.mark.parametrize("operation", cases.ALL, ids=lambda each: each.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    for kind in (*KINDS, "colour", "line"):
        cases.write(folder, kind)
    return folder


def frame_for(operation: Operation, folder: Path, kind: str) -> Frame | None:
    """Return an image that suits the operation, masked where it asks for that."""
    if operation.creates:
        return None
    frame = cases.opened(folder / f"{cases.kind_for(operation, kind)}.fits")
    if operation.requires == "mask":
        frame = frame.derive(mask=frame.data > np.nanpercentile(frame.data, 95))
    return frame


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return (
        one.dtype == other.dtype
        and one.shape == other.shape
        and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    )


@OPERATIONS
@pytest.mark.parametrize("kind", KINDS)
def test_new_frame_and_the_old_one_untouched(operation, kind, folder):
    frame = frame_for(operation, folder, kind)
    if frame is not None and why_not(operation, frame):
        return
    before = None if frame is None else (frame.data.copy(), frame.header.tostring())
    for call in cases.calls_of(operation, folder):
        try:
            result = apply(call, frame)
        except ViewerError:
            # an argument that does not suit this image is refused in a sentence
            continue
        assert result is not frame
        assert result.data.dtype.isnative
        assert not result.data.flags.writeable
        assert result.data.dtype.kind in "fiu"
        assert result.header["NAXIS"] == result.ndim
        assert same_calls(read_history(result.header)[-1:], (call,))
        if before is not None:
            assert same(before[0], frame.data)
            assert frame.header.tostring() == before[1]
            kept = result.header
            assert kept["MYCARD"] == "kept" or "card" in operation.name
            assert kept["ESO TEL NAME"] == "kept too"
            assert "flat-fielded elsewhere" in list(kept["HISTORY"])


@OPERATIONS
def test_default_call_works_on_an_ordinary_image(operation, folder):
    frame = frame_for(operation, folder, "float32")
    result = apply(next(cases.calls_of(operation, folder)), frame)
    assert np.isfinite(result.data).any()


@OPERATIONS
def test_call_survives_history_recipe_and_command_line(operation, folder):
    for call in cases.calls_of(operation, folder):
        header = fits.Header()
        for line in history_lines(call):
            assert len(line) <= 72
            header.add_history(line)
        assert same_calls(read_history(fits.Header.fromstring(header.tostring())), (call,))
        assert same_calls(parse_recipe(recipe_text((call,))), (call,))
        typed = {
            each.name: each.read(each.write(call.arguments[each.name]))
            for each in operation.parameters
            if each.kind not in ("image", "images")
        }
        images = {each.name: call.arguments[each.name] for each in operation.images}
        assert same_calls((Call.of(operation.name, **typed, **images),), (call,))


def same_calls(some: tuple[Call, ...], others: tuple[Call, ...]) -> bool:
    # NaN is not equal to itself
    return [call.text for call in some] == [call.text for call in others]


@OPERATIONS
def test_wrong_values_are_refused_by_name(operation):
    images = {
        each.name: Operand("other.fits") if each.kind == "image" else (Operand("other.fits"),)
        for each in operation.images
    }
    for parameter in operation.parameters:
        wrong = {
            "bool": "perhaps",
            "int": 1.5,
            "float": "wide",
            "choice": "none of them",
            "matrix": [[1], [2, 3]],
            "text": "\u00fc",
            "value": "\n",
        }.get(parameter.kind)
        if wrong is not None:
            with pytest.raises(ViewerError, match=parameter.name):
                operation.check({**images, parameter.name: wrong})
        if parameter.low is not None:
            with pytest.raises(ViewerError, match=parameter.name):
                operation.check({**images, parameter.name: parameter.low - max(1, abs(parameter.low))})
        if parameter.high is not None and math.isfinite(parameter.high):
            with pytest.raises(ViewerError, match=parameter.name):
                operation.check({**images, parameter.name: parameter.high + max(1, abs(parameter.high))})
    with pytest.raises(ViewerError, match="has no parameter colour_of_the_sky"):
        operation.check({"colour_of_the_sky": 1})


@OPERATIONS
def test_declaration_is_complete(operation):
    assert operation.summary.endswith(".")
    assert len(operation.summary) <= 90
    # what changes the header alone is asked for in the header's panel
    assert bool(operation.menu) == operation.pixels
    assert operation.title.endswith("…") == bool(operation.parameters), (
        "a title ends in … if there is something to ask"
    )
    for parameter in operation.parameters:
        assert parameter.help[0].isupper()
        assert parameter.help.endswith(".")
        if parameter.kind in ("int", "float"):
            assert parameter.default is not None


@OPERATIONS
def test_cancelled_work_stops(operation, folder):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        apply(next(cases.calls_of(operation, folder)), frame_for(operation, folder, "float32"), progress)


@OPERATIONS
def test_strips_change_nothing(operation, folder):
    """A large image is worked on in strips, by two threads: to the same bits."""
    if operation.reach is None:
        return
    data = np.tile(cases.image(), (24, 20))
    data[100:103, 50] = np.nan
    frame = Frame.of(data, cases.header())
    call = next(cases.calls_of(operation, folder))
    others = {
        each.name: Frame.of(np.tile(cases.image() + 9, (24, 20)), cases.header()) for each in operation.images
    }
    by_strips = apply(call, frame, find=lambda _operand, _progress: next(iter(others.values())))
    with np.errstate(all="ignore"):
        at_once = operation.function(frame, **{**call.arguments, **others})
    assert same(by_strips.data, np.ascontiguousarray(at_once.data))


@OPERATIONS
def test_script_alone_gives_the_same_pixels(operation, folder, tmp_path, elsewhere):
    """In another interpreter, which cannot import this program."""
    scripts: list[tuple[Path, Path, Frame]] = []
    # what follows a view of memory has to give the same bits too
    last = Call.of("normalize")
    for kind in ("float32", "uint16", "nan", "cube"):
        frame = frame_for(operation, folder, kind)
        if frame is not None and why_not(operation, frame):
            continue
        chosen = (
            list(cases.calls_of(operation, folder))
            if kind in ("nan", "uint16")
            else [next(cases.calls_of(operation, folder))]
        )
        for call in chosen:
            calls = (call, last) if operation.makes != 1 else (call,)
            if operation.requires == "mask":
                frame = cases.opened(folder / f"{kind}.fits")
                calls = (Call.of("mask_above", threshold=400.0), *calls)
            try:
                expected = apply_all(calls, frame)
            except ViewerError:
                continue
            origin = Origin() if frame is None else Origin.of(frame)
            number = len(scripts)
            path, output = tmp_path / f"script{number}.py", tmp_path / f"out{number}.fits"
            path.write_text(script(calls, origin), encoding="utf-8")
            words = [str(path)] + ([] if frame is None else [str(frame.path)]) + [str(output)]
            scripts.append((path, output, expected))
            (tmp_path / f"words{number}").write_text("\n".join(words))
        if frame is None:
            break
    assert scripts
    elsewhere.stdin.write(f"{len(scripts)} {tmp_path}\n")
    elsewhere.stdin.flush()
    assert elsewhere.stdout.readline() == "done\n", (tmp_path / "failure").read_text(encoding="utf-8")
    for path, output, expected in scripts:
        with fits.open(output) as hdus:
            data, header = hdus[0].data, hdus[0].header
            text = path.read_text(encoding="utf-8")
            shown = np.asarray(expected.pixels)
            assert same(data.astype(data.dtype.newbyteorder("=")), shown), text
            assert equivalent(header, expected.header), text


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[subprocess.Popen]:
    """One interpreter for all scripts: starting it and importing scipy takes most of the time."""
    pipe = subprocess.PIPE
    words = [sys.executable, "-I", "-c", _RUN_ALL]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        yield process
        process.stdin.close()
        process.wait()


_RUN_ALL = """
import runpy, sys, traceback, warnings
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "viewer":
            raise ImportError("a script has to do without " + name)
sys.meta_path.insert(0, Refuse())
warnings.simplefilter("ignore")
answer, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    count, _, folder = line.rstrip("\\n").partition(" ")
    said = "done"
    for number in range(int(count)):
        sys.argv = open(f"{folder}/words{number}", encoding="utf-8").read().split("\\n")
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
        except BaseException as end:
            if isinstance(end, SystemExit) and not end.code:
                continue
            said = "failed"
            with open(f"{folder}/failure", "w", encoding="utf-8") as file:
                file.write(traceback.format_exc() + open(sys.argv[0], encoding="utf-8").read())
            break
    answer.write(said + "\\n")
    answer.flush()
"""

_STRUCTURE = {"SIMPLE", "XTENSION", "BITPIX", "NAXIS", "EXTEND", "PCOUNT", "GCOUNT", "BZERO", "BSCALE", ""}


def equivalent(one: fits.Header, other: fits.Header) -> bool:
    def content(header: fits.Header) -> list[tuple[str, object]]:
        cards = [(card.keyword, card.value) for card in header.cards]
        return sorted(
            (
                (key, repr(value))
                for key, value in cards
                if key not in _STRUCTURE
                and not key.startswith("NAXIS")
                and not str(value).startswith("skyloupe")
            ),
        )

    calls = [str(line) for line in one.get("HISTORY", []) if "skyloupe" in str(line)]
    expected = [str(line) for line in other.get("HISTORY", []) if "skyloupe" in str(line)]
    expected = expected[next(i for i, line in enumerate(expected) if line.startswith("skyloupe: ")) :]
    assert calls == expected
    assert content(one) == content(other)
    return True


def test_a_star_keeps_its_place_on_the_sky(folder):
    """Whatever moves pixels moves the WCS, or removes it and says so."""
    frame = cases.opened(folder / "float32.fits")
    # the brightest one, and those that are it in a part of the image
    sky = np.array([frame.world.sky(x, y) for x, y in ((40.2, 30.8), (12.3, 9.6), (55.0, 20.1))])
    for operation in cases.ALL:
        if operation.creates or operation.images or why_not(operation, frame):
            continue
        if operation.menu.startswith("Process/Frequency"):
            continue
        result = apply(next(cases.calls_of(operation, folder)), frame)
        if result.ndim < 2 or not result.world.celestial:
            continue
        if not operation.menu.startswith("Image/"):
            assert result.header["CRPIX1"] == 20.0, operation.name
            continue
        values = np.where(np.isfinite(result.data), result.data, 0).astype(float)
        values = values.reshape(-1, *result.image_shape).mean(axis=0)
        values = values - np.median(values)
        y, x = np.unravel_index(values.argmax(), values.shape)
        rows, columns = slice(max(0, y - 5), y + 6), slice(max(0, x - 5), x + 6)
        ys, xs = np.mgrid[rows, columns]
        weights = values[rows, columns].clip(0)
        x_star, y_star = (
            float((weights * xs).sum() / weights.sum()),
            float((weights * ys).sum() / weights.sum()),
        )
        found = np.array(result.world.sky(x_star, y_star))
        scale = 3e-4 * max(1, frame.shape[0] / result.image_shape[0])
        away = np.abs((found - sky) * [np.cos(np.radians(36.5)), 1]).max(axis=1)
        assert away.min() < 0.6 * scale, operation.name
