"""Writer: the statements of a script for each step, and the images that they need."""

import ast
import inspect
import keyword
import re
import secrets
from dataclasses import replace
from typing import Any

from viewer.core.call import Call, Operand, history_lines
from viewer.core.errors import ViewerError
from viewer.core.io import FileName, read
from viewer.core.operation import Operation
from viewer.core.script import reading
from viewer.core.script.expressions import Facts
from viewer.core.script.gather import Gathered
from viewer.core.script.literal import literal
from viewer.core.script.origin import Origin
from viewer.core.script.translate import operation_body

_STORED = ("BSCALE", "BZERO", "BLANK", "CHECKSUM", "DATASUM", "DATAMIN", "DATAMAX")
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")


class Writer:
    """Collects the statements of all steps, and what they stand on.

    Attributes
    ----------
    before : list of str
        The other images that the steps need: they are prepared first.
    facts : Facts
        About the image after the steps that were written last.
    """

    def __init__(self) -> None:
        self.gathered = Gathered()
        self.before: list[str] = []
        self._operands: dict[Operand, str] = {}
        # what stands for the variables of other images until all other names are known; in no file's name
        self._mark = f"image_{secrets.token_hex(8)}_"
        self._masked = False
        self.facts = Facts()

    def image(self, origin: Origin, calls: tuple[Call, ...], source: str) -> str:
        """Return the statements that read an image into `data` and `header` and do all steps."""
        facts, viewed = origin.facts, False
        parts = [self._read(origin, source)] if origin.name else []
        for number, call in enumerate(calls, 1):
            operation = call.operation
            images, lists, names = {}, {}, {}
            for parameter in operation.images:
                given = call.arguments[parameter.name]
                if parameter.kind == "images":
                    lists[parameter.name] = given
                elif given is not None:
                    images[parameter.name] = self._operand(given)
                    names[parameter.name] = _file_name(given)
            values = {name: value for name, value in call.items if name not in images and name not in lists}
            lines = [self._list(name, operands) for name, operands in lists.items()]
            if viewed and not operation.view:
                lines.append(self._code("data = native(data)  # in memory as it is on the screen\n"))
                viewed = False
            if facts.masked and operation.pixels and not operation.masks:
                lines.append(self._code("data = np.where(mask, np.nan, floating(data))\n"))
                facts = replace(facts, masked=False)
            body = self.gathered.lift(operation_body(operation, values, images, facts, names))
            self.gathered.need(_without(body, images.values(), lists), operation.function.__globals__)
            lines.append(body)
            for line in history_lines(call):
                lines.append(f"header.add_history({literal(line)})\n")
            parts.append(f"# {number}. {harmless(call.sentence)}\n{''.join(lines)}\n")
            facts = replace(
                facts,
                ndim=operation.makes or facts.ndim,
                masked=_masked(body, facts.masked),
                colour=_coloured(operation, facts.colour),
            )
            viewed = viewed or operation.view
        # operands come first, so that in the end this is the main image's
        self._masked, self.facts = facts.masked, facts
        return "".join(parts)

    def end(self) -> str:
        """Return the statements that write the result."""
        masked = self.missing()
        keywords = ", ".join(literal(each) for each in _STORED)
        return (
            f"{masked}for keyword in ({keywords}):\n"
            "    header.remove(keyword, ignore_missing=True)  # they described the values as stored\n"
            'fits.writeto(target, data, header, overwrite=True, output_verify="silentfix")\n'
        )

    def missing(self) -> str:
        """Return the statement that makes masked pixels missing ones, if there is a mask."""
        return self._code("data = np.where(mask, np.nan, floating(data))\n") if self._masked else ""

    def _code(self, text: str) -> str:
        self.gathered.need(text, vars(reading))
        return text

    def _operand(self, operand: Operand) -> str:
        """Return the variable that holds another image, having written how it comes about."""
        if operand in self._operands:
            return self._operands[operand]
        origin = Origin.named(operand.name)
        variable = self._operands[operand] = f"{self._mark}{len(self._operands)}_"
        steps = self.image(
            origin, operand.calls, literal(str(FileName.parse(operand.name).path)) if operand.name else ""
        )
        if self._masked:
            steps += self._code("data = np.where(mask, np.nan, floating(data))\n")
        what = (
            f"# The image {harmless(FileName.parse(operand.name).path.name)}\n"
            if operand.name
            else "# Another image\n"
        )
        self.before.append(f"{what}{steps.rstrip()}\n{variable}, {variable}_header = data, header\n\n")
        return variable

    def _list(self, name: str, operands: tuple[Operand, ...]) -> str:
        """Return the statement that reads several images; those that were worked on come before it."""
        origins = [Origin.named(operand.name) for operand in operands]
        plain = [not operand.calls and _plain_fits(operand.name) for operand in operands]
        if all(plain) and len({origin.hdu for origin in origins}) == 1:
            files = "".join(f"    {literal(str(FileName.parse(each.name).path))},\n" for each in operands)
            return self._code(
                f"names = [\n{files}]\n{name} = [read_image(each, {origins[0].hdu}) for each in names]\n"
            )
        lines = ""
        for operand in operands:
            variable = self._operand(operand)
            lines += (
                f"    Image({literal(_file_name(operand))}, {variable}, without_steps({variable}_header)),\n"
            )
        self._code("Image, without_steps\n")
        return f"{name} = [\n{lines}]\n"

    def named(self, text: str) -> str:
        """Return a script in which the variables of other images are called after their files.

        No step and no function may use the same name for something of its own.
        """
        nodes = list(ast.walk(ast.parse(text)))
        taken = {getattr(node, field, "") for node in nodes for field in ("id", "arg", "name", "asname")}
        for operand, variable in self._operands.items():
            file = FileName.parse(operand.name).path.name if operand.name else operand.calls[0].name
            name = re.sub(r"\W+", "_", file.partition(".")[0], flags=re.A).strip("_").lower() or "other"
            name = f"image_{name}" if name[0].isdigit() else name
            while taken & {name, f"{name}_header"} or keyword.iskeyword(name):
                name += "_image"
            taken |= {name, f"{name}_header"}
            text = text.replace(variable, name)
        ast.parse(text)
        return text

    def _read(self, origin: Origin, source: str) -> str:
        name = FileName.parse(origin.name)
        suffix = name.path.suffix.lower()
        if suffix in _PICTURES:
            how = "read_tiff" if origin.deep else "read_picture"
            text = f"data = {how}({source})\nheader = fits.Header()\n"
        elif suffix in (".txt", ".csv", ".dat"):
            comma = ', delimiter=","' if suffix == ".csv" else ""
            text = f"data = np.loadtxt({source}{comma})\nheader = fits.Header()\n"
        else:
            opened = f"read_zstd({source})" if suffix == ".zst" else f"fits.open({source})"
            text = (
                f"with {opened} as hdus:\n"
                f"    data = native(hdus[{origin.hdu}].data)\n"
                f"    header = hdus[{origin.hdu}].header.copy()\n"
            )
        text = self._code(text) + "\n"
        return text + (self._section(name.section, origin) if name.section else "")

    def _section(self, section: tuple[slice, slice], origin: Origin) -> str:
        frame = read(replace(FileName.parse(origin.name), section=None))
        (y1, y2, y_step), (x1, x2, x_step) = (
            part.indices(length) for part, length in zip(section, frame.image_shape, strict=True)
        )
        if x_step != 1 or y_step != 1:
            raise ViewerError(
                f"a script cannot begin with a section in steps: open {frame.name} whole, and bin it."
            )
        call = Call.of("crop", x1=x1 + 1, x2=x2, y1=y1 + 1, y2=y2)
        body = operation_body(call.operation, call.arguments, {}, origin.facts)
        self.gathered.need(body, call.operation.function.__globals__)
        return f"# the section that was opened\n{body}data = native(data)\n\n"


def harmless(text: str) -> str:
    """Return text that ends neither a comment nor a docstring, whatever a file is called."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return plain.replace("\\", "/").replace('"', "'")


def _coloured(operation: Operation, before: bool) -> bool:
    """Whether the planes are red, green and blue after an operation."""
    if operation.makes == 3:
        return "colour=True" in inspect.getsource(operation.function)
    return before and operation.makes is None


def _masked(body: str, before: bool) -> bool:
    """Whether there is a mask after these statements."""
    for node in ast.walk(ast.parse(body)):
        if isinstance(node, ast.Assign) and any(
            getattr(target, "id", "") == "mask" for target in node.targets
        ):
            before = not (isinstance(node.value, ast.Constant) and node.value.value is None)
    return before


def _file_name(operand: Operand) -> str:
    """Return the name of the file of an image without folders; of a created one that of its operation."""
    return FileName.parse(operand.name).path.name if operand.name else f"{operand.calls[0].name}.fits"


def _plain_fits(name: str) -> bool:
    """Whether astropy alone can read a file, whole."""
    file = FileName.parse(name)
    others = (*_PICTURES, ".txt", ".csv", ".dat", ".zst")
    return bool(name) and not file.section and file.path.suffix.lower() not in others


def _without(body: str, variables: Any, lists: Any) -> str:
    """Return statements in which the names of other images count as known."""
    known = [name for variable in variables for name in (variable, f"{variable}_header")] + list(lists)
    return body + "".join(f"{name} = None\n" for name in known)
