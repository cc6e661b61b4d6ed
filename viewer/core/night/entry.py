"""Entry: one file of a night as the table shows it, known from its header alone."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from viewer.core.observation.heading import Heading

Kind = Literal["bias", "dark", "flat", "light", "other", ""]
"""What a frame was taken for; ``other`` is an arc lamp, a focus frame …; empty if it cannot be told."""

KINDS: tuple[Kind, ...] = ("bias", "dark", "flat", "light", "other")
BY_HAND = ("kind", "master", "target", "filter", "exposure", "temperature", "binning", "gain", "date")
"""What a user may know better than the header."""


@dataclass(frozen=True)
class Entry:
    """One file of a night.

    Attributes
    ----------
    path : pathlib.Path
        Absolute.
    name : str
        Relative to the folder that was opened.
    kind : str
        ``bias``, ``dark``, ``flat``, ``light``, ``other`` or empty if it cannot be told.
    master : bool
        A combined calibration frame.
    combined : int
        Of how many frames it was made; 1 if the header does not say.
    target : str
        What the telescope pointed at; empty if not said, and for calibration frames.
    filter : str
        Normalised spelling; empty if not said, and for bias and dark frames.
    exposure : float or None
        In seconds.
    temperature : float or None
        Of the detector in degrees Celsius: measured, else the set point.
    binning : tuple of int or None
        Along x and y.
    shape : tuple of int
        Of the first image, in numpy order.
    gain : float or None
        Electrons per count.
    gain_setting : float or None
        The number for its amplification that the user of an amateur camera chooses. It has no unit;
        frames with different ones do not belong together.
    date : str
        Begin of the exposure, ISO 8601; empty if not said.
    camera : str
        Instrument or detector.
    corrections : str
        What was corrected already, in MaxIm DL's letters: B bias, D dark, F flat.
    notes : tuple of str
        What could not be told, is contradictory or was set by hand: ``Kind: …``, a sentence each.
    problem : str
        Why the file cannot be read; then everything else is empty.
    same_as : str
        Name of another entry that is the same file (a link to it) or a copy; empty if there is none.
    hdu : int
        0-based index of the first image.
    stamp : tuple of int
        Time of modification (ns) and size (bytes): a file with the same stamp is not read again.
    header : Heading
        Any other value, by keyword.
    """

    path: Path
    name: str
    kind: Kind = ""
    master: bool = False
    combined: int = 1
    target: str = ""
    filter: str = ""
    exposure: float | None = None
    temperature: float | None = None
    binning: tuple[int, int] | None = None
    shape: tuple[int, ...] = ()
    gain: float | None = None
    gain_setting: float | None = None
    date: str = ""
    camera: str = ""
    corrections: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    same_as: str = ""
    hdu: int = 0
    stamp: tuple[int, int] = (0, 0)
    header: Heading = field(default_factory=Heading, compare=False, repr=False)

    def value(self, keyword: str) -> object:
        """Return the value of any header card (also ``ESO DPR CATG``); None if there is none."""
        return self.header.get(keyword)

    def with_kind(self, kind: Kind) -> "Entry":
        """Return the entry with the kind that the user says it is."""
        return self.with_values(kind=kind)

    def with_values(self, **values: Any) -> "Entry":
        """Return the entry with what the user knows better; the notes say which values these are.

        Parameters
        ----------
        **values
            Any of `BY_HAND`.
        """
        changed = {name: value for name, value in values.items() if getattr(self, name) != value}
        notes = [note for note in self.notes if not note.startswith(tuple(map(label, changed)))]
        notes += [f"{label(name)} set by hand." for name in changed]
        return replace(self, **changed, notes=tuple(notes))


def label(attribute: str) -> str:
    """Return how a note about an attribute begins: ``Kind:``."""
    return f"{attribute.capitalize()}:"
