"""Reasons: what a plan says of the frames that are used, and of those that are missing."""

from collections.abc import Sequence
from pathlib import Path

from viewer.core.night.entry import Entry
from viewer.core.night.picking import Picked


def no_use(entry: Entry) -> str:
    """Return why a calibration frame is not used."""
    return f"no frame needs this {entry.kind}: it fits none, or another fits better."


def few(count: int) -> str:
    """Return what is to be said of one frame, or two, where three or more are recommended."""
    if count == 1:
        return "It is the only one: its noise and its cosmic rays go into every frame; take three or more."
    return "Two are few: a cosmic ray in one of them is not recognised; take three or more."


def frames(count: int) -> str:
    """Return a number of frames in words."""
    return f"{count} frame{'' if count == 1 else 's'}"


def in_common(kind: str) -> str:
    """Return what the frames of a master have in common."""
    return {"bias": "size", "dark": "exposure, temperature and size"}.get(kind, "filter and size")


def gone_without(
    entries: Sequence[Entry], lights: Sequence[Entry], picks: dict[Path, Picked]
) -> tuple[str, ...]:
    """Return what lights go without, a sentence for each kind of master."""
    notes = []
    for kind in ("bias", "dark", "flat"):
        without = [light for light in lights if kind not in picks[light.path].masters]
        if not without:
            continue
        there = any(entry.kind == kind for entry in entries)
        if kind == "bias" and all("dark" in picks[light.path].masters for light in without):
            notes.append(
                "No bias is subtracted by itself: the darks contain it."
                if not there
                else "No bias fits; the darks contain it."
            )
            continue
        who = (
            "the lights are"
            if len(without) == len(lights)
            else frames(len(without)) + (" is" if len(without) == 1 else " are")
        )
        reason = "fits them" if there else "is in the folder"
        notes.append(f"No {kind} {reason}: {who} reduced without.")
    return tuple(notes)
