"""skyloupe script: from a file's HISTORY or a recipe to Python that does the same."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.cli import main
from viewer.core.call import Call
from viewer.core.operation import operations
from viewer.core.recipe import recipe_text

CALLS = (Call.of("gaussian", sigma=1.2), Call.of("normalize"))


def python(*words: object) -> None:
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_from_history(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.fits", tmp_path / "second.fits"
    assert main(["apply", "gaussian", "--sigma", "1.2", str(sample), "-o", str(first)]) == 0
    assert main(["apply", "normalize", str(first), "-o", str(second)]) == 0
    made, again = tmp_path / "made.py", tmp_path / "again.fits"
    assert main(["script", str(second), "-o", str(made)]) == 0
    assert capsys.readouterr().out == ""
    # the file that the first step began with is what the script reads of itself
    assert str(sample) in made.read_text()
    python(made, sample, again)
    with fits.open(again) as found, fits.open(second) as expected:
        assert np.array_equal(found[0].data, expected[0].data)
    assert main(["script", str(second)]) == 0
    assert capsys.readouterr().out == made.read_text()
    assert main(["script", str(second), "--input", "/night/other.fits"]) == 0
    assert "/night/other.fits" in capsys.readouterr().out


def test_from_a_recipe(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    recipe, made, result = tmp_path / "r.json", tmp_path / "made.py", tmp_path / "result.fits"
    recipe.write_text(recipe_text(CALLS))
    assert main(["script", str(recipe), "-o", str(made)]) == 0
    assert "--input" in capsys.readouterr().err
    python(made, sample, result)
    assert main(["run", str(recipe), str(sample), "-o", str(tmp_path / "out")]) == 0
    assert np.array_equal(fits.getdata(result), fits.getdata(tmp_path / "out" / sample.name))
    capsys.readouterr()
    assert main(["script", str(recipe), "--input", str(sample)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert str(sample) in captured.out


def test_of_an_image_that_was_created(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    creating = next(each for each in operations().values() if each.creates and not each.images)
    assert main(["apply", creating.name, "-o", str(tmp_path / "new.fits")]) == 0
    assert main(["script", str(tmp_path / "new.fits"), "-o", str(tmp_path / "new.py")]) == 0
    assert capsys.readouterr().err == ""
    python(tmp_path / "new.py", tmp_path / "again.fits")
    assert np.array_equal(fits.getdata(tmp_path / "again.fits"), fits.getdata(tmp_path / "new.fits"))


def test_refusals(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "taken.py").write_text("mine")
    (tmp_path / "wrong.json").write_text("{}")
    recipe = tmp_path / "r.json"
    recipe.write_text(recipe_text(CALLS))
    for words, said in (
        ((sample,), "no step"),
        ((tmp_path / "gone.fits",), "gone.fits"),
        ((tmp_path / "wrong.json",), "wrong.json is not a recipe"),
        ((recipe, "--input", "a.fits", "-o", tmp_path / "taken.py"), "exists already"),
    ):
        assert main(["script", *map(str, words)]) == 1
        captured = capsys.readouterr()
        assert (captured.out, captured.err.count("\n")) == ("", 1)
        assert said in captured.err
    assert (tmp_path / "taken.py").read_text() == "mine"
