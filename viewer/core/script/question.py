"""Question: a measurement as a function with its arguments, and the script that asks it again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from viewer.core.call import Call
from viewer.core.io import FileName
from viewer.core.script import reading
from viewer.core.script.layout import laid_out
from viewer.core.script.literal import literal
from viewer.core.script.origin import Origin
from viewer.core.script.writer import Writer, harmless


@dataclass(frozen=True, eq=False)
class Question:
    """A measurement: a plain function of an image's values, with its arguments.

    Attributes
    ----------
    function : callable
        Gets the values of one plane, or of a whole cube if `whole`, and the arguments by name; returns a
        dictionary of numbers, texts and arrays of one length.
    arguments : mapping of str to object
        Numbers, texts, None, and tuples of these.
    title : str
        What is measured, such as ``The star at 101.3, 55.2``.
    whole : bool
        All planes of a cube matter.
    sky : bool
        The result has a position x, y, and the header a WCS: the script tells where on the sky it is.
    """

    function: Callable[..., Mapping[str, Any]]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    whole: bool = False
    sky: bool = False


def question_script(
    calls: tuple[Call, ...], origin: Origin, question: Question, plane: tuple[int, ...] = ()
) -> str:
    """Return a script that measures the same in the same file, or in another one, and prints the result.

    It is called as ``python script.py [INPUT]`` and needs nothing of Skyloupe. The function that measures is
    copied into it.

    Parameters
    ----------
    calls : tuple of Call
        What was done to the image before.
    origin : Origin
        The image of the file.
    question : Question
        What is measured.
    plane : tuple of int
        Indices of a cube's leading axes in numpy order; empty for the first plane.

    Raises
    ------
    ViewerError
        If the file is of a kind that a script cannot read.
    """
    writer = Writer()
    steps = writer.image(origin, calls, "source")
    steps += writer.missing()
    name, space = question.function.__name__, question.function.__globals__
    writer.gathered.need(name, space)
    leading = max(0, writer.facts.ndim - 2)
    if leading and not question.whole and not writer.facts.colour:
        index = ", ".join(map(str, plane if len(plane) == leading else (0,) * leading))
        steps += f"data = data[{index}]  # the plane that is measured\n"
    code = "data = floating(data)\n"
    code += f"result = {name}(data{_arguments(question.arguments)})\n"
    if question.sky:
        code += 'result |= sky_position(header, result["x"], result["y"])\n'
    code += "print_result(result)\n"
    writer.gathered.need(f"floating, print_result{', sky_position' if question.sky else ''}", vars(reading))
    comment = f"# {harmless(question.title)}\n" if question.title else ""
    return laid_out(
        writer,
        _head(origin, calls),
        "".join([*writer.before, steps, comment, code]),
        title=f"A measurement in {harmless(_file(origin, calls).name)}.",
        usage="[INPUT]" if origin.name else "",
        names="source" if origin.name else "",
        problem=origin.problem,
    )


def _arguments(arguments: Mapping[str, Any]) -> str:
    return "".join(f", {name}={literal(value)}" for name, value in arguments.items())


def _file(origin: Origin, calls: tuple[Call, ...]) -> Path:
    return FileName.parse(origin.name).path if origin.name else Path(f"{calls[0].name}.fits")


def _head(origin: Origin, calls: tuple[Call, ...]) -> str:
    if not origin.name:
        return ""
    path = literal(str(_file(origin, calls).absolute()))
    return f"source = Path(sys.argv[1] if len(sys.argv) > 1 else {path})\n\n"
