"""Picking: the masters for a frame - those that fit by the headers, or the user's own - and the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from viewer.core.errors import ViewerError
from viewer.core.night.entry import Entry, Kind
from viewer.core.night.masters import choose, mismatch
from viewer.core.night.steps import Options
from viewer.core.night.table import entry_of

# What is given as corrected already makes these superfluous: MaxIm DL's letters.
_DONE = {"bias": "BD", "dark": "D", "flat": "F"}
KINDS: tuple[Kind, ...] = ("bias", "dark", "flat")


@dataclass(frozen=True)
class Picked:
    """The masters for a frame.

    Attributes
    ----------
    bias, dark, flat : Entry or None
        None where there is none that fits.
    why : tuple of str
        A sentence or two for each kind.
    """

    bias: Entry | None = None
    dark: Entry | None = None
    flat: Entry | None = None
    why: tuple[str, ...] = ()

    @property
    def masters(self) -> dict[str, Entry]:
        """Those that there are, by kind."""
        found = {"bias": self.bias, "dark": self.dark, "flat": self.flat}
        return {kind: entry for kind, entry in found.items() if entry is not None}


class Picker:
    """Chooses masters, the same way for every frame.

    Parameters
    ----------
    options : Options
        With what the user has chosen by hand.
    folder : pathlib.Path
        Of the night, for names.

    Raises
    ------
    ViewerError
        If a master that was chosen by hand cannot be read.
    """

    def __init__(self, options: Options, folder: Path) -> None:
        self._options = options
        self._by_hand: dict[str, Entry] = {}
        for kind in KINDS:
            path = options.chosen(kind)
            if path is not None:
                entry = entry_of(path.absolute(), folder)
                if entry.problem:
                    raise ViewerError(f"the {kind} {path} cannot be used: {entry.problem}")
                self._by_hand[kind] = entry

    def picked(self, frame: Entry, masters: Sequence[Entry], kinds: Sequence[Kind] = KINDS) -> Picked:
        """Return the masters for a frame.

        Parameters
        ----------
        frame : Entry
            A light, or a calibration frame that a master is made of.
        masters : sequence of Entry
            Those that there are or will be, of all kinds.
        kinds : sequence of str
            Which ones it needs: a dark only ``bias``.

        Raises
        ------
        ViewerError
            If one that was chosen by hand does not fit, unless the user overrules that.
        """
        found: dict[str, Entry] = {}
        why: list[str] = []
        for kind in kinds:
            entry: Entry | None
            if set(frame.corrections) & set(_DONE[kind]):
                why.append(f"{kind.capitalize()}: its header says that this was corrected already.")
                continue
            bias = "bias" in found
            if kind in self._by_hand:
                entry, reason = self._own(frame, kind, bias)
            else:
                candidates = [each for each in masters if each.kind == kind]
                choice = choose(
                    frame, candidates, kind, bias=bias, temperature_tolerance=self._options.tolerance
                )
                entry, reason = choice.master, choice.why
            why.append(f"{kind.capitalize()}: {reason}")
            if entry is not None:
                found[kind] = entry
        return Picked(**found, why=tuple(why))

    def _own(self, frame: Entry, kind: Kind, bias: bool) -> tuple[Entry, str]:
        entry = self._by_hand[kind]
        against = mismatch(frame, entry, bias=bias, temperature_tolerance=self._options.tolerance, kind=kind)
        if against and not self._options.override:
            raise ViewerError(
                f"the {kind} {entry.path.name} that was chosen by hand does not fit {frame.name}: "
                f"{' '.join(against)} Choose another, or override this."
            )
        reason = f"{entry.path.name} was chosen by hand"
        return entry, f"{reason}, although: {' '.join(against)}" if against else f"{reason}, and fits."
