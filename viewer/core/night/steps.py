"""Steps: what the reduction of a night consists of, and what became of each, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from viewer.core.call import Call, Operand
from viewer.core.io.damage import is_damage
from viewer.core.night.entry import Entry
from viewer.core.night.quality import Quality

StepKind = Literal["master", "calibrate", "rank", "coadd"]

MASTERS, CALIBRATED, STACKS = "masters", "calibrated", "stacks"
"""Folders below the output folder."""


@dataclass(frozen=True)
class Options:
    """How a night is to be reduced.

    Attributes
    ----------
    method : str
        How lights are combined: see the operation ``combine``.
    align : str
        How they are aligned: ``stars``, ``wcs``, ``pixels`` or ``none``.
    level : str
        How different levels of the sky are made equal before lights are combined.
    sigma : float
        Limit of ``sigma-clip``.
    master_method : str
        How calibration frames are combined: ``median`` or ``sigma-clip``.
    tolerance : float
        By how many degrees the detector may have been warmer or colder for a dark.
    worst : float
        Share of the lights of each target and filter, 0 to 0.9, that the ranking leaves out.
    exposure_map : bool
        Whether to write one beside each co-added image.
    bias, dark, flat : pathlib.Path or None
        Masters that the user has chosen for all frames.
    override : bool
        Use those even where they do not fit.
    memory : float
        For combining, in GiB.
    overwrite : bool
        Whether results may take the place of those of an earlier reduction.
    without : frozenset of pathlib.Path
        Files that the user does not want.
    """

    method: str = "median"
    align: str = "stars"
    level: str = "offset"
    sigma: float = 3.0
    master_method: str = "median"
    tolerance: float = 2.0
    worst: float = 0.0
    exposure_map: bool = False
    bias: Path | None = None
    dark: Path | None = None
    flat: Path | None = None
    override: bool = False
    memory: float = 2.0
    overwrite: bool = False
    without: frozenset[Path] = frozenset()

    def chosen(self, kind: str) -> Path | None:
        """Return the master of a kind that the user has chosen for all frames."""
        return {"bias": self.bias, "dark": self.dark, "flat": self.flat}[kind]


@dataclass(frozen=True)
class Step:
    """One step of a reduction.

    Attributes
    ----------
    number : int
        From 1.
    kind : str
        ``master``, ``calibrate``, ``rank`` or ``coadd``.
    title : str
        For a list: ``Master dark, 60 s, -25 °C``.
    inputs : tuple of pathlib.Path
        What it works on, raw files or results of earlier steps.
    output : pathlib.Path or None
        What it writes; a ranking writes nothing.
    calls : tuple of Call
        What is done; the first one creates the image for masters and co-added images.
    why : tuple of str
        The reasons, a sentence each: why these frames, why these masters and not others.
    """

    number: int
    kind: StepKind
    title: str
    inputs: tuple[Path, ...]
    output: Path | None
    calls: tuple[Call, ...]
    why: tuple[str, ...] = ()

    @property
    def masters(self) -> tuple[Path, ...]:
        """The files of bias, dark and flat that it takes."""
        values = (value for call in self.calls for _, value in call.items)
        return tuple(Path(value.name) for value in values if isinstance(value, Operand) and value.name)

    def with_inputs(self, inputs: tuple[Path, ...]) -> "Step":
        """Return the step with fewer inputs, or in another order."""
        calls = tuple(
            Call.of(call.name, **{**call.arguments, "images": [str(path) for path in inputs]})
            if "images" in call.arguments
            else call
            for call in self.calls
        )
        return replace(self, inputs=inputs, calls=calls)


@dataclass(frozen=True)
class Plan:
    """All that is to be done, in order.

    Attributes
    ----------
    folder : pathlib.Path
        The night.
    out : pathlib.Path
        For the results.
    steps : tuple of Step
        Each needs earlier ones only.
    left_out : tuple of (Entry, str)
        Files that are not used, and why.
    notes : tuple of str
        What is worth knowing before it begins.
    entries : tuple of Entry
        The files that are used.
    options : Options
        As asked for.
    """

    folder: Path
    out: Path
    steps: tuple[Step, ...]
    left_out: tuple[tuple[Entry, str], ...] = ()
    notes: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    options: Options = Options()

    def entry(self, path: Path) -> Entry | None:
        """Return what is known of a raw file."""
        return next((entry for entry in self.entries if entry.path == path), None)


@dataclass(frozen=True)
class StepResult:
    """What became of a step.

    Attributes
    ----------
    step : Step
        As it was done: without the inputs that were left out.
    output : pathlib.Path or None
        The file that it has written.
    sentence : str
        What was done, or why not.
    problem : str
        Why there is no result; empty if there is one.
    remarks : tuple of str
        What is worth telling of it.
    left_out : tuple of (pathlib.Path, str)
        Inputs that were not used, and why.
    damaged : bool
        Whether some of these cannot be read, or not whole.
    figures : mapping of str to object
        Numbers for a report, by name.
    qualities : tuple of (pathlib.Path, Quality)
        Of a ranking, best first.
    seconds : float
        How long it took.
    """

    step: Step
    output: Path | None
    sentence: str
    problem: str = ""
    remarks: tuple[str, ...] = ()
    left_out: tuple[tuple[Path, str], ...] = ()
    damaged: bool = False
    figures: Mapping[str, Any] = field(default_factory=dict)
    qualities: tuple[tuple[Path, Quality], ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What became of a plan.

    Attributes
    ----------
    plan : Plan
        What was to be done.
    results : tuple of StepResult
        In the order of the steps.
    seconds : float
        How long it took.
    """

    plan: Plan
    results: tuple[StepResult, ...]
    seconds: float = 0.0

    @property
    def failed(self) -> tuple[StepResult, ...]:
        """Steps without a result."""
        return tuple(result for result in self.results if result.problem)

    @property
    def damaged(self) -> bool:
        """Whether there are files that cannot be read, or not whole."""
        planned = any(damage_of(entry) for entry, _ in self.plan.left_out)
        return planned or any(result.damaged for result in self.results)

    @property
    def undone(self) -> tuple[Step, ...]:
        """Steps that were not reached because the work was stopped."""
        done = {result.step.number for result in self.results}
        return tuple(step for step in self.plan.steps if step.number not in done)

    @property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """Names of all files that are in no result, and why."""
        planned = tuple((entry.name, why) for entry, why in self.plan.left_out)
        return planned + tuple((path.name, why) for result in self.results for path, why in result.left_out)

    @property
    def summary(self) -> str:
        """All in one sentence."""
        done = [result for result in self.results if not result.problem]
        counts = {kind: sum(result.step.kind == kind for result in done) for kind in get_args(StepKind)}
        parts = [
            _counted(counts["master"], "master"),
            _counted(counts["calibrate"], "calibrated frame"),
            _counted(counts["coadd"], "co-added image"),
        ]
        parts += [f"{len(self.failed)} failed"] * bool(self.failed)
        parts += [f"{len(self.left_out)} left out"] * bool(self.left_out)
        parts += [f"{_counted(len(self.undone), 'step')} not done, for the work was stopped"] * bool(
            self.undone
        )
        return ", ".join(parts)


def damage_of(entry: Entry) -> str:
    """Return why a file cannot be read, or not whole; empty if it can."""
    lost = (note.removeprefix("File: ") for note in entry.notes if note.startswith("File: "))
    return entry.problem or next((f"it is damaged: {note}" for note in lost if is_damage(note)), "")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
