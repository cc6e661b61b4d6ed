"""Translate the source of an operation into the statements that do the same in a script."""

import ast
import textwrap
from collections.abc import Iterator
from typing import Any

from viewer.core.operation import Operation
from viewer.core.script.expressions import Edit, Expressions, Facts
from viewer.core.script.source import Source

_WIDTH = 100


class Translator:
    """Writes the body of an operation, or a helper function, as a script has it.

    Parameters
    ----------
    source : Source
        The function.
    expressions : Expressions
        What becomes of its expressions.
    """

    def __init__(self, source: Source, expressions: Expressions) -> None:
        self._source = source
        self._expressions = expressions

    def body(self) -> str:
        """Return the statements of an operation, without its docstring; the return sets the variables."""
        statements = self._source.tree.body
        first = statements[0].end_lineno or 0
        if not _is_docstring(statements[0]):
            first = self._source.tree.body[0].lineno - 1
        else:
            statements = statements[1:]
        return "".join(self._emit(statements, 0, first + 1)).strip("\n") + "\n"

    def function(self) -> str:
        """Return a helper function without annotations, which help no student."""
        tree = self._source.tree
        edits: list[Edit] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.arg) and node.annotation is not None:
                edits.append(
                    (self._source.start(node) + len(node.arg), self._source.end(node.annotation), "")
                )
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                edits.append((self._source.end(node.target), self._source.end(node.annotation), ""))
            elif isinstance(node, ast.FunctionDef) and node.returns is not None:
                arrow = self._source.text.rindex(b"->", 0, self._source.start(node.returns))
                edits.append((arrow - 1, self._source.end(node.returns), ""))
        # the annotations hold no names that the rest would replace
        for statement in tree.body:
            edits += [edit for edit in self._expressions.edits(statement) if edit not in edits]
        decorated = self._source.start(tree)
        # without annotations the arguments mostly fit into one line again
        names = [node.arg for node in ast.walk(tree.args) if isinstance(node, ast.arg)]
        line = f"def {tree.name}({', '.join(names)}):"
        if names and not _fancy(tree.args) and len(line) <= _WIDTH:
            body = self._source.starts[tree.body[0].lineno - 1]
            edits = [edit for edit in edits if edit[0] >= body]
            edits.append((decorated, body, f"{line}\n"))
        return self._expressions.text(decorated, self._source.end(tree), edits) + "\n"

    def _emit(self, statements: list[ast.stmt], indent: int, line: int) -> Iterator[str]:
        """Yield the text of statements; `line` is the first one that belongs to them with its comments."""
        for statement in statements:
            before = self._source.lines(line, statement.lineno)
            line = (statement.end_lineno or statement.lineno) + 1
            decided = self._expressions.decided(statement.test) if isinstance(statement, ast.If) else None
            if isinstance(statement, ast.If) and decided is not None:
                chosen = statement.body if decided else statement.orelse
                if chosen:
                    yield _indented(before, indent)
                    inner = self._first_line(statement, chosen)
                    yield from self._emit(chosen, indent, inner)
                if chosen and isinstance(chosen[-1], ast.Return):
                    return
                continue
            if _is_report(statement):
                continue
            yield _indented(before, indent)
            yield from self._statement(statement, indent)

    def _statement(self, statement: ast.stmt, indent: int) -> Iterator[str]:
        if isinstance(statement, ast.Return):
            yield _indented(self._return(statement), indent)
            return
        if isinstance(statement, ast.If | ast.For | ast.While | ast.With):
            yield from self._compound(statement, indent)
            return
        start, end = self._source.start(statement), self._source.end(statement)
        line_end = self._source.starts[statement.end_lineno or 1]
        text = self._expressions.text(start, end, self._expressions.edits(statement))
        comment = self._source.text[end:line_end].decode()
        column = statement.col_offset
        self._expressions.note(statement)
        if text == "header = header.copy()":
            # the header of a script is its own
            return
        if text.startswith("mask = ") and self._expressions.no_mask(text[len("mask = ") :]):
            return
        yield _indented(_dedented(text, column) + comment, indent)

    def _compound(self, statement: Any, indent: int) -> Iterator[str]:
        start = self._source.start(statement)
        heads = (
            [statement.test]
            if hasattr(statement, "test")
            else [statement.iter]
            if hasattr(statement, "iter")
            else [item.context_expr for item in statement.items]
        )
        edits = [edit for head in heads for edit in self._expressions.edits(head)]
        if isinstance(statement, ast.For):
            self._expressions.note_target(statement.target)
        body_line = self._first_line(statement, statement.body)
        end = self._source.starts[body_line - 1]
        # what stood before an elif is decided, or comes as an else of its own
        head = _dedented(self._expressions.text(start, end, edits), statement.col_offset)
        yield _indented(f"if{head[4:]}" if head.startswith("elif") else head, indent)
        yield from self._emit(statement.body, indent + 4, body_line)
        orelse = getattr(statement, "orelse", [])
        if orelse:
            yield _indented("else:\n", indent)
            yield from self._emit(orelse, indent + 4, self._first_line(statement, orelse))

    def _first_line(self, statement: Any, block: list[ast.stmt]) -> int:
        """Return the line on which a block begins with its comments, after its head."""
        if block is statement.body:
            heads: list[int] = [
                int(getattr(node, "end_lineno", 0))
                for name in ("test", "iter", "items")
                for node in ast.walk(ast.Module([_wrapped(getattr(statement, name, None))], []))
                if getattr(node, "end_lineno", None)
            ]
            return int(max([statement.lineno, *heads])) + 1
        before = int(statement.body[-1].end_lineno)
        first = block[0]
        elif_ = isinstance(block[0], ast.If) and self._source.text[self._source.start(block[0]) :].startswith(
            b"elif"
        )
        line = int(first.lineno)
        return line if elif_ else min(before + 2, line)

    def _return(self, statement: ast.Return) -> str:
        call = statement.value
        if not isinstance(call, ast.Call):
            raise TypeError("an operation has to return frame.derive(...) or Frame(...)")
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        lines = []
        for name in ("header", "mask", "data", "unit"):
            if name not in given:
                continue
            node = given[name]
            text = self._expressions.text(
                self._source.start(node), self._source.end(node), self._expressions.edits(node)
            )
            if name == "unit":
                lines.append(f'header["BUNIT"] = {text}\n')
            elif text != name and not (name == "mask" and self._expressions.no_mask(text)):
                lines.append(f"{name} = {text}\n")
        return "".join(lines)


def operation_body(
    operation: Operation,
    values: dict[str, Any],
    images: dict[str, str],
    facts: Facts,
    names: dict[str, str] | None = None,
) -> str:
    """Return the statements of an operation for these arguments.

    Parameters
    ----------
    operation : Operation
        Which.
    values : dict of str to object
        Its arguments but for images.
    images : dict of str to str
        Names of the variables that hold the images.
    facts : Facts
        About the image that it is applied to.
    names : dict of str to str, optional
        Names of the files of the images.

    Raises
    ------
    TypeError
        If the function is not written so that a script can be made of it.
    """
    function = operation.function
    source = Source.of(function)
    expressions = Expressions(source, values, images, facts, function.__globals__, names)
    return Translator(source, expressions).body()


def _fancy(arguments: ast.arguments) -> bool:
    """Whether there is more to a function's arguments than their names."""
    return bool(
        arguments.defaults
        or arguments.kwonlyargs
        or arguments.posonlyargs
        or arguments.vararg
        or arguments.kwarg
    )


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_report(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    return (
        isinstance(call.func.value, ast.Name)
        and call.func.value.id == "progress"
        and call.func.attr == "report"
    )


def _wrapped(thing: Any) -> ast.stmt:
    nodes = thing if isinstance(thing, list) else [] if thing is None else [thing]
    expressions = [node.context_expr if isinstance(node, ast.withitem) else node for node in nodes]
    return ast.Expr(ast.Tuple(expressions, ast.Load()))


def _dedented(text: str, column: int) -> str:
    first, newline, rest = text.partition("\n")
    lines = [line[column:] if not line[:column].strip() else line for line in rest.split("\n")]
    return first + newline + "\n".join(lines)


def _indented(text: str, indent: int) -> str:
    lines = textwrap.dedent(text).split("\n") if text.lstrip(" ").startswith("#") else text.split("\n")
    return "\n".join(" " * indent + line if line.strip() else "" for line in lines)
