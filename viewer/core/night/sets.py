"""Sets: which frames of a night are combined with each other."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from viewer.core.night.entry import Entry
from viewer.core.night.groups import plain

# Exposures are the same if they differ by less than this share: shutters and clocks.
_SAME_EXPOSURE = 0.01


def sets(entries: Iterable[Entry], tolerance: float) -> list[tuple[Entry, ...]]:
    """Return the frames of one kind in sets, each of which becomes one image; by date in each.

    Frames of a set have size, binning, gain, camera, target and filter in common; darks and lights the
    exposure as well, and darks the temperature.

    Parameters
    ----------
    entries : iterable of Entry
        All of the same kind.
    tolerance : float
        Darks of a set differ by less than this many degrees.
    """
    found: dict[object, list[Entry]] = {}
    for entry in entries:
        flat = entry.kind in ("flat", "light")
        key = (
            entry.kind,
            plain(entry.target) if entry.kind == "light" else "",
            entry.filter if flat else "",
            entry.shape,
            entry.binning,
            entry.gain,
            entry.gain_setting,
            entry.camera,
        )
        found.setdefault(key, []).append(entry)
    parts: list[Sequence[Entry]] = list(found.values())
    if any(entry.kind in ("dark", "light") for part in parts for entry in part):
        parts = [
            each
            for part in parts
            for each in _near(part, lambda entry: entry.exposure, lambda value: value * _SAME_EXPOSURE)
        ]
    if any(entry.kind == "dark" for part in parts for entry in part):
        parts = [
            each
            for part in parts
            for each in _near(part, lambda entry: entry.temperature, lambda _: tolerance)
        ]
    return [tuple(sorted(part, key=lambda entry: (entry.date, entry.name))) for part in parts]


def _near(
    entries: Sequence[Entry], value: Callable[[Entry], float | None], width: Callable[[float], float]
) -> list[Sequence[Entry]]:
    """Split entries where a value jumps; those that do not have it stay together."""
    known = sorted(
        (entry for entry in entries if value(entry) is not None), key=lambda each: value(each) or 0
    )
    parts: list[list[Entry]] = []
    for entry in known:
        first = value(parts[-1][0]) if parts else None
        now = value(entry) or 0.0
        if first is not None and now - first <= width(abs(first)):
            parts[-1].append(entry)
        else:
            parts.append([entry])
    unknown = [entry for entry in entries if value(entry) is None]
    return [*parts, *([unknown] if unknown else [])]


def set_title(members: Sequence[Entry], *, exposure: bool = True) -> str:
    """Return what the frames of a set have in common, in words: ``60 s, -25 °C, 768 × 768``."""
    first = members[0]
    parts = [first.target, first.filter]
    if exposure and first.exposure is not None:
        parts.append(f"{first.exposure:g} s")
    if first.kind == "dark" and first.temperature is not None:
        parts.append(f"{first.temperature:.0f} °C")
    if first.binning not in (None, (1, 1)):
        parts.append(f"binned {binning_text(first)}")
    parts.append(size_text(first))
    return ", ".join(filter(None, parts))


def size_text(entry: Entry) -> str:
    """Return the size of a frame as it is said: ``768 × 512``, x first."""
    return " × ".join(str(length) for length in reversed(entry.shape))


def binning_text(entry: Entry) -> str:
    """Return the binning as it is written in file names: ``2x2``."""
    return "x".join(str(factor) for factor in entry.binning or ())


def file_name(members: Sequence[Entry], default: str = "", *, exposure: bool = False) -> str:
    """Return a name for what a set becomes, without suffix: ``dark_60s_-25C``, ``XO1-b_z``.

    Parameters
    ----------
    members : sequence of Entry
        The set.
    default : str
        For lights without a target.
    exposure : bool
        Whether to name the exposure of lights, too.
    """
    first = members[0]
    light = first.kind == "light"
    parts = [safe(first.target or default) if light else first.kind, safe(first.filter)]
    if first.exposure is not None and (first.kind == "dark" or exposure):
        parts.append(f"{first.exposure:g}s")
    if first.kind == "dark" and first.temperature is not None:
        parts.append(f"{first.temperature:.0f}C")
    if first.binning not in (None, (1, 1)):
        parts.append(f"bin{binning_text(first)}")
    return "_".join(filter(None, parts))


def safe(text: str) -> str:
    """Return a text as part of a file's name: letters, digits and a few signs."""
    kept = "".join(letter if letter.isalnum() or letter in "+-_.@" else " " for letter in text)
    return "-".join(kept.split()).lstrip(".-")[:60]


def free(name: str, taken: set[Path], folder: Path) -> Path:
    """Return the path of a new file in a folder, with a number if need be, and note that it is taken."""
    number, path = 1, folder / f"{name}.fits"
    while Path(str(path).casefold()) in taken:
        number += 1
        path = folder / f"{name}_{number}.fits"
    taken.add(Path(str(path).casefold()))
    return path
