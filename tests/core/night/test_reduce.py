"""The two real nights, reduced: stars stay where they are and what they are, and faint ones appear."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sep
from astropy.io import fits

from viewer.core.apply import apply
from viewer.core.call import Call, read_history
from viewer.core.io import read
from viewer.core.measure.stars import find_stars
from viewer.core.night import report
from viewer.core.night.plan import Options, plan
from viewer.core.night.reduce import Outcome, reduce
from viewer.core.night.table import scan
from viewer.core.progress import Progress

Array = np.ndarray[Any, np.dtype[Any]]
Night = Callable[[str], tuple[Outcome, dict[str, bytes]]]


@pytest.fixture(scope="module")
def reduced(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Night:
    done: dict[str, tuple[Outcome, dict[str, bytes]]] = {}

    def night(name: str) -> tuple[Outcome, dict[str, bytes]]:
        if name not in done:
            folder = data_dir / name
            before = {path.name: path.read_bytes() for path in folder.iterdir()}
            out = tmp_path_factory.mktemp(name) / "out"
            done[name] = reduce(plan(scan(folder), out, Options(exposure_map=True))), before
        return done[name]

    return night


def flat_sky(path_or_data: Path | Array) -> tuple[Array, Array]:
    """An image without its sky, by another program's background, and where it is missing."""
    data = fits.getdata(path_or_data) if isinstance(path_or_data, Path) else path_or_data
    data = np.ascontiguousarray(data, dtype=np.float32)
    missing = ~np.isfinite(data)
    data = np.where(missing, 0, data)
    return data - sep.Background(data, mask=missing).back(), missing


def stack_of(outcome: Outcome) -> tuple[Path, list[Path]]:
    stack = next(each.output for each in outcome.results if each.step.kind == "coadd" and each.output)
    assert stack is not None
    names = [fits.getheader(stack)[f"IMCMB{n:03d}"] for n in range(1, fits.getheader(stack)["NCOMBINE"] + 1)]
    return stack, [outcome.plan.out / "calibrated" / name for name in names]


def bright(stack: Path, count: int) -> Array:
    """Stars that are on every frame of the night, far from its edges."""
    stars = find_stars(fits.getdata(stack).astype(np.float32))
    table = stars.table[~stars.table["saturated"]]
    height, width = stars.shape
    inside = (table["x"] > 60) & (table["x"] < width - 150) & (table["y"] > 150) & (table["y"] < height - 60)
    return table[inside][:count]


@pytest.mark.parametrize(("name", "steps"), [("night_arcsat", (3, 5, 1)), ("night_tres1", (1, 12, 1))])
def test_a_night_becomes_one_image(reduced: Night, name: str, steps: tuple[int, int, int]) -> None:
    outcome, before = reduced(name)
    assert not outcome.failed
    assert not outcome.left_out
    kinds = [result.step.kind for result in outcome.results]
    assert (kinds.count("master"), kinds.count("calibrate"), kinds.count("rank")) == steps
    folder = outcome.plan.folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    stack, frames = stack_of(outcome)
    header = fits.getheader(stack)
    assert header["NCOMBINE"] == steps[1] == len(frames)
    assert header["EXPTOT"] == pytest.approx(60 * steps[1])
    assert [call.name for call in read_history(header)] == ["combine"]
    assert [call.name for call in read_history(fits.getheader(frames[0]))] == ["calibrate"]
    exposure = fits.getdata(stack.with_name(f"{stack.stem}_exposure.fits"))
    assert np.nanmax(exposure) == pytest.approx(60 * steps[1])


def test_calibrated_pixels_are_those_of_the_recipe(reduced: Night) -> None:
    outcome, _ = reduced("night_arcsat")
    folder = outcome.plan.folder

    def median(pattern: str) -> Array:
        return np.median([fits.getdata(path).astype(float) for path in sorted(folder.glob(pattern))], axis=0)

    bias = median("Bias*")
    dark = median("Dark*") - bias
    flats = []
    for path in sorted(folder.glob("domeflat*")):
        flat = fits.getdata(path) - bias - dark * fits.getheader(path)["EXPTIME"] / 60
        flats.append(flat / flat.mean())
    flat = np.median(flats, axis=0)
    raw = sorted(folder.glob("XO1*"))[0]
    expected = (fits.getdata(raw) - bias - dark) / (flat / flat.mean())
    found = fits.getdata(outcome.plan.out / "calibrated" / raw.name)
    assert np.nanmedian(np.abs(found - expected)) < 1e-3 * np.median(expected)
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.99999


@pytest.mark.parametrize("name", ["night_arcsat", "night_tres1"])
def test_stars_lie_upon_each_other_and_keep_their_flux(reduced: Night, name: str) -> None:
    outcome, _ = reduced(name)
    stack, frames = stack_of(outcome)
    stars = bright(stack, 10)
    assert len(stars) == 10
    x, y = stars["x"].astype(float), stars["y"].astype(float)
    combined, _ = flat_sky(stack)
    here = np.array(sep.winpos(combined, x, y, 1.3)[:2])
    fluxes = []
    for path in frames:
        frame = read(path)
        if path != frames[0]:
            frame = apply(Call.of("align", reference=str(frames[0])), frame)
        data, _ = flat_sky(frame.data)
        away = np.array(sep.winpos(data, x, y, 1.3)[:2]) - here
        assert np.abs(np.median(away, axis=1)).max() < 0.1, path.name
        assert np.median(np.hypot(*away)) < 0.2, path.name
        fluxes.append(sep.sum_circle(data, x, y, 6.0)[0])
    ratio = sep.sum_circle(combined, x, y, 6.0)[0] / np.median(fluxes, axis=0)
    assert np.median(ratio) == pytest.approx(1, abs=0.01)
    assert np.abs(ratio - 1).max() < 0.05


@pytest.mark.parametrize(("name", "at_least"), [("night_arcsat", 0.6), ("night_tres1", 0.65)])
def test_faint_stars_appear(reduced: Night, name: str, at_least: float) -> None:
    outcome, _ = reduced(name)
    stack, frames = stack_of(outcome)
    combined, missing = flat_sky(stack)
    stars = find_stars(fits.getdata(stack).astype(np.float32), sigma=4).table
    height, width = combined.shape
    x, y = np.random.default_rng(1).uniform(160, [[width - 160], [height - 160]], (2, 3000))
    empty = [np.min(np.hypot(stars["x"] - a, stars["y"] - b)) > 14 for a, b in zip(x, y, strict=True)]

    def noise(data: Array, missing: Array) -> float:
        sums = sep.sum_circle(data, x[empty], y[empty], 3.0, mask=missing)[0]
        return float(1.4826 * np.median(np.abs(sums - np.median(sums))))

    singles = [noise(*flat_sky(path)) for path in frames]
    gain = np.median(singles) / noise(combined, missing)
    # a median is a quarter noisier than a mean, and masters of three frames add their own noise to all
    assert gain > at_least * np.sqrt(len(frames))
    assert len(stars) > 1.3 * len(find_stars(read(frames[0]).data, sigma=4).table)


def test_the_report_says_what_was_done_and_why(reduced: Night) -> None:
    outcome, _ = reduced("night_tres1")
    page, text = report.write(outcome, outcome.plan.out)
    html, markdown = page.read_text(encoding="utf-8"), text.read_text(encoding="utf-8")
    for words in ("No flat is in the folder", "60 s as the frame", "tres1-197.fit", "FWHM"):
        assert words in html
        assert words in markdown
    # two pictures of the middle, the whole, the exposure map and the master
    assert html.count("data:image/png;base64,") == 5
    assert markdown.count("](pictures/") == 5
    drawn = list((page.parent / "pictures").glob("*.png"))
    assert len(drawn) == 5
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in drawn)
    assert "http" not in html
    # sentences begin as such, and suit a window too
    assert not re.search(r"<(td|p)>(it|no|the|its|this)\b", html)
    assert " (--" not in html
    report.write(outcome, outcome.plan.out)


def test_an_executor_gives_the_same_pixels(data_dir: Path, tmp_path: Path, reduced: Night) -> None:
    alone, _ = reduced("night_arcsat")
    told = []
    todo = plan(scan(data_dir / "night_arcsat"), tmp_path / "out")
    with ThreadPoolExecutor(2) as executor:
        outcome = reduce(todo, executor=executor, at_once=2, told=told.append)
    assert sorted(result.step.number for result in told) == list(range(1, 11))
    assert [result.step.number for result in outcome.results] == list(range(1, 11))
    first, second = stack_of(alone)[0], stack_of(outcome)[0]
    assert np.array_equal(fits.getdata(first), fits.getdata(second), equal_nan=True)


def test_cancelling_leaves_whole_files(data_dir: Path, tmp_path: Path) -> None:
    todo = plan(scan(data_dir / "night_tres1"), tmp_path / "out")
    progress = Progress()

    def told(result: object) -> None:
        if todo.steps[3] == getattr(result, "step", None):
            progress.cancel()

    outcome = reduce(todo, progress=progress, told=told)
    assert len(outcome.results) == 4
    assert [step.number for step in outcome.undone] == list(range(5, len(todo.steps) + 1))
    assert "not done, for the work was stopped" in outcome.summary
    written = sorted(path.name for path in todo.out.rglob("*") if path.is_file())
    assert len(written) == 4
    assert all(read(path).image_shape == (512, 640) for path in todo.out.rglob("*.fits"))
    page, _ = report.write(outcome, todo.out)
    assert "not reached" in page.read_text(encoding="utf-8")
