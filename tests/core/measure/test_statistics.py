"""Numbers of whole images against numpy, in one pass and digit by digit."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.core.io import read
from viewer.core.measure import order
from viewer.core.measure import statistics as module
from viewer.core.measure.statistics import statistics
from viewer.core.pixels import ArrayPixels
from viewer.core.progress import Cancelled, Progress

TYPES = ("u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")


def exact_median(values: np.ndarray) -> float:
    ordered = sorted(values.ravel().tolist())
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return (low + high) / 2


@given(st.sampled_from(TYPES), st.integers(1, 300), st.integers(0, 2**32), st.booleans())
@settings(max_examples=120, deadline=None)
def test_every_type_counted_or_sorted(kind: str, size: int, seed: int, at_once: bool) -> None:
    rng = np.random.default_rng(seed)
    dtype = np.dtype(kind)
    if dtype.kind == "f":
        values = (rng.normal(0, 1, size) * 10.0 ** rng.integers(-20, 20)).astype(dtype)
    else:
        limits = np.iinfo(dtype)
        values = rng.integers(limits.min, limits.max, size, dtype=dtype, endpoint=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "AT_ONCE", 1 << 23 if at_once else 0)
        patch.setattr(module, "STRIP", 50)
        found = statistics(ArrayPixels(values.reshape(1, -1)))
    assert found.median == exact_median(values)
    assert (found.min, found.max, found.count) == (values.min(), values.max(), size)
    assert found.mean == pytest.approx(
        values.astype("f8").mean(), rel=1e-9, abs=1e-12 * np.abs(values.astype("f8")).max()
    )
    assert found.std == pytest.approx(values.astype("f8").std(), rel=1e-9)


def test_missing_and_infinite_pixels_are_left_out() -> None:
    values = np.array([[1, np.nan, 3], [np.inf, 5, -np.inf]], "f4")
    found = statistics(ArrayPixels(values))
    assert (found.min, found.max, found.mean, found.median) == (1, 5, 3, 3)
    assert (found.nan_count, found.inf_count, found.count) == (1, 2, 3)
    assert found.std == pytest.approx(np.std([1, 3, 5]))


@pytest.mark.parametrize("shape", [(3, 4), (0, 5), (7,)])
def test_an_image_without_values_has_no_numbers(shape: tuple[int, ...]) -> None:
    found = statistics(ArrayPixels(np.full(shape, np.nan, "f4")))
    assert (found.min, found.mean, found.median, found.std, found.zscale) == (None,) * 5
    assert found.nan_count == np.prod(shape)


def test_small_differences_of_large_numbers_survive() -> None:
    values = 1e9 + np.arange(1000.0).reshape(10, 100)
    found = statistics(ArrayPixels(values))
    assert found.std == pytest.approx(np.arange(1000.0).std(), rel=1e-12)
    huge = np.array([[2**63 - 2, 2**63 - 1]], "i8")
    assert statistics(ArrayPixels(huge)).min == 2**63 - 2


def test_cancelling_stops_the_work() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        statistics(ArrayPixels(np.zeros((100, 100))), progress)


def test_facts_of_every_real_image(data_dir: Path, manifest: list[dict[str, str]]) -> None:
    seen = 0
    for row in manifest:
        facts = re.search(
            r"first image HDU (\d+).*min=(\S+) max=(\S+) median=(\S+) mean=(\S+) nonfinite=(\d+);",
            row["facts"],
        )
        if not facts:
            continue
        frame = read(f"{data_dir / row['file']}[{facts[1]}]")
        # the facts of a cube are those of its first plane
        first = ArrayPixels(frame.pixels.read())
        found = statistics(first)
        numbers = [found.min, found.max, found.median, found.mean]
        assert numbers == pytest.approx([float(text) for text in facts.groups()[1:5]], rel=2e-7), row["file"]
        assert found.nan_count + found.inf_count == int(facts[6]), row["file"]
        if "planes=" in facts[0]:
            whole = np.asarray(frame.pixels).astype("f8")
            numbers = [whole.min(), whole.max(), np.median(whole), whole.mean()]
            all_planes = statistics(frame.pixels, colour=frame.colour)
            assert numbers == pytest.approx(
                [all_planes.min, all_planes.max, all_planes.median, all_planes.mean], rel=1e-12
            )
        seen += 1
    assert seen > 60
