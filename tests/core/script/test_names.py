"""Any steps can stand together in one script: no name means two things."""

import ast
from pathlib import Path

import viewer.core
from viewer.core.call import Call, Operand
from viewer.core.operation import operations
from viewer.core.script.script import Origin, script

CORE = Path(viewer.core.__file__).parent
FILES = [*(CORE / "operations").glob("*.py"), *(CORE / "geometry").glob("*.py")]


def test_no_step_has_a_variable_that_is_called_as_a_function_of_another_one():
    helpers: dict[str, set[str]] = {}
    variables: dict[str, set[str]] = {}
    for file in FILES:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            if node.name in operations():
                names = (each for each in ast.walk(node) if isinstance(each, ast.Name))
                variables[node.name] = {each.id for each in names if isinstance(each.ctx, ast.Store)}
            elif not node.name.startswith("_"):
                helpers.setdefault(node.name, set()).add(file.name)
    assert not {name: files for name, files in helpers.items() if len(files) > 1}
    assert not {name: found for name, used in variables.items() if (found := used & helpers.keys())}


def test_an_elif_after_a_condition_that_is_decided(tmp_path: Path):
    """The dark of a flat with a bias: only its header can tell whether the bias was subtracted from it."""
    images = [str(tmp_path / f"{letter}.fits") for letter in "abc"]
    bias, dark = Operand(str(tmp_path / "bias.fits")), Operand(str(tmp_path / "dark.fits"))
    for given in ({"bias": bias, "dark": dark}, {"dark": dark}, {"bias": bias}, {}):
        text = script((Call.of("master_flat", images=images, **given),), Origin())
        ast.parse(text)
        assert ("current = current - level" in text) == (len(given) == 2)
