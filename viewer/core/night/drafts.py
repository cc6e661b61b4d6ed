"""Drafts: the steps of a reduction as they are put together, masters first, then lights, then co-adds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from viewer.core.call import Call
from viewer.core.night.entry import Entry, Kind
from viewer.core.night.picking import Picked, Picker
from viewer.core.night.reasons import few, frames, gone_without, in_common, no_use
from viewer.core.night.sets import file_name, free, set_title, sets
from viewer.core.night.steps import CALIBRATED, MASTERS, STACKS, Options, Step, StepKind
from viewer.core.operations.agreement import DEGREES

_FEW = 3
_SUFFIXES = (".fits", ".fit", ".fts", ".fz", ".gz", ".bz2", ".xz", ".z", ".zst")


@dataclass(frozen=True)
class _Master:
    """A master that could be made.

    Attributes
    ----------
    entry : Entry
        What its file will say of itself.
    members : tuple of Entry
        What it is made of.
    picked : Picked
        The masters that are needed for it.
    """

    entry: Entry
    members: tuple[Entry, ...]
    picked: Picked


class Drafts:
    """Puts the steps together.

    Parameters
    ----------
    folder : pathlib.Path
        The night.
    out : pathlib.Path
        For the results.
    entries : sequence of Entry
        What is to be used, if there is use for it.
    options : Options
        How.

    Attributes
    ----------
    unused : list of (Entry, str)
        Calibration frames that nothing needs.
    notes : tuple of str
        What is worth knowing.
    """

    def __init__(self, folder: Path, out: Path, entries: Sequence[Entry], options: Options) -> None:
        self._folder, self._out, self._options = folder, out, options
        self._entries = entries
        self._picker = Picker(options, folder)
        self._taken: set[Path] = set()
        self._steps: list[Step] = []
        self.unused: list[tuple[Entry, str]] = []
        self.notes: tuple[str, ...] = ()

    def steps(self) -> tuple[Step, ...]:
        """Return all steps, each of which needs earlier ones only."""
        made = self._masters()
        ready = [entry for entry in self._entries if entry.master]
        masters = [*(each.entry for each in made), *ready]
        lights = [entry for entry in self._entries if entry.kind == "light"]
        picks = {light.path: self._picker.picked(light, masters) for light in lights}
        needed = {path for picked in picks.values() for path in _paths(picked)}
        for master in reversed(made):
            if master.entry.path in needed or not lights:
                needed |= _paths(master.picked)
        for master in made:
            if master.entry.path in needed or not lights:
                self._make(master)
            else:
                self.unused += [(each, no_use(master.entry)) for each in master.members]
        self.unused += [(entry, no_use(entry)) for entry in ready if entry.path not in needed and lights]
        results = {light.path: self._calibrate(light, picks[light.path]) for light in lights}
        for members in sets(lights, self._options.tolerance):
            raw = [each for each in members if results[each.path] == each.path and not each.corrections]
            why = picks[raw[0].path].why if raw else ()
            if len(raw) < len(members):
                # a raw frame among calibrated ones would bring its bias along
                told = f"it is not combined with calibrated frames, for no master fits it: {' '.join(why)}"
                self.unused += [(each, told) for each in raw]
                members = tuple(each for each in members if each not in raw)
                why = ()
            self._stack(members, results, lights, why)
        self.notes = (*self.notes, *gone_without(self._entries, lights, picks))
        return tuple(self._steps)

    def _masters(self) -> list[_Master]:
        """Return the masters that could be made, in the order in which they need each other."""
        made: list[_Master] = []
        needs: tuple[tuple[Kind, tuple[Kind, ...]], ...] = (
            ("bias", ()),
            ("dark", ("bias",)),
            ("flat", ("bias", "dark")),
        )
        for kind, kinds in needs:
            raw = [entry for entry in self._entries if entry.kind == kind and not entry.master]
            if self._options.chosen(kind) is not None:
                self.unused += [(entry, f"a {kind} was chosen by hand.") for entry in raw]
                continue
            there = [*(each.entry for each in made), *(entry for entry in self._entries if entry.master)]
            # no wider than what may become one master
            for members in sets(raw, min(self._options.tolerance, DEGREES)):
                # the longest exposure needs the dark most
                typical = max(members, key=lambda entry: entry.exposure or 0.0)
                picked = self._picker.picked(typical, there, kinds)
                path = free(file_name(members), self._taken, self._out / MASTERS)
                made.append(_Master(self._as_master(members, path, picked), members, picked))
        return made

    def _as_master(self, members: Sequence[Entry], path: Path, picked: Picked) -> Entry:
        corrections = "".join(kind[0].upper() for kind in picked.masters)
        return replace(
            members[0],
            path=path,
            name=f"{MASTERS}/{path.name}",
            master=True,
            corrections=corrections or members[0].corrections,
            notes=(),
            stamp=(0, 0),
        )

    def _make(self, master: _Master) -> None:
        kind = master.entry.kind
        paths = tuple(entry.path for entry in master.members)
        call = Call.of(
            f"master_{kind}",
            images=[str(path) for path in paths],
            method=self._options.master_method,
            memory=self._options.memory,
            override=self._options.override or any(map(_by_hand, master.members)),
            **_given(master.picked),
        )
        why = [
            f"{frames(len(paths))} with the same {in_common(kind)}: {set_title(master.members)}.",
            *([few(len(paths))] if len(paths) < _FEW else []),
            *master.picked.why,
        ]
        self._add(
            "master", f"Master {kind}, {set_title(master.members)}", paths, master.entry.path, (call,), why
        )

    def _calibrate(self, light: Entry, picked: Picked) -> Path:
        """Add the step for a light, and return the file that holds it afterwards."""
        if not picked.masters:
            return light.path
        path = free(_stem(light.path), self._taken, self._out / CALIBRATED)
        call = Call.of(
            "calibrate",
            **_given(picked),
            tolerance=self._options.tolerance,
            override=self._options.override,
        )
        self._add("calibrate", f"Calibrate {light.name}", (light.path,), path, (call,), picked.why)
        return path

    def _stack(
        self,
        members: Sequence[Entry],
        results: dict[Path, Path],
        lights: Sequence[Entry],
        uncalibrated: Sequence[str],
    ) -> None:
        """Add the steps that rank and combine the lights of a target and filter.

        Parameters
        ----------
        members
            A set of lights.
        results
            The file of each light, calibrated if possible.
        lights
            All of the night.
        uncalibrated
            Why no master fits them, if none does.
        """
        first, options = members[0], self._options
        alike = [each for each in lights if (each.target, each.filter) == (first.target, first.filter)]
        exposures = len({each.exposure for each in alike}) > len({each.exposure for each in members})
        paths = tuple(results[entry.path] for entry in members)
        title = set_title(members)
        why = [f"{frames(len(paths))} of the same target, filter, exposure and size: {title}."]
        if len(alike) > len(members):
            why.append(
                f"{frames(len(alike) - len(members))} of this target and filter differ in exposure, size, "
                "binning, gain or camera, and are combined by themselves."
            )
        if uncalibrated:
            why += ["They could not be calibrated, for no master fits: used as they are.", *uncalibrated]
        if len(paths) > 1:
            rank = [
                "The best frame comes first: the others are aligned with it.",
                f"The worst {options.worst:.0%} are left out."
                if options.worst
                else "No frame is left out by its rank, for that was not asked for.",
            ]
            self._add("rank", f"Rank {title}", paths, None, (), rank)
        name = file_name(members, safe_default(self._folder), exposure=exposures)
        arguments: dict[str, Any] = {
            "images": [str(path) for path in paths],
            "align": options.align if len(paths) > 1 else "none",
            "memory": options.memory,
        }
        how = (
            {"method": options.method, "level": options.level, "sigma": options.sigma}
            if len(paths) > 1
            else {}
        )
        if len(paths) == 1:
            why.append("It is the only one: the result is that frame.")
        path = free(name, self._taken, self._out / STACKS)
        self._add("coadd", f"Co-add {title}", paths, path, (Call.of("combine", **arguments, **how),), why)
        if options.exposure_map:
            path = free(f"{path.stem}_exposure", self._taken, self._out / STACKS)
            call = Call.of("combine", **arguments, **how, result="exposure map")
            self._add("coadd", f"Exposure map of {title}", paths, path, (call,), ["It was asked for."])

    def _add(
        self,
        kind: StepKind,
        title: str,
        inputs: tuple[Path, ...],
        output: Path | None,
        calls: tuple[Call, ...],
        why: Sequence[str],
    ) -> None:
        self._steps.append(Step(len(self._steps) + 1, kind, title, inputs, output, calls, tuple(why)))


def _given(picked: Picked) -> dict[str, str]:
    return {kind: str(entry.path) for kind, entry in picked.masters.items()}


def _paths(picked: Picked) -> set[Path]:
    return {entry.path for entry in picked.masters.values()}


def _by_hand(entry: Entry) -> bool:
    """Whether the user has said what the frame is, perhaps against its header."""
    return any(note.endswith("set by hand.") for note in entry.notes)


def _stem(path: Path) -> str:
    """Return the name of a file without the suffixes of FITS and of compression."""
    name = path.name
    while True:
        suffix = Path(name).suffix
        if suffix.casefold() not in _SUFFIXES or not Path(name).stem:
            return name
        name = Path(name).stem


def safe_default(folder: Path) -> str:
    """Return what to call lights whose headers name no target."""
    return folder.name or "lights"
