"""skyloupe apply: every operation with its parameters as options, any file in and any file out."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from viewer.cli import main
from viewer.commands.apply import call_of, operation_parser, operation_words
from viewer.commands.describing import command_words, example_call
from viewer.core.apply import apply
from viewer.core.call import Call, Operand, read_history
from viewer.core.errors import ViewerError
from viewer.core.io import read
from viewer.core.operation import Operation, operations

ALL = pytest.mark.parametrize("operation", list(operations().values()), ids=lambda each: each.name)


def run(capsys: pytest.CaptureFixture, *words: object) -> tuple[int, str, str]:
    code = main(["apply", *map(str, words)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


# ------------------------------------------------------------------ every operation


def typed_calls(operation: Operation) -> list[Call]:
    """Return the default call, and those in which one parameter has another value."""
    example = example_call(operation)
    calls = [example]
    for each in operation.parameters:
        other = {
            "bool": not each.default,
            "choice": each.choices[-1] if each.choices else "",
            "matrix": ((-1.0, 0.5), (2.0, -1e-9)),
            "int": -12345 if each.low is None else each.low,
            "float": -1.2345e-7 if each.low is None else each.low,
        }
        try:
            if each.kind in other:
                calls.append(Call.of(operation.name, **{**example.arguments, each.name: other[each.kind]}))
        except ViewerError:
            # some values go with some others only
            continue
    return calls


@ALL
def test_what_is_documented_is_understood(operation: Operation) -> None:
    for call in typed_calls(operation):
        words = command_words(call)
        assert words[:3] == ["skyloupe", "apply", operation.name]
        given = operation_parser(operation).parse_intermixed_args(operation_words(operation, words[3:]))
        absolute = call.with_operands(lambda operand: Operand(str(Path(operand.name).absolute())))
        assert call_of(operation, given) == absolute
        assert given.files == ([] if operation.creates else ["in.fits"])
        assert given.output == "out.fits"


@ALL
def test_help_of_each(operation: Operation, capsys: pytest.CaptureFixture) -> None:
    assert main(["apply", operation.name, "--help"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert operation.summary.replace("``", "") in out
    for parameter in operation.parameters:
        assert parameter.option in out
        assert parameter.kind == "choice" or parameter.range_text in out


# ------------------------------------------------------------------ results


def test_examples(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.fits"
    assert run(capsys, "rotate", "--angle", "22.5", "--interpolation", "bilinear", sample, "-o", out)[0] == 0
    call = Call.of("rotate", angle=22.5, interpolation="bilinear")
    with fits.open(out, checksum=True) as hdus:
        assert np.array_equal(hdus[0].data, apply(call, read(sample)).data, equal_nan=True)
        assert read_history(hdus[0].header) == (call,)
    photo, turned = tmp_path / "photo.png", tmp_path / "photo_r90.png"
    pixels = np.random.default_rng(3).integers(0, 256, (20, 30, 3), np.uint8)
    Image.fromarray(pixels).save(photo)
    assert run(capsys, "rotate90", photo, "-o", turned) == (0, "", "")
    # counter-clockwise, as one sees it
    assert np.array_equal(np.asarray(Image.open(turned)), np.rot90(pixels))
    binned = tmp_path / "binned.fits"
    assert run(capsys, "bin", "--factor", "2", "--method", "mean", sample, "-o", binned)[0] == 0
    data = fits.getdata(sample).astype(float)[:300, :300]
    means = data.reshape(150, 2, 150, 2).mean((1, 3))
    assert np.allclose(fits.getdata(binned), means, rtol=1e-6)


def test_values_of_all_kinds(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.fits"
    for words, said in (
        (("shift", "--dx", "-3", "--dy", "-1e-1"), ("dx=-3.0", "dy=-0.1")),
        (("divide", "--value", "-2e-9"), ("value=-2e-09",)),
        (("rotate", "--angle", "10", "--keep-size"), ("keep_size=True",)),
        (("rotate", "--angle=-10", "--no-keep-size"), ("angle=-10.0", "keep_size=False")),
        (("subtract_image", "--other", f"{sample}[0]"), (f"other='{sample}[0]'",)),
    ):
        assert run(capsys, *words, sample, "-o", out, "--overwrite")[0] == 0, words
        (call,) = read_history(fits.getheader(out))
        for each in said:
            assert each in call.text


def test_how_it_is_saved(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.fits.fz"
    assert run(capsys, "gaussian", sample, "-o", out, "--compress", "GZIP_2", "--dtype", "float64")[0] == 0
    with fits.open(out) as hdus:
        assert hdus[1].compression_type == "GZIP_2"
        assert hdus[1].data.dtype.itemsize == 8
    picture = tmp_path / "out.png"
    shades = ("--picture", "grey", "--black-white", "-10,500")
    assert run(capsys, "gaussian", sample, "-o", picture, *shades)[0] == 0
    assert np.asarray(Image.open(picture)).max() == 255


def test_hdus_brackets_and_several_files(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    path, folder = tmp_path / "two.fits", tmp_path / "out"
    hdus = [fits.PrimaryHDU()] + [
        fits.ImageHDU(np.full((8, 9), each, "f4"), name="SCI", ver=each) for each in (1, 2)
    ]
    fits.HDUList(hdus).writeto(path)
    assert run(capsys, "divide", "--value", "4", path, "--hdu", "2", "-o", tmp_path / "one.fits")[0] == 0
    with fits.open(tmp_path / "one.fits") as saved:
        # the other images of the file stay as they were
        assert [each.data is None or float(each.data[0, 0]) for each in saved] == [True, 1, 0.5]
    code, out, err = run(
        capsys, "divide", "--value", "4", f"{path}[SCI,1]", f"{path}[2]", "gone.fits", "-o", folder
    )
    assert (code, out) == (1, f"2 images saved, 1 failed in {folder}\n")
    assert err.count("\n") == 1
    assert "gone.fits" in err
    assert sorted(each.name for each in folder.iterdir()) == ["two_2.fits", "two_SCI_1.fits"]


def test_an_image_that_is_created(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    creating = next(each for each in operations().values() if each.creates and not each.images)
    assert run(capsys, creating.name, "-o", tmp_path / "new.fits")[0] == 0
    assert np.array_equal(fits.getdata(tmp_path / "new.fits"), apply(Call.of(creating.name), None).data)
    assert run(capsys, creating.name, "a.fits", "-o", tmp_path / "x.fits")[0] == 2


# ------------------------------------------------------------------ refusals


def test_failures_are_one_sentence(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    taken, line = tmp_path / "taken.fits", tmp_path / "line.fits"
    taken.write_text("mine")
    fits.writeto(line, np.arange(9.0))
    for words, said in (
        (("gaussian", sample, "-o", taken), "--overwrite"),
        (("gaussian", sample, "-o", tmp_path / "x.doc"), "x.doc"),
        (("gaussian", sample, "-o", tmp_path / "no" / "x.fits"), "no folder"),
        (("gaussian", tmp_path / "gone.fits", "-o", tmp_path / "x.fits"), "gone.fits"),
        (("gaussian", line, "-o", tmp_path / "x.fits"), "two axes"),
        (
            ("subtract_image", "--other", tmp_path / "dark.fits", sample, "-o", tmp_path / "x.fits"),
            "dark.fits",
        ),
        (("subtract_image", "--other", line, sample, "-o", tmp_path / "x.fits"), "pixels"),
    ):
        code, out, err = run(capsys, *words)
        assert (code, out) == (1, ""), words
        assert err.count("\n") == 1
        assert err.startswith("skyloupe: ")
        assert said in err
    assert taken.read_text() == "mine"
    assert sorted(tmp_path.iterdir()) == [line, taken]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: NAME, FILE"),
        (["gausian", "a.fits", "-o", "b.fits"], "did you mean gaussian"),
        (["gaussian", "a.fits"], "-o"),
        (["gaussian", "-o", "b.fits"], "FILE"),
        (["gaussian", "--sigma", "wide", "a.fits", "-o", "b.fits"], "sigma cannot be wide"),
        (["gaussian", "--sigma", "-1", "a.fits", "-o", "b.fits"], "sigma cannot be -1"),
        (["gaussian", "--sigm", "1", "a.fits", "-o", "b.fits"], "--sigm"),
        (["rotate", "--interpolation", "good", "a.fits", "-o", "b.fits"], "bilinear"),
        (["subtract_image", "a.fits", "-o", "b.fits"], "--other"),
        (["divide", "--value", "0", "a.fits", "-o", "b.fits"], "0"),
        (["gaussian", "a.fits", "c.fits", "-o", "b.fits"], "cannot become one"),
        (["gaussian", "a.fits", "-o", "b.png", "--black-white", "5"], "LOW,HIGH"),
        (["gaussian", "a.fits", "-o", "b.png", "--black-white", "5,1"], "5 to 1"),
        (["gaussian", "a.fits", "-o", "b.fits", "--dtype", "half"], "--dtype"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture, words: list[str], said: str) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_images_to_combine_stand_where_files_stand_or_behind_their_option(
    capsys: pytest.CaptureFixture, tmp_path: Path
) -> None:
    files = []
    for number in range(3):
        files.append(tmp_path / f"{number}.fits")
        fits.writeto(files[-1], np.full((20, 30), 10.0 * number**2, "f4"))
    for words in (files, ["--images", *files]):
        target = tmp_path / "median.fits"
        code, _, error = run(capsys, "combine", *words, "--method", "median", "-o", target, "--overwrite")
        assert (code, error) == (0, "")
        assert (fits.getdata(target) == 10).all()
    code, _, error = run(capsys, "combine", "-o", target)
    assert code == 2
    assert "combine needs images to work with" in error
