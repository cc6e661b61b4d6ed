"""Scripts: what becomes of a file's name, of another image, of pictures, and of damaged files."""

import ast
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from viewer.core.apply import apply_all
from viewer.core.call import Call, Operand
from viewer.core.errors import ViewerError
from viewer.core.io import open_source, read
from viewer.core.script.script import Origin, script

FLIP, MEAN = Call.of("flip_vertical"), Call.of("normalize")


def run(text: str, folder: Path, *words: object) -> None:
    (folder / "script.py").write_text(text, encoding="utf-8")
    before = sys.argv
    sys.argv = ["script.py", *map(str, words)]
    try:
        runpy.run_path(str(folder / "script.py"), run_name="__main__")
    finally:
        sys.argv = before


def test_flip_is_one_plain_line(sample: Path):
    assert "    data = np.flipud(data)\n" in script((FLIP,), Origin.of(read(sample)))


@given(st.text(min_size=1, max_size=30))
def test_no_name_gets_out_of_its_comment(name: str):
    """A HISTORY card of somebody else's file names another image: that must not become a statement."""
    call = Call.of("subtract_image", other=Operand(f"/nowhere/{name}"))
    try:
        text = script((call,), Origin(f"/nowhere/{name}"))
    except ViewerError:
        return  # such a name has brackets that mean something
    plain = script((Call.of("subtract_image", other=Operand("/nowhere/b.fits")),), Origin("/nowhere/a.fits"))
    assert kinds(text) == kinds(plain)


def kinds(text: str) -> list[str]:
    """Return the kinds of statements without the one that makes HISTORY, which long names make longer."""
    body = [type(node).__name__ for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    return sorted(kind for kind in body if kind != "Expr")


def test_default_output_lies_beside_the_input(sample: Path, tmp_path: Path):
    copy = tmp_path / "my.m13.fits"
    copy.write_bytes(sample.read_bytes())
    text = script((FLIP,), Origin.of(read(sample)))
    run(text, tmp_path, copy)
    assert np.array_equal(fits.getdata(tmp_path / "my.m13_flip_vertical.fits"), fits.getdata(sample)[::-1])
    before = copy.read_bytes()
    with pytest.raises(SystemExit, match="the image itself"):
        run(text, tmp_path, copy, copy)
    assert copy.read_bytes() == before


def test_another_image_is_prepared_first(sample: Path, tmp_path: Path):
    flat = tmp_path / "1 flat-field.fits"
    fits.writeto(flat, np.full((300, 300), 4.0, "f4"))
    operand = Operand(str(flat), (Call.of("add", value=4),))
    calls = (Call.of("divide_image", other=operand), Call.of("subtract_image", other=operand))
    frame = read(sample)
    text = script(calls, Origin.of(frame))
    assert text.count('1 flat-field.fits")') == 1, "it is read once"
    run(text, tmp_path, sample, tmp_path / "out.fits")
    expected = fits.getdata(sample).astype("f4") / np.float32(8) - np.float32(8)
    assert np.array_equal(fits.getdata(tmp_path / "out.fits"), expected)


@pytest.mark.parametrize(
    ("mode", "suffix"), [("RGB", ".png"), ("L", ".png"), ("P", ".png"), ("I;16", ".tiff")]
)
def test_pictures(mode: str, suffix: str, tmp_path: Path):
    values = np.random.default_rng(2).integers(0, 250, (12, 17, 3), np.uint8)
    picture = Image.fromarray(values) if mode in ("RGB", "P") else Image.fromarray(values[..., 0])
    picture = Image.fromarray(values[..., 0].astype("u2") * 200) if mode == "I;16" else picture.convert(mode)
    path = tmp_path / f"photo{suffix}"
    picture.save(path)
    frame = read(path)
    calls = (FLIP, MEAN)
    run(script(calls, Origin.of(frame)), tmp_path, path, tmp_path / "out.fits")
    assert np.array_equal(fits.getdata(tmp_path / "out.fits"), apply_all(calls, frame).data)


def test_section_and_extension(tmp_path: Path):
    data = np.arange(3000.0).reshape(50, 60)
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(data, name="SCI")]).writeto(tmp_path / "a.fits")
    frame = read(f"{tmp_path}/a.fits[SCI][11:30,6:20]")
    assert frame.shape == (15, 20)
    run(script((MEAN,), Origin.of(frame)), tmp_path, tmp_path / "a.fits", tmp_path / "out.fits")
    assert np.array_equal(fits.getdata(tmp_path / "out.fits"), apply_all((MEAN,), frame).data)


def test_real_files(data_dir: Path, tmp_path: Path):
    """Compressed, scaled, unsigned, cubes, extensions: a script reads what the program shows."""
    compared = 0
    for path in sorted((data_dir / "compressed").iterdir()) + sorted((data_dir / "edge").iterdir()):
        try:
            source = open_source(path)
        except ViewerError:
            continue
        for hdu in source.hdus[:3]:
            if hdu.kind != "image" or len(hdu.shape) < 2 or source.problems or hdu.problems:
                continue
            frame = source.frame(hdu.index)
            try:
                expected = apply_all((FLIP, MEAN), frame)
            except ViewerError:
                continue  # an image without pixels, or with a mean of 0
            text = script((FLIP, MEAN), Origin.of(frame))
            run(text, tmp_path, path, tmp_path / "out.fits")
            found = fits.getdata(tmp_path / "out.fits")
            assert np.array_equal(found, expected.data, equal_nan=True), f"{path.name}[{hdu.index}]"
            compared += 1
    assert compared >= 25


@pytest.mark.parametrize(
    "name", ["background", "level", "median", "binned", "floating", "len", "class", "np"]
)
def test_a_file_called_as_something_in_the_script_stays_what_it_is(name: str, tmp_path: Path):
    """A variable of a step, or a function, of the same name would take its place: other pixels, or none."""
    values = np.random.default_rng(4).normal(100, 5, (32, 40)).astype("f4")
    fits.writeto(tmp_path / f"{name}.fits", values)
    fits.writeto(tmp_path / "image.fits", values[::-1] ** 2)
    calls = (
        Call.of("multiply_image", other=str(tmp_path / f"{name}.fits")),
        Call.of("background_mesh", box=8),
        Call.of("clip", low=-1e6, high=1e6),
        Call.of("bin", factor=1),
        Call.of("normalize", by="median"),
        Call.of("subtract_image", other=str(tmp_path / f"{name}.fits")),
    )
    frame = read(tmp_path / "image.fits")
    run(script(calls, Origin.of(frame)), tmp_path, tmp_path / "image.fits", tmp_path / "out.fits")
    assert np.array_equal(fits.getdata(tmp_path / "out.fits"), apply_all(calls, frame).data)
