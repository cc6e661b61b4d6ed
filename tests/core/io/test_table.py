"""Tables: every kind of column against astropy, order, and damage."""

import io
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.io.inflate import opened
from viewer.core.io.scan import scan
from viewer.core.io.table import Table, open_table

FILES = [
    "edge/ascii.fits",
    "edge/tb.fits",
    "edge/tdim.fits",
    "edge/memtest.fits",
    "edge/stddata.fits",
    "edge/theap-gap.fits",
    "edge/variable_length_table.fits",
    "edge/zerowidth.fits",
    "edge/chandra_time.fits",
    "edge/healpix_bayestar.fits.gz",
    "regions/regions_wcs.fits",
]


def table_of(content: bytes, index: int = 1) -> Table:
    buffer = np.frombuffer(content, np.uint8)
    return open_table(buffer, scan(buffer)[0][index])


def written(*columns: fits.Column, ascii_table: bool = False) -> bytes:
    kind = fits.TableHDU if ascii_table else fits.BinTableHDU
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fits.HDUList([fits.PrimaryHDU(), kind.from_columns(list(columns))]).writeto(stream)
    return stream.getvalue()


def same(ours: Any, theirs: Any) -> None:
    theirs = np.asarray(theirs)
    if theirs.dtype == object or np.asarray(ours).dtype == object:
        for mine, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(mine, other)
    elif theirs.dtype.kind == "U":
        np.testing.assert_array_equal(ours, np.char.rstrip(theirs))
    elif theirs.dtype.kind in "fc":
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    else:
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", FILES)
def test_real_files(data_dir: Path, name: str) -> None:
    buffer, _ = opened(data_dir / name)
    with warnings.catch_warnings(), fits.open(data_dir / name, character_as_bytes=False) as hdus:
        warnings.simplefilter("ignore")
        for found in scan(buffer)[0]:
            if found.sort not in ("bintable", "asciitable"):
                continue
            table, truth = open_table(buffer, found), hdus[found.index]
            assert table.names == tuple(truth.columns.names)
            assert table.rows == len(truth.data)
            assert table.units == tuple(column.unit or "" for column in truth.columns)
            assert table.problems == ()
            rows = table.read(0, 5)
            assert len(rows) == min(5, table.rows)
            assert all(len(row) == len(table.names) for row in rows)
            for i, column in enumerate(truth.columns):
                if "X" not in column.format and truth.data.field(i).size:
                    expected = truth.data.field(i)
                    ours = np.reshape(table.column(i), np.shape(expected))
                    if name == "edge/ascii.fits":
                        # null, for which astropy has a zero if it is an integer
                        ours, expected = np.nan_to_num(ours), np.nan_to_num(expected)
                    same(ours, expected)


def test_kinds_of_cells() -> None:
    ragged = np.array([np.array([1, 2], "i4"), np.array([], "i4"), np.arange(9, dtype="i4")], dtype=object)
    content = written(
        fits.Column("real", "E", array=[0.1, np.nan, -2.5], unit="mag"),
        fits.Column("count", "J", array=[1, -7, 3], null=-7),
        fits.Column("unsigned", "I", array=np.array([0, 40000, 65535], "u2"), bzero=32768),
        fits.Column("scaled", "I", array=np.array([0, 1, 2], "i2")),
        fits.Column("long", "K", array=[2**62 + 1, 0, -1]),
        fits.Column("flag", "L", array=[True, False, True]),
        fits.Column("name", "8A", array=["M 31", "", "NGC 7000"]),
        fits.Column("bits", "11X", array=np.array([[1, 0] * 5 + [1]] * 3, bool)),
        fits.Column("complex", "C", array=[1 + 2j, 0, 3j]),
        fits.Column("vector", "5E", array=np.arange(15).reshape(3, 5)),
        fits.Column("grid", "6I", dim="(3,2)", array=np.arange(18).reshape(3, 2, 3)),
        fits.Column("ragged", "PJ()", array=ragged),
        fits.Column("names", "9A", dim="(3,3)", array=np.array([["a", "bb", "ccc"]] * 3)),
    )
    # astropy cannot write such a column
    scaling = f"{'TSCAL4':8}= {0.5:20}".ljust(80) + f"{'TZERO4':8}= {1:20}".ljust(80)
    table = table_of(
        content[:2880] + content[2880:].replace(b"END".ljust(240), scaling.encode() + b"END".ljust(80), 1)
    )
    assert table.names[:3] == ("real", "count", "unsigned")
    assert table.units[0] == "mag"
    assert table.formats[9] == "5E"
    first, second, third = table.read(0, 99)
    assert first == [
        0.1,
        1,
        0,
        1.0,
        2**62 + 1,
        True,
        "M 31",
        "10101010101",
        1 + 2j,
        "[0.0, 1.0, 2.0 … 5]",
        "[0, 1, 2 … 2×3]",
        "[1, 2]",
        "[a, bb, ccc]",
    ]
    assert second[0] != second[0]
    assert second[1] is None
    assert second[2] == 40000
    assert second[11] == "[]"
    assert third[11] == "[0, 1, 2 … 9]"
    assert table.read(2, 2) == []
    assert table.read(-5, 1) == [first]
    np.testing.assert_array_equal(table.column(1), [1, np.nan, 3])
    assert table.column(2).dtype == np.uint16


def test_ascii_numbers_as_fortran_writes_them() -> None:
    content = bytearray(
        written(
            fits.Column("a", "E12.4", array=[1.5, 2.5, 3.5], null="***"),
            fits.Column("b", "I6", array=[1, 2, 3]),
            ascii_table=True,
        )
    )
    start = scan(np.frombuffer(bytes(content), np.uint8))[0][1].data_offset
    width = 19
    content[start : start + 12] = b" -1.25D+02  "
    content[start + width : start + width + 12] = b"   ***      "
    content[start + 2 * width : start + 2 * width + 12] = b"    7.5-3   "
    table = table_of(bytes(content))
    assert [row[0] for row in table.read(0, 3)] == [-125.0, None, 0.0075]
    assert [row[1] for row in table.read(0, 3)] == [1, 2, 3]
    assert table.order(0).tolist() == [0, 2, 1]


def test_random_groups(data_dir: Path) -> None:
    buffer, _ = opened(data_dir / "edge/random_groups.fits")
    table = open_table(buffer, scan(buffer)[0][0])
    with fits.open(data_dir / "edge/random_groups.fits") as hdus:
        truth = hdus[0].data
        assert table.names == (*truth.parnames, "DATA")
        assert table.rows == 3
        same(table.column(4), truth.field("DATE"))
        same(table.column(5), truth.field("DATA"))
    assert str(table.read(0, 1)[0][5]).endswith("… 1×1×128×1×3]")


@given(
    values=st.lists(st.one_of(st.floats(width=32), st.sampled_from([0.0, 1.0, np.nan]))), down=st.booleans()
)
def test_order_is_stable_with_nan_last(values: list[float], down: bool) -> None:
    table = table_of(written(fits.Column("v", "E", array=np.array(values, "f4"))))
    numbered = list(enumerate(np.array(values, "f4").tolist()))
    present = [pair for pair in numbered if pair[1] == pair[1]]
    expected = sorted(present, key=lambda pair: -pair[1] if down else pair[1])
    expected += [pair for pair in numbered if pair[1] != pair[1]]
    assert table.order(0, down).tolist() == [row for row, _ in expected]


def test_order_of_texts_and_nulls() -> None:
    table = table_of(
        written(
            fits.Column("name", "4A", array=["b", "a", "c"]),
            fits.Column("n", "J", array=[5, -1, 2], null=5),
            fits.Column("list", "PJ()", array=np.array([[1, 2], [3], [4, 5, 6]], dtype=object)),
        )
    )
    assert table.order(0).tolist() == [1, 0, 2]
    assert table.order(1).tolist() == [1, 2, 0]
    assert table.order(1, descending=True).tolist() == [2, 1, 0]
    assert table.order(2, descending=True).tolist() == [2, 0, 1]


def test_a_large_table_stays_in_the_file(tmp_path: Path) -> None:
    rows = 2_000_000
    path = tmp_path / "large.fits"
    kind = np.dtype([("a", ">i4"), ("b", ">f8", (16,))])
    header = fits.BinTableHDU(np.zeros(1, kind)).header
    header["NAXIS2"] = rows
    with path.open("wb") as file:
        file.write(fits.PrimaryHDU().header.tostring().encode() + header.tostring().encode())
        file.truncate(file.tell() + rows * kind.itemsize)
    buffer, _ = opened(path)
    before = _resident()
    table = open_table(buffer, scan(buffer)[0][1])
    assert len(table.read(1_000_000, 1_000_100)) == 100
    assert _resident() - before < 20e6


def _resident() -> float:
    text = Path("/proc/self/statm")
    if not text.exists():
        pytest.skip("needs Linux")
    return float(text.read_text().split()[1]) * 4096


def test_cut_table_keeps_its_whole_rows() -> None:
    content = written(fits.Column("v", "D", array=np.arange(100.0)))
    start = scan(np.frombuffer(content, np.uint8))[0][1].data_offset
    table = table_of(content[: start + 8 * 30 + 3])
    assert table.rows == 30
    assert table.column(0).tolist() == list(range(30))


SAMPLE = written(
    fits.Column("a", "J", array=np.arange(20), null=3),
    fits.Column("s", "5A", array=["x"] * 20),
    fits.Column("t", "6A", dim="(3,2)", array=np.array([["a", "b"]] * 20)),
    fits.Column("v", "PE()", array=np.array([np.arange(n % 4, dtype="f4") for n in range(20)], dtype=object)),
    fits.Column("x", "12X", array=np.ones((20, 12), bool)),
)
ASCII_SAMPLE = written(
    fits.Column("a", "E12.4", array=np.arange(20.0)),
    fits.Column("b", "I6", array=np.arange(20)),
    ascii_table=True,
)


@settings(max_examples=250, deadline=3000)
@given(sample=st.sampled_from([SAMPLE, ASCII_SAMPLE]), data=st.data())
def test_any_damage_is_survived(sample: bytes, data: st.DataObject) -> None:
    content = bytearray(sample)
    first = scan(np.frombuffer(sample, np.uint8))[0][1]
    for _ in range(data.draw(st.integers(1, 10))):
        where = data.draw(st.sampled_from([(first.header_offset + 80, 30 * 80), (first.data_offset, 700)]))
        place = where[0] + data.draw(st.integers(0, where[1] - 1))
        content[place] = data.draw(st.one_of(st.integers(48, 57), st.integers(0, 255)))
    buffer = np.frombuffer(bytes(content[: data.draw(st.integers(3000, len(content)))]), np.uint8)
    for found in scan(buffer)[0]:
        if found.sort not in ("bintable", "asciitable"):
            continue
        with suppress(ViewerError):
            table = open_table(buffer, found)
            assert len(table.read(0, 10)) == min(10, table.rows)
            for i in range(len(table.names)):
                assert sorted(table.order(i).tolist()) == list(range(table.rows))
                assert len(table.column(i)) == table.rows
