"""Translate the expressions of an operation: parameters become numbers, and the frame its arrays."""

import ast
import copy
import math
from dataclasses import dataclass
from typing import Any

from viewer.core.script.literal import literal
from viewer.core.script.source import Source

# (first byte, last byte + 1, new text) in the source of a function
Edit = tuple[int, int, str]

_FRAME_ATTRIBUTES = {
    "data": "data",
    "header": "header",
    "mask": "mask",
    "ndim": "data.ndim",
    "shape": "data.shape",
    "image_shape": "data.shape[-2:]",
}


@dataclass(frozen=True)
class Facts:
    """What is known of an image before the script runs; conditions on it are decided at once.

    Attributes
    ----------
    ndim : int
        Number of axes.
    colour, top_down : bool
        As `Frame` has them.
    masked : bool
        There may be a mask.
    """

    ndim: int = 2
    colour: bool = False
    top_down: bool = False
    masked: bool = False


PLAIN = Facts()


class Expressions:
    """Says what becomes of each expression in a function's source.

    Parameters
    ----------
    source : Source
        The function.
    values : dict of str to object
        The arguments that have a value.
    images : dict of str to str
        The arguments that are other images, and the variables that hold them.
    facts : Facts or None
        About the frame; None in a helper function, which has none.
    constants : dict of str to object
        What the module of the function defines: a dictionary there is looked up at once.
    names : dict of str to str
        The arguments that are other images, and the names of their files.
    """

    def __init__(
        self,
        source: Source,
        values: dict[str, Any] | None = None,
        images: dict[str, str] | None = None,
        facts: Facts | None = None,
        constants: dict[str, Any] | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        self._source = source
        self._names = names or {}
        self._constants = constants or {}
        self._values = values or {}
        self._images = images or {}
        self._facts = facts
        self._assigned: set[str] = set()

    def text(self, start: int, end: int, edits: list[Edit]) -> str:
        """Return a piece of the source with edits made; of nested ones the outer."""
        pieces, position = [], start
        for first, last, new in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
            if first >= position and last <= end:
                pieces += [self._source.text[position:first].decode(), new]
                position = last
        return "".join([*pieces, self._source.text[position:end].decode()])

    def edits(self, node: ast.AST) -> list[Edit]:
        """Return what has to change in an expression or a simple statement."""
        start, end = (self._source.start(node), self._source.end(node)) if hasattr(node, "lineno") else (0, 0)
        new = self.replaced(node)
        if new is not None:
            return [(start, end, new)]
        if isinstance(node, ast.IfExp):
            decided = self.decided(node.test)
            if decided is not None:
                chosen = node.body if decided else node.orelse
                first, last = self._source.start(chosen), self._source.end(chosen)
                return [(start, end, self.text(first, last, self.edits(chosen)))]
        if isinstance(node, ast.JoinedStr):
            changed = ast.unparse(_Inserter(self).visit(copy.deepcopy(node)))
            return [(start, end, changed)] if changed != ast.unparse(node) else []
        edits = [edit for child in ast.iter_child_nodes(node) for edit in self.edits(child)]
        if isinstance(node, ast.Call):
            edits += self._without_progress(node)
        return edits

    def _without_progress(self, node: ast.Call) -> list[Edit]:
        edits: list[Edit] = []
        before: ast.AST = node.args[-1] if node.args else node.func
        for keyword in node.keywords:
            if isinstance(keyword.value, ast.Name) and keyword.value.id == "progress":
                edits.append((self._source.end(before), self._source.end(keyword), ""))
            before = keyword
        return edits

    def replaced(self, node: ast.AST) -> str | None:
        """Return what stands in the script in place of a node; None if the node's parts decide."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in self._values:
                return literal(self._values[node.id])
            return {"ViewerError": "SystemExit"}.get(node.id)
        if isinstance(node, ast.Compare) and (given := self._given(node)) is not None:
            return literal(given)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self._attribute(node.value.id, node.attr)
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Name)
            and node.slice.id in self._values
        ):
            table = self._constants.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if isinstance(table, dict):
                return literal(table[self._values[node.slice.id]])
        if isinstance(node, ast.UnaryOp):
            value = self._values.get(node.operand.id) if isinstance(node.operand, ast.Name) else None
            if isinstance(node.op, ast.USub) and isinstance(value, int | float) and value <= 0:
                return literal(-value)
        if isinstance(node, ast.BinOp):
            return self._counted(node)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and _is_name(node.func.value, "progress")
        ):
            argument = node.args[0]
            return self.text(self._source.start(argument), self._source.end(argument), self.edits(argument))
        return None

    def _given(self, node: ast.Compare) -> bool | None:
        """Return what `dark is None` and `dark is not None` are for an image that is there."""
        right = node.comparators[0]
        if not (_is_name(node.left, *self._images) and isinstance(right, ast.Constant)):
            return None
        if right.value is not None or not isinstance(node.ops[0], ast.Is | ast.IsNot):
            return None
        return isinstance(node.ops[0], ast.IsNot)

    def _counted(self, node: ast.BinOp) -> str | None:
        """Return the sum or difference of a whole-numbered argument and a constant: plane - 1 is 2 for 3."""
        value = self._values.get(node.left.id) if isinstance(node.left, ast.Name) else None
        step = node.right.value if isinstance(node.right, ast.Constant) else None
        if not (type(value) is int and type(step) is int):
            return None
        if isinstance(node.op, ast.Sub):
            return literal(value - step)
        return literal(value + step) if isinstance(node.op, ast.Add) else None

    def _attribute(self, owner: str, name: str) -> str | None:
        if owner in self._images:
            variable = self._images[owner]
            if name == "name":
                return literal(self._names[owner])
            return {
                "data": variable,
                "header": f"{variable}_header",
                "shape": f"{variable}.shape",
                "ndim": f"{variable}.ndim",
            }.get(name)
        if owner != "frame" or self._facts is None:
            return None
        if name in ("colour", "top_down"):
            return literal(getattr(self._facts, name))
        if name == "mask" and not self._facts.masked:
            return "None"
        text = _FRAME_ATTRIBUTES.get(name)
        if text is None:
            raise TypeError(f"an operation may not use frame.{name}: a script has no frame")
        variable = text.partition(".")[0]
        if variable in self._assigned:
            raise TypeError(
                f"frame.{name} is used after '{variable} = …': in a script it is the same variable"
            )
        return text

    def no_mask(self, text: str) -> bool:
        """Whether the text of a mask says that there is none, of an image without one."""
        return text == "None" and self._facts is not None and not self._facts.masked

    def decided(self, test: ast.expr) -> bool | None:
        """Return what a condition is for these arguments and this image; None if only the data can tell."""
        if self._facts is None:
            return None
        names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
        if not names or not names <= self._values.keys() | self._images.keys() | {"frame", "math"}:
            return None
        for node in ast.walk(test):
            # of another image only whether it is there can be told
            if isinstance(node, ast.Attribute) and _is_name(node.value, *self._images):
                return None
        known = {"ndim", "colour", "top_down"} | (set() if self._facts.masked else {"mask"})
        for node in ast.walk(test):
            if isinstance(node, ast.Attribute) and _is_name(node.value, "frame") and node.attr not in known:
                return None
        space = {
            **dict.fromkeys(self._images, True),
            **self._values,
            "frame": _Known(self._facts),
            "math": math,
        }
        code = compile(ast.fix_missing_locations(ast.Expression(copy.deepcopy(test))), "<condition>", "eval")
        return bool(eval(code, {"__builtins__": {"len": len, "min": min, "max": max, "abs": abs}}, space))

    def note(self, statement: ast.stmt) -> None:
        """Remember what a statement assigns to."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.note_target(node)

    def note_target(self, target: ast.AST) -> None:
        """Remember what a loop or an assignment assigns to.

        Raises
        ------
        TypeError
            If it is a parameter: that has become a number.
        """
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                if node.id in self._values:
                    raise TypeError(f"an operation may not assign to its parameter {node.id}")
                self._assigned.add(node.id)


class _Known:
    """Stands for the frame in a condition."""

    mask = None

    def __init__(self, facts: Facts) -> None:
        self.ndim, self.colour, self.top_down = facts.ndim, facts.colour, facts.top_down


class _Inserter(ast.NodeTransformer):
    """Puts replacements into a copy of an f-string, whose parts have no places before Python 3.12."""

    def __init__(self, expressions: Expressions) -> None:
        self._expressions = expressions

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._changed(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        changed = self._changed(node)
        return self.generic_visit(node) if changed is node else changed

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        """A plain number becomes part of the text."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Constant) and node.conversion == -1 and node.format_spec is None:
            return ast.Constant(str(node.value.value))
        return node

    def _changed(self, node: ast.expr) -> ast.AST:
        text = self._expressions.replaced(node)
        return node if text is None else ast.parse(text, mode="eval").body


def _is_name(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names
