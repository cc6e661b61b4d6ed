"""Contents: what the report of a reduction says, whatever it is written as."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from viewer.core.night.steps import Outcome, StepResult

_DASH = "-"


@dataclass(frozen=True)
class Picture:
    """A picture of the report.

    Attributes
    ----------
    path : pathlib.Path
        The image that it shows.
    caption : str
        What stands below it.
    file : str
        Name of the picture's file.
    middle : bool
        Only the middle, enlarged.
    like : pathlib.Path or None
        An image whose range of values is taken.
    """

    path: Path
    caption: str
    file: str
    middle: bool = False
    like: Path | None = None


@dataclass(frozen=True)
class Section:
    """A part of the report: paragraphs, a table, pictures.

    Attributes
    ----------
    title : str
        Its heading.
    lines : tuple of str
        A sentence or two each.
    head : tuple of str
        Of the table's columns; empty for none.
    rows : tuple of tuple of str
        The table.
    pictures : tuple of Picture
        Below it.
    """

    title: str
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    pictures: tuple[Picture, ...] = ()


def contents(outcome: Outcome) -> tuple[Section, ...]:
    """Return the sections of the report."""
    return tuple(
        section
        for section in (
            _summary(outcome),
            _stacks(outcome),
            _masters(outcome),
            _calibrated(outcome),
            *_rankings(outcome),
            _left_out(outcome),
            _failures(outcome),
        )
        if section.lines or section.rows
    )


def _of(outcome: Outcome, kind: str) -> list[StepResult]:
    return [result for result in outcome.results if result.step.kind == kind]


def _summary(outcome: Outcome) -> Section:
    plan = outcome.plan
    count = len(plan.entries)
    return Section(
        "Summary",
        (
            f"{outcome.summary[:1].upper()}{outcome.summary[1:]}, from {count} of "
            f"{count + len(plan.left_out)} files of {plan.folder}, in {outcome.seconds:.1f} s.",
            *plan.notes,
            "The raw files were not changed. Each result tells in its HISTORY what was done, and "
            "'skyloupe script FILE' writes that as a Python script.",
        ),
    )


def _stacks(outcome: Outcome) -> Section:
    rows, pictures = [], []
    for result in _of(outcome, "coadd"):
        step = result.step
        if result.output is None:
            continue
        figures = result.figures
        rows.append(
            (
                result.output.name,
                str(figures.get("NCOMBINE", len(step.inputs))),
                _number(figures.get("EXPTOT", figures.get("EXPTIME")), "s"),
                _how(result),
                _reasons(result),
            )
        )
        stem = result.output.stem
        pictures.append(Picture(result.output, f"{result.output.name}, whole", f"stack_{stem}.png"))
        if len(step.inputs) > 1 and step.calls[0].arguments.get("result", "image") == "image":
            first = step.inputs[0]
            pictures += [
                Picture(first, f"the middle of one frame, {first.name}", f"one_{stem}.png", True, first),
                Picture(result.output, "the middle of the co-added image", f"all_{stem}.png", True, first),
            ]
    return Section(
        "Co-added images", (), ("file", "frames", "exposure", "how", "why"), tuple(rows), tuple(pictures)
    )


def _masters(outcome: Outcome) -> Section:
    rows, pictures = [], []
    for result in _of(outcome, "master"):
        step = result.step
        if result.output is None:
            continue
        rows.append(
            (
                result.output.name,
                str(len(step.inputs)),
                _how(result),
                ", ".join(path.name for path in step.masters) or _DASH,
                _number(result.figures.get("NREJ"), ""),
                _reasons(result),
            )
        )
        pictures.append(Picture(result.output, result.output.name, f"master_{result.output.stem}.png"))
    head = ("file", "frames", "how", "corrected with", "values rejected", "why")
    return Section("Masters", (), head, tuple(rows), tuple(pictures))


def _calibrated(outcome: Outcome) -> Section:
    rows = tuple(
        (
            result.step.inputs[0].name,
            result.output.name,
            ", ".join(path.name for path in result.step.masters),
            _reasons(result),
        )
        for result in _of(outcome, "calibrate")
        if result.output is not None
    )
    return Section("Calibrated frames", (), ("raw file", "result", "masters", "why these"), rows)


def _rankings(outcome: Outcome) -> Sequence[Section]:
    sections = []
    for result in _of(outcome, "rank"):
        left = dict(result.left_out)
        rows = tuple(
            (
                path.name,
                str(quality.stars),
                _number(quality.fwhm, "px"),
                _number(quality.ellipticity, ""),
                _number(quality.background, ""),
                _number(quality.noise, ""),
                _DASH if quality.drift is None else f"{quality.drift[0]:+.1f}, {quality.drift[1]:+.1f} px",
                _begun(left.get(path, quality.note)),
            )
            for path, quality in result.qualities
        )
        head = ("frame", "stars", "FWHM", "ellipticity", "background", "noise", "drift", "note")
        sections.append(Section(f"{result.step.title}: best first", result.step.why, head, rows))
    return sections


def _left_out(outcome: Outcome) -> Section:
    rows = tuple((name, _begun(why)) for name, why in outcome.left_out)
    return Section("Left out", (), ("file", "why"), rows)


def _failures(outcome: Outcome) -> Section:
    lines = tuple(_begun(result.sentence) for result in outcome.failed)
    return Section("What failed", (*lines, *(f"{step.title}: not reached." for step in outcome.undone)))


def _how(result: StepResult) -> str:
    """Return the method in words, from the call."""
    arguments = result.step.calls[0].arguments
    parts = [str(arguments.get("method", ""))]
    if arguments.get("align", "none") != "none":
        parts.append(f"aligned by {arguments['align']}")
    if arguments.get("level", "none") != "none":
        parts.append(f"levels made equal by {arguments['level']}")
    if arguments.get("result", "image") != "image":
        parts = [str(arguments["result"])]
    return ", ".join(filter(None, parts))


def _reasons(result: StepResult) -> str:
    return " ".join(map(_begun, (*result.step.why, *result.remarks)))


def _begun(text: str) -> str:
    """Return a sentence with a capital letter, unless it begins with the name of a file."""
    first = text.split(maxsplit=1)[:1]
    return text[:1].upper() + text[1:] if first and first[0].rstrip(":,").isalpha() else text


def _number(value: object, unit: str) -> str:
    if not isinstance(value, int | float) or value != value:
        return _DASH
    return f"{value:.4g} {unit}".strip()
