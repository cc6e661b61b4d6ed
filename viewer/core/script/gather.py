"""Gather what the statements of a script stand on: imports, constants and functions, with their source."""

import ast
import builtins
import inspect
import sys
import types
from functools import cache, lru_cache
from typing import Any

from viewer.core.script.expressions import Expressions
from viewer.core.script.source import Source
from viewer.core.script.translate import Translator

_MINE = "viewer"


class Gathered:
    """Imports and definitions, each once, in an order in which they can stand.

    Attributes
    ----------
    imports : dict of str to str
        Statement for each name.
    definitions : dict of str to str
        Source of each constant and function; what one uses comes before it.
    """

    def __init__(self) -> None:
        self.imports: dict[str, str] = {}
        self.definitions: dict[str, str] = {}
        self._origins: dict[str, Any] = {}
        self._lifted: set[str] = set()

    @property
    def names(self) -> set[str]:
        """What is imported or defined so far."""
        return set(self._origins)

    def need(self, code: str, space: dict[str, Any]) -> None:
        """Find what some code uses, and what that uses in turn.

        Parameters
        ----------
        code : str
            Statements or a function of the script.
        space : dict of str to object
            The names of the module that the code comes from.

        Raises
        ------
        TypeError
            If something cannot be copied into a script, or two things have the same name.
        """
        for name in _used(code):
            if name in self._lifted:
                continue
            if name in space:
                self._add(name, space[name], space)
            elif not hasattr(builtins, name):
                raise TypeError(f"a script would not know the name {name}")

    def lift(self, code: str) -> str:
        """Return statements without their imports, which go to the beginning of the script.

        An operation imports a library that not everyone has inside its function.
        """
        lines = code.splitlines(keepends=True)
        for statement in reversed(ast.parse(code).body):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                for alias in statement.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self._import(statement, alias, name)
                    self._origins.setdefault(name, None)
                    self._lifted.add(name)
                del lines[statement.lineno - 1 : statement.end_lineno]
        return "".join(lines).lstrip("\n")

    def _import(self, statement: ast.Import | ast.ImportFrom, alias: ast.alias, name: str) -> None:
        kind = (
            ast.ImportFrom(statement.module, [alias], 0)
            if isinstance(statement, ast.ImportFrom)
            else ast.Import([alias])
        )
        self.imports[name] = ast.unparse(kind)

    def variables(self, code: str) -> None:
        """Refuse statements that give a name that is a helper's to something else."""
        for name in _stored(ast.parse(code)):
            if name in self._origins:
                raise TypeError(f"the variable {name} hides what a script imports or defines")

    def text(self) -> tuple[str, str]:
        """Return the import statements, sorted as usual, and the definitions."""
        standard: list[str] = []
        others: list[str] = []
        for line in sorted(set(self.imports.values()), key=lambda line: (line.startswith("from"), line)):
            module = line.split()[1].partition(".")[0]
            (standard if module in sys.stdlib_module_names else others).append(line)
        imports = "\n\n".join("\n".join(group) for group in (standard, others) if group)
        texts = [text.strip("\n") for text in self.definitions.values()]
        constants = "\n".join(text for text in texts if not text.startswith("def "))
        functions = [text for text in texts if text.startswith("def ")]
        return imports, "\n\n\n".join([constants, *functions] if constants else functions)

    def _add(self, name: str, thing: Any, space: dict[str, Any]) -> None:
        if name in self._origins:
            if self._origins[name] is not thing:
                raise TypeError(f"two things in one script are called {name}")
            return
        self._origins[name] = thing
        home = getattr(thing, "__module__", None) or ""
        if isinstance(thing, types.FunctionType) and home.partition(".")[0] == _MINE:
            code = _translated(thing)
            module = vars(sys.modules[home])
            self.need(code, module)
            self.definitions[name] = code
            return
        for statement, code in _statements(sys.modules[space["__name__"]]):
            if _binds(statement, name):
                self._take(statement, name, thing, space, code)
                return
        raise TypeError(f"{name} cannot be copied into a script")

    def _take(self, statement: ast.stmt, name: str, thing: Any, space: dict[str, Any], code: str) -> None:
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").partition(".")[0] == _MINE:
            # a constant of another module of ours
            home = vars(sys.modules[statement.module or ""])
            del self._origins[name]
            self._add(name, thing, home)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            alias = next(
                alias for alias in statement.names if (alias.asname or alias.name.partition(".")[0]) == name
            )
            self._import(statement, alias, name)
        else:
            self.need(code, space)
            self.definitions[name] = code


# What a function becomes in a script does not depend on the script, and the History panel shows a new script
# after each step: so this is found out once.


@cache
def _translated(function: types.FunctionType) -> str:
    """Return the source of a helper function as a script has it."""
    source = Source.of(function)
    return Translator(source, Expressions(source)).function()


@cache
def _statements(module: types.ModuleType) -> list[tuple[ast.stmt, str]]:
    """Return the statements that give a module its constants and imports, each with its text in a script."""
    lines = inspect.getsource(module).splitlines(keepends=True)
    found: list[tuple[ast.stmt, str]] = []
    for statement in ast.parse("".join(lines)).body:
        if isinstance(statement, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign):
            own = "".join(lines[statement.lineno - 1 : statement.end_lineno])
            code = own
            alone = ast.parse(own).body[0]
            if isinstance(alone, ast.AnnAssign) and alone.value:
                code = f"{ast.unparse(alone.target)} = {ast.get_source_segment(own, alone.value)}"
            elif not isinstance(statement, ast.Import | ast.ImportFrom):
                code = ast.get_source_segment(own, alone) or own
            found.append((statement, f"{code}\n"))
    return found


@lru_cache(maxsize=4096)
def _used(code: str) -> tuple[str, ...]:
    """Return the names that code reads and does not bind itself, in order of appearance."""
    tree = ast.parse(code)
    bound = _stored(tree)
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    bound |= {alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    bound |= {"data", "header", "mask", "source", "target"}
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in bound:
            found.setdefault(node.id)
    return tuple(found)


def _binds(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.Import):
        return any((alias.asname or alias.name.partition(".")[0]) == name for alias in statement.names)
    if isinstance(statement, ast.ImportFrom):
        return any((alias.asname or alias.name) == name for alias in statement.names)
    if isinstance(statement, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
    return isinstance(statement, ast.AnnAssign) and getattr(statement.target, "id", "") == name


def _stored(tree: ast.AST) -> set[str]:
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}
