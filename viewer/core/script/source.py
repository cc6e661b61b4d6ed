"""Source: a function as text and tree, and where in the text each part of the tree is."""

import ast
import inspect
import textwrap
from dataclasses import dataclass
from typing import Any


@dataclass
class Source:
    """A function's source, parsed, with the places of its parts.

    Attributes
    ----------
    text : bytes
        UTF-8, indented as if it stood alone.
    tree : ast.FunctionDef
        Its only statement.
    starts : list of int
        Byte offset of each line.
    """

    text: bytes
    tree: ast.FunctionDef
    starts: list[int]

    @classmethod
    def of(cls, function: Any) -> "Source":
        """Read the source of a function."""
        text = textwrap.dedent(inspect.getsource(function)).encode()
        tree = ast.parse(text).body[0]
        if not isinstance(tree, ast.FunctionDef):
            raise TypeError(f"{function!r} is not a plain function")
        starts = [0]
        for line in text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return cls(text, tree, starts)

    def start(self, node: Any) -> int:
        """Return the byte at which a node begins."""
        return self.starts[int(node.lineno) - 1] + int(node.col_offset)

    def end(self, node: Any) -> int:
        """Return the byte behind a node."""
        return self.starts[int(node.end_lineno) - 1] + int(node.end_col_offset)

    def lines(self, first: int, last: int) -> str:
        """Return whole lines, counted from 1, the last one not included."""
        return self.text[self.starts[first - 1] : self.starts[last - 1]].decode()
