"""The list of operations, and the reference page that is made of the same declarations."""

import importlib.util
import json
from pathlib import Path

import pytest

from viewer.cli import main
from viewer.core.operation import operations

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def test_list(capsys: pytest.CaptureFixture) -> None:
    assert main(["operations"]) == 0
    listed = capsys.readouterr().out
    for each in operations().values():
        assert any(
            line.split()[:1] == [each.name] and line.endswith(each.summary) for line in listed.splitlines()
        )
        assert f"\n{each.menu}\n" in f"\n{listed}" or not each.menu
    assert main(["operations", "--menu", "filters"]) == 0
    assert "rotate90" not in capsys.readouterr().out
    assert main(["operations", "--menu", "no such"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_json_says_everything(capsys: pytest.CaptureFixture) -> None:
    assert main(["operations", "--json"]) == 0
    found = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert found.keys() == operations().keys()
    (sigma,) = (each for each in found["gaussian"]["parameters"] if each["name"] == "sigma")
    assert (sigma["option"], sigma["kind"], sigma["unit"]) == ("--sigma", "float", "px")
    assert sigma["low"] < sigma["default"] < sigma["high"]
    assert found["gaussian"]["history"].startswith("gaussian(sigma=")
    assert main(["operations", "rotate", "--json"]) == 0
    (rotate,) = json.loads(capsys.readouterr().out)
    (chosen,) = (each for each in rotate["parameters"] if each["name"] == "interpolation")
    assert chosen["default"] in chosen["choices"]


def test_one_in_full(capsys: pytest.CaptureFixture) -> None:
    assert main(["operations", "gaussian", "subtract_image"]) == 0
    out = capsys.readouterr().out
    for words in ("--sigma NUMBER", " px;", "--other IMAGE", "skyloupe apply gaussian", "(Process/"):
        assert words in out
    assert main(["operations", "gausian"]) == 1
    assert "did you mean gaussian" in capsys.readouterr().err


def test_the_reference_page_is_not_stale() -> None:
    spec = importlib.util.spec_from_file_location("reference", CHECKOUT / "scripts" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = module.REFERENCE.read_text(encoding="utf-8") if module.REFERENCE.exists() else ""
    if written != module.reference():
        pytest.fail(
            "docs/operations.md is not what the declarations say: run `make reference`", pytrace=False
        )
    # a step that the page could not cut out of its script would leave an empty block
    assert "```python\n\n```" not in written
