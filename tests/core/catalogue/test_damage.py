"""Catalogues that are damaged: always a catalogue or a sentence, whatever the bytes."""

import io
from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import Angle
from astropy.table import Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viewer.core.catalogue.angles import as_degrees
from viewer.core.catalogue.catalogue import Catalogue
from viewer.core.catalogue.files import read_catalogue
from viewer.core.errors import ViewerError


def whole(form: str) -> bytes:
    table = Table(
        {"name": ["a b", "c", "d,e"], "ra": [1.5, 2.5, 3.5] * u.deg, "dec": [-1.0, 0.0, 1.0] * u.deg}
    )
    if form in ("fits", "votable"):
        buffer = io.BytesIO()
        table.write(buffer, format=form)
        return buffer.getvalue()
    stream = io.StringIO()
    table.write(stream, format=form)
    return stream.getvalue().encode()


FORMS = ("ascii.csv", "ascii.ecsv", "ascii.tab", "ascii.ipac", "votable", "fits", "ascii.mrt")


def attempt(file: Path, content: bytes) -> Catalogue | None:
    file.write_bytes(content)
    try:
        found = read_catalogue(file)
    except ViewerError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert "\n" not in said
        assert len(said) < 1000
        return None
    lengths = {len(values) for values in found.columns.values()}
    assert lengths == {len(found)}
    for values in (found.x, found.y, found.ra, found.dec):
        assert values is None or len(values) == len(found)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_that_is_cut_or_has_wrong_bytes(form: str, folder: Path, data: st.DataObject) -> None:
    content = bytearray(whole(form))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(content)))
    attempt(folder / "c.dat", bytes(content[:end]))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet=st.sampled_from("ra dec,;\t|#\n\"'0123456789.-+:eE<>%xyn\\ "), max_size=120)
    | st.binary(max_size=80).map(lambda each: each.decode("latin-1"))
)
def test_any_text(folder: Path, text: str) -> None:
    attempt(folder / "t.dat", text.encode("utf-8", "replace"))
    attempt(folder / "t.dat", b"x,y\n" + text.encode("utf-8", "replace"))


@given(
    st.floats(-89.9, 89.9),
    st.sampled_from([":", " ", "dms"]),
    st.booleans(),
)
def test_sexagesimal_angles_are_those_of_astropy(value: float, mark: str, hours: bool) -> None:
    unit = u.hourangle if hours else u.deg
    sep = {"dms": "hms" if hours else "dms"}.get(mark, mark)
    text = Angle(value, u.deg).to_string(unit=unit, sep=sep, precision=6, alwayssign=value > 40)
    found, meaning = as_degrees(np.array([text, "?"]), "", hours=hours)
    assert found[0] == pytest.approx(value, abs=1e-7)
    assert np.isnan(found[1])
    assert meaning == ("hours, minutes and seconds" if hours else "degrees, minutes and seconds")
