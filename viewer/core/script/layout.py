"""Layout: a script from its statements: docstring, imports, steps and the functions below them."""

import ast
import sys
import textwrap

from viewer.core.script import reading
from viewer.core.script.writer import Writer, harmless

# Lines of helper functions: with more of them, the steps are put on top.
_LONG = 40
_BELOW = "# " + "-" * 40 + " the functions that the steps use"


def laid_out(
    writer: Writer, head: str, body: str, *, title: str, usage: str, names: str, problem: str = ""
) -> str:
    """Return the whole script.

    Parameters
    ----------
    writer : Writer
        Has written the statements; its functions and imports are added.
    head : str
        Statements that find out about files.
    body : str
        The steps.
    title : str
        What it does, in a line.
    usage : str
        Its arguments.
    names : str
        The variables that `head` gives to `body`.
    problem : str
        What is wrong with the file, in a sentence.
    """
    writer.gathered.need("sys, Path, fits", vars(reading))
    writer.gathered.variables(head + body)
    imports, definitions = writer.gathered.text()
    libraries = _libraries(f"{imports}\n{definitions}")
    needs = f"It needs {_listed(libraries)}. Written by Skyloupe."
    if problem:
        needs += "\n" + textwrap.fill(f"Beware: {harmless(problem)}", 90)
    text = f'"""{title}\n\nRun it as: python script.py {usage}\n{needs}\n"""\n\n{imports}\n'
    if definitions.count("\n") > _LONG:
        # what was done comes first; how it is done in detail can be looked up below
        text += f"\n\ndef main({names}):\n"
        text += f'    """Do all steps, one after the other."""\n{textwrap.indent(body, "    ")}'
        text += f'\n\n{_BELOW}\n\n\n{definitions}\n\n\nif __name__ == "__main__":\n'
        text += textwrap.indent(f"{head.rstrip()}\nmain({names})\n", "    ")
    else:
        gap = "\n\n" if definitions.startswith("def ") else "\n"
        text += f"{gap}{definitions}\n\n\n" if definitions else "\n"
        text += head + body
    return writer.named(text)


def _libraries(code: str) -> list[str]:
    # some are imported inside the function that needs them
    modules = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    return sorted(modules - sys.stdlib_module_names)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
