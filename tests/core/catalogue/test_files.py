"""Catalogues from files: which columns are positions, where these are, and what is said of bad ones."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.table import MaskedColumn, Table
from astropy.wcs import WCS

from viewer.core.catalogue.catalogue import cone_of
from viewer.core.catalogue.files import read_catalogue
from viewer.core.catalogue.recognise import Named
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read


def stars(count: int = 50) -> Table:
    random = np.random.default_rng(5)
    return Table(
        {
            "Name": [f"star {i}" for i in range(count)],
            "RAJ2000": random.uniform(10, 350, count) * u.deg,
            "DEJ2000": random.uniform(-80, 80, count) * u.deg,
            "Vmag": random.uniform(9, 18, count),
        }
    )


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        ("csv", "ascii.csv"),
        ("tsv", "ascii.tab"),
        ("txt", "ascii.commented_header"),
        ("dat", "ascii.fixed_width"),
        ("ecsv", "ascii.ecsv"),
        ("tbl", "ascii.ipac"),
        ("vot", "votable"),
        ("fits", "fits"),
    ],
)
def test_what_astropy_writes_is_read(tmp_path: Path, suffix: str, form: str) -> None:
    table = stars()
    table.write(tmp_path / f"stars.{suffix}", format=form)
    found = read_catalogue(tmp_path / f"stars.{suffix}")
    np.testing.assert_allclose(found.ra, table["RAJ2000"], atol=1e-9)
    np.testing.assert_allclose(found.dec, table["DEJ2000"], atol=1e-9)
    assert (found.magnitude, found.label, found.x) == ("Vmag", "Name", None)
    assert dict(found.row(3))["Name"] == "star 3"
    assert found.notes == ("Positions from RAJ2000 (degrees) and DEJ2000.",)


def test_sextractor_counts_from_one_and_photutils_from_zero(data_dir: Path, tmp_path: Path) -> None:
    frame = read(data_dir / "images" / "emmi_na36.fits")
    found = read_catalogue(data_dir / "images" / "emmi_na36_sextractor.cat")
    assert len(found) == 65
    assert found.units["X_IMAGE"] == "pixel"
    # a vector has three columns under one name
    assert list(found.columns)[-4:] == ["FLUX_RADIUS", "FLUX_RADIUS_1", "FLUX_RADIUS_2", "FLAGS"]
    assert set(found.columns["FLAGS"]) <= {0, 1, 2, 3, 4, 16, 20, 24}
    placed = found.placed(frame.world, frame.image_shape)
    assert placed is not None
    assert placed.count == 65
    # the brightest unsaturated star: its pixels tell where its centre is
    row = int(np.argmax(np.where(found.columns["FLAGS"] == 0, found.columns["FLUX_AUTO"], 0)))
    x, y = round(placed.x[row]), round(placed.y[row])
    box = frame.data[y - 4 : y + 5, x - 4 : x + 5].astype(float)
    box -= np.median(frame.data)
    grid = np.arange(-4, 5)
    assert abs((box.sum(axis=0) * grid).sum() / box.sum() + x - placed.x[row]) < 0.3
    assert abs((box.sum(axis=1) * grid).sum() / box.sum() + y - placed.y[row]) < 0.3

    for names, base in ((("xcentroid", "ycentroid"), 0), (("x", "y"), 1), (("XCENTER", "YCENTER"), 1)):
        Table([[5.0], [7.0]], names=names).write(tmp_path / "p.csv", overwrite=True)
        placed = read_catalogue(tmp_path / "p.csv").placed(None, (20, 20))
        assert placed is not None
        assert (placed.x[0], placed.y[0]) == (5 - base, 7 - base)


def test_hours_degrees_frames_and_ucds(tmp_path: Path) -> None:
    sky = SkyCoord([10.25, 200.5, 359.999], [-0.25, 60.125, -89.5], unit="deg")
    file = tmp_path / "c.csv"

    def positions(table: Table, form: str = "ascii.csv") -> SkyCoord:
        table.write(file, format=form, overwrite=True)
        found = read_catalogue(file)
        return SkyCoord(found.ra, found.dec, unit="deg")

    written = [
        Table(
            {
                "ra": sky.ra.to_string("hour", sep=":", precision=4),
                "dec": sky.dec.to_string(sep=":", precision=3),
            }
        ),
        Table(
            {
                "RA": sky.ra.to_string("hour", precision=4),
                "DEC": sky.dec.to_string(alwayssign=True, precision=3),
            }
        ),
        Table({"ra [hour]": sky.ra.hour, "dec [deg]": sky.dec.deg}),
        Table({"glon": sky.galactic.l.deg, "glat": sky.galactic.b.deg}),
        Table({"RAB1950": sky.fk4.ra.deg, "DEB1950": sky.fk4.dec.deg}),
    ]
    for table in written:
        assert sky.separation(positions(table)).arcsec.max() < 0.01
    # −0° 15′ is south of the equator
    assert positions(written[0]).dec.deg[0] == pytest.approx(-0.25)

    table = Table(
        {"alpha9": sky.ra.rad * u.rad, "delta9": sky.dec.deg * u.deg, "ra": [1.0, 2, 3], "dec": [1.0, 2, 3]}
    )
    table["alpha9"].meta["ucd"] = "pos.eq.ra;meta.main"
    table["delta9"].meta["ucd"] = "pos.eq.dec;meta.main"
    assert sky.separation(positions(table, "votable")).arcsec.max() < 1e-6
    table = Table({"place": sky, "flux": [1.0, 2.0, 3.0]})
    assert sky.separation(positions(table, "ascii.ecsv")).arcsec.max() < 1e-6
    # columns that the user names count more than those that would be found
    Table({"a": sky.ra.deg, "d": sky.dec.deg, "ra": [1, 1, 1], "dec": [1, 1, 1]}).write(file, overwrite=True)
    found = read_catalogue(file, Named(ra="A", dec="d"))
    np.testing.assert_allclose(found.ra, sky.ra.deg)


def test_positions_are_those_of_the_wcs_also_on_a_distorted_frame(data_dir: Path) -> None:
    frame = read(data_dir / "wcs" / "sip-wcs_apogee.fits")
    wcs = WCS(frame.header)
    random = np.random.default_rng(1)
    x, y = random.uniform(0, 99, 200), random.uniform(0, 49, 200)
    ra, dec = wcs.all_pix2world(x, y, 0)
    sky = SkyCoord(ra, dec, unit="deg", frame="fk5").icrs
    # the other side of the sky projects onto the same pixels
    found = read_table(np.r_[sky.ra.deg, sky.ra.deg + 180], np.r_[sky.dec.deg, -sky.dec.deg])
    placed = found.placed(frame.world, frame.image_shape)
    assert placed is not None
    np.testing.assert_allclose(placed.x[:200], x, atol=1e-3)
    np.testing.assert_allclose(placed.y[:200], y, atol=1e-3)
    assert placed.inside.tolist() == [True] * 200 + [False] * 200
    cone = cone_of(frame.world, frame.image_shape)
    assert cone is not None
    assert cone[2] == pytest.approx(frame.world.pixel_scale / 3600 * np.hypot(50, 25), rel=0.02)


def read_table(ra: np.ndarray, dec: np.ndarray):
    from viewer.core.catalogue.recognise import Raw, catalogue_of

    return catalogue_of(Raw({"ra": ra, "dec": dec}, {}, {}), "stars", "")


def test_pixels_move_with_the_image_and_the_sky_does_not(tmp_path: Path) -> None:
    Table([[1.0, 640], [1.0, 480]], names=("x", "y")).write(tmp_path / "p.csv")
    found = read_catalogue(tmp_path / "p.csv")
    # turned by 180 degrees
    moved = found.moved(np.diag([-1.0, -1.0]), np.array([639.0, 479.0])).placed(None, (480, 640))
    assert moved is not None
    assert (moved.x.tolist(), moved.y.tolist()) == ([639, 0], [479, 0])
    sky = read_table(np.array([1.0]), np.array([2.0]))
    assert sky.moved(np.eye(2), np.array([5.0, 5.0])) is sky
    assert sky.placed(Frame.of(np.zeros((4, 4)), fits.Header()).world, (4, 4)) is None


def test_rows_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("id,ra,dec,mag\na,10,20,12.5\nb,,20,\nc,11,95,1\nd,12,21\ne,13,-0 30 00,nan\nf,14,22,3\n")
    found = read_catalogue(file)
    assert len(found) == 5
    np.testing.assert_allclose(found.ra, [10, np.nan, np.nan, 13, 14])
    np.testing.assert_allclose(found.dec, [20, np.nan, np.nan, -0.5, 22])
    assert found.notes[0] == "1 of 6 rows have another number of fields and are left out."
    assert "1 rows have impossible positions, the first 11, 95 in row 3." in found.notes
    assert found.notes[-1] == "2 of 5 rows have no position that can be read, and are not shown."
    assert found.cell("mag", 1) == ""
    # what VizieR writes: comments, names, units, dashes
    file.write_text("#RESOURCE\n#Name: x\nRAJ2000\tDEJ2000\tBmag\ndeg\tdeg\tmag\n---\t---\t---\n1.5\t-2\t3\n")
    found = read_catalogue(file)
    assert (found.ra[0], found.dec[0], found.cell("Bmag", 0)) == (1.5, -2, "3 mag")
    masked = Table({"ra": MaskedColumn([1.0, 2.0], mask=[False, True]), "dec": [3.0, 4.0]})
    masked.write(file, format="votable", overwrite=True)
    assert np.isnan(read_catalogue(file).ra[1])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "c.dat is empty"),
        (b"# only\n# comments\n", "c.dat has no rows"),
        (b"a,b\n", "c.dat has the names of columns, but no rows"),
        (
            b"star,colour,flux\nx,red,3\n",
            "no column of c.dat is known to hold positions; it has star, colour, flux",
        ),
        (b"1.0 2.0 3.0\n4 5 6\n", "it has col1, col2, col3: name the columns of RA and Dec, or of x and y"),
        (b"ra,dec\nx,y\n", "no row of c.dat has a position that can be read"),
        (b"\x7fELF\0\0\0\0" * 99, "c.dat is no catalogue"),
        (b"<?xml version='1.0'?><VOTABLE><RESOURCE><TAB", "c.dat is a damaged VOTable"),
        (b"<html>\n<body>not found\n</body></html>", "no column of c.dat"),
        (b"# %ECSV 1.0\n# ---\n# datatype: [\nra dec\n1 2\n", "c.dat looks like ECSV, but cannot be read"),
        (gzip.compress(b"star\n1\n", mtime=0), "no column of c.dat"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "c.dat"
    file.write_bytes(content)
    with pytest.raises(ViewerError) as said:
        read_catalogue(file)
    assert sentence in str(said.value)
    assert "\n" not in str(said.value)


def test_other_things_that_are_no_catalogue(tmp_path: Path, data_dir: Path) -> None:
    with pytest.raises(ViewerError, match=r"no table, only images"):
        read_catalogue(data_dir / "images" / "emmi_na36.fits")
    with pytest.raises(ViewerError, match=r"cannot be read: No such file"):
        read_catalogue(tmp_path / "none.csv")
    with pytest.raises(ViewerError, match="is a folder"):
        read_catalogue(tmp_path)
    (tmp_path / "c.csv").write_text("ra,dec\n1,2\n")
    with pytest.raises(ViewerError, match=r"has no column foo; it has ra, dec"):
        read_catalogue(tmp_path / "c.csv", Named(ra="foo", dec="dec"))
    with pytest.raises(ViewerError, match="name both RA and Dec"):
        read_catalogue(tmp_path / "c.csv", Named(ra="ra"))


def test_a_cut_off_fits_table_gives_what_is_there(tmp_path: Path) -> None:
    stars(1000).write(tmp_path / "whole.fits")
    content = (tmp_path / "whole.fits").read_bytes()
    (tmp_path / "cut.fits").write_bytes(content[: len(content) // 2])
    found = read_catalogue(tmp_path / "cut.fits")
    assert 300 < len(found) < 700
    np.testing.assert_allclose(found.ra, stars(1000)["RAJ2000"][: len(found)])
    assert found.notes
