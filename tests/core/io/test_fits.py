"""Every real FITS file: what it holds, to the last pixel, as astropy has it."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.errors import ViewerError
from viewer.core.io import open_source, read

FITS_NAME = re.compile(r".*\.fits?(\.(gz|bz2|Z))?")
# what astropy refuses or does not look into, and we show all the same
SALVAGED = {"corrupt/truncated_gzip.fits.gz", "corrupt/truncated_m13.fits", "wcs/header_with_time.fits"}


def of_manifest(manifest, data_dir, opens=True):
    rows = [row for row in manifest if FITS_NAME.fullmatch(row["file"])]
    refused = [row for row in rows if row["expected"].startswith("must be refused")]
    for row in rows if opens else refused:
        if not opens or (row not in refused and row["file"] not in SALVAGED):
            yield row, data_dir / row["file"]


def described(hdu):
    """One HDU in the words of the manifest."""
    name = hdu.name if hdu.ver in (None, 1) else f"{hdu.name},{hdu.ver}"
    if not hdu.shape:
        what = "no data"
    elif hdu.dtype:
        what = f"shape {hdu.shape}:{hdu.dtype}"
    else:
        what = f"{hdu.shape[0]} rows x {hdu.shape[1]} cols"
    return f"{name}:{what}"


def test_hdus_of_every_file(manifest, data_dir):
    for row, path in of_manifest(manifest, data_dir):
        theirs = [re.sub(r"^\d+:\w+:", "", hdu) for hdu in row["hdus"].split(" | ")]
        source = open_source(path)
        assert [described(hdu) for hdu in source.hdus] == theirs, row["file"]
        assert not source.problems, row["file"]


def test_default_wcs_and_pixels_as_the_manifest_says(manifest, data_dir):
    checked = 0
    for row, path in of_manifest(manifest, data_dir):
        facts = re.match(r"first image HDU (\d+): ", row["facts"])
        if not facts:
            continue
        source = open_source(path)
        assert source.default == int(facts[1]), row["file"]
        assert source.hdus[source.default].wcs == ("; WCS " in row["facts"]), row["file"]
        frame = source.frame(source.default)
        for x, y, value in re.findall(r"\((\d+),(\d+)\)=([^; ]+)(?:;| min)", row["facts"]):
            index = (0,) * (len(frame.shape) - 2) + (int(y) - 1, int(x) - 1)
            assert float(frame.pixels.value(index)) == pytest.approx(float(value), rel=1e-7, nan_ok=True)
            checked += 1
    assert checked > 200


@pytest.mark.filterwarnings("ignore")
def test_every_pixel_is_astropys(manifest, data_dir):
    for row, path in of_manifest(manifest, data_dir):
        if path.suffix == ".Z":
            continue
        source = open_source(path)
        with fits.open(path, memmap=False) as theirs:
            for hdu in source.hdus:
                if hdu.kind == "image" and not hdu.compressed:
                    expected = theirs[hdu.index].data
                    pixels = source.pixels(hdu.index)
                    assert pixels.dtype == expected.dtype.newbyteorder("="), row["file"]
                    np.testing.assert_array_equal(np.asarray(pixels), expected)


def test_files_that_are_not_fits_are_refused_in_one_sentence(manifest, data_dir):
    refused = [path for _, path in of_manifest(manifest, data_dir, opens=False) if path.suffix == ".fits"]
    assert len(refused) >= 5
    for path in refused:
        with pytest.raises(ViewerError, match=re.escape(path.name)) as caught:
            open_source(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>login</body></html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
        (b"Salted__" + bytes(range(256)) * 20, "encrypted"),
        (b"-----BEGIN PGP MESSAGE-----\n", "encrypted"),
        (bytes(range(255, 0, -1)) * 30, "not a FITS file"),
        ("Notizen über die Nacht\n".encode() * 9, "text"),
        (b"SIMPLE  =                    T".ljust(80) * 40, "END"),
    ],
)
def test_what_else_calls_itself_fits(tmp_path, content, says):
    path = tmp_path / "x.fits"
    path.write_bytes(content)
    with pytest.raises(ViewerError, match=f"x.fits.*{says}"):
        open_source(path)


def test_folder_missing_file_and_forbidden_file(tmp_path):
    with pytest.raises(ViewerError, match="folder"):
        open_source(tmp_path)
    with pytest.raises(ViewerError, match="no file"):
        open_source(tmp_path / "none.fits")
    forbidden = tmp_path / "forbidden.fits"
    forbidden.write_bytes(b"SIMPLE")
    forbidden.chmod(0)
    try:
        forbidden.read_bytes()
    except PermissionError:
        with pytest.raises(ViewerError, match="permission"):
            open_source(forbidden)


def test_frame_knows_unit_name_roworder_and_colour(data_dir):
    frame = read(data_dir / "mef/hst_stis_o4k19a010_flt_crop.fits")
    assert (frame.hdu, frame.unit, frame.name) == (1, "COUNTS", "hst_stis_o4k19a010_flt_crop.fits")
    assert frame.header["EXTNAME"] == "SCI"
    assert read(f"{frame.path}[dq,2]").name == f"{frame.name}[DQ,2]"
    assert read(data_dir / "night_arcsat/domeflat_z_001.fits").top_down
    assert not frame.top_down
    assert read(data_dir / "images/ginga_rgbcube.fits").colour
    assert not read(data_dir / "cube/l1448_13co.fits").colour


def test_compressed_header_is_the_images(data_dir):
    header = open_source(data_dir / "compressed/m13_rice.fits").header(1)
    plain = fits.getheader(data_dir / "compressed/m13.fits")
    assert header["BITPIX"] == 16
    assert (header["NAXIS"], header["NAXIS1"], header["NAXIS2"]) == (2, 300, 300)
    assert not [keyword for keyword in header if keyword.startswith(("Z", "TFORM", "TTYPE"))]
    assert header["CRVAL1"] == plain["CRVAL1"]


def test_names_of_hdus(data_dir):
    path = data_dir / "mef/astropy_o4sp040b0_raw.fits"
    source = open_source(path)
    assert source.find("sci") == 1
    assert source.find("Sci", 2) == 4
    assert source.find("primary") == 0
    assert source.find(None) == 1
    with pytest.raises(
        ViewerError, match=re.escape("no HDU 'SCIX' in astropy_o4sp040b0_raw.fits: it has PRIMARY, SCI, ERR")
    ):
        source.find("SCIX")
    with pytest.raises(ViewerError, match="HDUs 0 to 6"):
        source.find(7)
    with pytest.raises(ViewerError, match="HDU 1 is one"):
        read(f"{path}[0]")


@pytest.mark.filterwarnings("ignore")
def test_checksums_as_astropy_judges_them(manifest, data_dir):
    for row, path in of_manifest(manifest, data_dir):
        if path.suffix != ".fits":
            continue
        source = open_source(path)
        with fits.open(path, disable_image_compression=True) as theirs:
            for hdu in theirs:
                index = theirs.index(hdu)
                wrong = bool(hdu.header.get("CHECKSUM")) and hdu.verify_checksum() == 0
                wrong += bool(hdu.header.get("DATASUM")) and hdu.verify_datasum() == 0
                assert len(source.verify(index)) == wrong, (row["file"], index)


def test_a_wrong_checksum_is_told(data_dir):
    problems = open_source(data_dir / "edge/checksum_false.fits").verify(0)
    assert len(problems) == 2
    assert "3949456131, not 3949466131" in problems[0]


def test_no_astropy_before_the_first_picture(sample):
    code = (
        "import sys; from viewer.core.io import read; read(sys.argv[1]).pixels.read();"
        "print([name for name in ('astropy', 'scipy', 'PIL', 'tempfile', 'bz2') if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code, sample], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
