"""Every sky frame against astropy, and positions as text."""

import math

import pytest
from astropy import units
from astropy.coordinates import FK4, FK5, ICRS, BarycentricMeanEcliptic, Galactic, SkyCoord
from astropy.time import Time
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.core.skyframes import STANDARD, Celestial, SkyStyle, angles, convert, format_sky, vector

ASTROPY = {
    "icrs": ICRS(),
    "fk5": FK5(),
    "fk4": FK4(),
    "galactic": Galactic(),
    "ecliptic": BarycentricMeanEcliptic(),
}


def apart(first: tuple[float, float] | None, second: tuple[float, float]) -> float:
    assert first is not None
    a, b = (SkyCoord(*each, unit="deg") for each in (first, second))
    return float(a.separation(b).arcsec)


@given(
    st.sampled_from(sorted(ASTROPY)),
    st.sampled_from(sorted(ASTROPY)),
    st.floats(0, 359.999),
    st.floats(-90, 90),
)
@settings(max_examples=100, deadline=None)
def test_every_pair_of_frames_agrees_with_astropy(source: str, target: str, lon: float, lat: float) -> None:
    truth = SkyCoord(lon * units.deg, lat * units.deg, frame=ASTROPY[source]).transform_to(ASTROPY[target])
    found = angles(convert(vector(lon, lat), STANDARD[source], STANDARD[target]))
    assert apart(found, (truth.spherical.lon.deg, truth.spherical.lat.deg)) < 1e-4


@pytest.mark.parametrize(
    ("celestial", "astropys"),
    [
        (Celestial("fk5", 1987.3), FK5(equinox=Time(1987.3, format="jyear"))),
        (Celestial("fk4", 1975.0), FK4(equinox=Time(1975.0, format="byear"))),
        (Celestial("fk4", 1900.0), FK4(equinox=Time(1900.0, format="byear"))),
    ],
)
def test_other_equinoxes(celestial: Celestial, astropys: FK4) -> None:
    truth = SkyCoord(123 * units.deg, 45 * units.deg, frame=astropys).icrs
    assert (
        apart(angles(convert(vector(123, 45), celestial, STANDARD["icrs"])), (truth.ra.deg, truth.dec.deg))
        < 1e-5
    )


@pytest.mark.parametrize(
    ("lon", "lat", "frame", "texts"),
    [
        (10.0, -0.5, "icrs", ("00:40:00.0000", "-00:30:00.000")),
        (359.9999999999, 89.99999999, "fk5", ("00:00:00.0000", "+90:00:00.000")),
        (10.0, -0.5, "galactic", ("010:00:00.000", "-00:30:00.000")),
        (math.nan, 0.0, "icrs", ("", "")),
    ],
)
def test_sexagesimal_carries_over(lon: float, lat: float, frame: str, texts: tuple[str, str]) -> None:
    assert format_sky(lon, lat, frame, sexagesimal=True) == texts


def test_as_many_digits_as_are_wanted() -> None:
    at = (10.0 - 1e-9, -0.5)
    assert SkyStyle("icrs", digits=0).texts(*at) == ("00:40:00.0", "-00:30:00")
    assert SkyStyle("galactic", digits=0).texts(*at) == ("010:00:00", "-00:30:00")
    assert SkyStyle("icrs", sexagesimal=False, digits=1).texts(*at) == ("10.00000", "-0.50000")
    style = SkyStyle("galactic", sexagesimal=False)
    assert style.labels == ("l (galactic)", "b (galactic)")
    there = SkyCoord(266.4, -28.9, unit="deg").galactic
    assert style.texts_of_icrs(266.4, -28.9) == (f"{there.l.deg:.7f}", f"{there.b.deg:+.7f}")


@given(st.floats(0, 360, exclude_max=True), st.floats(-90, 90))
def test_sexagesimal_reads_back(lon: float, lat: float) -> None:
    texts = format_sky(lon, lat, "icrs", sexagesimal=True)
    back = SkyCoord(*texts, unit=("hourangle", "deg"))
    assert apart((back.ra.deg, back.dec.deg), (lon, lat)) < 2e-3
