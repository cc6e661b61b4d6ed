"""The single steps of calibrating a frame; copied into scripts with their source."""

import numpy as np
from astropy.io.fits import Header

from viewer.core.errors import ViewerError
from viewer.core.geometry.moveheader import move_header, section_edges
from viewer.core.operations.common import Array, floating
from viewer.core.operations.matching import EXPOSURES, differences, facts_in, number_in

LETTERS = {"bias": "B", "dark": "D", "flat": "F", "overscan": "O"}
# cards on which IRAF, ccdproc and HST say what was done
DONE = {
    "B": ("ZEROCOR", "BIASCOR", "BIASCORR", "SUBBIAS"),
    "D": ("DARKCOR", "DARKCORR", "SUBDARK"),
    "F": ("FLATCOR", "FLATCORR"),
    "O": ("OVERSCAN", "SUBOSCAN"),
}
NOT_DONE = ("", "FALSE", "F", "NO", "0", "NONE", "PERFORM", "OMIT", "SKIPPED")
# largest values of converters with 12, 14 and 16 bits, also if these are shifted to the left
FULL_SCALE = (4095, 16383, 16380, 65520, 65532, 65535)


def section(header: Header, keyword: str, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return rows and columns of a section such as BIASSEC, as slices that count from 0."""
    edges = section_edges(header.get(keyword, ""))
    if edges is None:
        raise ViewerError(
            f"the header has no {keyword} such as '[1:16,1:512]': add that card, or go without."
        )
    (x1, x2), (y1, y2) = np.sort(edges) - 0.5
    if x1 < 0 or y1 < 0 or x2 > shape[1] or y2 > shape[0]:
        raise ViewerError(
            f"{keyword} = '{header[keyword]}' is not inside the image of {shape[1]} x {shape[0]} pixels."
        )
    return slice(int(y1), int(y2)), slice(int(x1), int(x2))


def without_overscan(data: Array, header: Header) -> Array:
    """Subtract the median of each row, or column, of the overscan: along the short side of BIASSEC."""
    strip = data[(..., *section(header, "BIASSEC", data.shape[-2:]))]
    along = -1 if strip.shape[-1] <= strip.shape[-2] else -2
    return data - np.nanmedian(strip, axis=along, keepdims=True)


def useful_part(header: Header, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return rows and columns of TRIMSEC, or of DATASEC if there is none."""
    return section(header, "TRIMSEC" if "TRIMSEC" in header else "DATASEC", shape)


def trimmed(header: Header, part: tuple[slice, slice]) -> Header:
    """Return the header of a part of the image: every coordinate follows."""
    rows, columns = part
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    return move_header(header, ((1, 0), (0, 1)), (-columns.start, -rows.start), shape)


def corrections(header: Header) -> str:
    """Return what was done to an image, in the letters of MaxIm DL: B bias, D dark, F flat; O overscan."""
    letters = str(header.get("CALSTAT", "")).upper()
    for letter, keywords in DONE.items():
        said = [str(header.get(keyword, "")).strip().upper() for keyword in keywords]
        if letter not in letters and any(text not in NOT_DONE for text in said):
            letters += letter
    return letters


def says_without_bias(header: Header) -> bool:
    """Return whether a header says that the bias was subtracted."""
    return "B" in corrections(header)


def typical(data: Array) -> float:
    """Return the median of some 100,000 pixels."""
    step = max(1, int(np.sqrt(data.size / 100_000)))
    values = data[..., ::step, ::step]
    values = values[np.isfinite(values)]
    return float(np.median(values)) if values.size else 0.0


def done_already(header: Header, what: str) -> list[str]:
    """Return what is wrong if a frame was corrected before."""
    if LETTERS[what] not in corrections(header):
        return []
    return [f"the header of the frame says that it was corrected for its {what} before"]


def misfits(
    kind: str, name: str, header: Header, master: Header, scales: bool = False, tolerance: float = 0.0
) -> list[str]:
    """Return why a master must not be used for a frame, by the headers of both; nothing if it fits."""
    wrong = differences(kind, facts_in(header), facts_in(master), scales, tolerance)
    named = f"the {kind} {name}" if name else f"the {kind}"
    return done_already(header, kind) + ([f"{named} does not fit: {'; '.join(wrong)}"] if wrong else [])


def refuse(wrong: list[str]) -> None:
    """Stop if something is wrong."""
    if wrong:
        raise ViewerError(f"{'; '.join(wrong)}. Take another, or go on all the same with override.")


def cut(
    master: Array, header: Header, raw_shape: tuple[int, ...], part: tuple[slice, slice], overscan: bool
) -> Array:
    """Do to a master of the raw frame's size what was done to the frame: subtract the overscan, and trim."""
    if master.shape[-2:] != raw_shape:
        return master
    result = floating(master)
    if overscan and "BIASSEC" in header and "O" not in corrections(header):
        result = without_overscan(result, header)
    return result[(..., *part)]


def of_same_size(kind: str, master: Array, data: Array) -> Array:
    """Return a master as floating point; refuse one that has not as many pixels as the frame."""
    if master.shape not in (data.shape, data.shape[-2:]):
        have, wanted = (" x ".join(str(n) for n in shape[::-1]) for shape in (master.shape, data.shape))
        raise ViewerError(f"the {kind} has {have} pixels and the frame {wanted}: they have to be the same.")
    return floating(master)


def without_bias(dark: Array, header: Header, level: Array) -> Array:
    """Return a dark without its bias; it is without if it says so, or lies far below the bias."""
    if says_without_bias(header) or typical(dark) < typical(level) / 2:
        return dark
    return dark - level


def dark_scale(header: Header, dark: Header, scales: bool) -> float:
    """Return by what a dark has to be multiplied: the exposure of the frame over its own, or 1."""
    wanted, taken = number_in(header, EXPOSURES), number_in(dark, EXPOSURES)
    if not scales or wanted is None or not taken or taken < 0:
        return 1.0
    return wanted / taken


def scatter(data: Array) -> float:
    """Return the standard deviation of the noise, from differences of neighbours: slopes do not count."""
    # 1.4826 times the median deviation, and the difference of two values has twice their variance
    return 1.4826 / float(np.sqrt(2)) * typical(np.abs(np.diff(data, axis=-1)))


def bright_dark(current: Array, data: Array, noise: float) -> list[str]:
    """Return what is wrong if a dark is much brighter than the frame that it is to be subtracted from."""
    level, frame = typical(current), typical(data)
    if level <= 2 * frame + 5 * noise:
        return []
    return [f"the dark is brighter than the frame: {level:.5g} and {frame:.5g} are their medians"]


def overruled(wrong: list[str]) -> list[str]:
    """Return as remarks what was wrong, and was done all the same."""
    return [f"Overruled: {each}." for each in wrong]


def said_of_exposures(header: Header, dark: Header) -> list[str]:
    """Return remarks about exposures that a header does not tell."""
    missing = [
        name for name, each in (("frame", header), ("dark", dark)) if number_in(each, EXPOSURES) is None
    ]
    if not missing:
        return []
    return [f"The {' and the '.join(missing)} did not tell the exposure: the dark was subtracted as it is."]


def bias_remains(header: Header, dark: Header, name: str) -> list[str]:
    """Return what is wrong if the dark is without bias and the frame is not."""
    if not says_without_bias(dark) or says_without_bias(header) or "O" in corrections(header):
        return []
    return [f"the dark {name} is without its bias, and the frame is not: a bias is needed too"]


def normalised(flat: Array) -> Array:
    """Return a flat divided by the mean of its pixels, and missing where it is not above 0."""
    values = flat[np.isfinite(flat)]
    mean = float(np.mean(values, dtype=float)) if values.size else 0.0
    if not mean > 0:
        raise ViewerError(f"the mean of the flat is {mean:g}: nothing can be divided by it.")
    return np.where(flat > 0, flat / mean, np.nan)


def saturated_flat(flat: Array, header: Header) -> list[str]:
    """Return what is wrong if more than 1 % of a flat's pixels are full."""
    full = number_in(header, ("SATURATE",)) or 65535.0
    top = float(np.max(flat, where=np.isfinite(flat), initial=0.0))
    if top < full and top not in FULL_SCALE:
        return []
    share = np.count_nonzero(flat >= min(top, full)) / flat.size
    return (
        [f"the flat is saturated in {share:.0%} of its pixels, at {min(top, full):g}"] if share > 0.01 else []
    )


def said_of_flat(flat: Array, header: Header) -> list[str]:
    """Return remarks about pixels of a flat without light, and about one that may be raw."""
    said = []
    without = flat.size - np.count_nonzero(flat > 0)
    if without:
        pixels = "1 pixel of the flat is" if without == 1 else f"{without} pixels of the flat are"
        said.append(f"{pixels} not above 0: missing in the result.")
    if not corrections(header) and typical(flat) > 10:
        said.append("The flat does not say (CALSTAT) that bias and dark were subtracted from it.")
    return said


def marked_bad(bad: Array, shape: tuple[int, ...]) -> Array:
    """Return True where a pixel is bad: not 0, or missing, in an image of bad pixels."""
    marks = np.broadcast_to(bad != 0, shape)
    if marks.all():
        raise ViewerError("every pixel is bad: an image of bad pixels is 0 where a pixel is good.")
    return marks


def plain_text(text: str) -> str:
    """Return text as a header can hold it."""
    return text.replace("°", "deg ").encode("ascii", "replace").decode()


def record(header: Header, what: str, name: str = "") -> None:
    """Write into a header that the image was corrected, and with which file."""
    letters = corrections(header)
    if LETTERS[what] not in letters:
        header["CALSTAT"] = (letters + LETTERS[what], "corrected for Bias, Dark, Flat, Overscan")
    if name:
        header[f"{what.upper()}FILE"] = plain_text(name.partition("[")[0])


def remark(header: Header, sentences: list[str]) -> None:
    """Write remarks into a header, on cards CALNOTE1, CALNOTE2 and so on."""
    first = 1 + sum(keyword.startswith("CALNOTE") for keyword in header)
    for place, sentence in enumerate(sentences, first):
        header[f"CALNOTE{place}"] = plain_text(sentence)


def remarks_in(header: Header) -> list[str]:
    """Return the remarks that `remark` has written."""
    return [str(value) for keyword, value in header.items() if keyword.startswith("CALNOTE")]
