"""Images and arguments that every operation is asked to work with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from viewer.core.call import Call, Operand
from viewer.core.io import read
from viewer.core.operation import Operation, operations

SHAPE = (48, 64)
ALL = list(operations().values())


def image(kind: str = "float32", shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """Return sky, stars and noise."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[: shape[-2], : shape[-1]]
    values = 200 + 0.3 * x + rng.normal(0, 5, shape)
    for x0, y0, peak in ((12.3, 9.6, 900.0), (40.2, 30.8, 4000.0), (55.0, 20.1, 1500.0)):
        values = values + peak * np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * 1.7**2))
    return values.clip(0).astype(kind)


def header() -> fits.Header:
    """Return a header with a WCS and cards that no operation knows."""
    cards = {
        "OBJECT": "M 13",
        "EXPTIME": 30.0,
        "BUNIT": "adu",
        "CTYPE1": "RA---TAN",
        "CTYPE2": "DEC--TAN",
        "CRPIX1": 20.0,
        "CRPIX2": 25.0,
        "CRVAL1": 250.4,
        "CRVAL2": 36.5,
        "CD1_1": -3e-4,
        "CD1_2": 2e-5,
        "CD2_1": 2e-5,
        "CD2_2": 3e-4,
        "MYCARD": ("kept", "a card of somebody's own"),
        "HIERARCH ESO TEL NAME": "kept too",
    }
    made = fits.Header()
    for name, value in cards.items():
        made[name] = value
    made.add_history("flat-fielded elsewhere")
    made.add_comment("a comment")
    return made


def write(folder: Path, kind: str, name: str = "") -> Path:
    """Write one of the images as a file; `kind` is a type, or one of nan, cube, colour, big."""
    path = folder / (name or f"{kind}.fits")
    if kind == "nan":
        data = image()
        data[5:9, 10:14] = np.nan
        data[20, :] = np.nan
    elif kind == "cube":
        data = image(shape=(4, *SHAPE))
    elif kind == "colour":
        data = image("uint8", (3, *SHAPE))
    elif kind == "line":
        data = image()[30]
    else:
        data = image(kind)
    fits.writeto(path, data, header(), overwrite=True)
    return path


def kind_for(operation: Operation, wanted: str) -> str:
    """Return the kind of image that suits an operation best, `wanted` if it does."""
    if operation.requires == "colour":
        return "colour"
    return "cube" if operation.requires == "cube" else wanted


def calls_of(operation: Operation, folder: Path) -> Iterator[Call]:
    """Yield calls with the defaults, then with each choice and each switch the other way."""
    fixed: dict[str, Any] = {}
    for number, parameter in enumerate(operation.images):
        others = []
        for each in range(3 if parameter.kind == "images" else 1):
            other = folder / (f"other {number}.fits" if not each else f"other {number} {each}.fits")
            # an image of bad pixels is 0 where they are good
            other = folder / "bad.fits" if parameter.name == "bad" else other
            # what is subtracted from darks and flats is darker
            weak = operation.creates and parameter.name in ("bias", "dark")
            other = folder / f"{parameter.name}.fits" if weak else other
            if not other.exists():
                values = image() > 1000 if parameter.name == "bad" else np.abs(image()) + 1 + number + each
                values = values * 0.1 * number if weak else values
                fits.writeto(other, values.astype(np.float32), header())
            others.append(Operand(str(other)))
        fixed[parameter.name] = tuple(others) if parameter.kind == "images" else others[0]
    defaults = {each.name: each.default for each in operation.parameters}
    yield Call.of(operation.name, **fixed)
    for parameter in operation.images:
        if parameter.optional:
            yield Call.of(operation.name, **{**fixed, parameter.name: None})
    if any(parameter.optional for parameter in operation.images):
        required = {each.name: fixed[each.name] for each in operation.images if not each.optional}
        yield Call.of(operation.name, **required)
    for parameter in operation.parameters:
        if parameter.kind == "bool":
            yield Call.of(operation.name, **fixed, **{parameter.name: not parameter.default})
        for choice in parameter.choices:
            given = {**fixed, parameter.name: choice}
            # some choices are for others together with them only
            if choice != parameter.default and not (
                operation.refuse and operation.refuse(**{**defaults, **given})
            ):
                yield Call.of(operation.name, **given)


def opened(path: Path) -> Any:
    """Return a file's image as Skyloupe reads it."""
    return read(path)
