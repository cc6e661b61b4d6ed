"""Following: a step as it is to be done after what became of the steps before it."""

from collections.abc import Sequence
from pathlib import Path

from viewer.core.night.steps import Step, StepResult

LeftOut = tuple[tuple[Path, str], ...]


def followed(step: Step, earlier: Sequence[StepResult]) -> tuple[Step, LeftOut, str]:
    """Return a step without what earlier ones have left out, in the order of the ranking.

    Parameters
    ----------
    step : Step
        Of the plan.
    earlier : sequence of StepResult
        What became of the steps before.

    Returns
    -------
    step : Step
        As it is to be done.
    left_out : tuple of (pathlib.Path, str)
        Inputs that it goes without, and why; those that an earlier step has told of already are not among
        them.
    problem : str
        Why it cannot be done; empty if it can.
    """
    failed = {result.step.output for result in earlier if result.problem and result.step.output is not None}
    lost = [path for path in step.masters if path in failed and path not in step.inputs]
    if lost:
        left = tuple((path, f"{lost[0].name} could not be made.") for path in step.inputs)
        problem = f"{lost[0].name}, which it needs, could not be made."
        return step, left if step.kind == "calibrate" else (), problem
    inputs = tuple(path for path in step.inputs if path not in failed)
    if step.kind == "coadd":
        inputs = _ranked(inputs, earlier)
    if not inputs:
        return step, (), "none of its frames is left."
    return (step.with_inputs(inputs) if inputs != step.inputs else step), (), ""


def _ranked(inputs: tuple[Path, ...], earlier: Sequence[StepResult]) -> tuple[Path, ...]:
    """Return the inputs that the ranking has kept, best first."""
    for result in reversed(earlier):
        if result.step.kind == "rank" and result.qualities and set(inputs) & set(result.step.inputs):
            unwanted = {path for path, _ in result.left_out}
            return tuple(path for path, _ in result.qualities if path in inputs and path not in unwanted)
    return inputs
